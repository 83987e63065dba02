import type { Fact } from "../core/events.js";
import { type Instant, minute } from "../core/instant.js";
import { findOurs } from "./find-update.js";
import type { StepAtHand } from "./managed.js";
import { followed } from "./start.js";
import type { StepTick } from "./tick.js";

/** What was on its way to EKS when it was called off has got there by then, and shows in the list of updates. */
const showsWithin = minute;

/**
 * Called off when EKS was to be asked, and may have been. It is asked for nothing any more. What it began all the same is
 * followed, for it can neither be cancelled nor paused; if it began nothing, the run ends with nothing changed.
 */
export async function callOff(hand: StepAtHand, calledOffAt: Instant): Promise<StepTick> {
  const { progress, now } = hand;
  const { update } = await findOurs(hand);
  if (update) return { ...followed(hand, update), next: "too late" };
  const sureAt = calledOffAt + showsWithin;
  if (now < sureAt) {
    const wait = { for: "EKS to show whether it has begun", until: sureAt };
    return { progress, facts: [], next: "wait", wait };
  }
  // It was never begun, and the record says so: nothing of it counts as a try that failed.
  const { intent: _intent, receipt: _receipt, ...untouched } = progress;
  return { progress: untouched, facts: whatStays(hand), next: "stopped" };
}

/** A version of the customer's template that was made for it: the bot deletes none. */
function whatStays({ step, index, progress }: StepAtHand): Fact[] {
  const version = progress.intent?.templateVersion;
  if (version === undefined) return [];
  const what = `Version ${version} of launch template ${step.launchTemplate?.name ?? ""} stays, and nothing uses it`;
  return [
    { type: "NotPutBack", step: index, what, next: "Delete it in the EC2 console if nobody wants it." },
  ];
}
