import type { KnownBlock } from "@slack/types";
import type { Instant } from "../../core/instant.js";
import { type Plan, type Step, titleOf } from "../../core/plan.js";
import type { Problem } from "../../core/problems.js";
import type { View } from "../limits.js";
import { parallelOf, surgeOf } from "../progress.js";
import { releaseWithAge } from "../release-age.js";
import { code, fitLines, foreign, plural, section, sections, sentence } from "../text.js";

/** Parts of one message: together they stay within what a message holds. */
const room = { steps: 3_500, problems: 1_800 } as const;

/** The answer to `plan`: what would be done, and how to have it done. */
export function planView(plan: Plan, now: Instant): View {
  const title = planTitle(plan);
  return {
    text: fitLines(
      [`Plan for ${title}${isUpToDate(plan) ? "" : `: ${summaryOf(plan)}`}.`, verdict(plan)],
      3_000,
    ),
    blocks: [
      section([`*Plan for ${title}*`, verdict(plan)]),
      ...planBlocks(plan, now),
      ...outlookBlocks(plan),
    ],
  };
}

function verdict(plan: Plan): string {
  if (plan.blockers.length === 0)
    return `Start it with ${startCommand(plan)}. Nothing happens before it is approved.`;
  return isUpToDate(plan) ? "Nothing to upgrade." : "It cannot start yet: see what stands in the way.";
}

/** What to type to have it done, or done again. */
export function startCommand(plan: Pick<Plan, "cluster" | "steps" | "wish">): string {
  const command = typed("start", plan);
  // Force cannot be typed: it is offered where it may help.
  return plan.wish.force ? `${command} (without force)` : command;
}

/** What to type to see what would be done now. */
export function planCommand(plan: Pick<Plan, "cluster" | "steps" | "wish">): string {
  return typed("plan", plan);
}

function typed(verb: "start" | "plan", plan: Pick<Plan, "cluster" | "steps" | "wish">): string {
  const to = plan.wish.release ?? plan.wish.version;
  return code(`/eks-upgrade ${verb} ${titleOf(plan)}${to === undefined ? "" : ` --to ${to}`}`, 250);
}

/** What the plan is, for its answer and its card: problems first, then each node group. */
export function planBlocks(plan: Plan, now: Instant): KnownBlock[] {
  return [
    ...problemBlocks(isUpToDate(plan) ? "Up to date" : "In the way", plan.blockers),
    ...(isUpToDate(plan) ? [] : stepBlocks(plan, now)),
    ...problemBlocks("Worth knowing before", plan.warnings),
  ];
}

function stepBlocks(plan: Plan, now: Instant): KnownBlock[] {
  const [only, ...more] = plan.steps;
  if (!only) return [];
  if (more.length === 0) return [section(stepLines(only, plan, now), room.steps)];
  const where = `*${plural(plan.steps.length, "node group")}* of ${placeOf(plan)}`;
  return sections([where, ...plan.steps.map(stepLine)], "", room.steps);
}

function placeOf(plan: Plan): string {
  return `${code(plan.cluster)} in ${foreign(plan.environment, 80)} (${foreign(plan.region, 40)})`;
}

/** One of several node groups. */
function stepLine(step: Step): string {
  const releases = `${code(step.from.release, 60)} → ${code(step.to.release, 60)}`;
  const force = step.force ? " · *force*" : "";
  return `• ${code(step.nodeGroup, 80)} ${releases} · ${plural(step.nodes.count, "node")} · ${parallelWords(step)}${force}`;
}

/** What will happen when it is approved; nothing for a plan that cannot be. */
export function outlookBlocks(plan: Plan): KnownBlock[] {
  if (plan.blockers.length > 0 || plan.steps.length === 0) return [];
  return [section(procedure(plan.steps)), section([pointOfNoReturn])];
}

function isUpToDate(plan: Plan): boolean {
  return plan.blockers.length > 0 && plan.blockers.every((blocker) => blocker.code === "AlreadyAtTarget");
}

const pointOfNoReturn =
  ":warning: *Point of no return:* once EKS has begun, the update cannot be cancelled or rolled back. If it fails, the group may be left with old and new nodes; starting again continues from there.";

/** The plan's name in mrkdwn. */
export function planTitle(plan: Pick<Plan, "cluster" | "steps">): string {
  return foreign(titleOf(plan), 250);
}

