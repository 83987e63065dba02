import { describe, expect, it } from "vitest";
import { lookAtNew, withUnshownDigests } from "../../commands/list.js";
import type { Problem } from "../../src/core/problems.js";
import type { DigestCases } from "../../src/digests.js";
import { violations } from "../../src/slack/limits.js";
import { say } from "../../src/slack/text.js";
import type { ListedCluster } from "../../src/slack/views/fleet.js";
import { aFleet, anEnvironment } from "../digest-stage.js";
import { aRecord } from "../src/slack/views/digest-facts.js";

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

describe("digests that their channel does not take", () => {
  const why = { code: "not_in_channel", next: "Invite the bot" };
  const digests = {
    unshown: async () => [
      { record: aRecord({}, { channel: "C0PROD", environments: ["prod"] }), why },
      { record: aRecord({}, { channel: "C0TEST", environments: ["test"] }), why },
    ],
  };

  it("are told to who sees their environment, with what to do", async () => {
    const answer = await withUnshownDigests(say(["1 cluster."]), [{ name: "prod" }], { digests });
    expect(answer.text).toMatch(
      /^1 cluster\.\n:warning: I cannot write to <#C0PROD>: Slack says `not_in_channel`\. Invite the bot\./,
    );
    expect(answer.text).not.toContain("C0TEST");
    expect(violations(answer)).toEqual([]);
  });

  it("keep nobody from the answer where the store is away", async () => {
    const away = { unshown: () => Promise.reject(new Error("Connection is closed.")) };
    const answer = say(["1 cluster."]);
    expect(await withUnshownDigests(answer, [{ name: "prod" }], { digests: away })).toEqual(answer);
  });
});
