import { expire, isApproved, retry } from "./core/decide.js";
import { answer, confirmForce } from "./core/decide-answer.js";
import { cancel, pause, resume } from "./core/decide-control.js";
import { repair } from "./core/decide-repair.js";
import { control } from "./upgrades/control.js";
import { decide } from "./upgrades/decide.js";
import { findLeftovers } from "./upgrades/leftovers.js";
import { loadRuns } from "./upgrades/load.js";
import { nodeGroupNames, nodesLeftAlone } from "./upgrades/node-groups.js";
import { makePlan, request } from "./upgrades/request.js";
import { save } from "./upgrades/save.js";
import type { Retried, Upgrades, UpgradesOptions } from "./upgrades/types.js";
import { watch } from "./upgrades/watch.js";

/** The use cases: everything that commands and timers may do with runs. */
export function openUpgrades(options: UpgradesOptions): Upgrades {
  const { runs, outsides, clock } = options;
  return {
    plan: (target, wish) => makePlan(options, target, wish),
    request: (target, wish, asker) => request(options, target, wish, asker),
    decide: (id, click) => decide(options, id, click),
    async expire(id) {
      const at = clock.now();
      const stored = await runs.load(id);
      if (!stored || at < stored.run.expiresAt) return;
      const expired = expire(stored.run, at);
      if (expired.ok) await save(options, stored, expired);
    },
    cancel: (id, by) => control(options, id, (run, at) => cancel(run, by, at)),
    pause: (id, by) => control(options, id, (run, at) => pause(run, by, at)),
    resume: (id, by) => control(options, id, (run) => resume(run, by)),
    answer: (id, { asked, choice, by }) =>
      control(options, id, (run, at) => answer(run, asked, choice, by, at)),
    confirmForce: (id, { asked, by }) => control(options, id, (run, at) => confirmForce(run, asked, by, at)),
    leftovers: (cluster) => findLeftovers({ runs, outside: outsides.in(cluster.environment) }, cluster),
    repair: (id, by) => control(options, id, (run, at) => repair(run, by, at)),
    retry: (id, attempt, by) => retryRun(options, id, attempt, by),
    watch: (target, by) => watch(options, target, by),
    async find(id) {
      const stored = await runs.load(id);
      if (!stored) return undefined;
      const { run, unshown } = stored;
      return { run, events: await runs.events(id), ...(unshown && { unshown }) };
    },
    open: async () => loadRuns(runs, await runs.open()),
    recent: async (count) => loadRuns(runs, await runs.recent(count)),
    leftAlone: (cluster) => nodesLeftAlone(outsides.in(cluster.environment), cluster),
    nodeGroups: (cluster, wanted) => nodeGroupNames(outsides.in(cluster.environment), cluster, wanted),
  };
}

async function retryRun(
  options: UpgradesOptions,
  id: string,
  attempt: number,
  by: string,
): Promise<Retried | undefined> {
  const stored = await options.runs.load(id);
  if (!stored) return undefined;
  if (!isApproved(stored.run, options.clock.now())) return { outcome: "not approved", run: stored.run };
  const again = retry(stored.run, by, attempt);
  if (!again) return { outcome: "stale", run: stored.run };
  const saved = await save(options, stored, again);
  if (saved === "saved") return { outcome: "running", run: again.run };
  return { outcome: saved === "claimed" ? "claimed" : "stale", run: stored.run };
}
