import { describe, expect, it } from "vitest";
import { type Bells, type QueueName, queueNames } from "../../jobs/queues.js";
import { openRinger } from "../../jobs/ringer.js";
import { sweepRegularly } from "../../jobs/sweep.js";
import { day, minute } from "../../src/core/instant.js";
import type { Run } from "../../src/core/run.js";
import { aRun, aRunningRun, start, stoppedAt } from "../builders.js";
import { keptLog } from "../leaks/collect.js";
import { soon } from "../soon.js";

const log = keptLog();
const clock = stoppedAt(start);

/** Bells that say that they were rung: "ring expire 86400000". */
function heard() {
  const rings: string[] = [];
  const bell = (name: QueueName) => ({
    ring: async (id: string, delay: number) => void rings.push(`ring ${name} ${id} ${delay}`),
    ensure: async (id: string, delay: number) => void rings.push(`ensure ${name} ${id} ${delay}`),
  });
  const [upgrade, announce, expire, scan, digest] = queueNames.map(bell);
  if (!upgrade || !announce || !expire || !scan || !digest) throw new Error("A queue is missing.");
  const bells: Bells = { ...{ upgrade, announce, expire, scan, digest }, close: async () => {} };
  return { rings, bells };
}

const scheduled = (over: Partial<Run> = {}) => aRun({ state: "scheduled", startAt: start + day, ...over });

const table: readonly (readonly [what: string, run: Run, expected: readonly string[]])[] = [
  ["a request, when it ends", aRun({ expiresAt: start + minute }), [`expire calm-heron-42 ${minute}`]],
  ["a scheduled run, when it begins", scheduled(), [`expire calm-heron-42 ${day}`]],
  ["one whose time is past, now", scheduled({ startAt: start - minute }), ["expire calm-heron-42 0"]],
  [
    "one that waits at its time, now: what it waits for may be over",
    scheduled({ startAt: start - minute, wait: { for: "another upgrade to end", until: start } }),
    ["expire calm-heron-42 0"],
  ],
  [
    "one that cannot begin, now: fleet.yaml may say otherwise meanwhile",
    scheduled({ startAt: start + 366 * day, trouble: { code: "NeverOpens", what: "closed", next: "" } }),
    ["expire calm-heron-42 0"],
  ],
  ["a run under way, to be looked at", aRunningRun(), ["upgrade calm-heron-42 0"]],
  ["nobody for one that is over", aRun({ state: "succeeded" }), []],
];

describe("a bell is rung for", () => {
  it.each(table)("%s", async (_, run, expected) => {
    const { rings, bells } = heard();
    const ringer = openRinger({ turns: { nudge: async () => {} }, bells, clock, log });
    await ringer.changed(run);
    const all = ["announce calm-heron-42 0", ...expected].map((each) => `ring ${each}`);
    expect(rings.sort()).toEqual(all.sort());
  });
});

describe("the sweep sees to it that a bell is rung for", () => {
  it.each(table)("%s", async (_, run, expected) => {
    const { rings, bells } = heard();
    let sweeps = 0;
    const runs = {
      open: async () => [run.id],
      load: async () => ({ run, revision: 1 }),
      unannounced: async () => {
        sweeps += 1;
        return [];
      },
    };
    const sweeping = sweepRegularly({ runs, bells, clock, log }, 10);
    await soon(() => expect(sweeps).toBeGreaterThanOrEqual(2));
    await sweeping.stop();
    const each = expected.flatMap((ring) => [`ring ${ring}`, `ensure ${ring}`]);
    expect(rings.slice(0, each.length)).toEqual(each);
    expect(new Set(rings)).toEqual(new Set(each));
  });
});
