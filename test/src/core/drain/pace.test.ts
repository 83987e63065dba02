import { describe, expect, it } from "vitest";
import { type PaceLook, pace } from "../../../../src/core/drain/pace.js";
import type { PodWait } from "../../../../src/core/drain/waits.js";
import { second } from "../../../../src/core/instant.js";
import type { BudgetSeen, PodSeen } from "../../../../src/core/seen.js";
import { start } from "../../../builders.js";
import { aPod } from "../../../seen.js";

const now = start;

function aBudget(over: Partial<BudgetSeen> = {}): BudgetSeen {
  const counts = { disruptionsAllowed: 2, currentHealthy: 6, desiredHealthy: 4, expectedPods: 6 };
  const selector = { matchLabels: { app: "ui" }, matchExpressions: [] };
  return { namespace: "ui", name: "ui", observed: true, selector, ...counts, ...over };
}
const usedUp = aBudget({ disruptionsAllowed: 0, currentHealthy: 4 });
const alsoUi = aBudget({ name: "also-ui" });

const named = (name: string, over: Partial<PodSeen> = {}, node = "a") => aPod(node, { name, ...over });
const [p1, p2, p3] = [named("p1"), named("p2"), named("p3")];
const free = (name: string, over: Partial<PodSeen> = {}, node = "a") =>
  named(name, { labels: { app: "free" }, ...over }, node);

function waitOf(pod: PodSeen, over: Partial<PodWait> = {}): PodWait {
  const asked = { askedAt: now - 5 * second, notBefore: now + 5 * second };
  return { uid: pod.uid, answer: "budget used up", tries: 3, ...asked, ...over };
}

function paced(look: Partial<PaceLook>) {
  const nothing = { pods: [], budgets: [], waits: [], asked: new Set<string>(), ending: [] };
  const { now: whom, next } = pace({ ...nothing, ...look }, now);
  return { whom: whom.map(({ name }) => name), in: next === undefined ? undefined : (next - now) / second };
}

const uids = (...pods: PodSeen[]) => new Set(pods.map(({ uid }) => uid));

