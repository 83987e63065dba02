import { describe, expect, it } from "vitest";
import { hour, type Instant, minute, second } from "../../../src/core/instant.js";
import type { Problem, TroubleKind } from "../../../src/core/problems.js";
import type { Run, StandingTrouble } from "../../../src/core/run.js";
import { followTroubles, passedAtEnd, type TroubleMet, troublesNow } from "../../../src/core/troubles.js";
import { aRunningRun, someProgress, start } from "../../builders.js";

/** "busy": what a look met that saw the rest; "busy!": what it ended with. "": nothing. */
type Met = "" | `${TroubleKind}${"" | "!"}`;

function met(what: Exclude<Met, "">, words: string = what): TroubleMet {
  const cutShort = what.endsWith("!");
  const kind = what.replace("!", "") as TroubleKind;
  return { kind, problem: { code: kind, what: words, next: "" }, cutShort };
}

const planning: Pick<Run, "steps"> = { steps: [someProgress()] };
const following: Pick<Run, "steps"> = { steps: [someProgress(["active"], { updateId: "upd-1" })] };

/** Looks that met this, at minutes from the start: what each told, "Met busy", "Lasts no answer", "Cleared busy". */
function told(...looks: readonly (readonly [minutes: number, Met])[]): string[][] {
  let troubles: readonly StandingTrouble[] = [];
  return looks.map(([minutes, what]) => {
    const change = followTroubles(
      { ...planning, troubles },
      what === "" ? undefined : met(what),
      start + minutes * minute,
    );
    troubles = change.troubles;
    return change.facts.flatMap((fact) => {
      if (fact.type === "ProblemMet") return `Met ${fact.problem.code}`;
      if (fact.type === "ProblemLasts") return `Lasts ${fact.id}`;
      return fact.type === "ProblemCleared" ? `Cleared ${fact.code}` : [];
    });
  });
}

describe("a person is called", () => {
  it.each<[string, TroubleKind, number, Pick<Run, "steps">]>([
    ["at once when something is denied", "denied", 0, planning],
    ["at once when something is refused", "refused", 0, planning],
    ["after 5 min without any answer", "unreachable", 5 * minute, planning],
    ["after 5 min when something is not found", "not found", 5 * minute, planning],
    ["after 15 min of throttling before EKS has begun", "busy", 15 * minute, planning],
    ["after 5 min of throttling while EKS is at work", "busy", 5 * minute, following],
    ["after 15 min of somebody else's change", "conflict", 15 * minute, planning],
  ])("%s", (_rule, kind, patience, run) => {
    const calledAt = (now: Instant) => {
      const { troubles } = followTroubles(run, met(kind), start);
      return followTroubles({ ...run, troubles }, met(kind), now).troubles[0]?.called;
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
        [8, ""],
      ],
      [["Met unreachable"], [], [], ["Cleared unreachable"]],
    ],
    [
      "once for what lasts",
      [
        [0, "unreachable"],
        [6, "unreachable"],
        [20, "unreachable"],
        [60, ""],
        [63, ""],
      ],
      [["Met unreachable"], ["Lasts no answer"], [], [], ["Cleared unreachable"]],
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
        [4, ""],
        [5, "denied"],
      ],
      [["Met denied", "Lasts refusal"], [], ["Cleared denied"], ["Met denied", "Lasts refusal"]],
    ],
    [
      "once for what comes and goes: it is one trouble, since it was first met",
      [
        [0, "unreachable"],
        [1, ""],
        [2, "unreachable"],
        [4.5, ""],
        [5, "unreachable"],
        [6, ""],
        [7, "unreachable"],
        [8, ""],
        [10.5, ""],
        [11, ""],
      ],
      [["Met unreachable"], [], [], [], ["Lasts no answer"], [], [], [], [], ["Cleared unreachable"]],
    ],
    [
      "again when a conflict that called becomes a denial: somebody must grant something",
      [
        [0, "conflict!"],
        [15, "conflict!"],
        [16, "denied!"],
        [17, "conflict!"],
        [18, "denied!"],
      ],
      [
        ["Met conflict"],
        ["Lasts refusal"],
        ["Met denied", "Lasts refusal"],
        ["Met conflict"],
        ["Met denied"],
      ],
    ],
    [
      "not again when a denial becomes a conflict",
      [
        [0, "denied!"],
        [1, "conflict!"],
        [20, "conflict!"],
      ],
      [["Met denied", "Lasts refusal"], ["Met conflict"], []],
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
      [["Met denied", "Lasts refusal"], ["Met busy"], [], ["Met unreachable"], []],
    ],
  ])("%s", (_rule, looks, expected) => {
    expect(told(...looks)).toEqual(expected);
  });
});

