import { describe, expect, it } from "vitest";
import { day, hour, minute } from "../../src/core/instant.js";
import { settingsOf } from "../../src/core/roll-settings.js";
import { parseFleet } from "../../src/fleet.js";

const good = `environments:
  - name: prod
    channel: C0PROD
    operators: { groups: [S0OPS], users: [U0ANN] }
    approvers:
      groups: [S0APPROVERS]
    approvals:
      required: 2
      requesterMayApprove: true
      expiresAfter: 12h
    clusters:
      - name: eks-workshop
        region: us-west-2
      - { name: eks-other, region: eu-central-1 }
`;

const withoutClusters = good.slice(0, good.indexOf("    clusters:"));

const second = `  - name: test
    channel: C0TEST
    operators: { users: [U0ANN] }
    approvers: { users: [U0BEN] }
    clusters:
      - { name: eks-test, region: us-west-2 }
`;

/** The good file with some of its text changed; it fails where that text is not in it. */
function changed(from: string, to: string, file = good): string {
  if (!file.includes(from)) throw new Error(`Not in the file: ${from}`);
  return file.replace(from, to);
}

const nobody = { groups: [], users: [] };
const operators = { groups: ["S0OPS"], users: ["U0ANN"] };
const approvers = { groups: ["S0APPROVERS"], users: [] };
const usualSeverity = {
  critical: { daysBehind: 90, daysToEndOfSupport: 30, mention: nobody },
  warning: { daysBehind: 30, daysToEndOfSupport: 90, mention: nobody },
};

function problemsOf(text: string): string[] {
  const read = parseFleet(text, "fleet.yaml");
  return "problems" in read ? read.problems : [];
}

describe("a good file", () => {
  it("is read as it is written", () => {
    expect(parseFleet(good, "fleet.yaml")).toEqual({
      at: expect.any(Function),
      fleet: {
        audit: { keep: 400 * day },
        environments: [
          {
            name: "prod",
            production: true,
            channel: "C0PROD",
            channels: [],
            ...{ operators, approvers },
            may: {
              ...{ plan: operators, start: operators, force: operators, cancel: operators },
              ...{ snooze: operators, lock: operators, approve: approvers, "break glass": nobody },
            },
            approvals: {
              ...{ required: 2, oneFromEach: [], requesterMayApprove: true, expiresAfter: 12 * hour },
              ...{ reasonRequired: false, mode: "slack" },
            },
            ...{ deputies: [], freezes: [] },
            clusters: [
              { name: "eks-workshop", region: "us-west-2" },
              { name: "eks-other", region: "eu-central-1" },
            ],
            severity: usualSeverity,
            rolls: {},
          },
        ],
      },
    });
  });

  it.each([
    ["no approvals: one, of another person, within a day", ""],
    ["some of them", "    approvals: { required: 1 }\n"],
  ])("%s", (_, approvals) => {
    const read = parseFleet(
      `environments:\n${changed("    clusters:", `${approvals}    clusters:`, second)}`,
      "f",
    );
    expect(read).toMatchObject({
      fleet: {
        environments: [{ approvals: { required: 1, requesterMayApprove: false, expiresAfter: day } }],
      },
    });
  });

  it.each([
    ["30m", 30 * minute],
    ["24h", 24 * hour],
    ["7d", 7 * day],
  ])("expiresAfter: %s", (written, expiresAfter) => {
    const read = parseFleet(changed("12h", written), "f");
    expect(read).toMatchObject({ fleet: { environments: [{ approvals: { expiresAfter } }] } });
  });

  it.each([
    ["{ maxUnavailable: 2 }", { "eks-upgrade-bot:max-unavailable": "2" }],
    [
      "{ maxUnavailable: 33%, surge: 0 }",
      { "eks-upgrade-bot:max-unavailable": "33%", "eks-upgrade-bot:surge": "0" },
    ],
    [
      "{ drainPause: 90s, watchTargets: true }",
      { "eks-upgrade-bot:drain-pause": "90s", "eks-upgrade-bot:watch-targets": "true" },
    ],
  ])("rolls: %s is what a group's tags would say", (written, rolls) => {
    const read = parseFleet(`${good}    rolls: ${written}\n`, "f");
    expect(read).toMatchObject({ fleet: { environments: [{ rolls }] } });
    expect(settingsOf(rolls).problems).toEqual([]);
  });

  it.each<[string, PropertyKey[], number]>([
    ["a key", ["environments", 0, "approvals", "required"], 8],
    ["an item of a list", ["environments", 0, "clusters", 1], 14],
    ["what the file leaves out, by what it belongs to", ["environments", 0, "may", "start"], 2],
    ["nothing of it", ["link"], 1],
  ])("has places: %s", (_, path, line) => {
    const read = parseFleet(good, "fleet.yaml");
    expect("at" in read && read.at(path)).toBe(`fleet.yaml:${line}`);
  });
});