/** "1.34.7-20260301 → 1.34.9-20260714, 3 nodes" or "4 node groups, 31 nodes". */
export function summaryOf(plan: Pick<Plan, "steps">): string {
  const [only, ...more] = plan.steps;
  const nodes = plural(
    plan.steps.reduce((sum, step) => sum + step.nodes.count, 0),
    "node",
  );
  if (!only) return "nothing to change";
  if (more.length > 0) return `${plural(plan.steps.length, "node group")}, ${nodes}`;
  return `${foreign(only.from.release, 80)} → ${foreign(only.to.release, 80)}, ${nodes}`;
}

function stepLines(step: Step, plan: Plan, now: Instant): (string | undefined)[] {
  const zones = step.nodes.zones;
  const kubernetes =
    step.from.version === step.to.version
      ? `Kubernetes ${foreign(step.to.version)}, unchanged`
      : `Kubernetes ${foreign(step.from.version)} → ${foreign(step.to.version)}`;
  return [
    `*Node group* ${code(step.nodeGroup)} of ${placeOf(plan)}`,
    `*From* ${releaseWithAge(step.amiType, step.from.release, now)}`,
    `*To* ${releaseWithAge(step.amiType, step.to.release, now)}`,
    `${kubernetes} · ${foreign(step.amiType)}`,
    `${plural(step.nodes.count, "node")} in ${plural(zones.length, "zone")}${zones.length > 0 ? ` (${foreign(zones.join(", "), 300)})` : ""} · ${parallelWords(step)}`,
    step.launchTemplate
      ? `Launch template ${code(step.launchTemplate.name)} stays at version ${foreign(step.launchTemplate.version)}`
      : undefined,
    step.force ? "*Force:* pods that cannot be evicted are deleted, whatever their budgets say." : undefined,
  ];
}

function parallelWords(step: Step): string {
  const at = `${plural(parallelOf(step), "node")} at a time`;
  const { maxUnavailablePercentage } = step.updateConfig;
  return maxUnavailablePercentage === undefined ? at : `${at} (${maxUnavailablePercentage} %)`;
}

/** What EKS does, leg by leg (EKS user guide: managed node update behaviour). */
function procedure(steps: readonly Step[]): string[] {
  const [first] = steps;
  const only = steps.length === 1 ? first : undefined;
  const minimal = steps.every((step) => step.updateConfig.strategy === "MINIMAL");
  const forced = steps.some((step) => step.force);
  const batch = only ? plural(parallelOf(only), "old node") : "a few old nodes";
  const stuck = forced
    ? "Pods that do not leave are deleted."
    : "A pod that cannot be evicted for 15 minutes makes the update fail.";
  const size = only ? plural(only.nodes.count, "node") : "its size before";
  return [
    only ? "*What EKS will do*" : "*What EKS will do, one node group after the other*",
    "1. *Setup*: a new launch template version with the new AMI.",
    minimal
      ? "2. *Scale up*: skipped. Strategy MINIMAL adds no node first: evicted pods wait for a replacement unless other groups have room."
      : `2. *Scale up*: ${surgeWords(only)}, until each zone has a Ready one; then the old nodes take no new pods.`,
    `3. *Upgrade*: drains ${batch} at a time, respecting disruption budgets, waits 60 s, terminates. ${stuck}`,
    minimal
      ? "4. *Scale down*: skipped, the group never grew."
      : `4. *Scale down*: gives the extra nodes back, to ${size}.`,
  ];
}

function surgeWords(step: Step | undefined): string {
  return step
    ? `adds up to ${plural(surgeOf(step), "node")} on the new release`
    : "adds nodes on the new release";
}

function problemBlocks(title: string, problems: readonly Problem[]): KnownBlock[] {
  if (problems.length === 0) return [];
  return [section([`*${title}*`, ...problems.map(problemLine)], room.problems)];
}

/** What is wrong, and what to do about it. Both come from outside as well (names, EKS' messages). */
function problemLine(problem: Problem): string {
  return `• ${problemWords(problem, 250)}`;
}

export function problemWords(problem: Problem, max = 800): string {
  const said = sentence(foreign(problem.what, max));
  return problem.next === "" ? said : `${said} ${foreign(problem.next, max)}`;
}
