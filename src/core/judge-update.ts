import { followBlockers, type Hindrance } from "./blocking.js";
import type { Fact } from "./events.js";
import { inferPhase, sortOldFromNew } from "./infer-phase.js";
import { type Instant, minute, sayDuration, second } from "./instant.js";
import { whoIsLate } from "./late-nodes.js";
import { followNodes, isReady } from "./node-states.js";
import { activePhase, enterPhase, failActivePhase, finishPhases } from "./phase-progress.js";
import type { PhaseName, Step } from "./plan.js";
import type { Problem } from "./problems.js";
import type { StepProgress, Wait } from "./run.js";
import type { AutoScalingGroupSeen, NodeGroupSeen, NodeSeen, PodSeen, UpdateSeen } from "./seen.js";
import { describeFailedUpdate } from "./update-errors.js";

/** One look at an update that EKS is carrying out. */
export interface UpdateLook {
  readonly update: UpdateSeen;
  readonly nodeGroup: NodeGroupSeen;
  readonly autoScalingGroups: readonly AutoScalingGroupSeen[];
  /** Absent when the cluster's own API did not answer: the update is followed by AWS alone. */
  readonly cluster?: {
    readonly nodes: readonly NodeSeen[];
    /** Absent when they could not be listed. */
    readonly pods?: readonly PodSeen[];
    /** Pods that could not be evicted now. Absent when that could not be asked. */
    readonly hindrances?: readonly Hindrance[];
  };
}

export type Verdict = {
  readonly progress: StepProgress;
  readonly facts: readonly Fact[];
} & (
  | { readonly outcome: "wait"; readonly wait: Wait }
  | { readonly outcome: "succeeded" }
  | { readonly outcome: "failed"; readonly problem: Problem }
);

/** Far below any limit of the APIs read, and quick enough for people who watch. */
const lookEvery = 15 * second;

/** How long a group may take to be seen as EKS says it is, before success is denied. */
const settleFor = 15 * minute;

/** A node that has not joined by then seldom does. */
const joinsWithin = 5 * minute;

const waitingFor: Readonly<Record<PhaseName, string>> = {
  setup: "EKS to prepare the launch template",
  "scale up": "new nodes to become Ready in every zone",
  upgrade: "old nodes to be drained and replaced",
  "scale down": "the extra nodes to be given back",
};

/**
 * Says where an update stands, from what is seen and what was known: no API tells (EKS shows only "InProgress").
 * Success is what was observed, never what was reported: the update Successful *and* every node Ready at the target.
 */
export function judgeUpdate(
  look: UpdateLook,
  before: StepProgress,
  step: Step,
  index: number,
  now: Instant,
): Verdict {
  const { seen, facts } = followCluster(look, before, step, index, now);

  if (look.update.status === "Failed" || look.update.status === "Cancelled") {
    const failed = failActivePhase(seen, now);
    const why = describeFailedUpdate(look.update.status, look.update.errors);
    const problem = withGroup(withBlockers(why, seen), look.nodeGroup);
    return { progress: failed, facts, outcome: "failed", problem };
  }
  if (look.update.status === "Successful") return judgeSuccess(look, seen, facts, step, index, now);

  const entered = enterPhase(seen, phaseOf(look, before, step), step, index, now);
  const wait = { for: waitWords(look, entered.progress, step, now), until: now + lookEvery };
  return { progress: entered.progress, facts: [...facts, ...entered.facts], outcome: "wait", wait };
}

function waitWords(look: UpdateLook, progress: StepProgress, step: Step, now: Instant): string {
  const phase = activePhase(progress);
  const lasted = now - (progress.phases[phase].startedAt ?? now);
  const late = phase === "scale up" && lasted >= joinsWithin ? lateIn(look, step) : undefined;
  if (late === undefined) return waitingFor[phase];
  return `${waitingFor[phase]}: ${late}, ${sayDuration(lasted)} after scale up began (EKS gives up after about 15 min)`;
}

/** What was in the way is told beside the failure: nobody has to look for it. */
function withBlockers(problem: Problem, { blockers = [] }: StepProgress): Problem {
  if (problem.code !== "PodEvictionFailure" || !blockers.some((blocker) => blocker.told)) return problem;
  return {
    ...problem,
    next: "Clear what was in the way, then try again: nodes already replaced are spared.",
  };
}

/** EKS refuses another update while the group has a health issue that it does not tolerate: "start again" is then no advice. */
function withGroup(problem: Problem, { status, healthIssues }: NodeGroupSeen): Problem {
  if (status !== "DEGRADED" && healthIssues.length === 0) return problem;
  const issues = healthIssues.map((issue) => issue.code).join(", ");
  const state = `The node group is ${status} now${issues && `, with health issue ${issues}`}: EKS takes no other update before that is resolved.`;
  return { ...problem, next: `${problem.next} ${state}` };
}

