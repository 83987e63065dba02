import type { Refusal as DecisionRefusal } from "../../core/decide.js";
import type { Instant } from "../../core/instant.js";
import { titleOf } from "../../core/plan.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { code, fitLines, foreign, mention, moment, plural, section, sections, whoever } from "../text.js";
import { refusal } from "./answers.js";
import { countsLine, headline, leftWords } from "./live.js";
import { planTitle, problemWords, summaryOf } from "./plan.js";

export interface RunWithLink {
  readonly run: Run;
  /** Permalink of its live message or card; absent while none is posted. */
  readonly link?: string;
}

/** The answer to `status <run>`. */
export function statusAnswer({ run, link }: RunWithLink, now: Instant): View {
  const lines = [
    `*${planTitle(run.plan)}*  ${summaryOf(run.plan)}`,
    stateLine(run, now),
    run.state === "running" ? countsLine(run) : undefined,
    run.state === "running" && run.wait ? `Waiting for ${foreign(run.wait.for)}.` : undefined,
    run.state === "running" && run.trouble ? `In the way: ${problemWords(run.trouble)}` : undefined,
    run.failure ? `What happened: ${problemWords(run.failure)}` : undefined,
    `Asked by ${mention(run.requestedBy)} ${moment(run.requestedAt)}  ·  Run ${code(run.id)}${open(link)}`,
  ];
  return { text: fitLines(lines, 3_000), blocks: [section(lines)] };
}

/** The answer to `status`: everything that is open, or that nothing is. */
export function openRunsAnswer(runs: readonly RunWithLink[], now: Instant): View {
  if (runs.length === 0) {
    const none = `Nothing is open. See what could be upgraded: ${code("/eks-upgrade list")}`;
    return { text: none, blocks: [section([none])] };
  }
  const lines = runs.map(
    ({ run, link }) => `• ${code(run.id)}  *${planTitle(run.plan)}*  ${stateLine(run, now)}${open(link)}`,
  );
  const opening = `${plural(runs.length, "open run")}:`;
  return {
    text: fitLines([opening, ...lines], 3_000),
    blocks: sections([`*${opening}*`, ...lines], `One of them: ${code("/eks-upgrade status <run>")}`),
  };
}

function stateLine(run: Run, now: Instant): string {
  switch (run.state) {
    case "awaiting approval":
      return `Waits for approval until ${moment(run.expiresAt)}.`;
    case "rejected":
      return `Rejected by ${mention(run.rejectedBy ?? "somebody")}.`;
    case "expired":
      return "Expired: nobody decided in time.";
    default: {
      const left = leftWords(run, now);
      return `${headline(run)}${left ? `, ${left}` : ""}.`;
    }
  }
}

/** After `start`: where the request stands and who has to say yes. */
export function askedAnswer({ run, link }: RunWithLink): View {
  const line = `Asked for approval of ${planTitle(run.plan)}, ${summaryOf(run.plan)}: ${whoever(approversOf(run))} can approve until ${moment(run.expiresAt)}. Run ${code(run.id)}${open(link)}`;
  return { text: line, blocks: [section([line])] };
}

/** A target has one open request: whoever asks second is shown the first. */
export function alreadyAskedAnswer({ run, link }: RunWithLink, now: Instant): View {
  const line = `${planTitle(run.plan)} has an open run already, asked by ${mention(run.requestedBy)}. ${stateLine(run, now)} Run ${code(run.id)}${open(link)}`;
  return { text: line, blocks: [section([line])] };
}

/** A click that decides nothing, and why. */
export function refusedClick(why: DecisionRefusal | "claimed", run: Run): View {
  const again = `Ask again with /eks-upgrade start ${titleOf(run.plan)}`;
  switch (why) {
    case "already decided":
      return refusal({ what: "This is decided already.", why: decidedWords(run) });
    case "expired":
      return refusal({ what: "This request has expired.", why: "Nobody decided in time.", next: again });
    case "plan changed":
      return refusal({
        what: "Not approved yet: the plan changed since you read it.",
        why: "The card now shows the plan as it is, and what changed.",
        next: "Read it and press the button again.",
      });
    case "requester":
      return refusal({
        what: "You cannot approve this.",
        why: "You asked for it yourself, and somebody else has to agree.",
        ask: approversOf(run),
      });
    case "claimed":
      return refusal({
        what: "Not approved: another upgrade of the same node group is running.",
        why: "Only one may change it at a time.",
        next: "Press the button again when that one is over; /eks-upgrade status shows it.",
      });
    case "approved by you already":
      return refusal({
        what: "You have approved this already.",
        why: "It needs the approval of different people.",
        ask: approversOf(run),
      });
  }
}

function decidedWords(run: Run): string {
  if (run.state === "rejected") return "Somebody rejected it before your click.";
  if (run.state === "expired") return "It ran out before your click.";
  return "It was approved before your click, and needs nothing more from you.";
}

function approversOf(run: Run) {
  return { groups: run.approverGroups, users: run.approverUsers };
}

/** A permalink is Slack's own; anything else is not made a link. */
function open(link: string | undefined): string {
  return link !== undefined && /^https?:\/\/[^\s<>|]+$/.test(link) ? `  ·  <${link}|Open>` : "";
}
