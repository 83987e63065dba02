import { describe, expect, it } from "vitest";
import { describeBlocker } from "../../../src/core/blocker-words.js";
import {
  type BlockReason,
  followBlockers,
  type Hindrance,
  hindranceOf,
  suspects,
} from "../../../src/core/blocking.js";
import { budgetsOver, neverAllows } from "../../../src/core/budgets.js";
import { minute, second } from "../../../src/core/instant.js";
import type { DrainBlocker } from "../../../src/core/run.js";
import type { BudgetSeen, EvictionAnswer, PodSeen } from "../../../src/core/seen.js";
import { aNode, start } from "../../builders.js";
import { aPod } from "../../seen.js";

const node = "ip-10-0-1-7";

function aBudget(over: Partial<BudgetSeen> = {}): BudgetSeen {
  return {
    namespace: "ui",
    name: "ui",
    minAvailable: "1",
    selector: { matchLabels: { app: "ui" }, matchExpressions: [] },
    observed: true,
    disruptionsAllowed: 0,
    currentHealthy: 1,
    desiredHealthy: 1,
    expectedPods: 2,
    ...over,
  };
}

const expression = (key: string, operator: string, values: string[] = []) => ({
  matchLabels: {},
  matchExpressions: [{ key, operator, values }],
});

describe("which budgets select a pod labelled app=ui, tier=web", () => {
  const pod = aPod(node, { labels: { app: "ui", tier: "web" } });
  it.each<[string, Partial<BudgetSeen>, boolean]>([
    ["its label", {}, true],
    ["another value", { selector: { matchLabels: { app: "api" }, matchExpressions: [] } }, false],
    ["the same labels in another namespace", { namespace: "other" }, false],
    [
      "an empty selector selects all of the namespace",
      { selector: { matchLabels: {}, matchExpressions: [] } },
      true,
    ],
    ["In", { selector: expression("tier", "In", ["web", "api"]) }, true],
    ["In, without its value", { selector: expression("tier", "In", ["api"]) }, false],
    ["NotIn", { selector: expression("tier", "NotIn", ["api"]) }, true],
    ["NotIn of a label that is absent", { selector: expression("zone", "NotIn", ["a"]) }, true],
    ["Exists", { selector: expression("tier", "Exists") }, true],
    ["DoesNotExist", { selector: expression("tier", "DoesNotExist") }, false],
    ["an operator of the future selects nothing", { selector: expression("tier", "Like", ["w*"]) }, false],
  ])("%s: %o", (_, over, selected) => {
    expect(budgetsOver(pod, [aBudget(over)])).toHaveLength(selected ? 1 : 0);
  });

  it("no selector selects no pod", () => {
    const { selector: _selector, ...without } = aBudget();
    expect(budgetsOver(pod, [without])).toEqual([]);
  });
});

it.each<[string, Partial<BudgetSeen>, boolean]>([
  ["one of two must stay", {}, false],
  ["as many must stay as there are", { desiredHealthy: 2 }, true],
  ["maxUnavailable 0", { maxUnavailable: "0" }, true],
  ["maxUnavailable 0%", { maxUnavailable: "0%" }, true],
  ["nothing is selected", { expectedPods: 0, desiredHealthy: 0 }, false],
])("a budget where %s: never allows a disruption = %o", (_, over, never) => {
  expect(neverAllows(aBudget(over))).toBe(never);
});

describe("pods worth asking about", () => {
  it.each<[string, Partial<PodSeen>, BudgetSeen[], boolean]>([
    ["its budget allows nothing", {}, [aBudget()], true],
    ["its budget allows one", {}, [aBudget({ disruptionsAllowed: 1 })], false],
    ["its budget was not looked at yet", {}, [aBudget({ disruptionsAllowed: 1, observed: false })], true],
    [
      "two budgets select it",
      {},
      [aBudget({ disruptionsAllowed: 1 }), aBudget({ name: "b", disruptionsAllowed: 1 })],
      true,
    ],
    ["no budget selects it", {}, [], false],
    ["it is leaving already", { deletingSince: start }, [aBudget()], false],
    ["it belongs to a DaemonSet", { owner: { kind: "DaemonSet", name: "aws-node" } }, [aBudget()], false],
    ["it is on another node", { node: "elsewhere" }, [aBudget()], false],
  ])("%s", (_, over, budgets, asked) => {
    expect(suspects([aPod(node, over)], new Set([node]), budgets)).toHaveLength(asked ? 1 : 0);
  });
});

