import type { Run } from "../core/run.js";
import type { Runs } from "../redis/runs.js";

/** At once: more would make the store hold its breath. */
const perTurn = 100;

/** A record of a newer bot cannot be read: the others can be shown all the same. */
export async function loadRuns(runs: Pick<Runs, "load">, ids: readonly string[]): Promise<Run[]> {
  const found: Run[] = [];
  for (let at = 0; at < ids.length; at += perTurn) {
    const stored = await Promise.allSettled(ids.slice(at, at + perTurn).map((id) => runs.load(id)));
    found.push(
      ...stored.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value.run] : [])),
    );
  }
  return found;
}
