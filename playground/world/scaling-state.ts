import type { ScalingProcess } from "../scenarios/scaling-groups.js";
import type { Subnet } from "../scenarios/types.js";
import type { Place } from "./place.js";
import type { Instance } from "./state.js";

export interface AutoScalingGroup {
  readonly name: string;
  readonly cluster: string;
  /** The managed node group that it belongs to; absent where its owner runs it. */
  readonly nodeGroup?: string;
  readonly subnets: readonly Subnet[];
  readonly createdAt: number;
  readonly instanceType: string;
  /** How many pods fit on one of its nodes. */
  readonly maxPods: number;
  /** Labels that its kubelets give their nodes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Id; the version is the one new instances are launched from. */
  launchTemplate: string;
  launchTemplateVersion: TemplateVersion;
  /** A MixedInstancesPolicy's; empty for a group with a plain launch template. */
  overrides: readonly TemplateOverride[];
  /** There is a MixedInstancesPolicy, perhaps without overrides. */
  mixed: boolean;
  min: number;
  max: number;
  desired: number;
  readonly suspended: Set<ScalingProcess>;
  /** Names of the target groups that its instances are registered in. */
  readonly targetGroups?: readonly string[];
  readonly tags: Map<string, GroupTag>;
  readonly activities: ScalingActivity[];
  readonly refreshes: InstanceRefresh[];
  /** All it launched that are not gone, by id. */
  readonly members: Map<string, Instance>;
  /** What its people want of it, the bot aside: where everything should be in the end. */
  readonly wanted: Wanted;
  /** A look at desired and actual is already due. */
  awake: boolean;
  /** So is one at how even its zones are. */
  balancingDue?: boolean;
  /** The one more that was launched to make zones even, until it runs. */
  balancing?: Instance;
}

interface Wanted {
  min: number;
  max: number;
  /** The least of what may be meant: `takenOfSurplus` more are as good. */
  desired: number;
  /**
   * So many of the nodes that Cluster Autoscaler took, it took while the group wanted more than its people: whether they
   * were one of theirs or one of those on top nobody can say.
   */
  takenOfSurplus: number;
  readonly suspended: Set<ScalingProcess>;
  /** What it launched at the origin. */
  readonly launchTemplateVersion: TemplateVersion;
  readonly image: string;
}

/** What a group points at; "$Latest" and "$Default" are resolved at each launch. */
export type TemplateVersion = number | "$Latest" | "$Default";

export interface TemplateOverride {
  readonly instanceType: string;
  /** Its own, instead of the policy's. */
  readonly launchTemplate?: string;
  readonly launchTemplateVersion?: TemplateVersion;
  readonly weight?: string;
}

interface GroupTag {
  readonly value: string;
  readonly propagate: boolean;
}

interface InstanceRefresh {
  readonly id: string;
  readonly startedAt: number;
  status: "InProgress" | "Successful" | "Cancelled";
}

export interface ScalingActivity {
  readonly id: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: number;
  endedAt?: number;
  status: "InProgress" | "MidLifecycleAction" | "Successful" | "Failed";
  message?: string;
}

export interface LaunchTemplate extends Place {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** EKS made it for a managed node group: nobody else may change it. */
  readonly ofEks: boolean;
  readonly versions: LaunchTemplateVersion[];
  /** A number. */
  defaultVersion: number;
}

export interface LaunchTemplateVersion {
  readonly number: number;
  /** An AMI id, or "resolve:ssm:<parameter>"; absent where it names none. */
  readonly image?: string;
  readonly instanceType?: string;
  readonly description?: string;
  readonly createdAt: number;
  /** Of EKS' own: the version of the customer's template that it is made from. */
  readonly source?: number;
  /** ClientToken of the call that made it, and what that call asked for. */
  readonly madeBy?: { readonly token: string; readonly request: string };
}
