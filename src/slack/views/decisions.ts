import type { BreakGlassRefusal } from "../../core/break-glass.js";
import type { Refusal as DecisionRefusal } from "../../core/decide.js";
import { minute } from "../../core/instant.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { code, say } from "../text.js";
import { type Refusal, refusal } from "./answers.js";
import { glassWords } from "./break-glass.js";
import { planTitle, startCommand, startWords } from "./plan.js";

/** Answers to clicks that decide about a request, or that decide nothing: to the person who clicked. */

/** A click that decides nothing, and why. */
export function refusedClick(why: DecisionRefusal | "claimed", run: Run): View {
  return refusal(refusedClickWords(why, run));
}

export function refusedClickWords(why: DecisionRefusal | "claimed", run: Run): Refusal {
  const ask = { groups: run.approverGroups, users: run.approverUsers };
  switch (why) {
    case "already decided":
      return { what: "This is decided already.", why: decidedWords(run) };
    case "expired":
      return {
        what: "This request has expired.",
        why: "It was not decided in time.",
        next: `Ask again with ${startWords(run.plan)}`,
      };
    case "plan changed":
      return {
        what: "Not approved yet: the plan changed since you read it.",
        why: "The card now shows the plan as it is, and what changed.",
        next: "Read it and press the button again.",
      };
    case "requester":
      return {
        what: "You cannot approve this.",
        why: "You asked for it yourself or stand for whoever did, and somebody else has to agree.",
        ask,
      };
    case "claimed":
      return {
        what: "Not approved: another upgrade of the same node group is running.",
        why: "Only one may change it at a time.",
        next: "Press the button again when that one is over; /eks-upgrade status shows it.",
      };
    case "approved by you already":
      return {
        what: "You have approved this already.",
        why: "It needs the approval of different people, and as a deputy you are still one.",
        ask,
      };
    case "one voice":
      return {
        what: "Your approval would not count.",
        why: "You and somebody who approved already speak for the same person: deputies and the one they stand for have one voice.",
        ask,
      };
    case "link needed":
      return {
        what: "Not approved yet.",
        why: `Approvals in ${run.plan.environment} are given on my own page, and I have no address for it (PUBLIC_URL).`,
        next: "Whoever runs the bot can change that.",
      };
  }
}

function decidedWords(run: Run): string {
  if (run.state === "rejected") return "Somebody rejected it before your click.";
  if (run.state === "expired") return "It ran out before your click.";
  if (run.state === "cancelled") return "It was called off before your click.";
  if (run.breakGlass) return `Somebody started it ${glassWords(run)}, before your click.`;
  return "It was approved before your click, and needs nothing more from you.";
}

/** The button alone does not approve there. `url` is for this person alone. */
export function linkAnswer(run: Run, url: string, validFor: number): View {
  const line = `One more step: <${url}|approve the upgrade of ${planTitle(run.plan)} on my page>. The link is yours alone, works once, and for ${Math.round(validFor / minute)} minutes. Nothing is approved before you press the button there.`;
  return say([line]);
}

/** After a rejection, in the modal's place. */
export function rejectedAnswer(run: Run): View {
  return say([`Rejected upgrading ${planTitle(run.plan)}. The card says why, and whoever asked is told.`]);
}

/** Its environment wants to know why. */
export function reasonMissingAnswer(): View {
  return refusal({
    what: "Not asked for: people there want to know why.",
    why: "An upgrade without a reason is not taken",
    next: `Write it at the end of your command (--reason <why>), or in the form's field "Why".`,
  });
}

/** After the glass was broken. */
export function brokenAnswer(run: Run): View {
  return say([
    `:rotating_light: Started upgrading ${planTitle(run.plan)} ${glassWords(run)}. The approvers are called, everybody reads why, and it is recorded. Run ${code(run.id)}.`,
  ]);
}

export function refusedGlass(why: BreakGlassRefusal | "claimed", run: Run): View {
  const what = "Not started.";
  switch (why) {
    case "claimed":
      return refusal({
        what: "Not started: another upgrade of the same node group is running.",
        why: "Only one may change it at a time.",
        next: "Try again when that one is over; /eks-upgrade status shows it.",
      });
    case "reason missing":
      return refusal({ what, why: "It needs a reason, which everybody reads." });
    case "plan changed":
      return run.state === "scheduled"
        ? refusal({
            what: "Not started: the plan changed since it was approved.",
            why: "What nobody has read is not started.",
            next: `Call it off (/eks-upgrade cancel ${run.id}), ask again with ${startWords(run.plan)}, and break the glass of that request`,
          })
        : refusal({
            what: "Not started: the plan changed since you read it.",
            why: "The card now shows the plan as it is, and what changed.",
            next: "Read it and try again.",
          });
    case "over":
      return refusal({
        what,
        why: overWords(run),
        next: `/eks-upgrade status ${run.id} shows how it stands.`,
      });
  }
}

function overWords(run: Run): string {
  switch (run.state) {
    case "running":
      return "It runs already.";
    case "awaiting approval":
      return "The request has expired.";
    default:
      return `It is over: it was ${run.state}.`;
  }
}

/** The glass of something that is open already is broken by its run's id. */
export function openAlreadyWords(run: Run): string {
  return `To start it at once: ${code(`/eks-upgrade break-glass ${run.id} <reason>`, 150)}`;
}

/** A request that could be made anew. */
export function againWords(run: Run): string {
  return `To ask again: press *Request again* on the card, or type ${startCommand(run.plan)}`;
}
