import { cancel, expire, isApproved, retry } from "./core/decide.js";
import type { Run } from "./core/run.js";
import type { Outside } from "./phases/outside.js";
import type { Runs } from "./redis/runs.js";
import { decide } from "./upgrades/decide.js";
import { makePlan, request } from "./upgrades/request.js";
import { save } from "./upgrades/save.js";
import type { Cancelled, Retried, Upgrades, UpgradesOptions } from "./upgrades/types.js";
import { watch } from "./upgrades/watch.js";

/** The use cases: everything that commands and timers may do with runs. */
export function openUpgrades(options: UpgradesOptions): Upgrades {
  const { runs, outside, clock } = options;
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
    cancel: (id, by) => cancelRun(options, id, by),
    retry: (id, attempt, by) => retryRun(options, id, attempt, by),
    watch: (target, by) => watch(options, target, by),
    async find(id) {
      const stored = await runs.load(id);
      if (!stored) return undefined;
      const { run, unshown } = stored;
      return { run, events: await runs.events(id), ...(unshown && { unshown }) };
    },
    open: async () => loadAll(runs, await runs.open()),
    recent: async (count) => loadAll(runs, await runs.recent(count)),
    overview: (cluster) => overview(outside, cluster),
    nodeGroups: (cluster) => outside.region(cluster.region).eks.nodeGroupNames(cluster.name),
  };
}

/** A worker may save at the same moment: then it is read and judged again, until one of the two was first. */
async function cancelRun(options: UpgradesOptions, id: string, by: string): Promise<Cancelled | undefined> {
  for (;;) {
    const stored = await options.runs.load(id);
    if (!stored) return undefined;
    const cancelled = cancel(stored.run, by, options.clock.now());
    if (!cancelled.ok) return { outcome: "refused", refusal: cancelled.refusal, run: stored.run };
    if ((await save(options, stored, cancelled)) === "saved")
      return { outcome: "cancelled", run: cancelled.run };
  }
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

async function loadAll(runs: Runs, ids: readonly string[]): Promise<Run[]> {
  // A record of a newer bot cannot be read: the others can be shown all the same.
  const stored = await Promise.allSettled(ids.map((id) => runs.load(id)));
  return stored.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value.run] : []));
}

async function overview(outside: Outside, { name, region }: { name: string; region: string }) {
  const { eks, releases } = outside.region(region);
  const [cluster, names] = await Promise.all([eks.cluster(name), eks.nodeGroupNames(name)]);
  const nodeGroups = await Promise.all(
    names.map(async (each) => {
      const nodeGroup = await eks.nodeGroup(name, each);
      const latest = await releases.latest(nodeGroup.amiType, nodeGroup.version);
      return { nodeGroup, ...(latest && { latest }) };
    }),
  );
  return { cluster, nodeGroups };
}