describe("whom to ask to leave now", () => {
  it.each<[string, Partial<PaceLook>, string[], number | undefined]>([
    ["nobody, where nobody has to leave", {}, [], undefined],
    [
      "all at once, where no budget has a say",
      { pods: [free("f1"), free("f2"), free("f3")] },
      ["f1", "f2", "f3"],
      undefined,
    ],
    ["as many as the budget allows", { pods: [p1, p2, p3], budgets: [aBudget()] }, ["p1", "p2"], undefined],
    [
      "no more than that with one on its way",
      { pods: [p1, p2, p3], budgets: [aBudget()], asked: uids(p1) },
      ["p2"],
      undefined,
    ],
    [
      "nobody more, with as many on their way as it allows",
      { pods: [p1, p2, p3], budgets: [aBudget()], asked: uids(p1, p2) },
      [],
      undefined,
    ],
    [
      "one budget's pods on two nodes share it, the emptier node first",
      { pods: [p1, p2, named("q1", {}, "b")], budgets: [aBudget({ disruptionsAllowed: 1 })] },
      ["q1"],
      undefined,
    ],
    [
      "those that are not ready first",
      {
        pods: [p1, named("sick", { ready: false })],
        budgets: [aBudget({ disruptionsAllowed: 1, currentHealthy: 3 })],
      },
      ["sick"],
      undefined,
    ],
    [
      "one speaks for all whose budget is used up",
      { pods: [p1, p2, p3], budgets: [usedUp] },
      ["p1"],
      undefined,
    ],
    [
      "nobody of a used-up budget while one of its pods is ending",
      { pods: [p1, p2], budgets: [usedUp], ending: [p3] },
      [],
      undefined,
    ],
    [
      "another budget's ending pod changes nothing",
      { pods: [p1], budgets: [usedUp], ending: [free("f1")] },
      ["p1"],
      undefined,
    ],
    [
      "nobody of a used-up budget before the speaker's pause is over",
      { pods: [p1, p2], budgets: [usedUp], waits: [waitOf(p1)] },
      [],
      5,
    ],
    [
      "the same speaker, when its pause is over",
      { pods: [p1, p2], budgets: [usedUp], waits: [waitOf(p2, { notBefore: now })] },
      ["p2"],
      undefined,
    ],
    [
      "the others at once when the budget allows it, and the speaker too",
      { pods: [p1, p2, p3], budgets: [aBudget({ disruptionsAllowed: 3 })], waits: [waitOf(p1)] },
      ["p2", "p3", "p1"],
      undefined,
    ],
    [
      "not the speaker within a second, whatever the status says",
      { pods: [p1], budgets: [aBudget()], waits: [waitOf(p1, { askedAt: now - 400 })] },
      [],
      0.6,
    ],
    ["one of those under two budgets", { pods: [p1, p2], budgets: [aBudget(), alsoUi] }, ["p1"], undefined],
    [
      "nobody under two budgets before half a minute is over",
      {
        pods: [p1, p2],
        budgets: [aBudget(), alsoUi],
        waits: [waitOf(p1, { answer: "several budgets", notBefore: now + 30 * second })],
      },
      [],
      30,
    ],
    [
      "those once under two budgets when only one is left",
      {
        pods: [p1],
        budgets: [aBudget()],
        waits: [waitOf(p1, { answer: "several budgets", notBefore: now + 30 * second })],
      },
      ["p1"],
      undefined,
    ],
    [
      "one of a budget that cannot be computed",
      { pods: [p1, p2], budgets: [aBudget({ syncFailed: "found no controllers" })] },
      ["p1"],
      undefined,
    ],
    [
      "one of a budget that nobody has looked at",
      { pods: [p1, p2], budgets: [aBudget({ observed: false })] },
      ["p1"],
      undefined,
    ],
    [
      "nobody of a budget that nobody has looked at, before the server's pause is over",
      {
        pods: [p1],
        budgets: [aBudget({ observed: false })],
        waits: [waitOf(p1, { answer: "budget not yet observed", notBefore: now + 10 * second })],
      },
      [],
      10,
    ],
    [
      "one that has not started, whatever its budget",
      { pods: [named("new", { phase: "Pending", ready: false })], budgets: [usedUp], ending: [p3] },
      ["new"],
      undefined,
    ],
    [
      "all that are not ready where the budget says so",
      {
        pods: [named("s1", { ready: false }), named("s2", { ready: false })],
        budgets: [{ ...usedUp, unhealthyPodEvictionPolicy: "AlwaysAllow" }],
      },
      ["s1", "s2"],
      undefined,
    ],
    [
      "all that are not ready where the budget holds without them",
      { pods: [named("s1", { ready: false }), named("s2", { ready: false })], budgets: [usedUp] },
      ["s1", "s2"],
      undefined,
    ],
    [
      "one that is not ready where the budget does not hold",
      {
        pods: [named("s1", { ready: false }), named("s2", { ready: false })],
        budgets: [{ ...usedUp, currentHealthy: 3 }],
      },
      ["s1"],
      undefined,
    ],
    [
      "a blocked budget does not hold up others",
      { pods: [p1, free("f1")], budgets: [usedUp], waits: [waitOf(p1)] },
      ["f1"],
      5,
    ],
    [
      "nobody while the server is busy",
      { pods: [free("f1"), free("f2")], waits: [waitOf(free("f2"), { answer: "busy" })] },
      [],
      5,
    ],
    [
      "two, after it was busy",
      {
        pods: [free("f1"), free("f2"), free("f3")],
        waits: [waitOf(free("f2"), { answer: "busy", notBefore: now - second })],
      },
      ["f1", "f3"],
      9,
    ],
    [
      "no third, after it was busy",
      {
        pods: [free("f1"), free("f2"), free("f3")],
        asked: uids(free("f1"), free("f3"), free("gone")),
        waits: [waitOf(free("f2"), { answer: "busy", notBefore: now - second })],
      },
      [],
      9,
    ],
    [
      "all, when that is long past",
      {
        pods: [free("f1"), free("f2"), free("f3")],
        waits: [waitOf(free("f2"), { answer: "busy", notBefore: now - 60 * second })],
      },
      ["f1", "f3", "f2"],
      undefined,
    ],
    [
      "critical ones not before the others of their node",
      { pods: [free("dns", { critical: true }), free("f1")] },
      ["f1"],
      undefined,
    ],
    [
      "critical ones when the others have been asked",
      { pods: [free("dns", { critical: true }), free("f1")], asked: uids(free("f1")) },
      ["dns"],
      undefined,
    ],
    [
      "critical ones of a node without others",
      { pods: [free("dns", { critical: true }, "b"), free("f1")] },
      ["dns", "f1"],
      undefined,
    ],
    [
      "one that was refused has a pause of its own",
      { pods: [free("f1"), free("f2")], waits: [waitOf(free("f1"), { answer: "no answer" })] },
      ["f2"],
      5,
    ],
  ])("%s", (_, look, whom, next) => {
    expect(paced(look)).toEqual({ whom, in: next });
  });
});
