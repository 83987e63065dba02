import { describe, expect, it } from "vitest";
import { returnSurge } from "../../../../src/core/roll/give-back.js";
import type { Member } from "../../../../src/core/roll/members.js";
import { firstMissing, type Move, type Scene } from "../../../../src/core/roll/scene.js";
import type { DrainProgress } from "../../../../src/core/run.js";
import { start } from "../../../builders.js";
import { aRollProgress, aRollStep } from "../../../rolls.js";
import { aScalingGroup } from "../../../seen.js";
import { member, news } from "./some-members.js";

const before = { min: 3, max: 6, desired: 6 };
const nine = news("a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2", "c3");

interface Given {
  readonly members?: readonly Member[];
  readonly maxUnavailable?: number;
  readonly desired?: number;
  readonly drains?: Readonly<Record<string, DrainProgress>>;
  readonly returned?: number;
}

/** Six nodes, three of ours besides: all new, none given back. */
function scene({ members = nine, maxUnavailable = 3, desired = 9, drains = {}, returned = 0 }: Given): Scene {
  const ours = { kind: "sizes", before, ours: 3, maxRaisedBy: 3, at: start, done: start } as const;
  const progress = aRollProgress({}, { ledger: [ours], floor: 6, drains, returned });
  const nodes = new Map(members.flatMap(({ node }) => (node ? [[node.name, node] as const] : [])));
  const group = aScalingGroup({ sizes: { min: 3, max: 9, desired } });
  return {
    ...{ run: "calm-heron-42", index: 0, now: start, progress },
    roll: progress.roll ?? { intents: [], ledger: [], drains: {} },
    step: aRollStep({ updateConfig: { maxUnavailable, strategy: "DEFAULT" } }),
    look: { group, members, nodes, pods: [], attached: new Set(), left: {}, hindrances: [] },
  };
}

const going = (name: string, over: Partial<DrainProgress> = {}): Readonly<Record<string, DrainProgress>> => {
  const node = nine.find((each) => each.node?.name === name)?.node;
  return { [name]: { uid: node?.uid ?? "", instance: `i-${name}`, surplus: true, ...over } };
};

const chosen = (move: Move) =>
  (move.kind === "act" || move.kind === "note") && move.roll?.drains
    ? Object.keys(move.roll.drains)
    : undefined;

const emptied = { emptySince: start };

describe("nodes to give back", () => {
  it.each<[string, Given, string[] | undefined]>([
    ["as many at once as may be away, one in each zone", {}, ["a1", "b1", "c1"]],
    ["never more than may be away", { maxUnavailable: 2 }, ["a1", "b1"]],
    ["one at a time where one may be away", { maxUnavailable: 1 }, ["a1"]],
    [
      "not those that would be missed while others boot",
      {
        members: [
          ...nine.slice(0, 7),
          ...["c2", "c3"].map((name) => member(name, { old: false, serving: false })),
        ],
      },
      ["c2", "a1"],
    ],
    [
      "the next one as soon as there is room for it",
      { maxUnavailable: 2, drains: going("a1", emptied) },
      ["a1", "b1"],
    ],
    ["nobody while as many go as may", { maxUnavailable: 1, drains: going("a1", emptied) }, undefined],
    ["nobody where all that were ours are back", { desired: 6, returned: 3 }, undefined],
  ])("%s", (_what, given, names) => {
    expect(chosen(firstMissing(returnSurge, scene(given)))).toEqual(names);
  });

  it("others lowered desired by two meanwhile: two of three stay", () => {
    const drains = { ...going("a1", emptied), ...going("b1", emptied), ...going("c1", emptied) };
    expect(chosen(firstMissing(returnSurge, scene({ desired: 7, drains })))).toEqual(["a1"]);
  });

  it("they are terminated one after another, each against the sizes that the last one left", () => {
    const due = { emptySince: start - 60_000 };
    const drains = { ...going("a1", due), ...going("b1", due), ...going("c1", due) };
    expect(firstMissing(returnSurge, scene({ drains }))).toMatchObject({
      kind: "act",
      intents: [{ kind: "terminate", instance: "i-a1", decrement: true, expected: 9 }],
    });
  });
});
