import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import { judgeScaleUp } from "../../../../src/core/roll/judge-scale-up.js";
import type { LedgerEntry } from "../../../../src/core/roll/ledger.js";
import type { Move, Scene } from "../../../../src/core/roll/scene.js";
import { beforeTag, runTag } from "../../../../src/core/roll/seen.js";
import type { Sizes } from "../../../../src/core/seen.js";
import { start } from "../../../builders.js";
import { aRollProgress, aRollStep } from "../../../rolls.js";
import { aScalingGroup } from "../../../seen.js";
import { member } from "./some-members.js";

const run = "calm-heron-42";
const before: Sizes = { min: 3, max: 16, desired: 6 };
const noted = "min=3 max=16 desired=6";
const surge = (over: Partial<LedgerEntry & { kind: "sizes" }> = {}): LedgerEntry => ({
  ...{ kind: "sizes", before, ours: 6, maxRaisedBy: 6, at: start, done: start },
  ...over,
});

interface Given {
  readonly sizes?: Sizes;
  readonly ledger?: readonly LedgerEntry[];
  readonly returned?: number;
  /** "a1 a2 b1", the old ones and the new. */
  readonly old?: string;
  readonly fresh?: string;
  /** A person said "wait" just now. */
  readonly waits?: boolean;
}

/** A look at a group that is being raised; every node of it is kept from Cluster Autoscaler. */
function scene({ sizes = before, ledger = [], returned = 0, waits = false, ...given }: Given): Scene {
  const named = (names = "", old: boolean) =>
    names
      .split(" ")
      .filter(Boolean)
      .map((name) => member(name, { old, node: { annotations: kept } }));
  const answer = { about: "scale up", choice: "wait" as const, by: "U0OPERATOR", at: start + minute };
  const progress = aRollProgress({ ...(waits && { answers: [answer] }) }, { ledger, floor: 6, returned });
  const members = [...named(given.old ?? "a1 a2 b1 b2 c1 c2", true), ...named(given.fresh, false)];
  return {
    ...{ run, index: 0, now: start + 2 * minute, progress, step: aRollStep() },
    roll: progress.roll ?? { intents: [], ledger, drains: {} },
    look: {
      group: aScalingGroup({
        ...{ sizes, zones: ["a", "b", "c"], tags: { [runTag]: run, [beforeTag]: noted } },
      }),
      ...{ members, nodes: new Map(), pods: [], attached: new Set<string>() },
    },
  };
}

const kept = { "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true" };

/** How many are asked for, and what is noted and saved with it. */
function asked(move: Move): object | undefined {
  if (move.kind !== "act") return undefined;
  const [tag, set] = move.intents;
  return tag?.kind === "tag group" && set?.kind === "set sizes"
    ? { note: tag.tags[beforeTag], expected: set.expected, to: set.to, entries: move.entries ?? [] }
    : undefined;
}

describe("the surge", () => {
  it.each<[string, Given, object]>([
    [
      "is added to desired and to max, in one write",
      {},
      {
        ...{ note: `${noted} ours=6+max`, expected: before, to: { min: 3, max: 22, desired: 12 } },
        entries: [{ kind: "sizes", before, ours: 6, maxRaisedBy: 6 }],
      },
    ],
    [
      "that was not made is asked for again, on top of what others made of the group",
      {
        ledger: [{ kind: "sizes", before, ours: 6, maxRaisedBy: 6, at: start }],
        sizes: { min: 3, max: 18, desired: 9 },
      },
      { to: { min: 3, max: 24, desired: 15 }, entries: [] },
    ],
  ])("%s", (_, given, expected) => {
    expect(asked(judgeScaleUp(scene(given)))).toMatchObject(expected);
  });
});

describe("zones that got no new node, and no more is coming", () => {
  const six = { ledger: [surge()], sizes: { min: 3, max: 22, desired: 12 } };
  it.each<[string, Given, more: number | undefined]>([
    ["others took all of ours: one in each is asked for", { ...six, returned: 6, sizes: wanting(6) }, 3],
    ["others took all but one", { ...six, returned: 5, sizes: wanting(7), fresh: "a3" }, 2],
    [
      "others took all but two in one zone: the emptier ones get theirs first",
      { ...six, returned: 4, sizes: wanting(8), fresh: "b3 b4" },
      2,
    ],
    ["one was fuller before: all get as many, and one more", { ...six, ...uneven }, 5],
    ["it was asked for once more before", { ...again(), sizes: wanting(6) }, undefined],
    ["nobody took any: what cannot be launched there comes elsewhere", { ...six, ...elsewhere }, undefined],
    ["unless a person says that it is to be waited for", { ...six, ...elsewhere, waits: true }, 1],
    ["some are yet to come", { ...six, returned: 5, sizes: wanting(8), fresh: "a3" }, undefined],
  ])("%s", (_, given, more) => {
    const { sizes = before } = given;
    const to = more && { min: 3, max: sizes.max + more, desired: sizes.desired + more };
    expect(asked(judgeScaleUp(scene(given)))).toEqual(
      more && {
        note: expect.stringMatching(`ours=${6 + more}\\+max$`),
        ...{ expected: sizes, to },
        entries: [{ kind: "sizes", before: sizes, ours: more, maxRaisedBy: more }],
      },
    );
  });
});

function wanting(desired: number): Sizes {
  return { min: 3, max: 22, desired };
}

const elsewhere = { fresh: "a3 a4 a5 b3 b4 b5", old: "a1 a2 b1 b2 c1 c2" };
const uneven = { old: "a1 a2 a3 a4 b1 c1", fresh: "b2 b3 c2 c3", sizes: { min: 3, max: 22, desired: 10 } };

function again(): Given {
  return { ledger: [surge(), surge({ ours: 3, maxRaisedBy: 3 })], returned: 9 };
}