describe("what a dry-run eviction's answer means", () => {
  it.each<[string, EvictionAnswer, BudgetSeen[], BlockReason | undefined]>([
    ["it would go", { kind: "would go" }, [aBudget()], undefined],
    ["it is gone", { kind: "gone" }, [aBudget()], undefined],
    ["another pod has its name", { kind: "another pod" }, [aBudget({ disruptionsAllowed: 0 })], undefined],
    ["the server throttles", { kind: "busy", after: 1_000 }, [aBudget({ disruptionsAllowed: 0 })], undefined],
    [
      "used up for now",
      { kind: "budget used up", budget: "ui", needs: 1, has: 1 },
      [aBudget()],
      "budget used up",
    ],
    [
      "used up for ever",
      { kind: "budget used up", budget: "ui", needs: 2, has: 2 },
      [aBudget({ desiredHealthy: 2 })],
      "budget never allows it",
    ],
    ["not yet observed", { kind: "budget not yet observed" }, [aBudget()], "budget not yet observed"],
    [
      "cannot be computed",
      { kind: "budget cannot be computed", why: "no controller" },
      [aBudget()],
      "budget cannot be computed",
    ],
    ["several", { kind: "several budgets" }, [aBudget(), aBudget({ name: "b" })], "several budgets"],
    [
      "no answer, and the status allows one",
      { kind: "no answer", why: "forbidden" },
      [aBudget({ disruptionsAllowed: 1 })],
      undefined,
    ],
    [
      "no answer, and the status allows none",
      { kind: "no answer", why: "forbidden" },
      [aBudget()],
      "budget used up",
    ],
    [
      "no answer, and two budgets",
      { kind: "no answer", why: "forbidden" },
      [aBudget(), aBudget({ name: "b" })],
      "several budgets",
    ],
    [
      "no answer, and the sync failed",
      { kind: "no answer", why: "forbidden" },
      [aBudget({ syncFailed: "no controllers" })],
      "budget cannot be computed",
    ],
  ])("%s", (_, answer, budgets, reason) => {
    expect(hindranceOf(aPod(node), answer, budgets)?.reason).toBe(reason);
  });
});

