import type { KnownBlock } from "@slack/types";
import type { Instant } from "../../core/instant.js";
import { type Plan, type Step, titleOf } from "../../core/plan.js";
import type { Problem } from "../../core/problems.js";
import type { View } from "../limits.js";
import { releaseWithAge } from "../release-age.js";
import { code, fitLines, foreign, mention, moment, plural, section, sections, sentence } from "../text.js";
import { isOurs, outlookBlocks, parallelWords } from "./outlook.js";
import { promotionLines } from "./promotion.js";

/** Parts of one message: together they stay within what a message holds. */
const room = { steps: 3_500, problems: 1_800 } as const;

/**
 * The answer to `plan`: what would be done, and how to have it done.
 * @param approvals how many it needs in its environment
 */
export function planView(plan: Plan, now: Instant, approvals: number): View {
  const title = planTitle(plan);
  return {
    text: fitLines(
      [`Plan for ${title}${isUpToDate(plan) ? "" : `: ${summaryOf(plan)}`}.`, verdict(plan, approvals)],
      3_000,
    ),
    blocks: [
      section([`*Plan for ${title}*`, verdict(plan, approvals)]),
      ...planBlocks(plan, now),
      ...outlookBlocks(plan),
    ],
  };
}

function verdict(plan: Plan, approvals: number): string {
  if (plan.blockers.length === 0) {
    const then = approvals === 0 ? "Nobody has to approve it." : "Nothing happens before it is approved.";
    return `Start it with ${startCommand(plan)}. ${then}`;
  }
  return isUpToDate(plan) ? "Nothing to upgrade." : "It cannot start yet: see what stands in the way.";
}

/** What to type to have it done, or done again. */
export function startCommand(plan: Pick<Plan, "cluster" | "steps" | "wish">): string {
  const command = code(startWords(plan), 250);
  // Force cannot be typed: it is offered where it may help.
  return plan.wish.force ? `${command} (without force)` : command;
}

/** What to type to see what would be done now. */
export function planCommand(plan: Pick<Plan, "cluster" | "steps" | "wish">): string {
  return code(typed("plan", plan), 250);
}

/** The same without its marks, for words that are marked later. */
export function startWords(plan: Pick<Plan, "cluster" | "steps" | "wish">): string {
  return typed("start", plan);
}

function typed(verb: "start" | "plan", plan: Pick<Plan, "cluster" | "steps" | "wish">): string {
  const { image, release, version } = plan.wish;
  const to = release ?? version;
  const option = image !== undefined ? ` --ami ${image}` : to !== undefined ? ` --to ${to}` : "";
  return `/eks-upgrade ${verb} ${titleOf(plan)}${option}`;
}

/** What the plan is, for its answer and its card: problems first, then each node group. */
export function planBlocks(plan: Plan, now: Instant): KnownBlock[] {
  return [
    ...problemBlocks(isUpToDate(plan) ? "Up to date" : "In the way", plan.blockers),
    ...(plan.promotion ? lineBlocks(promotionLines(plan.promotion, now)) : []),
    ...(isUpToDate(plan) ? [] : stepBlocks(plan, now)),
    ...problemBlocks("Worth knowing before", plan.warnings),
  ];
}

function lineBlocks(lines: readonly string[]): KnownBlock[] {
  return lines.length > 0 ? [section(lines)] : [];
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

function isUpToDate(plan: Plan): boolean {
  return plan.blockers.length > 0 && plan.blockers.every((blocker) => blocker.code === "AlreadyAtTarget");
}

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
  const kind = isOurs(step) ? "Self-managed node group" : "Node group";
  return [
    `*${kind}* ${code(step.nodeGroup, 150)} of ${placeOf(plan)}`,
    `*From* ${softwareWords(step, step.from, now)}`,
    `*To* ${softwareWords(step, step.to, now)}`,
    `${kubernetes} · ${foreign(step.amiType)}`,
    `${plural(step.nodes.count, "node")} in ${plural(zones.length, "zone")}${zones.length > 0 ? ` (${foreign(zones.join(", "), 300)})` : ""} · ${parallelWords(step)}`,
    templateWords(step),
    step.force ? "*Force:* pods that cannot be evicted are deleted, whatever their budgets say." : undefined,
  ];
}

/** Where EKS does not choose the AMI, it is named: people know it by its id. */
function softwareWords(step: Step, { release, image }: Step["from"], now: Instant): string {
  const said = releaseWithAge(step.amiType, release, now);
  return step.ownTemplate && image !== undefined && image !== release ? `${said} · ${code(image, 40)}` : said;
}

function templateWords({ launchTemplate, ownTemplate }: Step): string | undefined {
  if (!launchTemplate) return undefined;
  const [name, version] = [code(launchTemplate.name, 150), foreign(launchTemplate.version)];
  return ownTemplate
    ? `Launch template ${name}: a new version, made from version ${version}, names the AMI; its default version stays`
    : `Launch template ${name} stays at version ${version}`;
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
  const { by } = problem;
  const since = by?.since === undefined ? "" : `, since ${moment(by.since)}`;
  const who = by ? ` (${mention(by.user)}${since})` : "";
  const said = sentence(`${foreign(problem.what, max)}${who}`);
  return problem.next === "" ? said : `${said} ${foreign(problem.next, max)}`;
}
