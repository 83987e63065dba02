import { expect, it } from "vitest";
import type { Run } from "../../../../src/core/run.js";
import { othersOf } from "../../../../src/slack/views/others.js";
import { aNewNode, aNode, aPlan, start } from "../../../builders.js";
import { aRoll, aRollBlocker, aRollProgress, aRollStep } from "../../../rolls.js";

const [pod] = aRollBlocker().pods;
const node = pod?.node ?? "";

/** One old node is drained and blocked, the others as said. */
function blocked(maxUnavailable: number, others: Record<string, object>, over: Partial<Run> = {}): Run {
  const nodes = { [node]: aNode({ state: "draining" }), ...others } as NonNullable<
    Run["steps"][number]
  >["nodes"];
  return aRoll({
    plan: aPlan({ steps: [aRollStep({ updateConfig: { maxUnavailable, strategy: "DEFAULT" } })] }),
    steps: [aRollProgress({ blockers: [aRollBlocker()], nodes })],
    ...over,
  });
}

const old = { other: aNode() };

it.each<[string, Run, ReturnType<typeof othersOf>]>([
  ["one at a time: the others wait", blocked(1, old), "wait"],
  ["two at a time: the others go on", blocked(2, old), "go on"],
  ["the last one", blocked(1, { other: aNode({ state: "gone" }), fresh: aNewNode() }), "are replaced"],
  [
    "the upgrade is called off: extra nodes wait",
    blocked(1, old, { stopping: { by: "U0ANN", at: start } }),
    "stay extra",
  ],
])("%s", (_, run, others) => {
  expect(othersOf(run, 0)).toBe(others);
});
