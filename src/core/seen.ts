import type { Instant, Milliseconds } from "./instant.js";
import type { GroupTemplate } from "./roll/seen.js";

/**
 * What we see of the outside world, in our words: the values that adapters return and that planners and judges read.
 * Enumerations of AWS stay plain strings where AWS may add values; unknown values must not crash us (facts: SDK passes them through).
 */

export interface HealthIssueSeen {
  readonly code: string;
  readonly message: string;
  readonly resources: readonly string[];
}

export interface ClusterSeen {
  readonly name: string;
  readonly region: string;
  /** Kubernetes minor of the control plane: "1.34". */
  readonly version: string;
  /** CREATING, ACTIVE, DELETING, FAILED, UPDATING, PENDING. */
  readonly status: string;
  readonly healthIssues: readonly HealthIssueSeen[];
  /** STANDARD: EKS upgrades it at the end of standard support. EXTENDED: at the end of extended support. AWS may add values. */
  readonly upgradePolicy?: string;
  /** What the cluster's own API is reached and trusted by; absent while the cluster is being created. */
  readonly access?: ClusterAccess;
}

export interface ClusterAccess {
  /** https://… */
  readonly endpoint: string;
  /** Base64 of one or two PEM certificates, as DescribeCluster returns it. */
  readonly certificateAuthority: string;
}

