import { describe, expect, it } from "vitest";
import { type Instant, minute, second } from "../../../src/core/instant.js";
import type { TroubleKind } from "../../../src/core/problems.js";
import type { StandingTrouble } from "../../../src/core/run.js";
import { followTroubles, type TroubleMet } from "../../../src/core/troubles.js";
import { start } from "../../builders.js";

/** "busy": what a look met that saw the rest; "busy!": what it ended with. "": nothing. */
type Met = "" | `${TroubleKind}${"" | "!"}`;

function met(what: Exclude<Met, "">, words: string = what): TroubleMet {
  const cutShort = what.endsWith("!");
  const kind = what.replace("!", "") as TroubleKind;
  return { kind, problem: { code: kind, what: words, next: "" }, cutShort };
}

/** Looks that met this, at minutes from the start: what each told, "Met busy", "Lasts no answer", "Cleared busy". */
function told(...looks: readonly (readonly [minutes: number, Met])[]): string[][] {
  let troubles: readonly StandingTrouble[] = [];
  return looks.map(([minutes, what]) => {
    const change = followTroubles(troubles, what === "" ? undefined : met(what), start + minutes * minute);
    troubles = change.troubles;
    return change.facts.flatMap((fact) => {
      if (fact.type === "ProblemMet") return `Met ${fact.problem.code}`;
      if (fact.type === "ProblemLasts") return `Lasts ${fact.id}`;
      return fact.type === "ProblemCleared" ? `Cleared ${fact.code}` : [];
    });
  });
}

describe("a person is called", () => {
  it.each<[string, TroubleKind, number]>([
    ["at once when something is denied", "denied", 0],
    ["at once when something is refused", "refused", 0],
    ["after 5 min without any answer", "unreachable", 5 * minute],
    ["after 5 min when something is not found", "not found", 5 * minute],
    ["after 15 min of throttling", "busy", 15 * minute],
    ["after 15 min of somebody else's change", "conflict", 15 * minute],
  ])("%s", (_rule, kind, patience) => {
    const calledAt = (now: Instant) => {
      const first = followTroubles([], met(kind), start);
      return followTroubles(first.troubles, met(kind), now).troubles[0]?.called;
    };
    expect(calledAt(start + patience)).toBe(true);
    if (patience > 0) expect(calledAt(start + patience - second)).toBe(false);
  });

  it.each<[string, readonly (readonly [number, Met])[], string[][]]>([
    [
      "never for what passes",
      [
        [0, "unreachable"],
        [4, "unreachable"],
        [5, ""],
      ],
      [["Met unreachable"], [], ["Cleared unreachable"]],
    ],
    [
      "once for what lasts",
      [
        [0, "unreachable"],
        [6, "unreachable"],
        [20, "unreachable"],
        [60, ""],
      ],
      [["Met unreachable"], ["Lasts no answer"], [], ["Cleared unreachable"]],
    ],
    [
      "once for an outage that shows as now one failure, now another",
      [
        [0, "busy!"],
        [3, "unreachable!"],
        [6, "busy!"],
        [7, "unreachable"],
        [20, "busy"],
      ],
      [["Met busy"], ["Met unreachable"], ["Met busy"], ["Met unreachable", "Lasts no answer"], ["Met busy"]],
    ],
    [
      "again when it comes again",
      [
        [0, "denied"],
        [1, ""],
        [2, "denied"],
      ],
      [["Met denied", "Lasts refusal"], ["Cleared denied"], ["Met denied", "Lasts refusal"]],
    ],
    [
      "once for a missing right, while the API server stutters in front of it",
      [
        [0, "denied"],
        [1, "busy"],
        [2, "denied"],
        [3, "unreachable!"],
        [4, "denied"],
      ],
      [
        ["Met denied", "Lasts refusal"],
        ["Met busy"],
        ["Cleared busy"],
        ["Met unreachable"],
        ["Cleared unreachable"],
      ],
    ],
  ])("%s", (_rule, looks, expected) => {
    expect(told(...looks)).toEqual(expected);
  });
});

describe("what another trouble shows of the one before", () => {
  it.each<[string, Met, Met, string[]]>([
    ["AWS answers no more: the cluster's refusal stands", "denied", "unreachable!", ["Met unreachable"]],
    [
      "AWS refuses: whether the cluster answers is not known",
      "unreachable",
      "denied!",
      ["Met denied", "Lasts refusal"],
    ],
    [
      "the cluster refuses: AWS answered, so its refusal is over",
      "unreachable!",
      "denied",
      ["Cleared unreachable", "Met denied", "Lasts refusal"],
    ],
    [
      "the cluster is away: AWS answered, so it denies nothing any more",
      "denied!",
      "unreachable",
      ["Cleared denied", "Met unreachable"],
    ],
    ["the cluster refuses: so it answers", "busy", "denied", ["Cleared busy", "Met denied", "Lasts refusal"]],
  ])("%s", (_rule, first, second, expected) => {
    expect(told([0, first], [1, second])[1]).toEqual(expected);
  });
});

it("keeps since when it lasts, its latest words, and when the run fails over it", () => {
  const first = followTroubles([], met("denied!", "one"), start);
  const givesUpAt = start + 60 * minute;
  const { troubles } = followTroubles(
    first.troubles,
    { ...met("denied!", "other"), givesUpAt },
    start + minute,
  );
  expect(troubles).toEqual([
    {
      id: "refusal",
      problem: { code: "denied", what: "other", next: "" },
      since: start,
      called: true,
      cutShort: true,
      givesUpAt,
    },
  ]);
});
