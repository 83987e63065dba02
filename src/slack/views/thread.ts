import { type Instant, sayDuration } from "../../core/instant.js";
import type { PhaseName, Step } from "../../core/plan.js";
import type { Run, StepProgress } from "../../core/run.js";
import type { View } from "../limits.js";
import { pairs, parallelOf, runCounts } from "../progress.js";
import type { PhaseStory, ProblemStory } from "../story.js";
import {
  capital,
  code,
  fitLines,
  foreign,
  listed,
  mention,
  moment,
  plural,
  section,
  sentence,
  timeOfDay,
} from "../text.js";
import { startOf } from "./live.js";
import { planTitle, problemWords, startCommand } from "./plan.js";

/** Names shown of nodes that somebody should look at. */
const namesShown = 5;
/** Groups whose state is told at the end: the last that were begun. */
const groupsShown = 2;

export function phaseReply(run: Run, story: PhaseStory): View {
  const step = run.plan.steps[story.step];
  const of = run.plan.steps.length > 1 && step ? ` of ${code(step.nodeGroup)}` : "";
  const attempt = story.attempt > 1 ? ` (attempt ${story.attempt})` : "";
  return say([`*${capital(story.phase)}*${of}${attempt} ${phaseWords(story, step)}`]);
}

function phaseWords(story: PhaseStory, step: Step | undefined): string {
  if (story.skipped !== undefined) return `skipped: ${foreign(story.skipped)}.`;
  if (!story.ended) return `started ${timeOfDay(story.startedAt)}. ${meaning(story.phase, step)}`;
  const took = sayDuration(story.ended.at - story.startedAt);
  const nodes = nodesWords(story);
  return story.ended.how === "done" ? `done in ${took}${nodes}.` : `stopped after ${took}${nodes}.`;
}

function nodesWords({ joined, gone }: PhaseStory): string {
  const parts = [
    joined > 0 ? `${plural(joined, "node")} joined` : undefined,
    gone > 0 ? `${plural(gone, "node")} left` : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? `: ${parts.join(", ")}` : "";
}

/** What happens in a phase, for those who see it for the first time. */
function meaning(phase: PhaseName, step: Step | undefined): string {
  switch (phase) {
    case "setup":
      return "EKS prepares a launch template version with the new AMI.";
    case "scale up":
      return "EKS adds nodes on the new release and waits until they are Ready.";
    case "upgrade":
      return `EKS drains and terminates the old nodes, ${step ? parallelOf(step) : 1} at a time.`;
    case "scale down":
      return "EKS gives the extra nodes back.";
  }
}

/** Calls the person who asked when there is something to do; a problem that only needs time calls nobody. */
export function problemReply(run: Run, story: ProblemStory): View {
  if (story.clearedAt !== undefined) {
    const lasted = sayDuration(story.clearedAt - story.metAt);
    return say([`:white_check_mark: Cleared after ${lasted}: ${sentence(foreign(story.problem.what))}`]);
  }
  const call = story.problem.next === "" ? "" : `${mention(run.requestedBy)} `;
  return say([
    `:warning: ${call}${problemWords(story.problem)}`,
    `Since ${timeOfDay(story.metAt)}. The run goes on looking.`,
  ]);
}

/** The last word, in the channel: what became of it, and what is to be done. */
export function endReply(run: Run): View {
  return run.state === "failed" ? say(failure(run)) : say(success(run));
}

/** The last word on a request that never ran, under its card. */
export function declinedReply(run: Run): View {
  const title = planTitle(run.plan);
  const again = `To ask again: ${startCommand(run.plan)}`;
  const at = run.decidedAt ?? run.expiresAt;
  const what =
    run.state === "expired"
      ? `nobody decided on upgrading ${title} before ${moment(at)}. Nothing was changed.`
      : `${mention(run.rejectedBy ?? "somebody")} rejected upgrading ${title} ${moment(at)}. Nothing was changed.`;
  return say([`${mention(run.requestedBy)} ${what}`, again]);
}

function success(run: Run): string[] {
  const counts = runCounts(run);
  const groups = run.plan.steps.map(
    (step) => `${code(step.nodeGroup)} runs ${code(step.to.release)}, was ${code(step.from.release)}`,
  );
  return [
    `${mention(run.requestedBy)} :white_check_mark: *Upgraded ${planTitle(run.plan)}*${tookWords(run)}.`,
    `${plural(counts.oldGone, "node")} replaced, ${counts.newReady} ready on the new release.`,
    ...groups.map((group) => `• ${group}`),
  ];
}

function failure(run: Run): string[] {
  const again = startCommand(run.plan);
  return [
    `${mention(run.requestedBy)} :x: *The upgrade of ${planTitle(run.plan)} failed*${tookWords(run)}.`,
    `*What happened:* ${sentence(foreign(run.failure?.what ?? "no reason was given", 500))}`,
    ...groupsNow(run),
    `*What to do:* ${foreign(run.failure?.next || "Look at the node group in the EKS console.", 500)}`,
    `To start again: ${again}`,
  ];
}

/** Only groups that were begun: of the others nothing was changed. */
function groupsNow(run: Run): string[] {
  const begun = pairs(run).filter(([, progress]) => progress.phases.setup.state !== "pending");
  if (begun.length === 0) return ["No node was changed, as far as was seen."];
  const rest = begun.length - groupsShown;
  return [
    ...begun
      .slice(-groupsShown)
      .map(([step, progress]) => `*${foreign(step.nodeGroup, 80)} now:* ${groupNow(progress)}.`),
    ...(rest > 0 ? [`Before it: ${plural(rest, "more node group")}, see the live message.`] : []),
  ];
}

/** "2 nodes on the new release, 1 on the old; cordoned: ip-10-0-1-7". */
function groupNow(progress: StepProgress): string {
  const there = Object.entries(progress.nodes).filter(([, node]) => node.state !== "gone");
  if (there.length === 0) return "its nodes were not seen: look at them first";
  const news = there.filter(([, node]) => !node.old);
  const notReady = news.filter(([, node]) => node.state === "joined").map(([name]) => name);
  const cordoned = there
    .filter(([, node]) => node.state !== "ready" && node.state !== "joined")
    .map(([name]) => name);
  return [
    `${plural(news.length, "node")} on the new release, ${there.length - news.length} on the old`,
    notReady.length > 0 ? `not Ready: ${nameSome(notReady)}` : undefined,
    cordoned.length > 0 ? `take no new pods: ${nameSome(cordoned)}` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}

function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => code(name, 60));
  const rest = names.length - shown.length;
  return listed(rest > 0 ? [...shown, `${rest} more`] : shown, "and");
}

function tookWords(run: Run): string {
  return run.endedAt === undefined
    ? ""
    : ` ${run.state === "failed" ? "after" : "in"} ${lengthOf(run, run.endedAt)}`;
}

function lengthOf(run: Run, endedAt: Instant): string {
  return sayDuration(endedAt - startOf(run));
}

function say(lines: readonly string[]): View {
  return { text: fitLines(lines, 3_000), blocks: [section(lines)] };
}
