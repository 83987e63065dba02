import { describe, expect, it } from "vitest";
import { parseFleet } from "../../src/fleet.js";

/** Some lines of an environment; they begin on the file's line 6. */
function fleetWith(...lines: readonly string[]): string {
  const environment = [
    "- name: prod",
    "  channel: C0PROD",
    "  operators: { users: [U0ANN] }",
    "  approvers: { users: [U0BEN] }",
  ];
  return ["environments:", ...[...environment, ...lines.map((line) => `  ${line}`)]]
    .map((line, i) => (i === 0 ? line : `  ${line}`))
    .join("\n");
}

function environmentIn(...lines: readonly string[]) {
  const read = parseFleet(fleetWith(...lines), "f");
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  return read.fleet.environments[0];
}

const clusters = "clusters: [{ name: eks-workshop, region: us-west-2 }]";
const named = [{ name: "eks-workshop", region: "us-west-2" }];
const role = "arn:aws:iam::111122223333:role/eks-upgrade-bot";
const everywhere = ["discover: true", "regions: [us-west-2, eu-west-1]"];

describe("an environment", () => {
  it.each<[string, readonly string[], object]>([
    ["in the account of the bot's own credentials", [clusters], { clusters: named }],
    ["in another account", [clusters, `roleArn: ${role}`], { roleArn: role }],
    [
      "of a role that wants an external id",
      [clusters, `roleArn: ${role}`, 'externalId: "bot=1:prod/2"'],
      { roleArn: role, externalId: "bot=1:prod/2" },
    ],
    [
      "of a role with a path, in another partition",
      [clusters, "roleArn: arn:aws-us-gov:iam::111122223333:role/team/a+b=c,d.e@f-g_h"],
      { roleArn: "arn:aws-us-gov:iam::111122223333:role/team/a+b=c,d.e@f-g_h" },
    ],
    [
      "whose clusters are all discovered",
      everywhere,
      {
        clusters: [],
        discover: { regions: ["us-west-2", "eu-west-1"], include: ["*"], exclude: [] },
      },
    ],
    [
      "that names one and discovers some",
      [clusters, ...everywhere, 'include: ["shop-*", "s?op"]', 'exclude: ["*-sandbox"]'],
      {
        clusters: named,
        discover: {
          regions: ["us-west-2", "eu-west-1"],
          include: ["shop-*", "s?op"],
          exclude: ["*-sandbox"],
        },
      },
    ],
    [
      "that names a region twice, and means it once",
      ["discover: true", "regions: [us-west-2, us-west-2]", "clusters: []"],
      { clusters: [], discover: { regions: ["us-west-2"], include: ["*"], exclude: [] } },
    ],
    ["that says that nothing is discovered", [clusters, "discover: false"], { clusters: named }],
  ])("%s", (_, lines, expected) => {
    expect(environmentIn(...lines)).toMatchObject(expected);
  });

  it("has no key for what it does not say", () => {
    const always = [
      "name",
      "channel",
      "operators",
      "approvers",
      "approvals",
      "clusters",
      "severity",
      "rolls",
    ];
    const resolved = ["production", "channels", "may", "deputies", "freezes"];
    expect(Object.keys(environmentIn(clusters) ?? {}).sort()).toEqual([...always, ...resolved].sort());
  });
});

