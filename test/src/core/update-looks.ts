import type { Fact } from "../../../src/core/events.js";
import type { Instant } from "../../../src/core/instant.js";
import { judgeUpdate, type UpdateLook } from "../../../src/core/judge-update.js";
import { phaseNames, type Step } from "../../../src/core/plan.js";
import type { PhaseState, StepProgress } from "../../../src/core/run.js";
import { aStep, someProgress, start } from "../../builders.js";
import {
  aNodeGroup,
  anUpdate,
  aScalingGroup,
  newInstance,
  newNode,
  newTemplate,
  oldInstance,
  oldNode,
  oldTemplate,
} from "../../seen.js";

/** Looks at an update of three nodes a, b, c, and what is said about them. */

export const step = aStep();
export const minimal = aStep({ updateConfig: { maxUnavailable: 1, strategy: "MINIMAL" } });
const sizes = { min: 3, max: 6, desired: 3 };
export const names = ["a", "b", "c"];
const receipt = {
  takenAt: start,
  autoScalingGroups: [{ name: "eks-default", sizes, launchTemplateVersion: oldTemplate }],
};

/** Three old nodes, and an update that EKS has accepted; say what is different. */
export function look(over: Partial<UpdateLook> = {}): UpdateLook {
  return {
    update: anUpdate(),
    nodeGroup: aNodeGroup({ status: "UPDATING" }),
    autoScalingGroups: [aScalingGroup({ instances: names.map((name) => oldInstance(name)) })],
    cluster: { nodes: names.map((name) => oldNode(name)), pods: [] },
    ...over,
  };
}

const atTarget = aNodeGroup({ release: step.to.release });
export const grown = (...extra: string[]) =>
  aScalingGroup({
    launchTemplateVersion: newTemplate,
    sizes: { ...sizes, desired: 3 + extra.length },
    instances: [...names.map((name) => oldInstance(name)), ...extra.map((name) => newInstance(name))],
  });
export const replaced = aScalingGroup({
  launchTemplateVersion: newTemplate,
  instances: names.map((name) => newInstance(name)),
});
export const newNodes = names.map((name) => newNode(name));
export const cordoned = names.map((name) => oldNode(name, { unschedulable: true }));

export const settingUp = look();
export const scalingUp = look({ autoScalingGroups: [grown("x")] });
export const upgrading = look({
  autoScalingGroups: [grown("x")],
  cluster: { nodes: [...cordoned, newNode("x")], pods: [] },
});
export const scalingDown = look({ autoScalingGroups: [replaced], cluster: { nodes: newNodes, pods: [] } });

/** EKS reports success and everything shows it; say what does not. */
export const success = (over: Partial<UpdateLook> = {}) =>
  look({
    update: anUpdate("Successful"),
    nodeGroup: atTarget,
    autoScalingGroups: [replaced],
    cluster: { nodes: newNodes, pods: [] },
    ...over,
  });

export const inPhase = (...states: PhaseState[]): StepProgress =>
  someProgress(states, { receipt, updateId: "upd-1" });

export const statesOf = (progress: StepProgress) =>
  phaseNames.map((name) => progress.phases[name].state).join(", ");

/** "PhaseStarted upgrade", "NodeGone a", "StepSucceeded". */
export const said = (facts: readonly Fact[]) =>
  facts.map((fact) =>
    [fact.type, "phase" in fact ? fact.phase : "", "node" in fact ? fact.node : ""].filter(Boolean).join(" "),
  );

export const judge = (seen: UpdateLook, before: StepProgress, of: Step = step, now: Instant = start) =>
  judgeUpdate(seen, before, of, 0, now);

/** The cluster's own API did not answer. */
export function withoutCluster({ cluster: _, ...awsAlone }: UpdateLook): UpdateLook {
  return awsAlone;
}
