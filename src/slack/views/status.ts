import type { Instant } from "../../core/instant.js";
import type { Run } from "../../core/run.js";
import { charactersOf, limits, type View } from "../limits.js";
import { attemptOf } from "../standing.js";
import {
  code,
  fitLines,
  foreign,
  mention,
  mentionChannel,
  moment,
  plural,
  say,
  section,
  sections,
  whoever,
} from "../text.js";
import { refusal } from "./answers.js";
import { blockerLines } from "./blockers.js";
import { glassLines, glassWords } from "./break-glass.js";
import { controlLines } from "./control.js";
import { leftAsItWas } from "./ends.js";
import { scheduledLines } from "./hours.js";
import { countsLine, headline, leftWords, overdueLine, waitLine } from "./live.js";
import { planTitle, problemWords, summaryOf } from "./plan.js";
import { rejectedBecauseLines } from "./reject.js";
import { waysOnWords } from "./retry.js";
import { troubleLines } from "./troubles.js";
import { countLines } from "./voices.js";

export interface RunWithLink {
  readonly run: Run;
  /** Permalink of its live message or card; absent while none is posted. */
  readonly link?: string;
}

/** The answer to `status <run>`. */
export function statusAnswer({ run, link }: RunWithLink, now: Instant): View {
  const lines = [
    `*${planTitle(run.plan)}*  ${summaryOf(run.plan)}`,
    ...glassLines(run),
    stateLine(run, now),
    overdueLine(run, now),
    ...controlLines(run, now),
    ...troubleLines(run, now),
    ...blockerLines(run, now),
    run.state === "running" ? countsLine(run) : undefined,
    waitLine(run, now),
    run.failure ? `What happened: ${problemWords(run.failure)}` : undefined,
    ...(run.state === "failed" ? waysOnWords(run) : []),
    `${askedWords(run)} ${moment(run.requestedAt)}  ·  Run ${code(run.id)}${open(link)}`,
  ].filter((line) => line !== undefined);
  return say(lines);
}

function askedWords(run: Run): string {
  return run.adoptedBy === undefined
    ? `Asked by ${mention(run.requestedBy)}`
    : `Started outside Slack, followed for ${mention(run.adoptedBy)}`;
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

/** More of them are counted. */
const runsBeside = 10;

/** An answer about clusters, with what is open there. */
export function withOpenRuns(answer: View, runs: readonly Run[], now: Instant): View {
  if (runs.length === 0) return answer;
  const shown = runs.slice(0, runsBeside);
  const more = runs.length > shown.length ? [`… and ${runs.length - shown.length} more.`] : [];
  const opening = `*${plural(runs.length, "open run")}* (${code("/eks-upgrade status <run>")})`;
  const lines = shown.map((run) => `• ${code(run.id)}  *${planTitle(run.plan)}*  ${stateLine(run, now)}`);
  const whole = section([`${opening}:`, ...lines, ...more]);
  const room = limits.messageCharacters - charactersOf(answer.blocks);
  return {
    text: fitLines([answer.text, `${opening}:`, ...lines, ...more], 3_000),
    blocks: [...answer.blocks, charactersOf(whole) <= room ? whole : section([opening])],
  };
}

export function stateLine(run: Run, now: Instant): string {
  switch (run.state) {
    case "awaiting approval":
      return [`Waits for approval until ${moment(run.expiresAt)}.`, ...countLines(run)].join(" ");
    case "scheduled":
      return scheduledLines(run).join(" ");
    case "rejected":
      return [`Rejected by ${mention(run.rejectedBy ?? "somebody")}.`, ...rejectedBecauseLines(run)].join(
        " ",
      );
    case "expired":
      return "Expired: not decided in time.";
    case "cancelled":
      return `Called off by ${mention(run.cancelledBy ?? "somebody")}. ${leftAsItWas(run)}`;
    default: {
      const left = leftWords(run, now);
      return `${headline(run, now)}${left ? `, ${left}` : ""}.`;
    }
  }
}

/** After `start`: where the request stands and who has to say yes. */
export function askedAnswer({ run, link }: RunWithLink): View {
  return say([`${askedFor(run)} Run ${code(run.id)}${open(link)}`]);
}

function askedFor(run: Run): string {
  const what = `${planTitle(run.plan)}, ${summaryOf(run.plan)}`;
  const name = foreign(run.plan.environment, 80);
  switch (run.state) {
    case "running":
      return run.breakGlass
        ? `:rotating_light: Started ${what} ${glassWords(run)}. The approvers are called, everybody reads why, and it is recorded.`
        : `Started upgrading ${what}: ${name} asks for no approval.`;
    case "scheduled":
      return [`Scheduled upgrading ${what}: ${name} asks for no approval.`, ...scheduledLines(run)].join(" ");
    default: {
      const later = run.startAt === undefined ? "" : ` Once approved, it starts ${moment(run.startAt)}.`;
      return `Asked for approval of ${what}: ${whoever(approversOf(run))} can approve until ${moment(run.expiresAt)}.${later}`;
    }
  }
}

/** A target has one open request: whoever asks second is shown the first. */
export function alreadyAskedAnswer({ run, link }: RunWithLink, now: Instant): View {
  const line = `${planTitle(run.plan)} has an open run already, asked by ${mention(run.requestedBy)}. ${stateLine(run, now)} Run ${code(run.id)}${open(link)}`;
  return say([line]);
}

/** After `watch`: where the update can be followed. */
export function watchingAnswer({ run, link }: RunWithLink): View {
  const line = `Following the update of ${planTitle(run.plan)} that was started outside Slack, ${summaryOf(run.plan)}. The live message is in ${mentionChannel(run.channel)}. Run ${code(run.id)}${open(link)}`;
  return say([line]);
}

/** There is no version update of this node group: "eks-workshop/default". */
export function nothingToWatch(title: string): View {
  return refusal({
    what: `There is nothing to watch at ${title}.`,
    why: "EKS shows no version update of it in progress.",
    next: `To upgrade it: /eks-upgrade start ${title}`,
  });
}

/** After *Retry*: which attempt it is now. */
export function retryAnswer(run: Run): View {
  return say([
    `Attempt ${attemptOf(run)} of upgrading ${planTitle(run.plan)} is asked for: it begins as soon as locks and hours let it. Its live message shows it. Run ${code(run.id)}.`,
  ]);
}

function approversOf(run: Run) {
  return { groups: run.approverGroups, users: run.approverUsers };
}

/** A permalink is Slack's own; anything else is not made a link. */
export function open(link: string | undefined): string {
  return link !== undefined && /^https?:\/\/[^\s<>|]+$/.test(link) ? `  ·  <${link}|Open>` : "";
}
