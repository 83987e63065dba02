import { describe, expect, it } from "vitest";
import { type ForecastLook, forecast, sayForecast } from "../../../../src/core/drain/forecast.js";
import { minute } from "../../../../src/core/instant.js";
import type { BudgetSeen, EvictionAnswer, PodSeen } from "../../../../src/core/seen.js";
import { start } from "../../../builders.js";
import { aPod } from "../../../seen.js";

function aBudget(over: Partial<BudgetSeen> = {}): BudgetSeen {
  const counts = { disruptionsAllowed: 2, currentHealthy: 6, desiredHealthy: 4, expectedPods: 6 };
  const selector = { matchLabels: { app: "ui" }, matchExpressions: [] };
  return { namespace: "ui", name: "ui", observed: true, selector, ...counts, ...over };
}

const named = (name: string, over: Partial<PodSeen> = {}) => aPod("a", { name, ...over });
const many = (count: number, over: Partial<PodSeen> = {}) =>
  Array.from({ length: count }, (_, i) => named(`ui-${i + 1}`, over));
const { owner: _owner, ...bare } = named("ui-1");
const daemon = { kind: "DaemonSet", name: "aws-node" };

function foreseen(look: Partial<ForecastLook>) {
  const { move, block, warnings } = forecast({ pods: [], budgets: [], answers: new Map(), ...look }, start);
  return { move, block, warnings };
}

const answered = (answer: EvictionAnswer, ...pods: PodSeen[]) =>
  new Map(pods.map(({ uid }) => [uid, answer]));
const usedUp: EvictionAnswer = { kind: "budget used up", budget: "ui", needs: 4, has: 4 };
const full = aBudget({ disruptionsAllowed: 0, currentHealthy: 4 });
const never = aBudget({ disruptionsAllowed: 0, currentHealthy: 6, desiredHealthy: 6 });

