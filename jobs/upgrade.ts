import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import { type HoldPoint, holdPoint, type Permission, ruleOn } from "../src/core/hold.js";
import { type Instant, second } from "../src/core/instant.js";
import type { Run } from "../src/core/run.js";
import type { Outsides } from "../src/phases/outside.js";
import type { Permit } from "../src/phases/permit.js";
import { type Tick, tick } from "../src/phases/tick.js";
import type { Runs } from "../src/redis/runs.js";
import type { Look } from "./delivery.js";

export interface UpgradeOptions {
  readonly runs: Pick<Runs, "load" | "revision" | "save">;
  readonly outsides: Outsides;
  readonly permit: Permit;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after every save: what people see may have changed. */
  changed(id: string): Promise<void>;
  /** Called when a run is over: its node groups are not what the last scan found. */
  ended(id: string): Promise<void>;
}

/** After a fault of ours a run is looked at again no sooner than this (real time): it must not spin, nor be forgotten. */
const afterFault = 60 * second;

/** Where the rules cannot be asked, because the store is away, they are asked again so soon (real time). */
const withoutRules = 5 * second;

/** One look at a run: tick, and save what it says if nobody changed the run meanwhile and the lease is still ours. */
export async function lookAtRun(
  options: UpgradeOptions,
  id: string,
  lease: { name: string; holder: string },
  signal: AbortSignal,
): Promise<Look> {
  const { runs, clock, log, changed, ended } = options;
  const stored = await runs.load(id);
  if (stored?.run.state !== "running") return { next: "rest" };
  // Held by a person: whoever resumes it rings again.
  if (stored.run.paused && !stored.run.stopping) return { next: "rest" };
  const permission = await permissionFor(options, stored.run);
  if (!permission) return { next: "later", delay: withoutRules };
  let ticked: Tick | { readonly until: Instant };
  try {
    const unchanged = async () => (await runs.revision(id)) === stored.revision;
    ticked = await ruledTick(options, stored.run, permission, signal, unchanged);
  } catch (error) {
    if (signal.aborted) throw error;
    log.error({ run: id, cluster: stored.run.plan.cluster, error }, "tick failed");
    return { next: "later", delay: afterFault };
  }
  if ("until" in ticked) return { next: "later", delay: clock.realDelayUntil(ticked.until) };
  const saved = await runs.save({ ...ticked, revision: stored.revision, at: clock.now(), lease });
  if (saved.outcome !== "saved") warnOfUpdate(options, id, ticked);
  if (saved.outcome === "conflict") return { next: "again" };
  if (saved.outcome !== "saved") {
    log.warn({ run: id, outcome: saved.outcome }, "save refused");
    return { next: "rest" };
  }
  for (const fact of ticked.facts) log.info({ run: id, cluster: stored.run.plan.cluster, ...fact }, "event");
  await changed(id);
  if (ticked.next === "over") await ended(id);
  return nextLook(ticked, clock);
}

/** Whoever goes on with the run finds it; but where it was called off meanwhile, and is over, nobody looks any more. */
function warnOfUpdate({ log }: UpgradeOptions, run: string, { facts }: Tick): void {
  for (const fact of facts) {
    if (fact.type !== "UpdateStarted") continue;
    const { updateId } = fact;
    log.warn({ run, updateId }, "eks began an update, and the run's record had moved on: is it followed?");
  }
}

/** The environment's rules first: what they hold begins nothing new, and what they refuse does not begin at all. */
async function ruledTick(
  { outsides, clock }: UpgradeOptions,
  run: Run,
  permission: Permission,
  signal: AbortSignal,
  unchanged: () => Promise<boolean>,
): Promise<Tick | { readonly until: Instant }> {
  const ruled = ruleOn(run, permission, clock.now());
  switch (ruled.kind) {
    case "look": {
      const { kind: _kind, ...how } = ruled;
      return tick(run, outsides.of(run), clock, signal, { ...how, unchanged });
    }
    case "wait":
      return { until: ruled.until };
    case "save":
      return { ...ruled.change, next: ruled.over ? "over" : "again" };
  }
}

/** Undefined: the store does not tell. Nothing is begun, and nothing gone on with, until it does. */
async function permissionFor({ permit, log }: UpgradeOptions, run: Run): Promise<Permission | undefined> {
  try {
    return await permissionAt(holdPoint(run), permit, run);
  } catch (error) {
    log.warn({ run: run.id, cluster: run.plan.cluster, error }, "rules not known");
    return undefined;
  }
}

async function permissionAt(point: HoldPoint, permit: Permit, run: Run): Promise<Permission> {
  switch (point) {
    case "nothing begun":
    case "about to ask":
      return permit.toBegin(run);
    case "safe":
    case "on the way":
      return permit.toGoOn(run);
    case "never":
      return { go: true };
  }
}

function nextLook({ next, run }: { next: Tick["next"]; run: Run }, clock: Clock): Look {
  if (next === "again") return { next: "again" };
  if (next === "over" || !run.wait) return { next: "rest" };
  return { next: "later", delay: clock.realDelayUntil(run.wait.until) };
}
