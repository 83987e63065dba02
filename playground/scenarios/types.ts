import type { Workload } from "../kubernetes/types.js";
import type { ChangeType, LaunchFault } from "../world/state.js";
import type { ScenarioEnvironment, ScenarioRole, WeekTime } from "./environments.js";
import type { OwnImage, ScalingProcess, ScenarioScalingGroup, ScenarioTemplate } from "./scaling-groups.js";

/**
 * A small world as data, with a story and the end it should come to. Dates are fixed days of 2026, all before the day this
 * was written: as real time passes releases only grow older, so a scenario never meets a release from the future.
 */
export interface Scenario {
  readonly name: string;
  /** What happens, in a sentence or two, for the demo and the page. */
  readonly story: string;
  /** Where its clusters are, but for those that say otherwise. */
  readonly region: string;
  /** Of its clusters, likewise, and of the credentials that everybody has. */
  readonly account: string;
  /** The same seed makes the same world: ids, addresses, and which node is picked next. */
  readonly seed: number;
  readonly clusters: readonly ScenarioCluster[];
  /**
   * Every node AMI release on offer at the origin; per Kubernetes minor and amiType the one published last is the
   * recommended one.
   */
  readonly releases: readonly PublishedRelease[];
  /** Releases that AWS has taken back before. */
  readonly withdrawn?: readonly WithdrawnRelease[];
  readonly roles?: readonly ScenarioRole[];
  /** The bot's fleet; one environment "prod" with every cluster by name, unless told otherwise. */
  readonly environments?: readonly ScenarioEnvironment[];
  /** AMIs of customers' own. */
  readonly images?: readonly OwnImage[];
  /** When its story begins: a time of day (UTC, "08:58"), or of the week; any, unless told otherwise. */
  readonly startsAt?: string | WeekTime;
  /** World seconds per real second at which the page begins; 60 unless told otherwise. */
  readonly speed?: number;
  readonly timings: Timings;
  /** What the operator types in Slack. */
  readonly command: string;
  /** What goes wrong with every instance launched in a zone. */
  readonly launchFaults?: readonly ZoneFault[];
  /** What happens in the middle of the story, without the bot. */
  readonly acts?: readonly Act[];
  readonly expected: ExpectedEnd;
}

export interface ScenarioCluster {
  /** No other cluster of the scenario has it, whatever its region. */
  readonly name: string;
  readonly region?: string;
  readonly account?: string;
  /** Kubernetes minor of the control plane: "1.34". */
  readonly version: string;
  readonly platformVersion: string;
  /** What its API server says at /version: "v1.34.9-eks-1a2b3c4". */
  readonly serverVersion: string;
  /** ISO date. */
  readonly createdOn: string;
  readonly subnets: readonly Subnet[];
  /** What happens at the end of its version's standard support; EXTENDED unless told otherwise. */
  readonly supportType?: "STANDARD" | "EXTENDED";
  /**
   * How EKS answers whoever names the cluster: never, or with ThrottlingException twice before every answer. It is listed
   * all the same.
   */
  readonly answer?: "access denied" | "throttled";
  readonly nodeGroups: readonly ScenarioNodeGroup[];
  /** Auto Scaling groups whose instances joined the cluster, and that EKS knows nothing of. */
  readonly selfManaged?: readonly ScenarioScalingGroup[];
  /** Cluster Autoscaler runs, and minds every group. */
  readonly clusterAutoscaler?: boolean;
  readonly workloads: readonly Workload[];
}

export interface Subnet {
  readonly id: string;
  readonly zone: string;
}

export interface ScenarioNodeGroup {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly amiType: string;
  readonly capacityType: "ON_DEMAND" | "SPOT";
  readonly instanceType: string;
  /** How many pods fit on a node of this instance type. */
  readonly maxPods: number;
  /** ISO date. */
  readonly createdOn: string;
  readonly sizes: Sizes;
  /** Ids of the cluster's subnets; the zones follow from them. */
  readonly subnets: readonly string[];
  readonly updateConfig: UpdateConfig;
  readonly healthIssues?: readonly HealthIssue[];
  /**
   * The customer's own, and the version of it that the group is on. Where that names an AMI, `amiType` is CUSTOM and
   * `release` the AMI's id.
   */
  readonly launchTemplate?: { readonly template: ScenarioTemplate; readonly version: number };
}