describe("what a drain would meet", () => {
  it.each<[string, Partial<ForecastLook>, [number, number], string[]]>([
    ["nothing on an empty node", {}, [0, 0], []],
    ["nothing in the way of most pods", { pods: many(3) }, [3, 0], []],
    [
      "pods that stay do not count",
      { pods: [named("x", { owner: daemon }), named("y", { mirror: true })] },
      [0, 0],
      [],
    ],
    ["a budget that allows what is needed", { pods: many(2), budgets: [aBudget()] }, [2, 0], []],
    [
      "a budget that never allows it, once for all its pods",
      { pods: many(3), budgets: [never] },
      [0, 3],
      ["BudgetNeverAllows"],
    ],
    [
      "a budget that is used up",
      { pods: many(1), budgets: [full], answers: answered(usedUp, ...many(1)) },
      [0, 1],
      ["BudgetUsedUp"],
    ],
    [
      "a budget that has room again, whatever its status says",
      { pods: many(1), budgets: [full], answers: answered({ kind: "would go" }, ...many(1)) },
      [1, 0],
      [],
    ],
    [
      "two budgets over one pod",
      { pods: many(1), budgets: [aBudget(), aBudget({ name: "two" })] },
      [0, 1],
      ["SeveralBudgets"],
    ],
    [
      "a budget that cannot be computed",
      { pods: many(1), budgets: [aBudget({ syncFailed: "found no controllers" })] },
      [0, 1],
      ["BudgetNotComputed"],
    ],
    [
      "a crash loop that its own budget waits for",
      {
        pods: many(2, { ready: false, crashLooping: true }),
        budgets: [aBudget({ disruptionsAllowed: 0, currentHealthy: 3 })],
      },
      [0, 2],
      ["CrashLoopBlocks"],
    ],
    [
      "no crash loop that its budget lets go",
      {
        pods: many(2, { ready: false, crashLooping: true }),
        budgets: [
          aBudget({ disruptionsAllowed: 0, currentHealthy: 3, unhealthyPodEvictionPolicy: "AlwaysAllow" }),
        ],
      },
      [2, 0],
      [],
    ],
    [
      "a webhook that says no",
      {
        pods: many(2),
        answers: answered({ kind: "no answer", why: 'admission webhook "guard" said no' }, ...many(2)),
      },
      [0, 2],
      ["EvictionRefused"],
    ],
    [
      "nothing, where the bot may not ask",
      {
        pods: many(1),
        answers: answered({ kind: "no answer", why: "the bot may not", next: "Allow it." }, ...many(1)),
      },
      [1, 0],
      [],
    ],
    [
      "many rounds of a narrow budget",
      { pods: many(6), budgets: [aBudget({ disruptionsAllowed: 1 })] },
      [6, 0],
      ["BudgetSlowsDrain"],
    ],
    [
      "few rounds are not worth a word",
      { pods: many(5), budgets: [aBudget({ disruptionsAllowed: 1 })] },
      [5, 0],
      [],
    ],
    [
      "a pod that should have ended long ago",
      { pods: many(1, { deletingSince: start - 60 * minute }) },
      [0, 1],
      ["PodDoesNotEnd"],
    ],
    [
      "nothing about a pod that is ending",
      { pods: many(1, { deletingSince: start, emptyDir: true }) },
      [0, 0],
      [],
    ],
    ["a pod without a controller", { pods: [bare] }, [1, 0], ["BarePod"]],
    ["a pod that may come back", { pods: many(1, { toleratesEverything: true }) }, [1, 0], ["PodComesBack"]],
    [
      "a pod that takes longer than our patience",
      { pods: many(1, { gracePeriod: 60 * minute }) },
      [1, 0],
      ["GracePeriodLong"],
    ],
    ["a pod with a volume", { pods: many(1, { claims: ["data"] }) }, [1, 0], ["VolumeBound"]],
    [
      "a pod that asks autoscalers not to move it",
      { pods: many(1, { optOut: "karpenter.sh/do-not-disrupt" }) },
      [1, 0],
      ["OptsOut"],
    ],
    ["scratch data", { pods: many(1, { emptyDir: true }) }, [1, 0], ["EmptyDirLost"]],
    [
      "what blocks before what does not",
      { pods: many(1, { emptyDir: true }), budgets: [never] },
      [0, 1],
      ["BudgetNeverAllows", "EmptyDirLost"],
    ],
  ])("%s", (_, look, [move, block], codes) => {
    const seen = foreseen(look);
    expect({ ...seen, warnings: seen.warnings.map(({ code }) => code) }).toEqual({
      move,
      block,
      warnings: codes,
    });
  });

  it.each<[string, Partial<ForecastLook>, string]>([
    [
      "one pod by name",
      { pods: many(1, { emptyDir: true }) },
      "Pod ui/ui-1 loses what is in its emptyDir volumes",
    ],
    [
      "some pods by name, the others by number",
      { pods: many(5, { emptyDir: true }) },
      "5 pods lose what is in their emptyDir volumes: ui/ui-1, ui/ui-2, ui/ui-3 and 2 more",
    ],
    [
      "how long pods may take",
      { pods: many(1, { gracePeriod: 60 * minute }) },
      "Pod ui/ui-1 may take up to 1 h to end",
    ],
    [
      "how many rounds it takes",
      { pods: many(6), budgets: [aBudget({ disruptionsAllowed: 1 })] },
      "Disruption budget ui/ui lets 1 of its 6 pods on node a go at a time: 6 rounds",
    ],
    [
      "whom a crash loop holds up",
      {
        pods: many(2, { ready: false, crashLooping: true }),
        budgets: [full].map((each) => ({ ...each, currentHealthy: 3 })),
      },
      "2 pods like ui/ui-1 crash-loop, and disruption budget ui lets no pod go before it is healthy",
    ],
  ])("says %s", (_, look, what) => {
    expect(foreseen(look).warnings.map((warning) => warning.what)).toEqual([what]);
  });
});

it.each([
  [{ move: 0, block: 0 }, "No pod has to move."],
  [{ move: 1, block: 0 }, "The 1 pod will move."],
  [{ move: 43, block: 0 }, "All 43 pods will move."],
  [{ move: 41, block: 2 }, "41 of 43 pods will move, 2 will block."],
])("%o in words", (counts, words) => {
  expect(sayForecast(counts)).toBe(words);
});
