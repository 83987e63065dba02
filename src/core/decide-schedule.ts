import type { Change } from "./decide.js";
import type { Control } from "./decide-control.js";
import type { Fact } from "./events.js";
import { release } from "./hold.js";
import { sayClosed } from "./hours-words.js";
import { day, type Instant, minute } from "./instant.js";
import type { Problem } from "./problems.js";
import type { Run } from "./run.js";
import { isOver, moveRun } from "./transitions.js";
import { type Hours, hoursAt } from "./windows.js";

/** Runs that begin later: approved, visible, to be called off, and of their target they hold nothing but its one request. */

/** What a run comes to that may be carried out: it begins now, or when it may begin next. */
export function beginOrSchedule(run: Run, hours: Hours, at: Instant): Change {
  const now = hoursAt(hours, at, "start");
  if (now.open) return { run: { ...run, state: moveRun(run.state, "running") }, facts: [] };
  return scheduled({ ...run, state: moveRun(run.state, "scheduled") }, now.opensAt, at);
}

/** When somebody has to look at a run that waits for a moment: its request ends, or it begins. */
export function dueAt(run: Run): Instant | undefined {
  if (run.state === "awaiting approval") return run.expiresAt;
  // What hindered it may be over at any time.
  if (run.state === "scheduled") return run.trouble || run.wait ? run.requestedAt : run.startAt;
  return undefined;
}

/** `no change`: it cannot begin yet, and its record says why already. */
export type DueRefusal = "not scheduled" | "not yet" | "no change";

/** Its time has come: it begins if it may, and otherwise when it may begin next. */
export function due(run: Run, hours: Hours, at: Instant): Control<DueRefusal> {
  const early = whyNotDue(run, at);
  if (early) return { ok: false, refusal: early };
  const { trouble: _trouble, wait: _wait, ...rest } = run;
  const now = hoursAt(hours, at, "start");
  if (now.open) {
    const running: Run = { ...rest, state: moveRun(run.state, "running"), releasedAt: begunAt(run, at) };
    return { ok: true, run: running, facts: [{ type: "RunDue" }] };
  }
  if (now.opensAt === undefined && run.trouble?.code === neverOpens(run).code) {
    return { ok: false, refusal: "no change" };
  }
  const moved = { from: run.startAt ?? at, why: sayClosed(now, run.plan.environment, at) };
  return { ok: true, ...scheduled(rest, now.opensAt, at, moved) };
}

/** As it was said, unless that is past: what it changes from now on is looked for from then on, should a record be lost. */
function begunAt({ startAt = 0 }: Run, at: Instant): Instant {
  return Math.min(at, Math.max(startAt, at - minute));
}

/** It would begin, and something else than its hours is in the way: it says so, and is tried again until that is over. */
export function hinder(
  run: Run,
  by: { problem: Problem } | { wait: string },
  at: Instant,
): Control<DueRefusal> {
  const early = whyNotDue(run, at);
  if (early) return { ok: false, refusal: early };
  const { trouble, wait, ...rest } = run;
  if ("problem" in by) {
    if (trouble?.code === by.problem.code) return { ok: false, refusal: "no change" };
    return { ok: true, run: { ...rest, trouble: by.problem }, facts: [] };
  }
  if (wait?.for === by.wait) return { ok: false, refusal: "no change" };
  return { ok: true, run: { ...rest, wait: { for: by.wait, until: at } }, facts: [] };
}

export type GoOnRefusal = "over" | "not held";

/** A person has a run go on that its window, or a freeze, holds. `whose`: the hours that they may answer for, as `Held.place`. */
export function goOn(run: Run, by: string, at: Instant, whose?: string): Control<GoOnRefusal> {
  if (isOver(run.state)) return { ok: false, refusal: "over" };
  if (run.held?.why !== "window" || run.held.place !== whose) return { ok: false, refusal: "not held" };
  const { until, place } = run.held;
  const released = release(run, at, by);
  // What comes after the next opening is another window's end, or another freeze: it is asked about again.
  const goOn = { by, at, ...(until !== undefined && { until }) };
  const answered = place === undefined ? { goOn } : { goOnIn: { ...run.goOnIn, [place]: goOn } };
  return { ok: true, run: { ...released.run, ...answered }, facts: released.facts };
}

function whyNotDue(run: Run, at: Instant): DueRefusal | undefined {
  if (run.state !== "scheduled") return "not scheduled";
  const when = dueAt(run);
  return when !== undefined && at < when ? "not yet" : undefined;
}

/** As far as hours are known ahead. */
const aYear = 366 * day;

function scheduled(
  run: Run,
  opensAt: Instant | undefined,
  at: Instant,
  moved?: { readonly from: Instant; readonly why: string },
): Change {
  const startAt = opensAt ?? at + aYear;
  const never = opensAt === undefined && { trouble: neverOpens(run) };
  const fact: Fact = { type: "RunScheduled", startAt, ...(moved && { moved }) };
  // Moved on, its approval is not younger by that.
  const approvedFor = run.approvedFor ?? opensAt;
  return {
    run: { ...run, startAt, ...(approvedFor !== undefined && { approvedFor }), ...never },
    facts: [fact],
  };
}

function neverOpens({ plan }: Pick<Run, "plan">): Problem {
  return {
    code: "NeverOpens",
    what: `By the windows and freezes of ${plan.environment} in fleet.yaml nothing may start within a year`,
    next: "Whoever keeps fleet.yaml can change that; then it begins by itself.",
  };
}
