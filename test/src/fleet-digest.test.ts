import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/fleet.js";

/** What follows `digest:` on line 7. */
function parse(digest: string) {
  return parseFleet(
    `environments:
  - name: prod
    channel: C0PROD
    operators: { users: [U0ANN] }
    approvers: { users: [U0BEN] }
    clusters: [{ name: eks-workshop, region: us-west-2 }]
    digest: ${digest}`,
    "f",
  );
}

function environmentWith(digest: string) {
  const read = parse(digest);
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  return read.fleet.environments[0];
}

function problemsOf(digest: string): string[] {
  const read = parse(digest);
  const told = "problems" in read ? read.problems : [];
  return told.map((line) => line.replace("f:7: environments[0].digest", ""));
}

describe("a digest", () => {
  it("goes to the environment's channel by UTC, and says so when all is up to date, unless told otherwise", () => {
    expect(environmentWith('{ schedule: "0 9 * * 1-5" }')?.digest).toEqual({
      schedule: "0 9 * * 1-5",
      timeZone: "UTC",
      channel: "C0PROD",
      whenUpToDate: "line",
    });
  });

  it("is as it is written", () => {
    const written =
      '{ schedule: " 30  7 1 * * ", timeZone: Europe/Berlin, channel: C0NEWS, whenUpToDate: silent }';
    expect(environmentWith(written)?.digest).toEqual({
      schedule: "30 7 1 * *",
      timeZone: "Europe/Berlin",
      channel: "C0NEWS",
      whenUpToDate: "silent",
    });
  });

  it("is not made for severity alone", () => {
    const environment = environmentWith("{ severity: { critical: { daysBehind: 60 } } }");
    expect(environment).not.toHaveProperty("digest");
    expect(environment?.severity.critical.daysBehind).toBe(60);
  });

  it.each([
    ["every five minutes", "*/5 * * * *"],
    ["days and months by their names", "0 9 * jan-mar,DEC MON,fri"],
    ["Sunday as 7", "0 9 * * 7"],
    ["the last day of a month", "0 9 L * *"],
    ["the second Tuesday, as AWS patches", "0 9 * * 2#2"],
    ["leap days", "0 9 29 2 *"],
    ["a day that some of its months lack", "0 9 31 2,3 *"],
    ["30 February, and every Monday of February", "0 9 30 2 1"],
  ])("may come on %s", (_, schedule) => {
    expect(environmentWith(`{ schedule: "${schedule}" }`)?.digest?.schedule).toBe(schedule);
  });

  const shape = 'five fields: minute hour day-of-month month day-of-week, such as "0 9 * * 1-5"';
  const never = ".schedule never comes: no month that it names has such a day";
  it.each<[string, string, string[]]>([
    ["seconds", '{ schedule: "0 0 9 * * 1" }', [`.schedule must have ${shape}`]],
    ["four fields", '{ schedule: "0 9 * *" }', [`.schedule must have ${shape}`]],
    ["a word for it", '{ schedule: "@daily" }', [`.schedule must have ${shape}`]],
    ["nothing in it", '{ schedule: "" }', [`.schedule must have ${shape}`]],
    ["a number", "{ schedule: 9 }", [".schedule must be a text"]],
    ["no key after it", "", [' is empty: write { schedule: "0 9 * * 1-5" }']],
    [
      "minute 60",
      '{ schedule: "60 9 * * *" }',
      [`.schedule cannot be read (Constraint error, got value 60 expected range 0-59): write ${shape}`],
    ],
    [
      "letters",
      '{ schedule: "0 9 * * someday" }',
      [expect.stringMatching(/^\.schedule cannot be read \(.*\): write five fields/)] as string[],
    ],
    [
      "a minute of cron's own choice",
      '{ schedule: "H 9 * * *" }',
      [`.schedule must have ${shape}; H is not for schedules here`],
    ],
    ["30 February", '{ schedule: "0 9 30 2 *" }', [never]],
    ["the 31st of months that have 30 days", '{ schedule: "0 9 31 4,6,9,11 *" }', [never]],
    [
      "everything but when",
      "{ timeZone: Europe/Berlin }",
      [
        '.schedule is missing: write five fields: minute hour day-of-month month day-of-week, such as "0 9 * * 1-5"',
      ],
    ],
    [
      "nothing",
      "{}",
      [
        '.schedule is missing: write five fields: minute hour day-of-month month day-of-week, such as "0 9 * * 1-5"',
      ],
    ],
    ...["Mars/Phobos", "+02:00", "UTC+2", "local", "Berlin"].map((zone): [string, string, string[]] => [
      `${zone} for a time zone`,
      `{ schedule: "0 9 * * *", timeZone: "${zone}" }`,
      [".timeZone must be the name of a time zone such as Europe/Berlin, or UTC"],
    ]),
    [
      "a channel's name",
      '{ schedule: "0 9 * * *", channel: "#news" }',
      [".channel must be a Slack channel id such as C0123ABCD, not a name (channel details, at the bottom)"],
    ],
    [
      "a way to say nothing that nobody knows",
      '{ schedule: "0 9 * * *", whenUpToDate: never }',
      [".whenUpToDate must be line or silent"],
    ],
  ])("with %s is refused", (_, digest, problems) => {
    expect(problemsOf(digest)).toEqual(problems);
  });
});

