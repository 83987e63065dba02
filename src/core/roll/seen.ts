import type { Instant } from "../instant.js";
import type { NodeSeen } from "../seen.js";

/** What our own roll of a node group reads of AWS and of the cluster, beyond `core/seen.ts`. */

/** Where an Auto Scaling group takes its instances' settings from. */
export type GroupTemplate =
  | { readonly kind: "launch template"; readonly template: TemplateReference }
  | {
      readonly kind: "mixed instances";
      readonly template: TemplateReference;
      /** Overrides that have a template of their own; the others use the one above. */
      readonly overrides: readonly OverrideTemplate[];
      /** Instance types whose override names an AMI of its own, which no template version changes. Absent: none. */
      readonly ownImages?: readonly string[];
    }
  /** A launch configuration cannot be changed, and takes no new AMI: refused. */
  | { readonly kind: "launch configuration"; readonly name: string };

export interface TemplateReference {
  readonly id: string;
  readonly name: string;
  /** A number, "$Latest" or "$Default". */
  readonly version: string;
}

export interface OverrideTemplate {
  /** Position in the policy's list of overrides. */
  readonly index: number;
  readonly instanceType: string;
  readonly template: TemplateReference;
}

/** One entry of an Auto Scaling group's activity log: launch failures are seen nowhere else. */
export interface ActivitySeen {
  readonly id: string;
  /** "Launching a new EC2 instance: i-0123". */
  readonly description: string;
  /** Successful, Failed, InProgress, … */
  readonly status: string;
  readonly startedAt: Instant;
  /** Why it failed: "We currently do not have sufficient m5.large capacity …". */
  readonly message?: string;
}

export interface TemplateVersionSeen {
  readonly template: string;
  readonly name: string;
  readonly number: number;
  /** An AMI id, or "resolve:ssm:…"; absent where the template names none. */
  readonly image?: string;
  readonly instanceType?: string;
  /** True where EKS made it (its name is eks-<uuid>, or its creator is EKS' service role): never to be touched. */
  readonly madeByEks: boolean;
}

/** What EC2 knows of an instance: only it knows the AMI (an Auto Scaling group's own record does not). */
export interface Ec2InstanceSeen {
  readonly id: string;
  readonly image: string;
  readonly zone: string;
  readonly subnet: string;
  readonly instanceType: string;
  /** "x86_64" or "arm64". */
  readonly architecture: string;
  /** pending, running, shutting-down, terminated, stopping, stopped. */
  readonly state: string;
  readonly launchedAt: Instant;
}

export interface ImageSeen {
  readonly id: string;
  /** "amazon-eks-node-al2023-x86_64-standard-1.34-v20260714". */
  readonly name: string;
  readonly architecture: string;
  /** available, pending, deregistered, … */
  readonly state: string;
  readonly createdAt: Instant;
  readonly deprecatedAt?: Instant;
  /** Account id or alias ("amazon"). */
  readonly owner: string;
  readonly platform?: string;
}

export interface SubnetSeen {
  readonly id: string;
  readonly zone: string;
  readonly freeAddresses: number;
}

/** What is registered in a target group of Elastic Load Balancing. One that has left is listed no more. */
export interface TargetSeen {
  /** The target group's ARN. */
  readonly group: string;
  /** An instance's id; an IP address in a group of those. */
  readonly id: string;
  /** initial, healthy, unhealthy, unused, draining, unavailable, … */
  readonly state: string;
}

/** A node of a group that nobody but us rolls. */
export interface RollNodeSeen extends NodeSeen {
  /** The object's uid: a node of the same name that comes later is another one. */
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** spec.providerID, whole. */
  readonly providerId: string;
  /** Conditions other than Ready that say something is wrong: "DiskPressure". */
  readonly pressures: readonly string[];
  /** Why it is not Ready, as the kubelet says: "container runtime network not ready". */
  readonly notReadyBecause?: string;
}

/** Who rolls a node, first match wins (AWS: labels of compute types; Karpenter; Auto Scaling). */
export type NodeKind =
  | "managed"
  | "self-managed"
  | "fargate"
  | "auto mode"
  | "hybrid"
  | "karpenter"
  | "unmanaged";

/** What we put on a node, each told from a person's own by the annotation beside it. */
export const nodeMarks = ["taint", "load balancers", "keep", "cordon"] as const;
/**
 * - taint: eks.amazonaws.com/nodegroup=unschedulable:NoSchedule
 * - load balancers: label node.kubernetes.io/exclude-from-external-load-balancers=true
 * - keep: annotation cluster-autoscaler.kubernetes.io/scale-down-disabled=true
 * - cordon: spec.unschedulable
 */
export type NodeMark = (typeof nodeMarks)[number];

/**
 * Annotation of a node that says which marks are ours, and whose: "calm-heron-42 taint,load balancers". It is written in
 * the same PATCH as the marks, so it is the receipt.
 */
export const marksAnnotation = "eks-upgrade-bot/marks";

/** Tag of an Auto Scaling group that a run has changed: the run's id. */
export const runTag = "eks-upgrade-bot:run";
/** Tag beside it: how the group was, as text people can read and `repair` can parse. */
export const beforeTag = "eks-upgrade-bot:before";

/** A volume that is still attached to a node (storage.k8s.io/v1 VolumeAttachment). */
export interface AttachmentSeen {
  readonly node: string;
  readonly volume: string;
}

/** What a pod belongs to, as a person would act on it. */
export interface OwnerRef {
  /** "Deployment" or "StatefulSet"; others can neither be restarted nor surged. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface OwnerSeen extends OwnerRef {
  readonly uid: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  /** A HorizontalPodAutoscaler that would undo a change of replicas: its name and lower bound. */
  readonly autoscaler?: { readonly name: string; readonly min: number };
}
