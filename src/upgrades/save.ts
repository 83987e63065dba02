import type { Change } from "../core/decide.js";
import type { Fact } from "../core/events.js";
import type { Run } from "../core/run.js";
import type { Runs, StoredRun } from "../redis/runs.js";
import type { UpgradesOptions } from "./types.js";

/** Saves what a person did, if nobody changed the run since it was read, and tells whoever works on it. */
export async function save(
  { runs, clock, changed }: UpgradesOptions,
  stored: StoredRun,
  { run, facts }: Change,
): Promise<"saved" | "conflict" | "claimed"> {
  const saved = await runs.save({ run, facts, revision: stored.revision, at: clock.now() });
  if (saved.outcome === "claimed") return "claimed";
  if (saved.outcome !== "saved") return "conflict";
  await changed(run);
  return "saved";
}

/** Keeps a new run under an id that is free. `open`: the target has an open request or run already. */
export async function create(
  { runs, clock, newRunId, changed }: UpgradesOptions,
  make: (id: string, at: number) => { run: Run; facts: readonly Fact[] },
): Promise<{ run: Run } | { open: Run }> {
  for (;;) {
    const at = clock.now();
    const { run, facts } = make(newRunId(), at);
    const created = await runs.create(run, facts, at);
    if (created === "taken") continue;
    // Our own id: the first answer was lost on its way, and the command was sent twice.
    if (created !== "created" && created.open !== run.id) {
      const open = await known(runs, created.open);
      // Whoever made it may have died before it was shown.
      await changed(open);
      return { open };
    }
    await changed(run);
    return { run };
  }
}

async function known(runs: Runs, id: string): Promise<Run> {
  const stored = await runs.load(id);
  if (!stored) throw new Error(`Run ${id} holds a target but has no record.`);
  return stored.run;
}
