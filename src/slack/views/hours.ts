import type { ActionsBlock } from "@slack/types";
import { outlivesApproval } from "../../core/decide.js";
import type { RunEvent } from "../../core/events.js";
import { fileKeeper, sayClosed, sayWhen, sayWhenThere } from "../../core/hours-words.js";
import type { Instant } from "../../core/instant.js";
import { type Plan, targetsOf, type Wish } from "../../core/plan.js";
import type { Run } from "../../core/run.js";
import type { ClosedNow } from "../../core/windows.js";
import { limits, type View } from "../limits.js";
import { hasBegun } from "../standing.js";
import { capital, clean, code, fitLines, foreign, mention, moment, say, section, sentence } from "../text.js";
import { refusal } from "./answers.js";
import { button } from "./button.js";
import { parseRowKey, type RowTarget } from "./digest-actions.js";
import { planTitle, problemWords } from "./plan.js";
import { reasonMax } from "./reason-modal.js";

/** *Schedule for Tue 10:00*, under the answer to a start outside the window. */
export const scheduleAction = "eks-upgrade:schedule";
/** *Go on now*, under a run that its window holds. */
export const goOnAction = "eks-upgrade:go-on";

/** What *Schedule* carries: what was asked for, and why. Everything else is looked up, judged and planned anew. */
export interface ScheduleValue {
  readonly target: Required<RowTarget>;
  readonly wish: Wish;
  readonly reason?: string;
}

/** Undefined for a plan without a node group, and for what a button cannot hold. */
export function scheduleValue(plan: Plan, reason?: string): string | undefined {
  const [key] = targetsOf(plan);
  const why = clean(reason ?? "", reasonMax);
  const value = JSON.stringify([key, plan.wish, ...(why === "" ? [] : [why])]);
  return key !== undefined && value.length <= limits.buttonValue && parseScheduleValue(value)
    ? value
    : undefined;
}

/** Undefined for a value that this file did not write: a button's value comes from outside. */
export function parseScheduleValue(text: string): ScheduleValue | undefined {
  const [key, wished, reason, ...more] = arrayIn(text);
  const target = typeof key === "string" ? parseRowKey(key) : undefined;
  const wish = wishIn(wished);
  if (!target?.group || !wish || more.length > 0) return undefined;
  if (reason !== undefined && (typeof reason !== "string" || reason.length > reasonMax)) return undefined;
  return { target: { ...target, group: target.group }, wish, ...(reason !== undefined && { reason }) };
}

