import { expect, it } from "vitest";
import { followSizes } from "../../../../src/core/roll/follow-sizes.js";
import type { Scene } from "../../../../src/core/roll/scene.js";
import { aStep, someProgress, start } from "../../../builders.js";
import { aScalingGroup } from "../../../seen.js";

/** Six were wanted, six of ours came on top; `returned` of them have been given back. */
function look(desired: number, known: { theirs?: number; returned?: number } = {}): Scene {
  const before = { min: 3, max: 16, desired: 6 };
  const group = aScalingGroup({ sizes: { ...before, desired } });
  const entry = { kind: "sizes", before, ours: 6, maxRaisedBy: 0, at: start, done: start } as const;
  const roll = { intents: [], ledger: [entry], drains: {}, ...known };
  return {
    ...{ run: "calm-heron-42", step: aStep(), index: 0, now: start, roll },
    look: { group, members: [], nodes: new Map(), pods: [], attached: new Set() },
    progress: someProgress([], { roll }),
  };
}

it.each<[string, number, { theirs?: number; returned?: number }, object, [number, number] | undefined]>([
  ["nobody moved it", 12, {}, {}, undefined],
  ["somebody added three", 15, {}, { theirs: 3 }, [12, 15]],
  ["and took one away again", 14, { theirs: 3 }, { theirs: 2 }, [15, 14]],
  ["two of ours were given back", 10, { returned: 2 }, { returned: 2 }, undefined],
  ["somebody took two away: they were ours", 10, {}, { theirs: 0, returned: 2 }, [12, 10]],
  ["and added three later: those are theirs", 13, { theirs: 0, returned: 2 }, { theirs: 3 }, [10, 13]],
  ["all of ours were taken, and one more", 5, {}, { theirs: -1, returned: 6 }, [12, 5]],
])("%s: %i wanted now", (_, desired, known, roll, moved) => {
  const { progress, facts } = followSizes(look(desired, known));
  expect(progress.roll).toMatchObject(roll);
  expect(facts).toEqual(moved ? [{ type: "SizesMoved", step: 0, from: moved[0], to: moved[1] }] : []);
});
