import type { Fact } from "./events.js";
import { type Instant, minute, second } from "./instant.js";
import { followNodes, isMarked, isNew, isReady } from "./node-states.js";
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
  readonly cluster?: { readonly nodes: readonly NodeSeen[]; readonly pods: readonly PodSeen[] };
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
  const { nodes, facts } = look.cluster
    ? followNodes(before.nodes, nodesLook(look, look.cluster), step, index, now)
    : { nodes: before.nodes, facts: [] };
  const seen: StepProgress = { ...before, nodes };

  if (look.update.status === "Failed" || look.update.status === "Cancelled") {
    const failed = failActivePhase(seen, now);
    const problem = describeFailedUpdate(look.update.status, look.update.errors);
    return { progress: failed, facts, outcome: "failed", problem };
  }
  if (look.update.status === "Successful") return judgeSuccess(look, seen, facts, step, index, now);

  const entered = enterPhase(seen, inferPhase(look, before, step), step, index, now);
  const wait = { for: waitingFor[activePhase(entered.progress)], until: now + lookEvery };
  return { progress: entered.progress, facts: [...facts, ...entered.facts], outcome: "wait", wait };
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
  const missing = whatIsMissing(look, step);
  if (missing === undefined) {
    const over = finishPhases(seen, step, index, now);
    const done: Fact[] = [...facts, ...over.facts, { type: "StepSucceeded", step: index }];
    return { progress: over.progress, facts: done, outcome: "succeeded" };
  }
  const settlingSince = seen.settlingSince ?? now;
  if (now - settlingSince < settleFor) {
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

function whatIsMissing(look: UpdateLook, step: Step): string | undefined {
  if (look.nodeGroup.release !== step.to.release) return `the group to show release ${step.to.release}`;
  if (!look.cluster) return "the cluster's API to answer";
  const templates = templatesOf(look);
  const wrong = look.cluster.nodes.filter((node) => !isNewNode(node, step, templates) || !isReady(node));
  if (wrong.length > 0) return `${names(wrong)} to be Ready at ${step.to.release}`;
  // An instance that never became a node is missing from the nodes: the Auto Scaling group still counts it.
  const desired = look.autoScalingGroups.reduce((sum, group) => sum + group.sizes.desired, 0);
  if (look.cluster.nodes.length < desired) {
    return `${desired - look.cluster.nodes.length} more nodes to join (${desired} wanted)`;
  }
  return undefined;
}

function names(nodes: readonly NodeSeen[]): string {
  const first = nodes.slice(0, 3).map((node) => node.name);
  return nodes.length > first.length
    ? `${first.join(", ")} and ${nodes.length - first.length} more`
    : first.join(", ");
}

type Templates = ReturnType<typeof templatesOf>;

function templatesOf(look: UpdateLook) {
  const byInstance = new Map<
    string,
    { group: AutoScalingGroupSeen; instance: AutoScalingGroupSeen["instances"][number] }
  >();
  for (const group of look.autoScalingGroups) {
    for (const instance of group.instances) byInstance.set(instance.id, { group, instance });
  }
  return byInstance;
}

function isNewNode(node: NodeSeen, step: Step, templates: Templates): boolean {
  const found = node.instanceId === undefined ? undefined : templates.get(node.instanceId);
  return isNew(node, step, found?.instance, found?.group.launchTemplateVersion);
}

/**
 * Which leg an update that is in progress is in. Each row is one state that can be told apart from outside
 * (the Auto Scaling group's template and sizes, marks on old nodes, instances that leave).
 */
function inferPhase(look: UpdateLook, before: StepProgress, step: Step): PhaseName {
  const groups = look.autoScalingGroups;
  const nodes = look.cluster?.nodes ?? [];
  const templates = templatesOf(look);
  const oldNodes = nodes.filter((node) => !isNewNode(node, step, templates));
  const newNodes = nodes.filter((node) => isNewNode(node, step, templates));
  const templateChanged = groups.some((group) => {
    const then = before.receipt?.autoScalingGroups.find((saved) => saved.name === group.name);
    return (
      then?.launchTemplateVersion !== undefined && group.launchTemplateVersion !== then.launchTemplateVersion
    );
  });
  if (!templateChanged && newNodes.length === 0) return "setup";

  const oldInstances = groups.flatMap((group) =>
    group.instances.filter((instance) => instance.launchTemplateVersion !== group.launchTemplateVersion),
  );
  const noneOldLeft = oldInstances.length === 0 && oldNodes.length === 0;
  if (noneOldLeft && newNodes.length > 0) return "scale down";
  const leaving = oldInstances.some((instance) => instance.lifecycle.startsWith("Terminat"));
  if (leaving || oldNodes.some(isMarked)) return "upgrade";
  return step.updateConfig.strategy === "MINIMAL" ? "upgrade" : "scale up";
}