export interface Sizes {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

export type UpdateStrategy = "DEFAULT" | "MINIMAL";

/** A node group's updateConfig: one of the two numbers, never both (facts: default is 1 node, DEFAULT). */
export interface UpdateConfig {
  readonly maxUnavailable?: number;
  readonly maxUnavailablePercentage?: number;
  readonly strategy: UpdateStrategy;
}

export interface LaunchTemplateSeen {
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

export interface NodeGroupSeen {
  readonly cluster: string;
  readonly name: string;
  /** CREATING, ACTIVE, UPDATING, DELETING, CREATE_FAILED, DELETE_FAILED, DEGRADED. */
  readonly status: string;
  /** Kubernetes minor: "1.34". */
  readonly version: string;
  /** AMI release: "1.34.9-20260714"; an AMI id when the launch template carries the AMI. */
  readonly release: string;
  readonly amiType: string;
  readonly capacityType: string;
  readonly instanceTypes: readonly string[];
  readonly sizes: Sizes;
  readonly updateConfig: UpdateConfig;
  /** Only where the group was created with the customer's own template. */
  readonly launchTemplate?: LaunchTemplateSeen;
  readonly autoScalingGroups: readonly string[];
  readonly healthIssues: readonly HealthIssueSeen[];
}

export interface UpdateErrorSeen {
  /** One of EKS' ErrorCode values: "PodEvictionFailure". */
  readonly code: string;
  readonly message: string;
  readonly resources: readonly string[];
}

export interface UpdateSeen {
  readonly id: string;
  /** InProgress, Failed, Cancelled, Successful; unknown values are to be treated as in progress. */
  readonly status: string;
  /** "VersionUpdate", "ConfigUpdate", … */
  readonly type: string;
  /** By EKS' parameter type: { Version: "1.34", ReleaseVersion: "1.34.9-20260714" }. */
  readonly params: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
  readonly errors: readonly UpdateErrorSeen[];
}

export interface InstanceSeen {
  readonly id: string;
  readonly zone: string;
  /** "Pending", "InService", "Terminating:Wait", … */
  readonly lifecycle: string;
  /** Protected from scale in: neither Auto Scaling nor we may choose it as surplus. */
  readonly protected?: boolean;
  readonly launchTemplateVersion?: string;
}

export interface AutoScalingGroupSeen {
  readonly name: string;
  readonly sizes: Sizes;
  readonly zones: readonly string[];
  readonly launchTemplateVersion?: string;
  readonly instances: readonly InstanceSeen[];
  /** Names of suspended scaling processes: "AZRebalance". */
  readonly suspended: readonly string[];
  /** Where instances' settings come from; absent where it is none that we know. */
  readonly template?: GroupTemplate;
  readonly subnets: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Of Elastic Load Balancing: instances are registered there. */
  readonly targetGroups: readonly string[];
}

export interface TaintSeen {
  readonly key: string;
  readonly value: string;
  /** NoSchedule, PreferNoSchedule, NoExecute. */
  readonly effect: string;
}

export interface NodeSeen {
  readonly name: string;
  /** From spec.providerID; absent before the cloud controller has set it. */
  readonly instanceId?: string;
  readonly zone: string;
  /** Label eks.amazonaws.com/nodegroup-image. */
  readonly image?: string;
  /** Label eks.amazonaws.com/sourceLaunchTemplateVersion: only with a customer's own template. */
  readonly launchTemplateVersion?: string;
  /** "v1.34.9-eks-abcdef0". */
  readonly kubelet: string;
  /** Condition Ready. Unknown is not Ready. */
  readonly ready: "True" | "False" | "Unknown";
  readonly unschedulable: boolean;
  /** Label node.kubernetes.io/exclude-from-external-load-balancers=true. */
  readonly excludedFromLoadBalancers: boolean;
  readonly taints: readonly TaintSeen[];
  readonly createdAt: Instant;
}

export interface PodSeen {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The controller, with a ReplicaSet's Deployment looked through where its name tells it. */
  readonly owner?: { readonly kind: string; readonly name: string };
  /** Pending, Running, Succeeded, Failed, Unknown. */
  readonly phase: string;
  readonly ready: boolean;
  /** Annotation kubernetes.io/config.mirror: a static pod, never evicted. */
  readonly mirror: boolean;
  /** It has an emptyDir volume: what is in there is lost with the pod. */
  readonly emptyDir: boolean;
  /** It tolerates every taint (operator Exists without a key): it comes back to a cordoned node. */
  readonly toleratesEverything: boolean;
  /** It is waiting in CrashLoopBackOff. */
  readonly crashLooping: boolean;
  /** spec.terminationGracePeriodSeconds, in milliseconds. */
  readonly gracePeriod: Milliseconds;
  /** Names of the PersistentVolumeClaims it mounts. */
  readonly claims: readonly string[];
  /** spec.priorityClassName, where it is one of the system's ("system-node-critical"). */
  readonly critical: boolean;
  /** Absent only where the API server does not say. */
  readonly createdAt?: Instant;
  /** Annotation by which it asks autoscalers not to move it: "karpenter.sh/do-not-disrupt". */
  readonly optOut?: string;
  /** metadata.deletionTimestamp. */
  readonly deletingSince?: Instant;
  /** Condition DisruptionTarget=True: since when, and why ("EvictionByEvictionAPI"). */
  readonly disruption?: { readonly since: Instant; readonly reason: string };
}

export interface SelectorSeen {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    /** In, NotIn, Exists, DoesNotExist. */
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** A PodDisruptionBudget (policy/v1). */
export interface BudgetSeen {
  readonly namespace: string;
  readonly name: string;
  /** "2" or "50%"; at most one of the two is there. */
  readonly minAvailable?: string;
  readonly maxUnavailable?: string;
  /** Absent: selects no pod. Empty: selects every pod of the namespace. */
  readonly selector?: SelectorSeen;
  /** The status is about the spec as it is now (observedGeneration is the generation). */
  readonly observed: boolean;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  /** AlwaysAllow, IfHealthyBudget; absent means the latter. */
  readonly unhealthyPodEvictionPolicy?: string;
  /** Message of the condition DisruptionAllowed with reason SyncFailed: the budget cannot be computed. */
  readonly syncFailed?: string;
}

/** What the API server answers to an eviction. A dry run neither evicts the pod nor uses up its budget. */
export type EvictionAnswer =
  /** Accepted; of a dry run: would have been. */
  | { readonly kind: "would go" }
  | { readonly kind: "gone" }
  /** `budget`, `needs` and `has` as the server tells them. */
  | {
      readonly kind: "budget used up";
      readonly budget?: string;
      readonly needs?: number;
      readonly has?: number;
    }
  | { readonly kind: "budget not yet observed"; readonly budget?: string }
  | { readonly kind: "budget cannot be computed"; readonly budget?: string; readonly why?: string }
  | { readonly kind: "several budgets" }
  /** Asked with a uid: another pod has the name now. */
  | { readonly kind: "another pod" }
  /** The API server is throttling; `after` in milliseconds where it says so. */
  | { readonly kind: "busy"; readonly after?: Milliseconds }
  /** Forbidden, refused by a webhook, …: nothing is known about the pod's budget. `next`: what to grant. */
  | { readonly kind: "no answer"; readonly why: string; readonly next?: string };

/** A node AMI release that can be launched. */
export interface ReleaseSeen {
  readonly release: string;
  /** The AMI's id in the cluster's region. */
  readonly image: string;
}
