import { describe, expect, it } from "vitest";
import { lookAtRun } from "../../jobs/upgrade.js";
import type { Permission } from "../../src/core/hold.js";
import { minute } from "../../src/core/instant.js";
import type { Run } from "../../src/core/run.js";
import { aRunningRun, someProgress, start, stoppedAt } from "../builders.js";
import { keptLog } from "../leaks/collect.js";
import { aRoll } from "../rolls.js";
import { anUpdate } from "../seen.js";
import { anOutside, type There } from "../src/phases/outside.js";

const now = start + minute;
const intent = { token: "calm-heron-42-0-1", savedAt: start };
const asking = aRunningRun({ steps: [someProgress(["active"], { intent })] });

/** One look at a run, of which the rules say this. */
async function lookAt(run: Run, says: Permission, there: Partial<There> = {}) {
  const asked: string[] = [];
  const saved: Run[] = [];
  const { outside, writes } = anOutside(there);
  const never = () => {
    throw new Error("Nobody should ask for this.");
  };
  const say = (what: string) => async () => {
    asked.push(what);
    return says;
  };
  const options = {
    runs: {
      load: async () => ({ run, revision: 1 }),
      revision: async () => 1,
      async save(change: { readonly run: Run }) {
        saved.push(change.run);
        return { outcome: "saved" as const, revision: 2 };
      },
    },
    outsides: { in: never, scanning: never, of: () => outside },
    permit: { toBegin: say("to begin"), toGoOn: say("to go on") },
    ...{ clock: stoppedAt(now), log: keptLog(), changed: async () => {}, ended: async () => {} },
  };
  const lease = { name: `upgrade/${run.id}`, holder: "worker" };
  await lookAtRun(options, run.id, lease, new AbortController().signal);
  return { asked, writes, run: saved.at(-1) };
}

const lock: Permission = {
  held: { why: "lock", place: "prod", by: "U0BEN", reason: "the database moves", since: now },
  until: now + minute,
};
const refused: Permission = {
  refused: { code: "NotSoaked", what: "it failed in test", next: "Look there." },
};
const ours = { ...anUpdate(), id: "upd-ours", createdAt: start };

describe("what the rules are asked before a look", () => {
  const begun = aRunningRun({ steps: [someProgress(["active"], { intent, updateId: "upd-1" })] });
  it.each<[string, Run, string[]]>([
    ["whether it may begin, while nothing is begun", aRunningRun({ steps: [someProgress()] }), ["to begin"]],
    ["the same while EKS has not said that it began", asking, ["to begin"]],
    ["nothing once it has", begun, []],
    ["nothing once somebody called it off", { ...asking, stopping: { by: "U0ANN", at: start } }, []],
    ["whether it may go on, of a roll of ours", aRoll(), ["to go on"]],
  ])("%s", async (_, run, expected) => {
    expect((await lookAt(run, lock)).asked).toEqual(expected);
  });
});

describe("what EKS is about to be asked for", () => {
  it("is not asked for where it is refused by then", async () => {
    const { run, writes } = await lookAt(asking, refused);
    expect(writes).toEqual([]);
    expect(run).toMatchObject({
      state: "failed",
      failure: { code: "NotSoaked", next: "Nothing was changed. Look there." },
    });
  });

  it("is followed where EKS began all the same, and only its answer was lost", async () => {
    const { run, writes } = await lookAt(asking, refused, { updates: [ours] });
    expect(writes).toEqual([]);
    expect(run).toMatchObject({ state: "running", steps: [{ updateId: "upd-ours" }] });
  });
});