describe("what is wrong with an account or with discovery", () => {
  const noRole =
    "roleArn is not the ARN of a role: write it like arn:aws:iam::111122223333:role/eks-upgrade-bot";
  const noPattern =
    "is no pattern for cluster names: write letters, digits, - and _, * for any characters and ? for one, such as shop-*";
  const idle = "is for discovered clusters: write discover: true, too";

  it.each<[string, readonly string[], readonly string[]]>([
    ["a role's name", [clusters, "roleArn: eks-upgrade-bot"], [`7: ${noRole}`]],
    ["a user's ARN", [clusters, "roleArn: arn:aws:iam::111122223333:user/eks-upgrade-bot"], [`7: ${noRole}`]],
    [
      "the ARN of a role's session",
      [clusters, "roleArn: arn:aws:sts::111122223333:assumed-role/eks-upgrade-bot/me"],
      [`7: ${noRole}`],
    ],
    ["an account of eleven digits", [clusters, "roleArn: arn:aws:iam::11112222333:role/a"], [`7: ${noRole}`]],
    ["a role without a name", [clusters, "roleArn: arn:aws:iam::111122223333:role/"], [`7: ${noRole}`]],
    [
      "an external id for nobody",
      [clusters, "externalId: abc"],
      ["7: externalId is for the role that roleArn names: write roleArn, too"],
    ],
    [
      "an external id that STS would not take",
      [clusters, `roleArn: ${role}`, 'externalId: "a b"'],
      ["8: externalId must be 2 to 1224 letters, digits and any of + = , . @ : / - _"],
    ],
    [
      "an external id that is a number to YAML",
      [clusters, `roleArn: ${role}`, "externalId: 12345"],
      ["8: externalId must be a text"],
    ],
    [
      "discovery without regions",
      ["discover: true"],
      ["2: regions is missing: write the regions to look in, such as [us-west-2, eu-west-1]"],
    ],
    [
      "regions without anything",
      ["discover: true", "regions:"],
      ["7: regions is empty: write the regions to look in, such as [us-west-2, eu-west-1]"],
    ],
    ["no region", ["discover: true", "regions: []"], ["7: regions must name at least one region"]],
    [
      "a region's city",
      ["discover: true", "regions: [us-west-2, Ireland]"],
      ["7: regions[1] must be an AWS region such as us-west-2"],
    ],
    [
      "discovery's keys without it",
      [clusters, "regions: [us-west-2]", "include: [a]", "exclude: [b]"],
      [`7: regions ${idle}`, `8: include ${idle}`, `9: exclude ${idle}`],
    ],
    [
      "neither clusters nor discovery",
      [],
      ["2: clusters is missing: write [{ name: …, region: … }], or discover: true with regions"],
    ],
    [
      "no cluster, and no discovery",
      ["discover: false", "clusters: []"],
      ["7: clusters must name at least one cluster, or discover: true with regions"],
    ],
    ["yes is not true", ["discover: yes", "regions: [us-west-2]"], ["6: discover must be true or false"]],
    [
      "no pattern to include",
      [...everywhere, "include: []"],
      ["8: include must have at least one pattern: leave it out for all"],
    ],
    [
      "an empty pattern",
      [...everywhere, 'exclude: [""]'],
      ["8: exclude[0] must not be empty: leave it out, or write a pattern such as shop-*"],
    ],
    ["a regular expression", [...everywhere, 'include: ["^shop.*"]'], [`8: include[0] ${noPattern}`]],
    ["a choice in braces", [...everywhere, 'exclude: ["shop", "{a,b}"]'], [`8: exclude[1] ${noPattern}`]],
    [
      "an asterisk without quotes",
      [...everywhere, "include: [*-prod]"],
      ["8: *-prod is no anchor of this file: put a text that begins with * in quotes"],
    ],
    [
      "several at once, with whatever else is wrong",
      ["externalId: abc", "discover: true", "rols: {}"],
      [
        "2: regions is missing: write the regions to look in, such as [us-west-2, eu-west-1]",
        "6: externalId is for the role that roleArn names: write roleArn, too",
        "8: rols is no key that the bot knows: check its spelling and its indentation",
      ],
    ],
  ])("%s", (_, lines, problems) => {
    const read = parseFleet(fleetWith(...lines), "f");
    const told = "problems" in read ? read.problems : [];
    expect(told.map((line) => line.replace("environments[0].", ""))).toEqual(
      problems.map((problem) => `f:${problem}`),
    );
  });
});
