import { describeBlocker } from "../../core/blocker-words.js";
import { sayDuration } from "../../core/instant.js";
import type { PhaseName, Step } from "../../core/plan.js";
import type { DrainBlocker, Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { parallelOf } from "../progress.js";
import type { BlockedStory, PhaseStory, ProblemStory, RetryStory } from "../story.js";
import { capital, code, foreign, mention, plural, say, sentence, timeOfDay } from "../text.js";
import { blockerWords, limitWords } from "./blockers.js";
import { problemWords } from "./plan.js";

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
  if (story.leftAt !== undefined) {
    return say([`It was there when the run ended: ${sentence(foreign(story.problem.what))}`]);
  }
  const call = story.problem.next === "" ? "" : `${mention(run.requestedBy)} `;
  return say([
    `:warning: ${call}${problemWords(story.problem)}`,
    `Since ${timeOfDay(story.metAt)}. The run goes on looking.`,
  ]);
}

/** Calls the person who asked, unless it passes by itself. While it lasts it shows the pods of the last look. */
export function blockedReply(run: Run, story: BlockedStory): View {
  const { ended, step } = story;
  if (ended) {
    const lasted = sayDuration(ended.at - story.blocker.since);
    const what = sentence(foreign(describeBlocker(story.blocker).what));
    return say([
      ended.how === "cleared"
        ? `:white_check_mark: Cleared after ${lasted}: ${what}`
        : `:x: In the way for ${lasted}, until the update failed: ${what}`,
    ]);
  }
  const now = run.steps[step]?.blockers?.find(({ id }) => id === story.blocker.id) ?? story.blocker;
  const call = passesByItself(now) ? "" : `${mention(run.requestedBy)} `;
  const force = run.plan.steps[step]?.force === true;
  const limit = now.givesUpAt === undefined ? "" : ` ${limitWords(now.givesUpAt, force)}.`;
  return say([`:no_entry: ${call}${blockerWords(now)}`, `Since ${timeOfDay(now.since)}.${limit}`]);
}

function passesByItself({ reason }: DrainBlocker): boolean {
  return reason === "budget not yet observed";
}

export function retryReply(story: RetryStory): View {
  return say([`*Attempt ${story.attempt}*: ${mention(story.by)} had it tried again ${timeOfDay(story.at)}.`]);
}
