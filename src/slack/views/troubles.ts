import { approvedUntil } from "../../core/approval.js";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import { environmentUnknown, type Problem } from "../../core/problems.js";
import type { Run, StandingTrouble } from "../../core/run.js";
import { troublesNow } from "../../core/troubles.js";
import type { View } from "../limits.js";
import { unfinishedStep } from "../standing.js";
import type { CallStory, ProblemStory } from "../story.js";
import { code, foreign, mention, say, sentence, timeOfDay } from "../text.js";
import { planTitle, problemWords } from "./plan.js";

/** What keeps the bot from seeing or acting: since when, what to do, and what becomes of the update meanwhile. */
export function troubleLines(run: Run, now: Instant): string[] {
  if (run.state !== "running") return [];
  return troublesNow(run).map((trouble) => {
    const lasted = now - trouble.since;
    const since = `since ${timeOfDay(trouble.since)}${lasted >= minute ? `, for ${sayDuration(lasted)}` : ""}`;
    const words = trouble.called
      ? `:warning: *In the way ${since}:* ${lastingWords(trouble.problem)}`
      : `:hourglass_flowing_sand: *In the way ${since}:* ${sentence(foreign(trouble.problem.what, 400))} ${mayPass}`;
    return `${words} ${meanwhile(run, trouble)}`;
  });
}

const mayPass = "It may pass by itself; if it lasts, I call whoever asked for the upgrade.";

/** Where an adapter knows no next step, because time is mostly all it takes: for when it did not. */
const lookAtHealth =
  "See whether AWS Health or the cluster's API server report trouble, and what else asks them too often.";

function lastingWords(problem: Problem): string {
  return problemWords({ ...problem, next: problem.next || lookAtHealth }, 400);
}

/** Whether the update goes on without the bot's seeing it, or waits for the trouble to pass. */
function meanwhile(run: Run, trouble?: StandingTrouble): string {
  const progress = unfinishedStep(run)?.progress;
  if (progress?.updateId !== undefined) return "EKS goes on by itself meanwhile.";
  const cancel = code(`/eks-upgrade cancel ${run.id}`);
  // Nobody has a right there any more, to call it off neither.
  const nobodyMay = trouble?.problem.code === environmentUnknown;
  if (trouble?.givesUpAt !== undefined && !run.stopping) {
    const end = timeOfDay(Math.min(trouble.givesUpAt, approvedUntil(run) ?? trouble.givesUpAt));
    return `As far as I know EKS has not begun; if this lasts until ${end}, the run fails.${nobodyMay ? "" : ` To call it off before: ${cancel}`}`;
  }
  if (progress?.roll && progress.roll.ledger.length > 0) {
    return "Nothing new is begun meanwhile; it goes on where it was once this is over.";
  }
  if (progress?.intent !== undefined) {
    const goOn = run.stopping ? "looking" : "asking";
    const unknown = `I do not know yet whether EKS has begun, and go on ${goOn}`;
    return run.stopping || nobodyMay ? `${unknown}.` : `${unknown}. To call it off if it has not: ${cancel}`;
  }
  const nothing = (progress?.attempt ?? 1) > 1 ? "This attempt has not begun." : "Nothing has begun.";
  return `${nothing} It goes on once this is over${nobodyMay ? "." : `; to call it off: ${cancel}`}`;
}

/** EKS is known to be at work on the step that is under way: it goes on, whatever the bot sees. */
export function hasStarted(run: Run): boolean {
  return unfinishedStep(run)?.progress.updateId !== undefined;
}

/** Calls the person who asked only where waiting is known to be no help; a call that comes later is a reply of its own. */
export function problemReply(run: Run, story: ProblemStory): View {
  const what = sentence(foreign(story.problem.what));
  if (story.clearedAt !== undefined) {
    const lasted = sayDuration(story.clearedAt - story.metAt);
    return say([`:white_check_mark: Cleared after ${lasted}, at ${timeOfDay(story.clearedAt)}: ${what}`]);
  }
  if (story.leftAt !== undefined) return say([`It was there when the run ended: ${what}`]);
  const words = story.called
    ? `:warning: ${mention(run.requestedBy)} *${planTitle(run.plan)}:* ${problemWords(story.problem)}`
    : `:hourglass_flowing_sand: ${what} ${mayPass}`;
  return say([words, `Since ${timeOfDay(story.metAt)}. ${outlook(run, story)}`]);
}

/** What was told when it began, told again with a call: an edited message calls nobody. */
export function callReply(run: Run, story: CallStory): View {
  if (story.clearedAt !== undefined) {
    const lasted = sayDuration(story.clearedAt - story.metAt);
    return say([
      `:white_check_mark: Nothing to do any more: it cleared after ${lasted}, at ${timeOfDay(story.clearedAt)}.`,
    ]);
  }
  if (story.leftAt !== undefined) return say(["It was still there when the run ended."]);
  if (story.calledAgainAt !== undefined) {
    return say([`It became something else: I called again ${timeOfDay(story.calledAgainAt)}.`]);
  }
  const how = story.call > 1 ? "This has become something else:" : "This has not passed by itself:";
  return say([
    `:warning: ${mention(run.requestedBy)} *${planTitle(run.plan)}:* ${how} ${lastingWords(story.problem)}`,
    `Since ${timeOfDay(story.metAt)}, for ${sayDuration(story.calledAt - story.metAt)} when I called. ${outlook(run, story)}`,
  ]);
}

function outlook(run: Run, { id }: ProblemStory | CallStory): string {
  return meanwhile(
    run,
    run.troubles?.find((trouble) => trouble.id === id),
  );
}
