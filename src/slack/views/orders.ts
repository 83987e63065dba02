import { describeBlocker } from "../../core/blocker-words.js";
import type { AnswerRefusal } from "../../core/decide-answer.js";
import type { CancelRefusal, PauseRefusal, ResumeRefusal } from "../../core/decide-control.js";
import type { RepairRefusal } from "../../core/decide-repair.js";
import { holdPoint } from "../../core/hold.js";
import { titleOf } from "../../core/plan.js";
import type { Choice, Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { attemptOf, isLeftToEks, toldBlockers } from "../standing.js";
import { code, mention, say, whoever } from "../text.js";
import { type Refusal, refusal } from "./answers.js";
import { leftAsItWas } from "./ends.js";
import { heldLines } from "./held.js";
import { planTitle } from "./plan.js";

/** Answers to what people order about a run: hold it, let it go on, call it off, put back what it left, answer it. */

const seeStatus = "/eks-upgrade status shows what is open.";
const claimed: Refusal = {
  what: "Not now: another upgrade of the same node group is running.",
  why: "Only one may change it at a time.",
  next: "Try again when that one is over; /eks-upgrade status shows it.",
};

function isOver(run: Run, what: string): View {
  return refusal({ what, why: `Run ${run.id} is over: ${overWords(run)}`, next: seeStatus });
}

/** After `cancel`: the target is free again, or will be once everything of ours is put back. */
export function cancelledAnswer(run: Run): View {
  const title = planTitle(run.plan);
  if (run.state === "cancelled")
    return say([`Called off upgrading ${title}. ${leftAsItWas(run)} Run ${code(run.id)}.`]);
  const how = isLeftToEks(run)
    ? "EKS may have been asked already. I ask it for nothing any more, and am looking whether it has begun. If not, that is the end of it; if so, the update goes on, for EKS can neither cancel nor pause one. The thread tells which."
    : "I am putting back what I changed, and nodes that are new stay. The live message shows when that is done.";
  return say([`Calling off upgrading ${title}: ${how} Run ${code(run.id)}.`]);
}

/** Why `cancel` changes nothing, and what helps instead. */
export function refusedCancel(why: CancelRefusal | "claimed", run: Run): View {
  if (why === "claimed") return refusal(claimed);
  if (why === "over") return isOver(run, "There is nothing to call off.");
  if (why === "stopping") return refusedWhileStopping(run);
  const [blocked] = toldBlockers(run);
  const stuck = run.plan.steps.some((step) => step.force)
    ? "pods that have not left a node after 15 minutes are deleted"
    : "or it fails when pods cannot be evicted for 15 minutes; then old and new nodes are left side by side";
  return refusal({
    what: `${titleOf(run.plan)} cannot be called off any more.`,
    why: `EKS has begun, and it can neither cancel nor pause a node group update. It ends when every node is replaced; ${stuck}.`,
    next: blocked
      ? `What helps is to let it finish. ${describeBlocker(blocked.blocker).next}`
      : "Let it go on: the live message tells when something blocks it.",
  });
}

function refusedWhileStopping(run: Run): View {
  return refusal({
    what: `${titleOf(run.plan)} is being called off already.`,
    why: isLeftToEks(run)
      ? "EKS is asked for nothing any more, and I am looking whether it has begun before."
      : "What I changed is being put back, and that is not held up.",
    next: isLeftToEks(run) ? "The thread tells what came of it." : "The live message shows when it is done.",
  });
}

/** After `pause`. */
export function pausedAnswer(run: Run): View {
  return say([
    `Paused upgrading ${planTitle(run.plan)}: nothing new is begun. Nodes that are leaving may still go. To go on: ${code(`/eks-upgrade resume ${run.id}`)}`,
  ]);
}

export function refusedPause(why: PauseRefusal | "claimed", run: Run): View {
  switch (why) {
    case "claimed":
      return refusal(claimed);
    case "over":
      return isOver(run, "There is nothing to pause.");
    case "stopping":
      return refusedWhileStopping(run);
    case "not approved":
      return nothingToPause(run);
    case "paused already":
      return refusal({
        what: "It is paused already.",
        why: "Nothing new is begun.",
        next: `To go on: /eks-upgrade resume ${run.id}`,
      });
    case "managed":
      if (holdPoint(run) === "nothing begun") return nothingToPause(run);
      return refusal({
        what: `${titleOf(run.plan)} cannot be paused.`,
        why: "EKS replaces the nodes of a managed node group itself, and it can neither pause nor cancel an update",
        next: "Let it go on: the live message tells when something blocks it.",
      });
  }
}

function nothingToPause(run: Run): View {
  const begun = attemptOf(run) > 1 ? "this attempt has begun nothing" : "nothing has begun";
  return refusal({
    what: "There is nothing to pause.",
    why: `${titleOf(run.plan)} ${beforeItBegins(run)}: ${begun}.`,
    next: `To call it off: /eks-upgrade cancel ${run.id}`,
  });
}

function beforeItBegins({ state, held }: Run): string {
  if (state === "scheduled") return "is scheduled";
  if (state === "awaiting approval") return "waits for approval";
  if (!held) return "is about to begin";
  return held.why === "lock" ? "is held by a lock" : "is held";
}

/** After `resume`. A rule may hold it all the same. */
export function resumedAnswer(run: Run): View {
  if (run.held)
    return say([
      `Upgrading ${planTitle(run.plan)} is paused no longer. Run ${code(run.id)}.`,
      ...heldLines(run),
    ]);
  return say([`Upgrading ${planTitle(run.plan)} goes on; its live message shows it. Run ${code(run.id)}.`]);
}

export function refusedResume(why: ResumeRefusal | "claimed", run: Run): View {
  if (why === "claimed") return refusal(claimed);
  if (why === "over") return isOver(run, "There is nothing to resume.");
  if (run.held)
    return say([`There is nothing to resume: run ${code(run.id)} is not paused.`, ...heldLines(run)]);
  return refusal({
    what: "There is nothing to resume.",
    why: `Run ${run.id} is not paused.`,
    next: seeStatus,
  });
}

/** Why `retry` changes nothing. `otherWays`: what may be done about a failure instead. */
export function refusedRetry(run: Run, otherWays: readonly string[]): View {
  const what = "There is nothing to try again.";
  if (run.state !== "failed") {
    const open = run.state === "running" || run.state === "awaiting approval" || run.state === "scheduled";
    const why = open
      ? `Run ${run.id} is open: it has not failed.`
      : `Run ${run.id} did not fail: ${overWords(run)}`;
    return refusal({ what, why, next: seeStatus });
  }
  const why =
    otherWays.length > 0 ? otherWays : ["No other attempt can succeed: the node group has to be made anew."];
  return say([what, ...why]);
}

/** After a click under a question. Undefined: the card says it all. */
export function answeredAnswer(choice: Choice, run: Run): View | undefined {
  if (choice !== "force") return undefined;
  const approvers = whoever({ groups: run.approverGroups, users: run.approverUsers });
  return say([
    `Nothing is deleted yet: a second person has to confirm it, with *Confirm* on the same card. ${approvers} can.`,
  ]);
}

export function refusedAnswer(why: AnswerRefusal | "claimed", run: Run): View {
  switch (why) {
    case "claimed":
      return refusal(claimed);
    case "over":
      return refusal({
        what: "Nothing was done.",
        why: "It is over meanwhile: this stands in the way no more.",
        next: `/eks-upgrade status ${run.id} shows how it stands.`,
      });
    case "stopping":
      return refusedWhileStopping(run);
    case "not offered":
      return refusal({
        what: "Nothing was done.",
        why: "That would not help with this, or there is nothing it could be done to.",
        next: "Choose another of the buttons.",
      });
    case "given already":
      return refusal({
        what: "Nothing more to do.",
        why: "Somebody chose that already, and it is being acted on.",
        next: "The card shows who, and what comes of it.",
      });
    case "same person":
      return refusal({
        what: "You cannot confirm this.",
        why: "You asked for it yourself, and pods are deleted only when two people say so.",
        ask: { groups: run.approverGroups, users: run.approverUsers },
      });
    case "nothing to confirm":
      return refusal({
        what: "There is nothing to confirm.",
        why: "Nobody asks to delete these pods any more.",
        next: `/eks-upgrade status ${run.id} shows how it stands.`,
      });
  }
}

/** After a click on *Put these back*. */
export function repairingAnswer(run: Run): View {
  return say([
    `Putting back what run ${code(run.id)} (${planTitle(run.plan)}, asked by ${mention(run.requestedBy)}) left behind. Its live message and thread show what was put back, and what could not be.`,
  ]);
}

export function refusedRepair(why: RepairRefusal | "claimed", run: Run): View {
  if (why === "claimed") return refusal(claimed);
  return why === "running"
    ? refusal({
        what: "Nothing was done.",
        why: `Run ${run.id} is open: it puts its own things back.`,
        next: `To end it: /eks-upgrade cancel ${run.id}`,
      })
    : refusal({
        what: "Nothing was done.",
        why: `Of run ${run.id} nothing is left behind any more.`,
        next: `/eks-upgrade repair ${run.plan.cluster} shows what there is.`,
      });
}

function overWords(run: Run): string {
  switch (run.state) {
    case "succeeded":
      return "it succeeded.";
    case "failed":
      return "it failed. Its live message says what can be done.";
    case "cancelled":
      return "somebody called it off already.";
    case "rejected":
      return "it was rejected.";
    default:
      return "nobody approved it in time.";
  }
}
