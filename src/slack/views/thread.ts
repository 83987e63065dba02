import { describeBlocker } from "../../core/blocker-words.js";
import { sayDuration } from "../../core/instant.js";
import type { PhaseName, Step } from "../../core/plan.js";
import type { DrainBlocker, Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { parallelOf } from "../progress.js";
import type { BlockedCallStory, BlockedStory, PhaseStory, RetryStory } from "../story.js";
import { capital, code, foreign, mention, plural, say, sentence, timeOfDay } from "../text.js";
import { blockerWords, limitWords } from "./blockers.js";
import { planTitle } from "./plan.js";

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

/** Calls the person who asked, unless it may pass by itself. While it lasts it shows the pods of the last look. */
export function blockedReply(run: Run, story: BlockedStory): View {
  if (story.ended) {
    const what = sentence(foreign(describeBlocker(story.blocker).what));
    return say([`${endWords(run, story, story.ended)}: ${what}`]);
  }
  const now = latest(run, story);
  if (story.called) return say(callLines(run, story, now));
  const times = `${timesWords(run, story, now)} If it lasts, I call whoever asked for the upgrade.`;
  return say([`:hourglass_flowing_sand: ${blockerWords(now, isForced(run, story))}`, times]);
}

/** What was told when it began, told again with a call: an edited message calls nobody. */
export function blockedCall(run: Run, story: BlockedCallStory): View {
  return say(
    story.ended ? [`${endWords(run, story, story.ended)}.`] : callLines(run, story, latest(run, story)),
  );
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

function isForced(run: Run, { step }: Blocked): boolean {
  return run.plan.steps[step]?.force === true;
}

function endWords(run: Run, story: Blocked, { at, how }: NonNullable<Blocked["ended"]>): string {
  const lasted = sayDuration(at - story.blocker.since);
  // Whether they left by themselves or were deleted cannot be seen any more.
  if (how === "cleared" && isForced(run, story)) return `Over after ${lasted}, at ${timeOfDay(at)}`;
  return how === "cleared"
    ? `:white_check_mark: Cleared after ${lasted}, at ${timeOfDay(at)}`
    : `:x: In the way for ${lasted}, until the update failed`;
}

export function retryReply(story: RetryStory): View {
  return say([`*Attempt ${story.attempt}*: ${mention(story.by)} had it tried again ${timeOfDay(story.at)}.`]);
}