/** What became of nodes, and of what hinders their drain. After a failure the hindrances stay: they say why. */
function followCluster(
  look: UpdateLook,
  before: StepProgress,
  step: Step,
  index: number,
  now: Instant,
): { seen: StepProgress; facts: readonly Fact[] } {
  if (!look.cluster) return { seen: before, facts: [] };
  const { nodes, facts } = followNodes(before.nodes, nodesLook(look, look.cluster), step, index, now);
  const { hindrances } = look.cluster;
  const inProgress = look.update.status !== "Failed" && look.update.status !== "Cancelled";
  if (!hindrances || !inProgress) return { seen: { ...before, nodes }, facts };
  const blocking = followBlockers(before.blockers ?? [], hindrances, nodes, index, now);
  return { seen: { ...before, nodes, blockers: blocking.blockers }, facts: [...facts, ...blocking.facts] };
}

function lateIn({ autoScalingGroups, cluster }: UpdateLook, step: Step): string | undefined {
  return cluster && whoIsLate({ autoScalingGroups, nodes: cluster.nodes }, step);
}

function phaseOf({ autoScalingGroups, cluster }: UpdateLook, before: StepProgress, step: Step): PhaseName {
  return inferPhase({ autoScalingGroups, nodes: cluster?.nodes ?? [] }, before.receipt, step);
}

function nodesLook(look: UpdateLook, cluster: NonNullable<UpdateLook["cluster"]>) {
  const [group] = look.autoScalingGroups;
  return {
    ...cluster,
    instances: look.autoScalingGroups.flatMap((each) => each.instances),
    ...(group?.launchTemplateVersion !== undefined && { groupTemplateVersion: group.launchTemplateVersion }),
  };
}

/** EKS says it is done. Believe it when the group and every node show it. */
function judgeSuccess(
  look: UpdateLook,
  seen: StepProgress,
  facts: readonly Fact[],
  step: Step,
  index: number,
  now: Instant,
): Verdict {
  const missing = whatIsMissing(look, step, seen);
  const settlingSince = seen.settlingSince ?? now;
  const settling = now - settlingSince < settleFor;
  const leaving = Object.values(seen.nodes).some((node) => node.state === "terminating");
  if (missing === undefined && leaving && settling) {
    const wait = { for: "the last extra node to go", until: now + lookEvery };
    return { progress: { ...seen, settlingSince }, facts, outcome: "wait", wait };
  }
  if (missing === undefined) {
    const over = finishPhases(seen, step, index, now);
    const done: Fact[] = [...facts, ...over.facts, { type: "StepSucceeded", step: index }];
    return { progress: over.progress, facts: done, outcome: "succeeded" };
  }
  if (settling) {
    const wait = { for: `${missing}, although EKS reports success`, until: now + lookEvery };
    return { progress: { ...seen, settlingSince }, facts, outcome: "wait", wait };
  }
  const problem = {
    code: "SuccessNotSeen",
    what: `EKS reports success, but after 15 minutes still waiting for ${missing}`,
    next: "Look at the nodes named in the thread and at the node group in the EKS console, then plan again.",
  };
  return { progress: failActivePhase(seen, now), facts, outcome: "failed", problem };
}

function whatIsMissing(
  { nodeGroup, cluster, autoScalingGroups }: UpdateLook,
  step: Step,
  { intent }: StepProgress,
): string | undefined {
  const unlike = step.ownTemplate
    ? unlikeTemplate(nodeGroup, intent?.templateVersion)
    : unlikeRelease(nodeGroup, step);
  if (unlike !== undefined) return unlike;
  if (!cluster) return "the cluster's API to answer";
  const { oldNodes, newNodes } = sortOldFromNew({ autoScalingGroups, nodes: cluster.nodes }, step);
  const wrong = [...oldNodes, ...newNodes.filter((node) => !isReady(node))];
  if (wrong.length > 0) return `${names(wrong)} to be Ready at ${step.to.release}`;
  // An instance that never became a node is missing from the nodes: the Auto Scaling group still counts it.
  const desired = autoScalingGroups.reduce((sum, group) => sum + group.sizes.desired, 0);
  const absent = desired - cluster.nodes.length;
  if (absent > 0) return `${absent} more ${absent === 1 ? "node" : "nodes"} to join (${desired} wanted)`;
  return undefined;
}

function unlikeRelease({ release, version }: NodeGroupSeen, { to }: Step): string | undefined {
  if (release !== to.release) return `the group to show release ${to.release}`;
  // Bottlerocket's releases do not say for which Kubernetes version they are.
  return version === to.version ? undefined : `the group to show Kubernetes ${to.version}`;
}

/** EKS knows neither release nor version of a custom AMI. Without the version that we made, the nodes alone tell. */
function unlikeTemplate({ launchTemplate }: NodeGroupSeen, made: string | undefined): string | undefined {
  if (made === undefined || launchTemplate?.version === made) return undefined;
  return `the group to show version ${made} of its launch template`;
}

function names(nodes: readonly NodeSeen[]): string {
  const first = nodes.slice(0, 3).map((node) => node.name);
  return nodes.length > first.length
    ? `${first.join(", ")} and ${nodes.length - first.length} more`
    : first.join(", ");
}
