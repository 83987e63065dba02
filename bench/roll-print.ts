import { printFigures, printTable, round } from "./print.js";
import type { Rolled } from "./roll.js";
import type { Batch } from "./roll-path.js";

const goal = 1.1;

export function tellRolls(rolls: readonly Rolled[]): boolean {
  const t0 = rolls[0]!.worker.events.find((e) => e.type === "PhaseStarted")!.at;
  for (const { worker, times } of rolls as any) {
    for (const e of worker.events) console.log(((e.at - t0) / 1000).toFixed(0), e.type, e.phase ?? e.node ?? e.what ?? "", e.zone ?? "");
    for (const [n, t] of times) console.log("T", n, Object.entries(t).map(([k, v]: any) => `${k}=${((v - t0) / 1000).toFixed(0)}`).join(" "));
  }
  console.log(
    JSON.stringify(
      rolls.map(({ worker: { events, ...w }, ...r }) => ({ ...r, worker: w })),
      null,
      1,
    ),
  );
  return true;
}
