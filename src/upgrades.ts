import { brokenAgain, withoutGlass } from "./core/break-glass.js";
import { isApproved, retry } from "./core/decide.js";
import { answer, confirmForce } from "./core/decide-answer.js";
import { cancel, pause, resume } from "./core/decide-control.js";
import { repair } from "./core/decide-repair.js";
import { breakGlass } from "./upgrades/break-glass.js";
import { control } from "./upgrades/control.js";
import { decide } from "./upgrades/decide.js";
import { due, goOn } from "./upgrades/due.js";
import { findLeftovers } from "./upgrades/leftovers.js";
import { loadRuns } from "./upgrades/load.js";
import { nodeGroupNames, nodesLeftAlone } from "./upgrades/node-groups.js";
import { request, showPlan } from "./upgrades/request.js";
import { save } from "./upgrades/save.js";
import type { Retried, Upgrades, UpgradesOptions } from "./upgrades/types.js";
import { watch } from "./upgrades/watch.js";

/** The use cases: everything that commands and timers may do with runs. */
export function openUpgrades(options: UpgradesOptions): Upgrades {
  const { runs, outsides } = options;
  return {
    plan: (target, wish) => showPlan(options, target, wish),
    request: (target, wish, asker) => request(options, target, wish, asker),
    decide: (id, click) => decide(options, id, click),
    due: (id) => due(options, id),
    breakGlass: (id, who) => breakGlass(options, id, who),
    goOn: (id, by, whose) => goOn(options, id, by, whose),
    cancel: (id, by) => control(options, id, (run, at) => cancel(run, by, at)),
    pause: (id, by) => control(options, id, (run, at) => pause(run, by, at)),
    resume: (id, by) => control(options, id, (run) => resume(run, by)),
    answer: (id, { asked, choice, by }) =>
      control(options, id, (run, at) => answer(run, asked, choice, by, at)),
    confirmForce: (id, { asked, by }) => control(options, id, (run, at) => confirmForce(run, asked, by, at)),
    leftovers: (cluster) => findLeftovers({ runs, outside: outsides.in(cluster.environment) }, cluster),
    repair: (id, by) => control(options, id, (run, at) => repair(run, by, at)),
    retry: (id, attempt, by, how) => retryRun(options, id, attempt, by, how?.breakGlass ?? false),
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
  mayBreakGlass: boolean,
): Promise<Retried | undefined> {
  const stored = await options.runs.load(id);
  if (!stored) return undefined;
  const { run } = stored;
  const now = options.clock.now();
  // Whoever may break the glass does so again; for anybody else it is approved, and keeps all rules, or is not carried out.
  const byGlass = run.breakGlass !== undefined && mayBreakGlass;
  const byRules = withoutGlass(run);
  if (!byGlass && !isApproved(byRules, now)) return { outcome: "not approved", run };
  const again = retry(byGlass ? run : byRules, by, attempt);
  if (!again) return { outcome: "stale", run };
  const saved = await save(options, stored, byGlass ? brokenAgain(again, by, now) : again);
  if (saved === "saved") return { outcome: "running", run: again.run };
  return { outcome: saved === "claimed" ? "claimed" : "stale", run };
}
