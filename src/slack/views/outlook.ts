import type { KnownBlock } from "@slack/types";
import { sayForecast } from "../../core/drain/forecast.js";
import { second } from "../../core/instant.js";
import type { Plan, Step } from "../../core/plan.js";
import { parallelOf, surgeOf } from "../progress.js";
import { plural, section } from "../text.js";

/** What will happen when a plan is approved: leg by leg, and where there is no way back. */

/** Do we replace the nodes, or does EKS? */
export function isOurs({ kind }: Pick<Step, "kind">): boolean {
  return kind === "self-managed node group";
}

/** Nothing for a plan that cannot be approved. */
export function outlookBlocks(plan: Plan): KnownBlock[] {
  if (plan.blockers.length > 0 || plan.steps.length === 0) return [];
  const forecast = plan.forecast ? [section([`*Drain forecast:* ${sayForecast(plan.forecast)}`])] : [];
  const ours = plan.steps.every(isOurs);
  const procedure = ours ? ownProcedure(plan.steps) : eksProcedure(plan.steps);
  return [...forecast, section(procedure), section([ours ? wayBackWords : pointOfNoReturn])];
}

const pointOfNoReturn =
  ":warning: *Point of no return:* once EKS has begun, the update cannot be cancelled or rolled back. If it fails, the group may be left with old and new nodes; starting again continues from there.";

const wayBackWords =
  ":warning: *Point of no return:* each old node that is terminated. Until then, and between nodes, it can be paused or stopped: I put back sizes, processes and marks, and nodes replaced by then stay on the new AMI.";

export function parallelWords(step: Step): string {
  const at = `${plural(parallelOf(step), "node")} at a time`;
  const { maxUnavailablePercentage } = step.updateConfig;
  return maxUnavailablePercentage === undefined ? at : `${at} (${maxUnavailablePercentage} %)`;
}

/** What EKS does, leg by leg (EKS user guide: managed node update behaviour). */
function eksProcedure(steps: readonly Step[]): string[] {
  const only = onlyOf(steps);
  const minimal = steps.every((step) => step.updateConfig.strategy === "MINIMAL");
  const forced = steps.some((step) => step.force);
  const stuck = forced
    ? "Pods that do not leave are deleted."
    : "A pod that cannot be evicted for 15 minutes makes the update fail.";
  return [
    only ? "*What EKS will do*" : "*What EKS will do, one node group after the other*",
    only?.ownTemplate
      ? "1. *Setup*: I make the launch template's new version; EKS takes it over."
      : "1. *Setup*: a new launch template version with the new AMI.",
    minimal
      ? "2. *Scale up*: skipped. Strategy MINIMAL adds no node first: evicted pods wait for a replacement unless other groups have room."
      : `2. *Scale up*: ${surgeWords(only)}, until each zone has a Ready one; then the old nodes take no new pods.`,
    `3. *Upgrade*: drains ${batchOf(only)} at a time, respecting disruption budgets, waits 60 s, terminates. ${stuck}`,
    minimal
      ? "4. *Scale down*: skipped, the group never grew."
      : `4. *Scale down*: gives the extra nodes back, to ${sizeOf(only)}.`,
  ];
}

/** What we do ourselves. */
function ownProcedure(steps: readonly Step[]): string[] {
  const only = onlyOf(steps);
  const surge = only ? surgeOf(only) : undefined;
  const none = surge === 0;
  return [
    only ? "*What I will do*" : "*What I will do, one node group after the other*",
    "1. *Setup*: note how things are, suspend what would interfere (such as AZRebalance), point the group at the new template version.",
    none
      ? "2. *Scale up*: skipped, no extra nodes are allowed."
      : `2. *Scale up*: ${surgeWords(only)}, until each zone has a Ready one; then the old nodes take no new pods.`,
    `3. *Upgrade*: drains ${batchOf(only)} at a time, respecting disruption budgets, ${pauseWords(only)}, terminates. A pod that cannot leave becomes a question here within seconds.`,
    none
      ? "4. *Scale down*: no node to give back; resumes what was suspended."
      : `4. *Scale down*: drains the extra nodes and gives them back, to ${sizeOf(only)}; resumes what was suspended.`,
  ];
}

function onlyOf(steps: readonly Step[]): Step | undefined {
  return steps.length === 1 ? steps[0] : undefined;
}

function batchOf(only: Step | undefined): string {
  return only ? plural(parallelOf(only), "old node") : "a few old nodes";
}

function sizeOf(only: Step | undefined): string {
  return only ? plural(only.nodes.count, "node") : "its size before";
}

function surgeWords(step: Step | undefined): string {
  return step
    ? `adds up to ${plural(surgeOf(step), "node")} on the new release`
    : "adds nodes on the new release";
}

function pauseWords(step: Step | undefined): string {
  if (step?.watchTargets) return "waits until load balancers have let go";
  return `waits ${Math.round((step?.drainPause ?? 60 * second) / second)} s`;
}
