import { describe, expect, it } from "vitest";
import { fleetFile } from "../../../playground/fleet-file.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { channels, groups } from "../../../playground/slack/contents.js";
import { releasesFor } from "../../../playground/world/releases.js";

const origin = Date.parse("2026-10-19T06:22:00Z");
const slack = { channel: channels.environment, testChannel: channels.test, groups };
const people = {
  channel: "C0PROD",
  operators: { groups: ["S0OPS"], users: [] },
  approvers: { groups: ["S0APPROVERS"], users: [] },
  approvals: { required: 1, requesterMayApprove: false, expiresAfter: "24h" },
};

describe("the fleet.yaml of a scenario", () => {
  it("names every cluster in one environment, where the scenario names none", () => {
    expect(JSON.parse(fleetFile(eksWorkshop, slack, origin))).toEqual({
      environments: [{ name: "prod", ...people, clusters: [{ name: "eks-workshop", region: "us-west-2" }] }],
    });
  });

  it("has the fleet's environments, by name, by discovery, and by a role", () => {
    const digest = { schedule: "0 9 * * *" };
    const regions = ["us-west-2", "eu-west-1"];
    expect(JSON.parse(fleetFile(fleet, slack, origin))).toEqual({
      environments: [
        {
          name: "test",
          ...people,
          channel: "C0TEST",
          clusters: [{ name: "shop-test", region: "us-west-2" }],
          discover: true,
          regions,
          exclude: ["*-sandbox"],
          digest,
        },
        {
          name: "prod",
          ...people,
          roleArn: "arn:aws:iam::444455556666:role/eks-upgrade-bot",
          externalId: "playground-fleet",
          discover: true,
          regions,
          digest,
        },
      ],
    });
  });
});

describe("the fleet", () => {
  const all = fleet.clusters.flatMap((cluster) =>
    cluster.nodeGroups.map((group) => ({ cluster, group, name: `${cluster.name}/${group.name}` })),
  );

  it("is six clusters in two regions and two accounts, and light", () => {
    expect(fleet.clusters).toHaveLength(6);
    const [regions, accounts] = [
      fleet.clusters.map(({ region = fleet.region }) => region),
      fleet.clusters.map(({ account = fleet.account }) => account),
    ];
    expect([new Set(regions).size, new Set(accounts).size]).toEqual([2, 2]);
    for (const { group } of all) expect(group.sizes.desired).toBeLessThanOrEqual(3);
  });

  it("has every family", () => {
    expect(new Set(all.map(({ group }) => group.amiType))).toEqual(
      new Set([
        "AL2023_x86_64_STANDARD",
        "AL2023_ARM_64_STANDARD",
        "AL2023_x86_64_NVIDIA",
        "AL2_x86_64",
        "BOTTLEROCKET_x86_64",
        "WINDOWS_CORE_2022_x86_64",
        "CUSTOM",
      ]),
    );
    expect(fleet.clusters.flatMap(({ selfManaged = [] }) => selfManaged)).toHaveLength(1);
  });

  it.each([
    ["shop-test/default", 3, 226],
    ["shop-test/graviton", 0, undefined],
    ["lab-test/default", 1, 21],
    ["shop-prod/web", 0, 0],
    ["shop-prod/edge", 1, 35],
    ["shop-prod/windows", 2, 154],
    ["ml-prod/gpu", 1, 49],
    ["ml-prod/batch", 2, 86],
    ["legacy-prod/al2", 1, 93],
    ["vault-prod/default", 1, 86],
  ])("%s is %i releases behind", (name, behind, days) => {
    const { group } = all.find((one) => one.name === name) ?? {};
    const listed = releasesFor(fleet, group?.version ?? "", group?.amiType ?? "");
    const at = listed.findIndex(({ release }) => release === group?.release);
    const [current, newest] = [listed[at], listed.at(-1)];
    expect(at === -1 ? 0 : listed.length - 1 - at).toBe(behind);
    const apart = current && newest && Date.parse(newest.publishedOn) - Date.parse(current.publishedOn);
    expect(apart === undefined ? undefined : apart / (24 * 3600_000)).toBe(days);
  });
});
