import { describeBlocker } from "../../core/blocker-words.js";
import { sayDuration } from "../../core/instant.js";
import type { PhaseName, Step } from "../../core/plan.js";
import type { DrainBlocker, Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { parallelOf, surgeOf } from "../progress.js";
import type { BlockedCallStory, BlockedStory, PhaseStory, RetryStory } from "../story.js";
import { capital, code, foreign, mention, plural, say, sentence, timeOfDay } from "../text.js";
import { answerLines } from "./answered.js";
import { blockedCard } from "./asked.js";
import { blockerWords, limitWords } from "./blockers.js";
import { planTitle } from "./plan.js";

const changesShown = 8;

export function phaseReply(run: Run, story: PhaseStory): View {
  const step = run.plan.steps[story.step];
  const of = run.plan.steps.length > 1 && step ? ` of ${code(step.nodeGroup)}` : "";
  const attempt = story.attempt > 1 ? ` (attempt ${story.attempt})` : "";
  return say([`*${capital(story.phase)}*${of}${attempt} ${phaseWords(story, step)}`, ...changedLines(story)]);
}

/** What we changed on the group, for those who want to know; in phases that change every node only the nodes are told. */
function changedLines({ phase, changed }: PhaseStory): string[] {
  if (phase !== "setup") return [];
  const lines = [...new Set(changed)].map((what) => `• ${foreign(what, 300)}`);
  const rest = lines.length - changesShown;
  return rest > 0 ? [...lines.slice(0, changesShown), `• and ${plural(rest, "more change")}`] : lines;
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

/** What happens in a phase, and who does it, for those who see it for the first time. */
function meaning(phase: PhaseName, step: Step | undefined): string {
  if (step?.kind === "self-managed node group") return ourMeaning(phase, step);
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

/** Nobody but us touches a self-managed group. */
function ourMeaning(phase: PhaseName, step: Step): string {
  switch (phase) {
    case "setup":
      return "I make a launch template version with the new AMI, point the group at it, and keep others from interfering.";
    case "scale up":
      return `I add up to ${plural(surgeOf(step), "node")} on the new release and wait until they are Ready.`;
    case "upgrade":
      return `I drain and terminate the old nodes, ${parallelOf(step)} at a time.`;
    case "scale down":
      return "I drain the extra nodes, give them back, and put back what I changed.";
  }
}

/** Calls the person who asked, unless it may pass by itself. While it lasts it shows the pods of the last look. */
export function blockedReply(run: Run, story: BlockedStory): View {
  if (story.ended) {
    const { blocker, answers } = story;
    const what = sentence(foreign(describeBlocker(blocker).what));
    const told = answerLines(run, answers, { blocker, over: true });
    return say([`${endWords(run, story, story.ended)}: ${what}`, ...told]);
  }
  if (isRolledByUs(run, story)) return blockedCard(run, story);
  const now = latest(run, story);
  if (story.called) return say(callLines(run, story, now));
  const times = `${timesWords(run, story, now)} If it lasts, I call whoever asked for the upgrade.`;
  return say([`:hourglass_flowing_sand: ${blockerWords(now, isForced(run, story))}`, times]);
}

/** What was told when it began, told again with a call: an edited message calls nobody. */
export function blockedCall(run: Run, story: BlockedCallStory): View {
  if (story.calledAgainAt !== undefined)
    return say([`It lasted: I asked again ${timeOfDay(story.calledAgainAt)}.`]);
  if (story.ended) return say([`${endWords(run, story, story.ended)}.`]);
  return isRolledByUs(run, story) ? blockedCard(run, story) : say(callLines(run, story, latest(run, story)));
}

type Blocked = BlockedStory | BlockedCallStory;

function latest(run: Run, { step, blocker }: Blocked): DrainBlocker {
  return run.steps[step]?.blockers?.find(({ id }) => id === blocker.id) ?? blocker;
}

function callLines(run: Run, story: Blocked, now: DrainBlocker): string[] {
  return [
    `:no_entry: ${mention(run.requestedBy)} *${planTitle(run.plan)} is blocked:* ${blockerWords(now, isForced(run, story))}`,
    timesWords(run, story, now),
  ];
}

function timesWords(run: Run, story: Blocked, { since, givesUpAt }: DrainBlocker): string {
  return `Since ${timeOfDay(since)}. ${limitWords(givesUpAt, isForced(run, story))}.`;
}

function isRolledByUs(run: Run, { step }: Blocked): boolean {
  return run.plan.steps[step]?.kind === "self-managed node group";
}

function isForced(run: Run, { step }: Blocked): boolean {
  return run.plan.steps[step]?.force === true;
}

function endWords(run: Run, story: Blocked, { at, how }: NonNullable<Blocked["ended"]>): string {
  const lasted = sayDuration(at - story.blocker.since);
  // Whether they left by themselves or were deleted cannot be seen any more.
  if (how === "cleared" && isForced(run, story)) return `Over after ${lasted}, at ${timeOfDay(at)}`;
  if (how === "cleared") return `:white_check_mark: Cleared after ${lasted}, at ${timeOfDay(at)}`;
  return how === "failed"
    ? `:x: In the way for ${lasted}, until the update failed`
    : `:leftwards_arrow_with_hook: In the way for ${lasted}, until the upgrade was called off`;
}

export function retryReply(story: RetryStory): View {
  return say([`*Attempt ${story.attempt}*: ${mention(story.by)} had it tried again ${timeOfDay(story.at)}.`]);
}
