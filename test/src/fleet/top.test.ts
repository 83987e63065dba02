import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { day } from "../../../src/core/instant.js";
import { fleet as schema } from "../../../src/fleet/schema.js";
import { parseFleet } from "../../../src/fleet.js";

/** Environments with these names, each after another. */
function parse(environments: readonly [name: string, after?: string][], top = "") {
  const lines = environments.flatMap(([name, after], i) => [
    `  - name: ${name}`,
    "    channel: C0HERE",
    "    operators: { groups: [S0OPS] }",
    "    approvers: { groups: [S0APPROVERS] }",
    `    clusters: [{ name: eks-${i}, region: us-west-2 }]`,
    after === undefined ? "" : `    after: { environment: ${after}, soak: 24h }`,
  ]);
  return parseFleet([top, "environments:", ...lines].join("\n"), "f");
}

function problemsOf(environments: readonly [name: string, after?: string][], top?: string): string[] {
  const read = parse(environments, top);
  return "problems" in read ? read.problems : [];
}

function fleetOf(top: string) {
  const read = parse([["shop"]], top);
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  return read.fleet;
}

describe("the order of environments", () => {
  it("is as it is written", () => {
    const read = parse([["test"], ["stage", "test"], ["shop", "stage"]]);
    expect(read).toMatchObject({
      fleet: {
        environments: [
          expect.not.objectContaining({ after: expect.anything() }),
          { after: { environment: "test", soak: day } },
          { after: { environment: "stage", soak: day } },
        ],
      },
    });
  });

  const key = (i: number) => `f:${8 + 6 * i}: environments[${i}].after.environment`;
  it.each<[string, [string, string?][], string[]]>([
    [
      "an environment that is not there",
      [["shop", "tset"], ["test"], ["stage"]],
      [`${key(0)} names no environment of this file: write test or stage`],
    ],
    [
      "any other, where there is none",
      [["shop", "test"]],
      [`${key(0)} names no environment of this file: leave it out, for there is no other`],
    ],
    ["itself", [["shop", "shop"], ["test"]], [`${key(0)} is the environment itself: write test`]],
    [
      "each other",
      [
        ["a", "b"],
        ["b", "a"],
      ],
      [
        `${key(0)} goes round in a circle (a after b after a): one of them must go first`,
        `${key(1)} goes round in a circle (b after a after b): one of them must go first`,
      ],
    ],
    [
      "a circle of three; who only waits for it is not told",
      [
        ["a", "b"],
        ["b", "c"],
        ["c", "a"],
        ["d", "a"],
      ],
      [
        `${key(0)} goes round in a circle (a after b after c after a): one of them must go first`,
        `${key(1)} goes round in a circle (b after c after a after b): one of them must go first`,
        `${key(2)} goes round in a circle (c after a after b after c): one of them must go first`,
      ],
    ],
  ])("refused: after %s", (_, environments, problems) => {
    expect(problemsOf(environments)).toEqual(problems);
  });

  it("needs to know for how long", () => {
    const text = "environments:\n  - name: shop\n    after: { environment: test }";
    const read = parseFleet(text, "f");
    expect("problems" in read && read.problems).toContain(
      "f:3: environments[0].after.soak must be a length of time such as 30m, 24h or 7d",
    );
  });
});

describe("the audit", () => {
  it.each([
    ["400 days, unless told otherwise", "", 400],
    ["as long as it says", "audit: { keep: 30d }", 30],
  ])("is kept for %s", (_, top, days) => {
    expect(fleetOf(top).audit).toEqual({ keep: days * day });
  });

  it.each([
    ["an hour", "audit: { keep: 1h }", "f:1: audit.keep must be at least 1d"],
    ["ever", "audit: { keep: forever }", "f:1: audit.keep must be a length of time such as 30m, 24h or 7d"],
  ])("refused: for %s", (_, top, problem) => {
    expect(problemsOf([["shop"]], top)).toEqual([problem]);
  });
});

describe("who opens a link", () => {
  it("is asked of nobody, unless told", () => {
    expect(fleetOf("")).not.toHaveProperty("link");
  });

  it("is what a header says", () => {
    expect(
      fleetOf("link: { userHeader: X-Forwarded-Email, people: { U0ANA: Ana@example.com } }").link,
    ).toEqual({
      userHeader: "x-forwarded-email",
      people: { U0ANA: "Ana@example.com" },
    });
  });

  it.each<[string, string, string[]]>([
    [
      "no header",
      "link: { people: { U0ANA: ana } }",
      ["f:1: link.userHeader is missing: write the name of a header such as x-forwarded-email"],
    ],
    [
      "a header that is none",
      'link: { userHeader: "X Email:", people: { U0ANA: ana } }',
      ["f:1: link.userHeader must be the name of a header such as x-forwarded-email"],
    ],
    [
      "nobody",
      "link: { userHeader: x-user, people: {} }",
      ["f:1: link.people must name at least one person, such as { U0123ABCD: ana@example.com }"],
    ],
    [
      "no people",
      "link: { userHeader: x-user }",
      ["f:1: link.people must be a map such as { U0123ABCD: ana@example.com }"],
    ],
    [
      "a person's name",
      "link: { userHeader: x-user, people: { ana: ana } }",
      ["f:1: link.people.ana must be a Slack user id such as U0123ABCD, not a name"],
    ],
    [
      "two who are one",
      "link: { userHeader: x-user, people: { U0ANA: Ana, U0BEN: ana } }",
      ["f:1: link.people.U0BEN is ana, who is U0ANA already: each is one person"],
    ],
    [
      "nothing to go by",
      'link: { userHeader: x-user, people: { U0ANA: "" } }',
      ["f:1: link.people.U0ANA must not be empty"],
    ],
  ])("refused: %s", (_, top, problems) => {
    expect(problemsOf([["shop"]], top)).toEqual(problems);
  });
});

describe("fleet.example.yaml", () => {
  const text = readFileSync(new URL("../../../fleet.example.yaml", import.meta.url), "utf8");

  it("is a file that the bot takes", () => {
    const read = parseFleet(text, "fleet.example.yaml", { servesLinks: false });
    expect("problems" in read ? read.problems : []).toEqual([]);
    expect(read).toHaveProperty("fleet.environments.0.name", "prod");
  });

  it("shows every key, some of them in comments", () => {
    const keys = keysOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
    expect(keys.size).toBeGreaterThan(40);
    expect([...keys].filter((key) => !new RegExp(`\\b${key}:`).test(text))).toEqual([]);
  });
});

/** Names of properties at any depth. */
function keysOf(node: unknown): Set<string> {
  if (typeof node !== "object" || node === null) return new Set();
  const own = "properties" in node ? Object.keys(Object(node.properties)) : [];
  return new Set([...own, ...Object.values(node).flatMap((each) => [...keysOf(each)])]);
}
