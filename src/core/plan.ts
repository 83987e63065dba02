import type { Milliseconds } from "./instant.js";
import type { Problem } from "./problems.js";
import type { Promotion } from "./promotion.js";
import type { GroupTemplate } from "./roll/seen.js";
import type { LaunchTemplateSeen, UpdateConfig } from "./seen.js";

/** The four legs of a step, always in this order. */
export const phaseNames = ["setup", "scale up", "upgrade", "scale down"] as const;
export type PhaseName = (typeof phaseNames)[number];

/** What a node group runs: its Kubernetes minor ("1.34") and its AMI release ("1.34.9-20260714"). */
export interface NodeSoftware {
  readonly version: string;
  readonly release: string;
}

/** One node group to be moved from one release to another. A plan is a list of these; other kinds come later. */
export interface Step {
  /** Managed: EKS replaces the nodes. Self-managed: we do, and `nodeGroup` is the Auto Scaling group's name. */
  readonly kind: "managed node group" | "self-managed node group";
  readonly nodeGroup: string;
  readonly amiType: string;
  /** `image`, the AMI most nodes come from, only where the driver is our own: the way back. */
  readonly from: NodeSoftware & { readonly image?: string };
  /** `image` is the release's AMI id in the cluster's region: how a new node is told from an old one. */
  readonly to: NodeSoftware & { readonly image: string };
  readonly updateConfig: UpdateConfig;
  /** The customer's own template, where the group has one. It stays at this version. */
  readonly launchTemplate?: LaunchTemplateSeen;
  /** Delete pods that cannot be evicted. Never set without an approval of its own. */
  readonly force: boolean;
  /**
   * The AMI is named by the customer's own launch template: a new version of it is made with `to.image`. Release and
   * version of such a step are what its AMI and its nodes tell, and `to.release` may be an AMI id.
   */
  readonly ownTemplate?: GroupTemplate;
  /** How many nodes are added at most while a self-managed group is rolled. */
  readonly surge?: number;
  /** Between a drained node's cordon and its end, for load balancers; one minute where not given. */
  readonly drainPause?: Milliseconds;
  /** Wait for load balancers to have let go of the instance instead, as they tell. */
  readonly watchTargets?: boolean;
  /** What the group looked like when the plan was made. Not part of the hash: an autoscaler may move it. */
  readonly nodes: { readonly count: number; readonly zones: readonly string[]; readonly max: number };
}

/** What an operator asks for. Without version and release: the latest release of the group's own Kubernetes version. */
export interface Wish {
  /** Kubernetes minor: "1.34". */
  readonly version?: string;
  /** AMI release: "1.34.9-20260714". */
  readonly release?: string;
  /** An AMI by its id, instead of a release: "ami-0123456789abcdef0". */
  readonly image?: string;
  readonly force?: boolean;
}

/**
 * What would be changed, from what to what, in which order. The card a human approves is rendered from this value
 * and the worker executes this value; the hash ties the two together.
 */
export interface Plan {
  readonly environment: string;
  readonly cluster: string;
  readonly region: string;
  /** What was asked for: the plan is made again from it before it is carried out. */
  readonly wish: Wish;
  readonly steps: readonly Step[];
  /** Not empty: the plan cannot be carried out, and says why. */
  readonly blockers: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** What was seen of the release where it goes first, if its environment comes after another. */
  readonly promotion?: Promotion;
  /** Pods that would leave their nodes if the drain began when the plan was made, and pods that would not. */
  readonly forecast?: { readonly move: number; readonly block: number };
  /** What an approver says yes to: targets, from and to, template version, update configuration, force. */
  readonly hash: string;
}

/**
 * The target a run claims, one string per node group: "us-west-2/eks-workshop/default"; of a self-managed group
 * "us-west-2/eks-workshop/asg/workers", since a managed group may have the same name.
 */
export function targetsOf(plan: Pick<Plan, "region" | "cluster" | "steps">): string[] {
  return plan.steps.map(({ kind, nodeGroup }) => {
    const name = kind === "self-managed node group" ? `asg/${nodeGroup}` : nodeGroup;
    return `${plan.region}/${plan.cluster}/${name}`;
  });
}

/** "eks-workshop/default", or "eks-workshop" for a plan of several groups. */
export function titleOf(plan: Pick<Plan, "cluster" | "steps">): string {
  const [only, ...more] = plan.steps;
  return only && more.length === 0 ? `${plan.cluster}/${only.nodeGroup}` : plan.cluster;
}
