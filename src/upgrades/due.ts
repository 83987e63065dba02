import { expire } from "../core/decide.js";
import type { Control } from "../core/decide-control.js";
import {
  due as begin,
  type DueRefusal,
  type GoOnRefusal,
  hinder,
  goOn as judgeGoOn,
} from "../core/decide-schedule.js";
import type { Instant } from "../core/instant.js";
import type { Problem } from "../core/problems.js";
import type { Run } from "../core/run.js";
import type { Fleet } from "../fleet.js";
import { control } from "./control.js";
import { hoursOf } from "./rules.js";
import type { Controlled, UpgradesOptions } from "./types.js";

/** Ends a request that nobody decided in time, and begins what is scheduled for now; leaves anything else alone. */
export async function due(options: UpgradesOptions, id: string): Promise<void> {
  const done = await control(options, id, (run, at) =>
    run.state === "scheduled" ? beginOf(options.fleet, run, at) : expiryOf(run, at),
  );
  // Another run still has the target. The sweep rings again until it is free.
  if (done?.outcome === "refused" && done.refusal === "claimed") {
    await control(options, id, (run, at) => hinder(run, { wait: targetHeld }, at));
  }
}

const targetHeld = "another upgrade of the same node group to end";

function beginOf(fleet: Fleet, run: Run, at: Instant): Control<DueRefusal> {
  const environment = fleet.environments.find(({ name }) => name === run.plan.environment);
  return environment
    ? begin(run, hoursOf(environment), at)
    : hinder(run, { problem: environmentGone(run) }, at);
}

function environmentGone({ plan }: Run): Problem {
  return {
    code: "EnvironmentGone",
    what: `It was to begin, and environment ${plan.environment} is not in fleet.yaml any more`,
    next: "Once it is there again, it begins by itself.",
  };
}

function expiryOf(run: Run, at: Instant): Control<unknown> {
  return at < run.expiresAt ? { ok: false, refusal: "not yet" } : expire(run, at);
}

/** Has a run go on that these hours hold, as `Held.place` says whose. Undefined: no such run. */
export function goOn(
  options: UpgradesOptions,
  id: string,
  by: string,
  whose?: string,
): Promise<Controlled<GoOnRefusal> | undefined> {
  return control<GoOnRefusal>(options, id, (run, at) => judgeGoOn(run, by, at, whose));
}