describe("severity", () => {
  const nobody = { groups: [], users: [] };
  const usual = {
    critical: { daysBehind: 90, daysToEndOfSupport: 30, mention: nobody },
    warning: { daysBehind: 30, daysToEndOfSupport: 90, mention: nobody },
  };

  it.each<[string, string, object]>([
    ["nothing is said of it", '{ schedule: "0 9 * * *" }', usual],
    ["there are no rules in it", "{ severity: {} }", usual],
    [
      "only people are named",
      "{ severity: { critical: { mention: { groups: [S0OPS], users: [U0ANN] } } } }",
      { ...usual, critical: { ...usual.critical, mention: { groups: ["S0OPS"], users: ["U0ANN"] } } },
    ],
    [
      "one number is its own",
      "{ severity: { warning: { daysBehind: 14 } } }",
      { ...usual, warning: { ...usual.warning, daysBehind: 14 } },
    ],
    [
      "critical comes before the usual warning: the warning moves",
      "{ severity: { critical: { daysBehind: 20, daysToEndOfSupport: 180 } } }",
      {
        critical: { ...usual.critical, daysBehind: 20, daysToEndOfSupport: 180 },
        warning: { ...usual.warning, daysBehind: 20, daysToEndOfSupport: 180 },
      },
    ],
    [
      "the warning comes after what is usually critical: that moves",
      "{ severity: { warning: { daysBehind: 120, daysToEndOfSupport: 14 } } }",
      {
        critical: { ...usual.critical, daysBehind: 120, daysToEndOfSupport: 14 },
        warning: { ...usual.warning, daysBehind: 120, daysToEndOfSupport: 14 },
      },
    ],
  ])("where %s", (_, digest, severity) => {
    expect(environmentWith(digest)?.severity).toEqual(severity);
  });

  it.each<[string, string, string[]]>([
    [
      "a warning after it is critical",
      "{ critical: { daysBehind: 60, daysToEndOfSupport: 90 }, warning: { daysBehind: 61, daysToEndOfSupport: 89 } }",
      [
        ".warning.daysBehind must be at most 60 (critical.daysBehind): a warning comes before it is critical",
        ".warning.daysToEndOfSupport must be at least 90 (critical.daysToEndOfSupport): a warning comes before it is critical",
      ],
    ],
    ["no day", "{ critical: { daysBehind: 0 } }", [".critical.daysBehind must be at least 1 day"]],
    [
      "half a day",
      "{ critical: { daysBehind: 1.5 } }",
      [".critical.daysBehind must be a whole number of days"],
    ],
    [
      "days in words",
      "{ warning: { daysToEndOfSupport: ninety } }",
      [".warning.daysToEndOfSupport must be a whole number of days"],
    ],
    [
      "more days than there are",
      "{ warning: { daysToEndOfSupport: 10000 } }",
      [".warning.daysToEndOfSupport must be less than 10000 days"],
    ],
    [
      "a group's handle",
      '{ critical: { mention: { groups: ["@ops"] } } }',
      [".critical.mention.groups[0] must be a Slack user group id such as S0123ABCD, not a handle"],
    ],
    [
      "a person's name",
      "{ critical: { mention: { users: [ann] } } }",
      [".critical.mention.users[0] must be a Slack user id such as U0123ABCD, not a name"],
    ],
    [
      "a severity that there is not",
      "{ notice: { daysBehind: 1 } }",
      [".notice is no key that the bot knows: check its spelling and its indentation"],
    ],
  ])("with %s is refused", (_, severity, problems) => {
    expect(problemsOf(`{ severity: ${severity} }`)).toEqual(problems.map((problem) => `.severity${problem}`));
  });
});
