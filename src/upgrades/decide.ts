import { approve, askAgain, type Change, reject } from "../core/decide.js";
import { planChanges } from "../core/planner.js";
import type { StoredRun } from "../redis/runs.js";
import { planAgain } from "./prove.js";
import { save } from "./save.js";
import type { Click, Decided, UpgradesOptions } from "./types.js";

/** More clicks at once than a request will ever see. */
const tries = 10;

/**
 * Compare-and-set, bound to the plan that the reader saw, and proved against the world at the click. When somebody
 * else was quicker the record is read and judged again: the answer is always about what it says now.
 */
export async function decide(options: UpgradesOptions, id: string, click: Click): Promise<Decided> {
  const once = click.decision === "reject" ? rejectOnce : approveOnce;
  const decided = await untilSaved(options, id, (stored) => once(options, stored, click));
  return decided ?? { outcome: "unknown run" };
}

/** `once` answers undefined where the run was changed meanwhile. Undefined: no such run. */
export async function untilSaved<T>(
  { runs }: UpgradesOptions,
  id: string,
  once: (stored: StoredRun) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await runs.load(id);
    if (!stored) return undefined;
    const done = await once(stored);
    if (done !== undefined) return done;
  }
  throw new Error(`Run ${id} changed ${tries} times during one click.`);
}

async function rejectOnce(
  options: UpgradesOptions,
  stored: StoredRun,
  { by, reason }: Click,
): Promise<Decided | undefined> {
  const { run } = stored;
  const answer = reject(run, { by, ...(reason !== undefined && { reason }) }, options.clock.now());
  if (!answer.ok) return { outcome: "refused", refusal: answer.refusal, run };
  return saveDecision(options, stored, answer);
}

async function approveOnce(
  options: UpgradesOptions,
  stored: StoredRun,
  click: Click,
): Promise<Decided | undefined> {
  const { run } = stored;
  const answer = approve(run, voiceOf(click), click.hash, click.rules, options.clock.now());
  // Nobody is sent to a link that could not approve: the plan is proved before.
  if (!answer.ok && answer.refusal !== "link needed") {
    return { outcome: "refused", refusal: answer.refusal, run };
  }
  const now = await planAgain(options, run);
  // Nothing is saved: what stands in the way may pass, and then the same button does it.
  if (now.blockers.length > 0) return { outcome: "blocked", blockers: now.blockers, run };
  if (now.hash !== run.plan.hash) {
    const asked = askAgain(run, now, planChanges(run.plan, now));
    return (await save(options, stored, asked)) === "saved"
      ? { outcome: "asked again", run: asked.run }
      : undefined;
  }
  if (!answer.ok) return { outcome: "refused", refusal: answer.refusal, run };
  return saveDecision(options, stored, answer);
}

function voiceOf({ by, deputyOf, groups, byLink }: Click) {
  return {
    by,
    ...(deputyOf !== undefined && { deputyOf }),
    ...(groups && groups.length > 0 && { groups }),
    ...(byLink && { byLink }),
  };
}

async function saveDecision(
  options: UpgradesOptions,
  stored: StoredRun,
  answer: Change,
): Promise<Decided | undefined> {
  const saved = await save(options, stored, answer);
  if (saved === "claimed") return { outcome: "refused", refusal: "claimed", run: stored.run };
  return saved === "saved" ? { outcome: "decided", run: answer.run } : undefined;
}
