import type { Taint } from "../kubernetes/objects.js";
import type { Sizes } from "./types.js";

/** A launch template that a customer made. */
export interface ScenarioTemplate {
  readonly name: string;
  /** Version 1 first. */
  readonly versions: readonly ScenarioTemplateVersion[];
  /** The default version's number; 1 unless told otherwise. */
  readonly default?: number;
}

interface ScenarioTemplateVersion {
  /** An AMI id, or "resolve:ssm:<parameter>"; absent where the template names none. */
  readonly image?: string;
  readonly instanceType?: string;
  readonly description?: string;
}

/** What instances are launched from. */
type TemplateChoice = number | "$Latest" | "$Default";

export interface ScenarioScalingGroup {
  readonly name: string;
  readonly template: ScenarioTemplate;
  /** The version that the group points at. */
  readonly version: TemplateChoice;
  /** The version that its nodes were launched from, long ago. */
  readonly nodesVersion: number;
  /** A MixedInstancesPolicy: each of them in turn, from the group's template or one of its own. */
  readonly overrides?: readonly ScenarioOverride[];
  readonly instanceType: string;
  readonly maxPods: number;
  /** ISO date. */
  readonly createdOn: string;
  readonly sizes: Sizes;
  /** Ids of the cluster's subnets; the zones follow from them. */
  readonly subnets: readonly string[];
  /** How many nodes stand in each of them at the origin, where they are not spread evenly. */
  readonly spread?: readonly number[];
  /** Labels that its kubelets give their nodes. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly suspended?: readonly ScalingProcess[];
  /** Names of load balancers' target groups that its instances are registered in. */
  readonly targetGroups?: readonly string[];
  /** What people did to nodes before: to the n-th that was launched, 0 the first. */
  readonly marked?: readonly ScenarioMark[];
}

interface ScenarioOverride {
  readonly instanceType: string;
  readonly template?: ScenarioTemplate;
  readonly version?: TemplateChoice;
}

/** A person's own marks on a node; `version` where this node was launched from another template version. */
interface ScenarioMark {
  readonly node: number;
  readonly version?: number;
  readonly cordoned?: boolean;
  readonly taints?: readonly Taint[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** Amazon EC2 Auto Scaling's processes that can be suspended. */
export const scalingProcesses = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
] as const;
export type ScalingProcess = (typeof scalingProcesses)[number];

/** An AMI that a customer built, in the scenario's region. */
export interface OwnImage {
  readonly image: string;
  /** The scenario's, unless told otherwise. */
  readonly account?: string;
  readonly name: string;
  readonly architecture: "x86_64" | "arm64";
  /** ISO date. */
  readonly createdOn: string;
  /** What its nodes report: "v1.34.9-eks-1a2b3c4". */
  readonly kubelet: string;
}
