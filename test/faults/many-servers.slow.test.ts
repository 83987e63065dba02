import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from "vitest";
import { ConfigError } from "../../src/config.js";
import { parseRedisUrl } from "../../src/redis/address.js";
import { openStore } from "../../src/redis/store.js";
import { betweenOrders, soon } from "../soon.js";
import { type ManyServers, openCluster, openSentinels, password, sentinelPassword } from "./many-servers.js";
import { approve } from "./night.js";
import { type NightOn, openNightOn } from "./redis-night.js";
import { hasRealRedis } from "./server.js";
import { expectToldWell, untilTold } from "./told.js";

const kinds = [
  ["Sentinel", openSentinels],
  ["Cluster", openCluster],
] as const;
/** How long Slack waits, in real milliseconds. */
const slackWaits = 3_000;

describe.runIf(hasRealRedis).each(kinds)("REDIS_URL of a %s", { timeout: 120_000 }, (_, open) => {
  async function start(test: TestContext, speed = 100): Promise<{ servers: ManyServers; night: NightOn }> {
    const servers = await open();
    test.onTestFinished(() => servers.close());
    const night = await openNightOn(test, servers.url, speed);
    await night.startBot();
    return { servers, night };
  }
  const has = (night: NightOn, type: string) =>
    vi.waitFor(async () => expect(await night.eventTypes()).toContain(type), { timeout: 60_000 });

  async function endsWell(night: NightOn, how: { doubles?: number; lost?: boolean } = {}): Promise<void> {
    await untilTold(night, 60_000);
    await expectToldWell(night, how);
    expect(night.updates).toBe(1);
    expect((await night.types("status")).text).toContain("Nothing is open");
  }

  it("carries a run from its request to its end", async (test) => {
    const { night } = await start(test, 400);
    await night.approved();
    await endsWell(night);
  });

  it.for(["RunApproved", "UpdateStarted", "NodeUnschedulable"])(
    "carries a run on when the master is killed at %s: one update, nothing missing in Slack",
    async (type, test) => {
      const { night, servers } = await start(test);
      await night.approved();
      await has(night, type);
      servers.master.kill();
      await servers.failedOver();
      await endsWell(night, { doubles: 1, lost: true });
    },
  );

  it("carries a run on when the master falls silent and comes back after another took its place", async (test) => {
    const { night, servers } = await start(test);
    await night.approved();
    await has(night, "NodeUnschedulable");
    servers.master.freeze();
    await servers.failedOver();
    servers.master.thaw();
    await endsWell(night, { doubles: 1, lost: true });
  });

  it("takes no order while the master is away, says so in time, and takes it when another has its place", async (test) => {
    const { night, servers } = await start(test);
    const { slack } = night;
    const card = await night.asked();
    servers.master.kill();
    const typed = performance.now();
    const answer = await night.types("status");
    expect(performance.now() - typed).toBeLessThan(slackWaits);
    expect(answer.text).toContain("I cannot take orders right now");
    await servers.failedOver();
    await soon(async () => {
      if ((await night.eventTypes()).includes("RunApproved")) return;
      await slack.as(slack.users.approver).click(card, approve);
      throw new Error("not approved yet");
    }, betweenOrders);
    await endsWell(night, { doubles: 1, lost: true });
  });
});

describe.runIf(hasRealRedis)("an address of several servers is refused at once", { timeout: 60_000 }, () => {
  let sentinels: ManyServers;
  let cluster: ManyServers;
  beforeAll(async () => {
    [sentinels, cluster] = await Promise.all([openSentinels(), openCluster()]);
  });
  afterAll(() => Promise.all([sentinels.close(), cluster.close()]));

  const options = {
    ...{ path: "", log: pino({ level: "silent" }), readyWithin: 10_000 },
    ...{ onLost: () => {}, onError: () => {} },
  };

  async function refused(url: string): Promise<unknown> {
    const parsed = parseRedisUrl(url);
    if ("problem" in parsed) throw new Error(parsed.problem);
    const opened = await openStore(parsed.address, options).catch((error: unknown) => error);
    expect(opened).toBeInstanceOf(ConfigError);
    const words = String(opened);
    for (const secret of [password, encodeURIComponent(password), sentinelPassword, "hunter2"]) {
      expect(words).not.toContain(secret);
    }
    return words;
  }

  it.each<[string, () => ManyServers, (url: string) => string, RegExp]>([
    [
      "with a wrong password for Redis behind Sentinels",
      () => sentinels,
      (url) => url.replace(/:[^:@]+@/, ":hunter2@"),
      /REDIS_URL: Redis refuses the user name or the password/,
    ],
    [
      "without a password for Redis behind Sentinels",
      () => sentinels,
      (url) => url.replace(/:[^:@]+@/, ""),
      /REDIS_URL: Redis wants a password/,
    ],
    [
      "with a wrong password for the Sentinels",
      () => sentinels,
      (url) => url.replace(/sentinelPassword=.*/, "sentinelPassword=hunter2"),
      /REDIS_URL: The Sentinels want a password of their own/,
    ],
    [
      "without a password for the Sentinels",
      () => sentinels,
      (url) => url.replace(/\?.*/, ""),
      /REDIS_URL: The Sentinels want a password of their own/,
    ],
    [
      "with a name that no Sentinel knows",
      () => sentinels,
      (url) => url.replace("/upgrades", "/mymaster"),
      /REDIS_URL: The Sentinels know no master of that name/,
    ],
    [
      "with Redis servers for Sentinels",
      () => cluster,
      (url) =>
        url
          .replace("redis-cluster", "redis-sentinel")
          .concat(`/upgrades?sentinelPassword=${encodeURIComponent(password)}`),
      /REDIS_URL: A Redis answers there, not a Sentinel/,
    ],
    [
      "with a wrong password for a cluster",
      () => cluster,
      (url) => url.replace(/:[^:@]+@/, ":hunter2@"),
      /REDIS_URL: Redis refuses the user name or the password/,
    ],
    [
      "without a password for a cluster",
      () => cluster,
      (url) => url.replace(/:[^:@]+@/, ""),
      /REDIS_URL: Redis wants a password/,
    ],
    [
      "as one server, when it is a Sentinel",
      () => sentinels,
      (url) =>
        url
          .replace(/:[^:@]+@/, `:${encodeURIComponent(sentinelPassword)}@`)
          .replace("redis-sentinel", "redis")
          .replace(/,.*/, ""),
      /REDIS_URL: A Sentinel answers there, not a Redis. Write the address like redis-sentinel:/,
    ],
    [
      "as a cluster, when it is one server",
      () => sentinels,
      (url) => url.replace(/redis-sentinel(.*@).*/, `redis-cluster$1127.0.0.1:${sentinels.master.port}`),
      /REDIS_URL: Redis is no cluster/,
    ],
    [
      "as one server, when it is a cluster",
      () => cluster,
      (url) => url.replace("redis-cluster", "redis").replace(/,.*/, ""),
      /REDIS_URL: Redis runs in cluster mode. Write the address like redis-cluster:/,
    ],
  ])("%s", async (_, servers, spoil, sentence) => {
    expect(await refused(spoil(servers().url))).toMatch(sentence);
  });

  it("where one of the masters throws keys away", async () => {
    const { admin } = cluster.master;
    await admin.config("SET", "maxmemory-policy", "allkeys-lru");
    const words = await refused(cluster.url).finally(() =>
      admin.config("SET", "maxmemory-policy", "noeviction"),
    );
    expect(words).toMatch(/REDIS_URL: Redis evicts keys.*allkeys-lru/);
  });
});