describe("what is wrong, on which line, and what to write", () => {
  const e = "environments[0]";
  const orDiscover = ", or discover: true with regions";
  it.each<[string, string, string[]]>([
    ["an empty file", "", ["1: the file is empty: begin with fleet.example.yaml"]],
    ["only a comment", "# clusters\n", ["1: the file is empty: begin with fleet.example.yaml"]],
    ["a list", "- name: prod\n", ["1: the file must be a map of keys and values"]],
    ["no environment", "environments: []\n", ["1: environments must name at least one environment"]],
    [
      "environments without anything",
      "environments:\n",
      ["1: environments is empty: begin with fleet.example.yaml"],
    ],
    ["an environment without a name", changed("name: prod\n    ", ""), [`2: ${e}.name is missing`]],
    [
      "no node at once",
      `${good}    rolls: { maxUnavailable: 0, surge: some, drainPause: 1m }\n`,
      [
        `15: ${e}.rolls.maxUnavailable must be a number such as 2, or a share such as 33%`,
        `15: ${e}.rolls.surge must be a whole number of nodes, 0 for none`,
        `15: ${e}.rolls.drainPause must be seconds, such as 90s`,
      ],
    ],
    ["an empty name", changed("name: prod", 'name: ""'), [`2: ${e}.name must not be empty`]],
    ["a name that is a number", changed("name: prod", "name: 12"), [`2: ${e}.name must be a text`]],
    [
      "no channel",
      changed("    channel: C0PROD\n", ""),
      [`2: ${e}.channel must be a Slack channel id such as C0123ABCD (channel details, at the bottom)`],
    ],
    [
      "a channel's name",
      changed("C0PROD", '"#prod"'),
      [
        `3: ${e}.channel must be a Slack channel id such as C0123ABCD, not a name (channel details, at the bottom)`,
      ],
    ],
    [
      "no operators",
      changed("    operators: { groups: [S0OPS], users: [U0ANN] }\n", ""),
      [`2: ${e}.operators is missing: write { groups: [S…], users: [U…] }`],
    ],
    [
      "approvers without anything",
      changed("    approvers:\n      groups: [S0APPROVERS]\n", "    approvers:\n"),
      [`5: ${e}.approvers is empty: write { groups: [S…], users: [U…] }`],
    ],
    [
      "operators who are nobody",
      changed("{ groups: [S0OPS], users: [U0ANN] }", "{ groups: [], users: [] }"),
      [`4: ${e}.operators names nobody: nobody could start anything here`],
    ],
    [
      "approvers who are nobody",
      changed("groups: [S0APPROVERS]", "groups: []"),
      [`5: ${e}.approvers names nobody: nobody could approve anything here`],
    ],
    [
      "a group's handle",
      changed("      groups: [S0APPROVERS]", '      groups:\n        - S0GOOD\n        - "@approvers"'),
      [`8: ${e}.approvers.groups[1] must be a Slack user group id such as S0123ABCD, not a handle`],
    ],
    [
      "a person's name",
      changed("[U0ANN]", "[ann]"),
      [`4: ${e}.operators.users[0] must be a Slack user id such as U0123ABCD, not a name`],
    ],
    [
      "a group that is no list",
      changed("[S0APPROVERS]", "S0APPROVERS"),
      [`6: ${e}.approvers.groups must be a list`],
    ],
    [
      "fewer than nobody",
      changed("required: 2", "required: -1"),
      [`8: ${e}.approvals.required must be 0 (nobody has to approve), 1 or more`],
    ],
    [
      "half a person",
      changed("required: 2", "required: 1.5"),
      [`8: ${e}.approvals.required must be a whole number`],
    ],
    [
      "two, in words",
      changed("required: 2", "required: two"),
      [`8: ${e}.approvals.required must be a whole number`],
    ],
    [
      "yes is not true",
      changed("requesterMayApprove: true", "requesterMayApprove: yes"),
      [`9: ${e}.approvals.requesterMayApprove must be true or false`],
    ],
    [
      "a time without a unit",
      changed("12h", "12"),
      [`10: ${e}.approvals.expiresAfter must be a length of time such as 30m, 24h or 7d`],
    ],
    [
      "no time at all",
      changed("12h", "0h"),
      [`10: ${e}.approvals.expiresAfter must be a length of time such as 30m, 24h or 7d`],
    ],
    [
      "clusters left out",
      withoutClusters,
      [`2: ${e}.clusters is missing: write [{ name: …, region: … }]${orDiscover}`],
    ],
    [
      "no cluster",
      `${withoutClusters}    clusters: []\n`,
      [`11: ${e}.clusters must name at least one cluster${orDiscover}`],
    ],
    [
      "a cluster's ARN",
      changed("name: eks-workshop", "name: arn:aws:eks:us-west-2:123456789012:cluster/eks-workshop"),
      [`12: ${e}.clusters[0].name is not the name of an EKS cluster`],
    ],
    ["no region", changed("\n        region: us-west-2", ""), [`12: ${e}.clusters[0].region is missing`]],
    [
      "a zone is no region",
      changed("region: us-west-2", "region: us-west-2a"),
      [`13: ${e}.clusters[0].region must be an AWS region such as us-west-2`],
    ],
    [
      "a key that nobody knows",
      changed("    channel:", "    chanel: C0PROD\n    channel:"),
      [`3: ${e}.chanel is no key that the bot knows: check its spelling and its indentation`],
    ],
    [
      "two of them, each on its line",
      changed("      required: 2", "      require: 2\n      required: 2\n      expires: 1h"),
      [
        `8: ${e}.approvals.require is no key that the bot knows: check its spelling and its indentation`,
        `10: ${e}.approvals.expires is no key that the bot knows: check its spelling and its indentation`,
      ],
    ],
    [
      "a key at the top",
      `redis: redis://:hunter2@cache\n${good}`,
      ["1: redis is no key that the bot knows: check its spelling and its indentation"],
    ],
    [
      "an environment twice",
      good + changed("name: test", "name: prod", second),
      ['15: environments[1].name "prod" is used twice'],
    ],
    [
      "a cluster twice in one environment",
      changed("eks-other", "eks-workshop"),
      [
        `14: ${e}.clusters[1].name "eks-workshop" is in environment prod already: commands name a cluster by its name alone, so it must be unique`,
      ],
    ],
    [
      "a cluster in two environments",
      good + changed("eks-test", "eks-other", second),
      [
        '20: environments[1].clusters[0].name "eks-other" is in environment prod already: commands name a cluster by its name alone, so it must be unique',
      ],
    ],
    ["a key twice", changed("    channel:", "    name: prod\n    channel:"), ["3: Map keys must be unique"]],
  ])("%s", (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems.map((problem) => `fleet.yaml:${problem}`));
  });

  it.each([
    ["a tab", changed("    channel:", "\tchannel:"), "3: Tabs are not allowed as indentation"],
    [
      "a bracket that is not closed",
      changed("[S0APPROVERS]", "[S0APPROVERS"),
      "7: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "a quote that is not closed",
      changed("name: eks-workshop", 'name: "eks-workshop'),
      '15: Missing closing "quote',
    ],
    [
      "an alias of nothing",
      changed("[S0OPS]", "*ops"),
      "4: *ops is no anchor of this file: put a text that begins with * in quotes",
    ],
  ])("no YAML: %s: nothing is said about what could not be read", (_, text, problem) => {
    const problems = problemsOf(text);
    expect(problems[0]).toBe(`fleet.yaml:${problem}`);
    expect(problems.join()).not.toContain("environments[");
  });

  it("everything at once, in the order of the file, whatever else is wrong", () => {
    const text = [
      "environments:",
      "  - name: prod",
      "    chanel: C0PROD",
      "    operators: {}",
      "    approvers: { groups: ['@ops'] }",
      "    approvals: { required: 0 }",
      "    clusters: [{ name: eks-a, region: nowhere }]",
      "  - name: prod",
      "    channel: C0PROD",
      "    operators: { users: [U0ANN] }",
      "    approvers: { users: [U0ANN] }",
      "    freezes: [{ from: 2026-12-20, until: 2026-12-19, reason: Christmas }]",
      "    after: { environment: staging, soak: 24h }",
      "    clusters:",
      "      - { name: eks-a, region: us-west-2 }",
    ].join("\n");
    expect(
      problemsOf(text).map((problem) => problem.replace(/^fleet\.yaml:(\d+: \S+ .{0,20}).*/, "$1")),
    ).toEqual([
      "2: environments[0].channel must be a Slack chan",
      "3: environments[0].chanel is no key that the b",
      "4: environments[0].operators names nobody: nobody",
      "5: environments[0].approvers.groups[0] must be a Slack user",
      "6: environments[0].approvals.required is 0, but prod is pr",
      "7: environments[0].clusters[0].region must be an AWS regio",
      '8: environments[1].name "prod" is used twice',
      "11: environments[1].approvers is not enough: nobod",
      "12: environments[1].freezes[0].until must be later than f",
      "13: environments[1].after.environment names no environment",
      '15: environments[1].clusters[0].name "eks-a" is in enviro',
    ]);
  });
});
