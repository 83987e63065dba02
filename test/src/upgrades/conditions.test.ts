import { describe, expect, it } from "vitest";
import { day, hour } from "../../../src/core/instant.js";
import type { Lock } from "../../../src/core/locks.js";
import type { Plan } from "../../../src/core/plan.js";
import type { Problem } from "../../../src/core/problems.js";
import type { Run } from "../../../src/core/run.js";
import { withConditions } from "../../../src/upgrades/conditions.js";
import { aPlan, aRun, aStep, someProgress, start } from "../../builders.js";

const lock: Lock = { environment: "prod", by: "U0ANA", at: start, reason: "database migration" };
const after = { environment: "test", soak: day };
const inTest = aRun({
  id: "warm-fox-7",
  state: "succeeded",
  plan: aPlan({ environment: "test", cluster: "test-blog" }),
  endedAt: start,
  steps: [someProgress(["done", "done", "done", "done"])],
});
const olderKubelet = aStep({ to: { ...aStep().to, version: "1.32" } });
const upToDate: Problem = { code: "AlreadyAtTarget", what: "It runs that already", next: "Nothing to do." };
const degraded: Problem = { code: "NodeGroupNotActive", what: "It is degraded", next: "Repair it." };

interface Stored {
  readonly locks?: readonly Lock[] | Error;
  readonly runs?: readonly (Run | Error)[];
}

/** A store with these locks and runs. An error stands for what cannot be read. */
function optionsWith({ locks = [], runs = [] }: Stored) {
  return {
    locks: { all: async () => (locks instanceof Error ? Promise.reject(locks) : locks) },
    runs: {
      recent: async (count: number) => runs.slice(0, count).map((_, index) => `${index}`),
      async load(id: string) {
        const run = runs[Number(id)];
        if (run instanceof Error) throw run;
        return run && { run, revision: 1 };
      },
    },
  };
}

const prod = { name: "prod" };
const conditions = (
  stored: Stored,
  plan: Plan = aPlan(),
  now = start + 5 * hour,
  environment = { ...prod, after },
) => withConditions(optionsWith(stored), environment, plan, now);
const codes = ({ blockers }: Plan) => blockers.map(({ code }) => code);

describe("in the way of a plan are", () => {
  it.each<[string, Stored, string[]]>([
    ["an order that nothing was seen of", {}, ["NotSoaked"]],
    [
      "an order that was kept with another kubelet",
      { runs: [{ ...inTest, endedAt: start - day, plan: { ...inTest.plan, steps: [olderKubelet] } }] },
      ["NotSoaked"],
    ],
    ["an order that was kept for five hours of a day", { runs: [inTest] }, ["NotSoaked"]],
    ["no locks elsewhere", { locks: [{ ...lock, environment: "test" }], runs: [inTest] }, ["NotSoaked"]],
    [
      "every lock over its cluster",
      { locks: [lock, { ...lock, cluster: "eks-workshop" }, { ...lock, cluster: "other" }], runs: [inTest] },
      ["Locked", "Locked", "NotSoaked"],
    ],
  ])("%s", async (_, stored, expected) => {
    expect(codes(await conditions(stored))).toEqual(expected);
  });

  it("what stood there before, first", async () => {
    const plan = aPlan({ blockers: [degraded] });
    expect(codes(await conditions({ locks: [lock] }, plan))).toEqual([
      "NodeGroupNotActive",
      "Locked",
      "NotSoaked",
    ]);
  });

  it("no conditions where it is up to date: nothing would start", async () => {
    const plan = aPlan({ blockers: [upToDate] });
    expect(await conditions({ locks: [lock] }, plan)).toEqual(plan);
  });
});

it("a plan that is in order says what was seen, and its hash stays", async () => {
  const plan = await conditions({ runs: [inTest] }, aPlan(), start + day);
  expect(plan.blockers).toEqual([]);
  expect(plan.promotion).toMatchObject({
    environment: "test",
    ready: start + day,
    seen: [{ run: "warm-fox-7" }],
  });
  expect(plan.hash).toBe(aPlan().hash);
});

it("an environment that comes after no other looks at no runs", async () => {
  const stored = { runs: [new Error("not to be read")] };
  const plan = await withConditions(optionsWith(stored), prod, aPlan(), start);
  expect(plan).toEqual(aPlan());
});

it("a plan without a step is not asked where it was before", async () => {
  expect(codes(await conditions({}, aPlan({ steps: [], blockers: [degraded] })))).toEqual([
    "NodeGroupNotActive",
  ]);
});

describe("what cannot be known is not taken for allowed:", () => {
  it.each<[string, Stored]>([
    ["locks", { locks: new Error("Connection is closed.") }],
    // It may be the one that failed.
    ["a run", { runs: [inTest, new Error("Command timed out")] }],
  ])("%s", async (_, stored) => {
    await expect(conditions(stored, aPlan(), start + day)).rejects.toThrow(/closed|timed out/);
  });

  it("what is older than a thousand runs", async () => {
    const newer = Array.from({ length: 1_000 }, (_, index) => aRun({ id: `run-${index}` }));
    expect(codes(await conditions({ runs: [...newer, inTest] }, aPlan(), start + day))).toEqual([
      "NotSoaked",
    ]);
    expect(codes(await conditions({ runs: [...newer.slice(1), inTest] }, aPlan(), start + day))).toEqual([]);
  });
});