describe("what another trouble shows of the one before", () => {
  it.each<[string, Met, Met, string[], string[]]>([
    ["AWS answers no more: the cluster's refusal stands", "denied", "unreachable!", ["Met unreachable"], []],
    [
      "AWS refuses: whether the cluster answers is not known",
      "unreachable",
      "denied!",
      ["Met denied", "Lasts refusal"],
      [],
    ],
    [
      "the cluster refuses: AWS answered, so its refusal is over",
      "unreachable!",
      "denied",
      ["Met denied", "Lasts refusal"],
      ["Cleared unreachable"],
    ],
    [
      "the cluster is away: AWS answered, so it denies nothing any more",
      "denied!",
      "unreachable",
      ["Met unreachable"],
      ["Cleared denied"],
    ],
    [
      "the cluster refuses: so it answers",
      "busy",
      "denied",
      ["Met denied", "Lasts refusal"],
      ["Cleared busy"],
    ],
  ])("%s", (_rule, first, second, then, later) => {
    expect(told([0, first], [1, second], [4, second]).slice(1)).toEqual([then, later]);
  });
});

describe("quiet trouble", () => {
  const busy = { ...planning, troubles: followTroubles(planning, met("busy"), start).troubles };
  const quiet = { ...planning, ...followTroubles(busy, undefined, start + minute) };

  it("is in nobody's way, and cleared as of when it went quiet", () => {
    expect(troublesNow(busy)).toHaveLength(1);
    expect(troublesNow(quiet)).toEqual([]);
    expect(quiet.troubles).toMatchObject([{ since: start, quietSince: start + minute }]);
    const { troubles, facts } = followTroubles(quiet, undefined, start + 4 * minute);
    expect(troubles).toEqual([]);
    expect(facts).toEqual([
      { type: "ProblemCleared", id: "no answer", code: "busy", quietSince: start + minute },
    ]);
  });

  it("is not called over while it cannot be seen", () => {
    const { troubles, facts } = followTroubles(quiet, met("denied!"), start + hour);
    expect(troubles).toHaveLength(2);
    expect(facts.map(({ type }) => type)).toEqual(["ProblemMet", "ProblemLasts"]);
  });

  it("is over when the run is", () => {
    expect(passedAtEnd(busy)).toEqual([]);
    expect(passedAtEnd(quiet)).toMatchObject([{ code: "busy", quietSince: start + minute }]);
  });
});

describe("what an older bot told of, without a name", () => {
  const seen = (next: string): Problem => ({ code: "denied", what: "Could not do it (denied)", next });
  const { troubles: _none, ...older } = aRunningRun();
  it.each<[string, string, Met, string[]]>([
    ["called: the same is given a name, and calls nobody", "Grant it.", "denied", ["ProblemMet refusal"]],
    ["did not call: now it does", "", "denied", ["ProblemMet refusal", "ProblemLasts refusal"]],
    ["is over", "Grant it.", "", ["ProblemCleared undefined"]],
    [
      "made room for other trouble",
      "Grant it.",
      "unreachable",
      ["ProblemCleared undefined", "ProblemMet no answer"],
    ],
  ])("%s", (_case, next, now, expected) => {
    const run = { ...older, trouble: seen(next) };
    const { facts } = followTroubles(run, now === "" ? undefined : met(now), start);
    expect(facts.map((fact) => `${fact.type} ${"id" in fact ? fact.id : undefined}`)).toEqual(expected);
  });
});

it("keeps since when it lasts, its latest words, and when the run fails over it", () => {
  const first = followTroubles(planning, met("denied!", "one"), start);
  const givesUpAt = start + 60 * minute;
  const { troubles } = followTroubles(
    { ...planning, troubles: first.troubles },
    { ...met("denied!", "other"), givesUpAt },
    start + minute,
  );
  expect(troubles).toEqual([
    {
      id: "refusal",
      problem: { code: "denied", what: "other", next: "" },
      since: start,
      called: true,
      calledFor: ["denied"],
      cutShort: true,
      givesUpAt,
    },
  ]);
});