function arrayIn(text: string): readonly unknown[] {
  try {
    const value: unknown = text.length <= limits.buttonValue ? JSON.parse(text) : undefined;
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const wishes: Readonly<Record<string, (value: unknown) => boolean>> = {
  version: (value) => typeof value === "string" && /^\d{1,3}\.\d{1,3}$/.test(value),
  release: (value) => typeof value === "string" && /^[\w.:+-]{1,200}$/.test(value),
  image: (value) => typeof value === "string" && /^ami-[0-9a-f]{8,17}$/.test(value),
  force: (value) => typeof value === "boolean",
};

function wishIn(value: unknown): Wish | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const known = Object.entries(value).every(
    ([key, each]) => Object.hasOwn(wishes, key) && wishes[key]?.(each),
  );
  return known ? value : undefined;
}

/** Why nothing may start now, as the beginning of a sentence, in mrkdwn. */
function closedWords(closed: ClosedNow, environment: string, now: Instant): string {
  return foreign(capital(sayClosed(closed, environment, now)), 900);
}

/** The answer to a start at an hour at which nothing may start: why, and when instead. */
export function closedAnswer(closed: ClosedNow, plan: Plan, now: Instant, reason?: string): View {
  const { opensAt, windows } = closed;
  const first = `*Not started: ${planTitle(plan)}.* ${sentence(closedWords(closed, plan.environment, now))}`;
  if (opensAt === undefined) {
    return say([first, `Nothing may start there within a year. ${fileKeeper}`]);
  }
  const value = scheduleValue(plan, reason);
  const there = foreign(sayWhenThere(opensAt, windows, now), 100);
  const lines = [
    first,
    `It may start ${there}, for you ${moment(opensAt)}.${value === undefined ? " Ask for it again then." : ""}`,
    ...(value === undefined
      ? []
      : [
          "Scheduled, it begins by itself then (once approved, where that is asked for), and can be called off until then.",
        ]),
  ];
  return {
    text: fitLines(lines, 3_000),
    blocks: [
      section(lines),
      ...(value === undefined
        ? []
        : [scheduleButton(value, `Schedule for ${sayWhen(opensAt, windows, now)}`)]),
    ],
  };
}

function scheduleButton(value: string, text: string): ActionsBlock {
  return {
    type: "actions",
    elements: [button({ action: scheduleAction, text, value, style: "primary" })],
  };
}

/** On the card, under who approved it: when a run begins that waits for its hour, and when one began that had to. */
export function scheduledLines(run: Run): string[] {
  const { startAt, releasedAt, state } = run;
  if (state === "scheduled") return [scheduledLine(run), `To call it off: ${cancelCommand(run)}.`];
  const waited = startAt !== undefined && state !== "awaiting approval" && run.goOn === undefined;
  const began = waited && hasBegunToRun(run);
  return began ? [`Began ${moment(Math.max(startAt, releasedAt ?? 0))}, as scheduled.`] : [];
}

const tooLate = "By then its approval is too old: call it off, and ask for it again.";

/** Calls whoever asked, once each time that it does not begin when it was to: they may count on it. */
export function movedCalls(run: Run, events: readonly RunEvent[]): View[] {
  return events.flatMap((event) => {
    if (event.type !== "RunScheduled" || !event.moved) return [];
    const { from, why } = event.moved;
    const to = run.trouble ? "It cannot begin within a year" : `It begins ${moment(event.startAt)} instead`;
    const late = outlivesApproval({ ...run, startAt: event.startAt }) ? ` ${tooLate}` : "";
    return [
      say([
        `:calendar: ${mention(run.requestedBy)}: upgrading ${planTitle(run.plan)} did not begin ${moment(from)}: ${foreign(why, 900)}. ${to}.${late}`,
      ]),
    ];
  });
}

/** Where a scheduled run stands, in one line. */
function scheduledLine(run: Run): string {
  const { startAt, trouble, wait, plan } = run;
  if (trouble) return `:warning: Cannot begin: ${problemWords(trouble, 350)}`;
  const nothing = "Nothing is changed until then.";
  if (wait) return `Its time has come, and it waits for ${foreign(wait.for, 300)}. ${nothing}`;
  const when = startAt === undefined ? "" : ` ${moment(startAt)}`;
  if (outlivesApproval(run)) return `:warning: Starts${when}. ${tooLate}`;
  return `Starts${when}, when upgrades of ${foreign(plan.environment, 80)} may start again. ${nothing}`;
}

function hasBegunToRun(run: Run): boolean {
  return run.state === "running" || run.state === "succeeded" || run.state === "failed" || hasBegun(run);
}

function cancelCommand({ id }: Pick<Run, "id">): string {
  return code(`/eks-upgrade cancel ${id}`);
}

/** After *Go on now*. `whose`: for the hours of this environment, to which its cluster was moved, not for those of its own. */
export function goneOnAnswer(run: Run, whose?: string): View {
  const whatever =
    whose === undefined ? "whatever its window says" : `as far as the hours of ${foreign(whose, 80)} go`;
  return say([
    run.paused
      ? `Upgrading ${planTitle(run.plan)} may go on ${whatever}, as soon as somebody resumes it: ${code(`/eks-upgrade resume ${run.id}`)}`
      : `Upgrading ${planTitle(run.plan)} goes on, ${whatever}; its live message shows it. Run ${code(run.id)}.`,
  ]);
}

/** A *Go on now* that changes nothing, and why. */
export function refusedGoOn(why: "over" | "not held" | "claimed", run: Run): View {
  const next = `/eks-upgrade status ${run.id} shows how it stands.`;
  switch (why) {
    case "over":
      return refusal({ what: "There is nothing to go on with.", why: `Run ${run.id} is over.`, next });
    case "not held": {
      const other = run.held?.why === "window";
      const why = other
        ? `Other hours hold run ${run.id} by now.`
        : `No window holds run ${run.id} any more.`;
      return refusal({ what: "Nothing was done.", why, next });
    }
    case "claimed":
      return refusal({
        what: "Nothing was done.",
        why: "Another upgrade of the same node group is running.",
        next,
      });
  }
}