export interface Sizes {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/** One of the two numbers, never both (EKS API: NodegroupUpdateConfig). */
export interface UpdateConfig {
  readonly maxUnavailable?: number;
  readonly maxUnavailablePercentage?: number;
  readonly updateStrategy: "DEFAULT" | "MINIMAL";
}

export interface HealthIssue {
  readonly code: string;
  readonly message: string;
  readonly resourceIds: readonly string[];
}

export interface PublishedRelease {
  /** Kubernetes minor. */
  readonly version: string;
  readonly amiType: string;
  /** "1.34.9-20260714", "1.52.0-7b1f0e8c" (Bottlerocket) or "1.34-2026.07.14" (Windows). */
  readonly release: string;
  /** ISO date. */
  readonly publishedOn: string;
  /** AMI id in the scenario's region. */
  readonly image: string;
  /** What its nodes report: "v1.34.9-eks-1a2b3c4". */
  readonly kubelet: string;
}

/** One that AWS took back: nothing leads to it any more, but what runs on it runs on. */
export interface WithdrawnRelease extends PublishedRelease {
  /** ISO date. */
  readonly withdrawnOn: string;
}

/** How long things take, in world seconds. */
export interface Timings {
  /** From the accepted UpdateNodegroupVersion until DescribeNodegroup says UPDATING. */
  readonly updatingShown: number;
  /** EKS' own work before the Auto Scaling group changes: a launch template version is made, the group pointed at it. */
  readonly setup: number;
  /** Until Auto Scaling acts on a difference between desired and actual, and until it tries a failed launch again. */
  readonly scalingReaction: number;
  readonly launchRetry: number;
  /** From launch to EC2 state running, from running to the kubelet's registration (and up to so much more), from that to Ready. */
  readonly running: number;
  readonly registration: number;
  readonly registrationSpread: number;
  readonly ready: number;
  /** How long EKS gives new nodes to join, and pods to leave (15 minutes each). */
  readonly nodeLimit: number;
  readonly drainLimit: number;
  /** Between two rounds of evictions on a node. */
  readonly evictionRound: number;
  /** Between a drained node's cordon and its termination, for load balancers. */
  readonly drainPause: number;
  /** In Terminating:Wait at least, then from shutting-down to terminated. */
  readonly terminationHook: number;
  readonly termination: number;
  /** Between two steps of scaling down. */
  readonly scaleDownPause: number;
  /** From the last node's end to an ACTIVE node group, and from there until the update reads Successful. */
  readonly finish: number;
  readonly successShown: number;
}

export interface ZoneFault {
  readonly zone: string;
  readonly fault: LaunchFault;
}

/** Somebody does something to a cluster, once. */
export interface Act {
  readonly when: Moment;
  readonly cluster: string;
  readonly does: Deed;
  /** A sentence that the demo and the page say then. */
  readonly story: string;
}

/** So many world seconds after the first change of a kind, to the things whose name begins so: "orders/" for its pods. */
interface Moment {
  readonly after: ChangeType;
  readonly of: string;
  readonly seconds: number;
}

export type Deed =
  /** Scales a Deployment. */
  | {
      readonly kind: "scale";
      readonly namespace: string;
      readonly deployment: string;
      readonly replicas: number;
    }
  /** Gives a budget another number. */
  | {
      readonly kind: "budget";
      readonly namespace: string;
      readonly budget: string;
      readonly to: { readonly minAvailable: number | string } | { readonly maxUnavailable: number | string };
    }
  /** Moves an Auto Scaling group's desired size, as far as its bounds allow, or its max. */
  | { readonly kind: "desired" | "max"; readonly group: string; readonly by: number }
  | { readonly kind: "suspend" | "resume"; readonly group: string; readonly process: ScalingProcess }
  /** Cordons the node of the instance that was launched first, or last, of those that are Ready. */
  | { readonly kind: "cordon"; readonly group: string; readonly node: "oldest" | "newest" }
  /** Starts an instance refresh of a group, or cancels it. */
  | { readonly kind: "start refresh" | "cancel refresh"; readonly group: string }
  /** Launches succeed again, everywhere. */
  | { readonly kind: "capacity" };

/** Judged in the world itself, whatever the bot says. */
export type ExpectedEnd = ManagedEnd | RollEnd;

/** How EKS' update of a managed node group ends. */
export type ManagedEnd = DoneEnd | FailedEnd;

interface Place {
  readonly cluster: string;
  /** Of a self-managed node group: its Auto Scaling group's name. */
  readonly nodeGroup: string;
}

/**
 * How the roll of a self-managed node group ends. Never with a node terminated undrained, another one's mark on a node
 * changed, or a process suspended (or resumed) that was not before.
 * - rolled: every instance runs the release's AMI and is Ready
 * - stopped: nodes of both kinds, everything of the bot's own taken back
 * - asked: the roll waits for a person, with some old nodes left, or all of them
 */
export type RollEnd =
  | (Place & { readonly end: "rolled"; readonly image: string })
  | (Place & { readonly end: "stopped" })
  | (Place & { readonly end: "asked"; readonly image: string; readonly left: "all" | "some" });

interface End extends Place {
  /** That the node group is on in the end. */
  readonly release: string;
  /** How many were started. */
  readonly updates: number;
}

/** The last update succeeded: every node runs the release, with the group's sizes as before. */
export interface DoneEnd extends End {
  readonly end: "done";
  readonly nodes: number;
}

/** The last update failed for this reason, and the group was left like this. */
export interface FailedEnd extends End {
  readonly end: "failed";
  /** EKS' error code. */
  readonly reason: string;
  readonly left: Leftover;
}

export interface Leftover {
  readonly status: "ACTIVE" | "DEGRADED";
  /** Ready nodes on the release that was wanted. */
  readonly newNodes: number;
  /** Nodes on other releases, and how many of them take no pods. */
  readonly oldNodes: number;
  readonly unschedulable: number;
}

/**
 * Times within what people report: a new node is Ready about two minutes after launch, one old node takes two to three
 * minutes, and nothing is done in less than ten minutes.
 */
export const usualTimings: Timings = {
  updatingShown: 5,
  setup: 60,
  scalingReaction: 10,
  launchRetry: 60,
  running: 15,
  registration: 35,
  registrationSpread: 15,
  ready: 20,
  nodeLimit: 15 * 60,
  drainLimit: 15 * 60,
  evictionRound: 5,
  drainPause: 60,
  terminationHook: 10,
  termination: 40,
  scaleDownPause: 20,
  finish: 15,
  successShown: 5,
};
