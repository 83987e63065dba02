import { expect, it } from "vitest";
import { whatIsLeft } from "../../../../src/core/drain/left.js";
import { hour, minute } from "../../../../src/core/instant.js";
import type { BudgetSeen, EvictionAnswer, PodSeen } from "../../../../src/core/seen.js";
import { start } from "../../../builders.js";
import { aPod } from "../../../seen.js";

function aBudget(over: Partial<BudgetSeen> = {}): BudgetSeen {
  const counts = { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 };
  const selector = { matchLabels: { app: "ui" }, matchExpressions: [] };
  return { namespace: "ui", name: "ui", observed: true, selector, ...counts, ...over };
}
const full = aBudget({ disruptionsAllowed: 0, currentHealthy: 2 });
const free = { labels: { app: "free" } };
const usedUp: EvictionAnswer = { kind: "budget used up", budget: "ui", needs: 2, has: 2 };

it.each<[string, Partial<PodSeen>, BudgetSeen[], EvictionAnswer | undefined, string, string | undefined]>([
  ["nobody has asked it", free, [], undefined, "has yet to be asked to leave", undefined],
  ["it was asked and does not show it", free, [], { kind: "would go" }, "has been asked to leave", undefined],
  ["it is ending", { deletingSince: start }, [full], undefined, "is ending", undefined],
  ["the server is busy", free, [], { kind: "busy" }, "waits: the API server asks for patience", undefined],
  [
    "a webhook said no",
    free,
    [],
    { kind: "no answer", why: "webhook x said no" },
    "could not be asked to leave: webhook x said no",
    "eviction refused",
  ],
  [
    "it should have ended long ago",
    { deletingSince: start - hour, gracePeriod: minute },
    [],
    undefined,
    "should have ended 59 min ago: its node's kubelet or a finalizer holds it",
    "does not end",
  ],
  [
    "its budget's status says no",
    {},
    [full],
    undefined,
    "waits for budget ui, which needs 2 healthy pods and has 2",
    "budget used up",
  ],
  [
    "the server said no, and so does the status",
    {},
    [full],
    usedUp,
    "waits for budget ui, which needs 2 healthy pods and has 2",
    "budget used up",
  ],
  [
    "the server said no, and the status says yes by now",
    {},
    [aBudget()],
    usedUp,
    "has yet to be asked to leave",
    undefined,
  ],
  ["its budget's turn has come", {}, [aBudget()], undefined, "has yet to be asked to leave", undefined],
  [
    "two budgets have a say",
    {},
    [aBudget(), aBudget({ name: "two" })],
    undefined,
    "is held by several budgets at once: ui and two",
    "several budgets",
  ],
  [
    "its budget cannot be computed",
    {},
    [aBudget({ syncFailed: "no controllers" })],
    undefined,
    "is held by budget ui, which cannot be computed: no controllers",
    "budget cannot be computed",
  ],
  [
    "nobody has looked at its budget",
    {},
    [aBudget({ observed: false })],
    undefined,
    "waits for Kubernetes to look at budget ui",
    "budget not yet observed",
  ],
  [
    "its budget never lets one go",
    {},
    [{ ...full, desiredHealthy: 3, currentHealthy: 3 }],
    undefined,
    "is held by budget ui, which never lets one go, which needs 3 healthy pods and has 3",
    "budget never allows it",
  ],
  [
    "it has not started, whatever its budget",
    { phase: "Pending", ready: false },
    [full],
    undefined,
    "has yet to be asked to leave",
    undefined,
  ],
])("a pod is left because %s", (_, over, budgets, answer, reason, hindrance) => {
  const pod = aPod("a", over);
  const answers = new Map(answer ? [[pod.uid, answer]] : []);
  const { left, hindrances } = whatIsLeft({ pods: [pod], nodes: { a: start }, budgets, answers }, start);
  expect(left.a?.map((each) => each.reason)).toEqual([reason]);
  expect(hindrances.map((each) => each.reason)).toEqual(hindrance ? [hindrance] : []);
});

it("what stays is not left, and a node without pods is empty", () => {
  const pods = [aPod("a", { mirror: true }), aPod("elsewhere")];
  const look = { pods, nodes: { a: start, b: start }, budgets: [], answers: new Map() };
  expect(whatIsLeft(look, start)).toEqual({ left: { a: [], b: [] }, hindrances: [] });
});
