import { describe, expect, it } from "vitest";
import { minute } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import { bar, fractionOf, parallelOf, percent, runCounts, surgeOf } from "../../../src/slack/progress.js";
import { timeLeft } from "../../../src/slack/time-left.js";
import { aNode, aPlan, aRunningRun, aStep, newNodes, oldNodes, someProgress, start } from "../../builders.js";

describe("how many nodes are replaced at once", () => {
  it.each([
    ["one, where nothing is configured", { strategy: "DEFAULT" }, 10, 1],
    ["the configured number", { maxUnavailable: 3, strategy: "DEFAULT" }, 10, 3],
    ["a share of the nodes, rounded down", { maxUnavailablePercentage: 33, strategy: "DEFAULT" }, 10, 3],
    ["at least one", { maxUnavailablePercentage: 1, strategy: "DEFAULT" }, 10, 1],
    ["at most a hundred", { maxUnavailablePercentage: 100, strategy: "DEFAULT" }, 400, 100],
  ] as const)("%s", (_, updateConfig, count, expected) => {
    expect(parallelOf(aStep({ updateConfig, nodes: { count, zones: ["a"], max: 400 } }))).toBe(expected);
  });
});

describe("how many nodes are added first", () => {
  it.each([
    ["two for each zone", { maxUnavailable: 1, strategy: "DEFAULT" }, 6],
    ["as many as are replaced at once, if that is more", { maxUnavailable: 20, strategy: "DEFAULT" }, 20],
    ["none under MINIMAL", { maxUnavailable: 1, strategy: "MINIMAL" }, 0],
  ] as const)("%s", (_, updateConfig, expected) => {
    expect(surgeOf(aStep({ updateConfig }))).toBe(expected);
  });
});

const before = aRunningRun({ steps: [someProgress()] });
const scalingUp = aRunningRun({
  steps: [someProgress(["done", "active"], { nodes: { ...oldNodes(), ...newNodes(3) } })],
});
const oneGone = aRunningRun({
  steps: [
    someProgress(["done", "done", "active"], {
      nodes: {
        ...oldNodes(),
        "ip-10-0-1-7.us-west-2.compute.internal": aNode({ state: "gone" }),
        ...newNodes(6),
      },
    }),
  ],
});
const scalingDown = aRunningRun({
  steps: [
    someProgress(["done", "done", "done", "active"], {
      nodes: { ...oldNodes({ state: "gone" }), ...newNodes(6) },
    }),
  ],
});
const twoGroups = aRunningRun({
  plan: aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" })] }),
  steps: [
    someProgress(["done", "done", "done", "done"], {
      nodes: { ...oldNodes({ state: "gone" }), ...newNodes(3) },
    }),
    someProgress(),
  ],
});

it.each<[string, Run, ReturnType<typeof runCounts>]>([
  ["nothing is known of nodes yet", before, { old: 3, oldGone: 0, newReady: 0, wanted: 3, extra: 0 }],
  [
    "new nodes came, none beyond what is wanted",
    scalingUp,
    { old: 3, oldGone: 0, newReady: 3, wanted: 3, extra: 0 },
  ],
  ["one old node is gone", oneGone, { old: 3, oldGone: 1, newReady: 6, wanted: 3, extra: 3 }],
  ["two groups are counted together", twoGroups, { old: 6, oldGone: 3, newReady: 3, wanted: 6, extra: 0 }],
])("counts nodes when %s", (_, run, expected) => {
  expect(runCounts(run)).toEqual(expected);
});

it("wants as many nodes as the groups had when they were looked at for the receipt", () => {
  const receipt = {
    takenAt: start,
    autoScalingGroups: [{ name: "eks-default", sizes: { min: 1, max: 9, desired: 5 } }],
  };
  const run = aRunningRun({ steps: [someProgress(["active"], { receipt })] });
  expect(runCounts(run).wanted).toBe(5);
});

it.each<[string, Run, string]>([
  ["nothing has begun", before, "0 %"],
  ["half of the extra nodes are ready", scalingUp, "15 %"],
  ["one of three old nodes is gone", oneGone, "46 %"],
  ["only the extra nodes are left to give back", scalingDown, "90 %"],
  ["one of two groups is done", twoGroups, "50 %"],
  ["it is over", { ...scalingDown, state: "succeeded" }, "100 %"],
  ["it failed in the middle", { ...oneGone, state: "failed" }, "46 %"],
])("is this far when %s", (_, run, expected) => {
  expect(percent(fractionOf(run))).toBe(expected);
});

it("never says 100 % before success was seen", () => {
  const done = aRunningRun({ steps: [someProgress(["done", "done", "done", "done"])] });
  expect(percent(fractionOf(done))).toBe("99 %");
});

it("does not fall back when a node goes on from draining to empty, terminating and gone", () => {
  const states = ["ready", "unschedulable", "draining", "empty", "terminating", "gone"] as const;
  const fractions = states.map((state) =>
    fractionOf(
      aRunningRun({ steps: [someProgress(["done", "done", "active"], { nodes: oldNodes({ state }) })] }),
    ),
  );
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
});

it.each<[string, Run, number, number | undefined]>([
  ["at typical lengths before anything began", before, 0, 1 + 4 + 3 * 4 + 6],
  ["less of a phase that has begun", scalingUp, 8, 1 + 3 * 4 + 6],
  ["at this run's pace once an old node is gone", oneGone, 16, 2 * 6 + 6],
  ["only the extra nodes", scalingDown, 20, 3],
  [
    "nothing while something is in the way",
    { ...oneGone, trouble: { code: "x", what: "x", next: "x" } },
    16,
    undefined,
  ],
  ["nothing when it is over", { ...oneGone, state: "failed" }, 16, undefined],
  [
    "never less than a minute",
    aRunningRun({ steps: [someProgress(["done", "done", "done", "done"])] }),
    30,
    1,
  ],
])("estimates what is left: %s", (_, run, minutes, expected) => {
  expect(timeLeft(run, start + minutes * minute)).toBe(
    expected === undefined ? undefined : expected * minute,
  );
});

it.each([
  [0, "░░░░░░░░░░░░░░░░░░░░"],
  [0.5, "██████████░░░░░░░░░░"],
  [1, "████████████████████"],
  [1.5, "████████████████████"],
])("draws %s as a bar of twenty", (fraction, expected) => {
  expect(bar(fraction)).toBe(expected);
});
