import type { Fact } from "../core/events.js";
import { minute } from "../core/instant.js";
import { findOurs } from "./find-update.js";
import type { StepAtHand } from "./managed.js";
import { followed } from "./start.js";
import type { StepTick } from "./tick.js";

/** What was on its way to EKS at the first look has got there by then, and shows in the list of updates. */
const showsWithin = minute;
const toShow = "EKS to show whether it has begun";

/**
 * Called off when EKS was to be asked, and may have been. It is asked for nothing any more. What it began all the same is
 * followed, for it can neither be cancelled nor paused; if it began nothing, the run ends with nothing changed.
 */
export async function callOff(hand: StepAtHand): Promise<StepTick> {
  const { run, progress, now } = hand;
  const { update } = await findOurs(hand);
  if (update) return { ...followed(hand, update), next: "too late" };
  // From the first look that came after it, on the clock of those who look: whoever asked before that has ended by now.
  const sureAt = run.wait?.for === toShow ? run.wait.until : now + showsWithin;
  if (now < sureAt) return { progress, facts: [], next: "wait", wait: { for: toShow, until: sureAt } };
  // It was never begun, and the record says so: nothing of it counts as a try that failed.
  const { intent: _intent, receipt: _receipt, ...untouched } = progress;
  return { progress: untouched, facts: whatStays(hand), next: "stopped" };
}

/** A version of the customer's template that was made for it, or may have been: the bot deletes none. */
function whatStays({ run, step, index, progress }: StepAtHand): Fact[] {
  if (!step.ownTemplate || !step.launchTemplate) return [];
  const { name } = step.launchTemplate;
  const version = progress.intent?.templateVersion;
  const what =
    version === undefined
      ? `EC2 may have made a version of launch template ${name} "for run ${run.id}", which nothing uses`
      : `Version ${version} of launch template ${name} stays, and nothing uses it`;
  const next = `${version === undefined ? "Look in the EC2 console; if it is there, delete it" : "Delete it in the EC2 console"} if nobody wants it.`;
  return [{ type: "NotPutBack", step: index, what, next }];
}