describe("what is told, and when", () => {
  const used = (over: Partial<Hindrance> = {}): Hindrance => ({
    pod: aPod(node),
    reason: "budget used up",
    budgets: [aBudget()],
    needs: 1,
    has: 1,
    ...over,
  });
  const nodes = { [node]: aNode({ state: "draining", since: start - minute }) };
  const follow = (before: Parameters<typeof followBlockers>[0], now: Hindrance[], at: number) =>
    followBlockers(before, now, nodes, 0, at);

  it("tells at once what cannot pass by itself", () => {
    for (const reason of [
      "budget never allows it",
      "several budgets",
      "budget cannot be computed",
    ] as const) {
      expect(follow([], [used({ reason })], start).facts.map((fact) => fact.type)).toEqual(["DrainBlocked"]);
    }
  });

  it("tells of a budget that is used up only when it lasts, once, with when it began", () => {
    const first = follow([], [used()], start);
    expect(first.facts).toEqual([]);
    const second_ = follow(first.blockers, [used()], start + 15 * second);
    expect(second_.facts).toEqual([]);
    const third = follow(second_.blockers, [used()], start + 30 * second);
    expect(third.facts).toMatchObject([
      { type: "DrainBlocked", blocker: { since: start, needs: 1, has: 1 } },
    ]);
    expect(follow(third.blockers, [used()], start + 45 * second).facts).toEqual([]);
  });

  it.each<[BlockReason, number, number]>([
    ["budget never allows it", 0, 0],
    ["several budgets", 0, 0],
    ["budget cannot be computed", 0, 0],
    ["budget used up", 30 * second, 4 * minute],
    ["budget not yet observed", 2 * minute, 2 * minute],
  ])("%s is told and called for when it has lasted", (reason, toldAfter, calledAfter) => {
    const first = follow([], [used({ reason })], start).blockers;
    const atAge = (age: number) => follow(first, [used({ reason })], start + age).blockers[0];
    expect(atAge(toldAfter)?.told).toBe(true);
    expect(atAge(calledAfter)?.called).toBe(true);
    if (toldAfter > 0) expect(atAge(toldAfter - second)?.told).toBe(false);
    if (calledAfter > 0) expect(atAge(calledAfter - second)?.called).toBe(false);
  });

  it("calls once for what lasts, and not at all for what an older bot told, which called at once", () => {
    const [first] = follow([], [used()], start).blockers;
    const known = { ...first, told: true } as DrainBlocker;
    const look = (before: DrainBlocker, at: number) => follow([before], [used()], start + at);
    const called = look(known, 4 * minute);
    expect(called.facts).toEqual([{ type: "DrainBlockLasts", step: 0, id: known.id }]);
    expect(follow(called.blockers, [used()], start + 9 * minute).facts).toEqual([]);
    const { called: _called, ...older } = known;
    expect(look(older, 4 * minute).facts).toEqual([]);
  });

  it("tells that it cleared only if it was told", () => {
    const quiet = follow([], [used()], start);
    expect(follow(quiet.blockers, [], start + second).facts).toEqual([]);
    const told = follow([], [used({ reason: "several budgets" })], start);
    expect(follow(told.blockers, [], start + minute).facts).toEqual([
      { type: "DrainUnblocked", step: 0, id: told.blockers[0]?.id },
    ]);
  });

  it("knows when EKS gives up where the drain of the node was seen to begin", () => {
    expect(follow([], [used()], start).blockers[0]?.givesUpAt).toBe(start + 14 * minute);
    const waiting = followBlockers([], [used()], { [node]: aNode({ state: "unschedulable" }) }, 0, start);
    expect(waiting.blockers[0]?.givesUpAt).toBeUndefined();
  });

  it("names the pod on the node that is being drained first", () => {
    const never = { reason: "budget never allows it" } as const;
    const waiting = used({ pod: aPod("waiting", { name: "ui-0" }), ...never });
    const both = { ...nodes, waiting: aNode({ state: "unschedulable" }) };
    const [blocker] = followBlockers([], [waiting, used(never)], both, 0, start).blockers;
    expect(blocker?.pods.map((pod) => pod.node)).toEqual([node, "waiting"]);
  });

  it("leaves alone what may pass on nodes whose turn has not come", () => {
    const later = used({ pod: aPod("later") });
    const lasts = used({ pod: aPod("later"), reason: "several budgets" });
    const one = { ...nodes, later: aNode({ state: "unschedulable" }) };
    expect(followBlockers([], [later], one, 0, start).blockers).toEqual([]);
    expect(followBlockers([], [lasts], one, 0, start).blockers).toHaveLength(1);
    // Nobody is seen on the way: the drain may stand at its very first pod.
    expect(
      followBlockers([], [later], { later: aNode({ state: "unschedulable" }) }, 0, start).blockers,
    ).toHaveLength(1);
  });

  it("makes one blocker of many pods behind one budget, and keeps the record small", () => {
    const many = Array.from({ length: 40 }, (_, i) => used({ pod: aPod(node, { name: `ui-${i}` }) }));
    const { blockers } = follow([], many, start);
    expect(blockers).toHaveLength(1);
    expect(blockers[0]).toMatchObject({ podCount: 40, budgets: ["ui"] });
    expect(blockers[0]?.pods).toHaveLength(10);
  });

  it.each<[BlockReason, RegExp, RegExp]>([
    [
      "budget never allows it",
      /Pod ui\/ui-1 \(Deployment ui\) cannot leave node .*budget ui needs 1 healthy pods and has 1/,
      /Scale deployment ui up by one, or loosen budget ui/,
    ],
    ["budget used up", /budget ui needs 1 healthy pods and has 1/, /goes on by itself/],
    ["several budgets", /several disruption budgets select it \(ui\)/, /Delete or narrow all but one/],
    ["budget cannot be computed", /cannot compute disruption budget ui/, /Correct the selector/],
    ["budget not yet observed", /has not yet looked at disruption budget ui/, /usually takes seconds/],
  ])("says what and what to do: %s", (reason, what, next) => {
    const [blocker] = follow([], [used({ reason })], start).blockers;
    const words = blocker && describeBlocker(blocker);
    expect(words?.what).toMatch(what);
    expect(words?.next).toMatch(next);
  });
});
