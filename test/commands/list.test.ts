import { describe, expect, it } from "vitest";
import { lookAtNew } from "../../commands/list.js";
import type { Problem } from "../../src/core/problems.js";
import type { DigestCases } from "../../src/digests.js";
import type { ListedCluster } from "../../src/slack/views/fleet.js";
import { aFleet, anEnvironment } from "../digest-stage.js";

const denied: Problem = { code: "AccessDenied", what: "Could not list the clusters", next: "Allow it." };
const at = (environment: string, name: string, over: Partial<ListedCluster> = {}): ListedCluster => ({
  ...{ environment, name, region: "us-west-2", ...over },
});

describe("clusters that nobody has looked at yet", () => {
  it.each<[string, ListedCluster[], string[]]>([
    ["one is looked at by itself", [at("prod", "shop"), at("prod", "cart", { scannedAt: 1 })], ["prod/shop"]],
    ["many in one look at their environment", [at("prod", "shop"), at("prod", "cart")], ["prod"]],
    ["each environment has its own", [at("test", "blog"), at("prod", "shop")], ["prod/shop", "test/blog"]],
    ["one that was looked at is left alone", [at("prod", "shop", { scannedAt: 1 })], []],
    ["a region that could not be listed is no cluster", [at("prod", "us-west-2", { problem: denied })], []],
  ])("%s", async (_, clusters, expected) => {
    const looks: string[] = [];
    const check: DigestCases["check"] = async (environments, { only } = {}) => {
      const names = environments.map(({ name }) => name).join("+");
      looks.push(only === undefined ? names : `${names}/${only}`);
      return [];
    };
    const fleet = aFleet(anEnvironment("prod"), anEnvironment("test"));
    await lookAtNew(clusters, { fleet, digests: { check } });
    expect(looks).toEqual(expected);
  });
});
