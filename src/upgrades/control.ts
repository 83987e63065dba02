import type { Control } from "../core/decide-control.js";
import type { Instant } from "../core/instant.js";
import type { Run } from "../core/run.js";
import { save } from "./save.js";
import type { Controlled, UpgradesOptions } from "./types.js";

/**
 * Judges a person's order by what the record says, and saves what comes of it. A worker may save at the same moment:
 * then it is read and judged again, until one of the two was first. Undefined: no such run.
 */
export async function control<Why>(
  options: UpgradesOptions,
  id: string,
  judge: (run: Run, at: Instant) => Control<Why>,
): Promise<Controlled<Why> | undefined> {
  for (;;) {
    const stored = await options.runs.load(id);
    if (!stored) return undefined;
    const judged = judge(stored.run, options.clock.now());
    if (!judged.ok) return { outcome: "refused", refusal: judged.refusal, run: stored.run };
    const saved = await save(options, stored, judged);
    if (saved === "claimed") return { outcome: "refused", refusal: "claimed", run: stored.run };
    if (saved === "saved") return { outcome: "done", run: judged.run };
  }
}
