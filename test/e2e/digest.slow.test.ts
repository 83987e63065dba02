import { afterEach, describe, expect, it } from "vitest";
import type { ScenarioEnvironment } from "../../playground/scenarios/environments.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { betweenOrders, soon } from "../soon.js";
import { approve } from "./acting.js";
import { asRead, type DigestStage, openDigestStage, smallFleet } from "./digesting.js";
import { homesOf } from "./home-opened.js";

const snoozeAll = "eks-upgrade:snooze-all-1";
const wakeAll = "eks-upgrade:wake-all";

let stage: DigestStage | undefined;
async function open(options: Parameters<typeof openDigestStage>[0] = {}): Promise<DigestStage> {
  stage = await openDigestStage(options);
  return stage;
}
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** More node groups that are behind than a message has room for. */
function manyGroups(): Scenario {
  const clusters = smallFleet.clusters.map((cluster) => {
    const [group] = cluster.name === "shop-test" ? cluster.nodeGroups : [];
    if (!group) return cluster;
    const more = Array.from({ length: 20 }, (_, index) => ({ ...group, name: `more-${index + 1}` }));
    return { ...cluster, nodeGroups: [...cluster.nodeGroups, ...more] };
  });
  return { ...smallFleet, clusters };
}

/** Both environments in one channel, and the role of one lets nobody in who says this. */
function wrongExternalId(): Scenario {
  const environments = smallFleet.environments?.map(
    ({ channel: _, role, ...rest }): ScenarioEnvironment => ({
      ...rest,
      ...(role && { role: { ...role, externalId: "somebody-elses" } }),
    }),
  );
  return { ...smallFleet, ...(environments && { environments }) };
}

describe("the digest of a channel", () => {
  it("all of it can be snoozed, and all of that undone", async () => {
    const here = await open();
    const { slack } = here.playground;
    const digest = await here.digest(slack.channel);
    const operator = slack.as(slack.users.operator);
    await operator.click(digest, snoozeAll);
    const asleep = await here.digest(slack.channel, (text) => text.includes("3 snoozed"));
    expect(asRead(here, asleep)).toContain("Nothing new in prod: 3 snoozed");
    expect(asRead(here, asleep)).not.toContain("Critical");
    await operator.click(asleep, wakeAll);
    const woken = await here.digest(slack.channel, (text) => !text.includes("snoozed"));
    expect(asRead(here, woken)).toContain("2 node groups of prod are behind");
    expect(woken.ts).toBe(digest.ts);
  });

  it("has what does not fit in its thread, as a table", async () => {
    const here = await open({ scenario: manyGroups() });
    const { slack } = here.playground;
    const digest = await here.digest(slack.testChannel);
    const [, table] = await slack.waitFor(
      () => {
        const thread = slack.workspace.thread(slack.testChannel, digest.ts);
        return thread.length > 1 && thread;
      },
      { what: "the thread" },
    );
    expect(asRead(here, digest)).toContain("21 critical, 2 warnings.");
    expect(asRead(here, digest)).toContain("9 more in the thread: 7 critical, 2 warnings.");
    const read = table ? asRead(here, table).replaceAll(/ +/g, " ").split("\n") : [];
    expect(read).toHaveLength(12);
    expect(read.slice(0, 4)).toEqual([
      "│ More of test: 7 critical, 2 warnings. Start one with /eks-upgrade start <cluster>/<node-group>.",
      "│ More of test",
      "│ Severity Environment Cluster Node group Runs Newest Days behind Nodes Why",
      "│ Critical test shop-test more-3 1.34.4-20260224 1.34.10-20261008 226 2 standard support ends in 41 days: extended support costs more",
    ]);
  });

  it("names the account that lets the bot in no more, and hides nothing else", async () => {
    const here = await open({ scenario: wrongExternalId() });
    const { slack } = here.playground;
    const { operator } = slack.users;
    const refused = "(prod): Could not assume the role eks-upgrade-bot (AccessDenied).";
    const others = /shop-test\/default {2}1\.34\.4-20260224 → 1\.34\.10-20261008/;

    const digest = asRead(here, await here.digest(slack.channel));
    expect(here.read(slack.channel)).toHaveLength(1);
    expect(digest).toContain("us-west-2 and eu-west-1 could not be looked at in full");
    expect(digest).toContain(`• us-west-2 and eu-west-1 ${refused}`);
    expect(digest).toContain("Both sides must have the same external id: the policy and fleet.yaml.");
    expect(digest).toMatch(others);

    const checked = asRead(here, await here.types("check"));
    expect(checked).toContain(refused);
    expect(checked).toMatch(others);
    const listed = asRead(here, await here.types("list"));
    expect(listed).toContain("Could not assume the role eks-upgrade-bot (AccessDenied).");
    expect(listed).toContain("default  1.34.4-20260224");
    const { open: openHome, read } = homesOf(here);
    await openHome(operator);
    const home = await read(operator, "Could not assume the role eks-upgrade-bot (AccessDenied)");
    expect(home).toMatch(others);
  });
});

describe("after an upgrade that ended well", () => {
  it("list, Home and the digest say so, today's and the next", async () => {
    const here = await open({ speed: 400 });
    const { slack } = here.playground;
    const { operator } = slack.users;
    const told = await here.digest(slack.channel);
    await here.types("start shop-prod/edge");
    await slack.as(slack.users.approver).click(await here.card(), approve);
    await here.worldAtEnd();
    const listed = async () => asRead(here, await here.types("list shop-prod"));
    const newest = "edge  1.50.0-91d4c8ab (23 days old) · newest · 2 nodes";
    await soon(async () => expect(await listed()).toContain(newest), betweenOrders);

    const today = await here.digest(slack.channel, (text) => text.includes("1 node group of prod is behind"));
    expect(asRead(here, today)).not.toContain("shop-prod/edge");
    expect(today.ts).toBe(told.ts);

    const { open: openHome, read } = homesOf(here);
    await openHome(operator);
    const home = await read(operator, "3 node groups, 1 behind");
    expect(home).not.toContain("shop-prod/edge");

    await here.later(1);
    const next = await here.digest(slack.channel, (text) => text.includes("in 40 days"));
    expect(asRead(here, next)).toContain("1 node group of prod is behind");
    expect(asRead(here, next)).not.toContain("shop-prod/edge");
  });
});
