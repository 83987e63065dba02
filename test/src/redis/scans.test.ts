import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ScannedCluster } from "../../../src/core/scan/scanned.js";
import { redisScans, type Scans } from "../../../src/redis/scans.js";
import { start } from "../../builders.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";
import { aScan, denied } from "../slack/views/digest-facts.js";

const names = (all: readonly ScannedCluster[]) => all.map(({ name }) => name).sort();

describe.each(redisKinds)("scans on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  let scans: Scans;

  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
    scans = redisScans(redis);
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  it("keep the last look at each cluster", async () => {
    const [shop, books] = [aScan({ name: "shop" }), aScan({ name: "books" })];
    await scans.save([shop, books]);
    const later = aScan({ name: "shop", scannedAt: shop.scannedAt + 1, problem: denied });
    await scans.save([later]);
    expect(await scans.all()).toEqual(expect.arrayContaining([later, books]));
    expect(await scans.all()).toHaveLength(2);
  });

  it("never let an older look replace a newer one", async () => {
    const newer = aScan({ scannedAt: start });
    await scans.save([newer]);
    await scans.save([aScan({ scannedAt: start - 1, problem: denied })]);
    expect(await scans.all()).toEqual([newer]);
  });

  it("tell apart what has the same name elsewhere", async () => {
    const places = [
      { environment: "prod", region: "us-west-2" },
      { environment: "prod", region: "eu-west-1" },
      { environment: "test", region: "us-west-2" },
    ].map((place) => aScan({ ...place, name: "shop" }));
    await scans.save(places);
    expect(await scans.all()).toHaveLength(3);
    await scans.forget(places.slice(0, 1));
    expect(await scans.all()).toEqual(expect.arrayContaining(places.slice(1)));
  });

  it("keep and forget hundreds", async () => {
    const many = Array.from({ length: 220 }, (_, i) => aScan({ name: `shop-${i}` }));
    await scans.save(many);
    expect(names(await scans.all())).toEqual(names(many));
    await scans.forget(many.slice(1));
    expect(names(await scans.all())).toEqual(["shop-0"]);
  });

  it("take a new look at what was forgotten, be it an older one", async () => {
    await scans.save([aScan({ scannedAt: start })]);
    await scans.forget([aScan()]);
    await scans.save([aScan({ scannedAt: start - 1 })]);
    expect(await scans.all()).toHaveLength(1);
  });

  it("leave out what another version of the bot wrote", async () => {
    await scans.save([aScan({ name: "shop" })]);
    await redis.hset("{eks-upgrade}:scans", "prod/us-west-2/books", JSON.stringify({ schema: 99 }));
    expect(names(await scans.all())).toEqual(["shop"]);
  });

  it("remember which releases were the newest of their place, the last hundred of them", async () => {
    const place = { region: "us-west-2", amiType: "AL2023_x86_64_STANDARD", minor: "1.34" };
    const releases = Array.from({ length: 103 }, (_, i) => `1.34.9-${i}`);
    for (const [i, release] of releases.entries()) await scans.noteNewest([{ ...place, release }], start + i);
    // Seen again: it is none the younger for that.
    await scans.noteNewest([{ ...place, release: "1.34.9-3" }], start + 999);
    await scans.noteNewest(
      [
        { ...place, region: "eu-west-1", release: "a" },
        { ...place, minor: "1.33", release: "b" },
      ],
      start + 1_000,
    );
    expect((await scans.known(place)).sort()).toEqual(releases.slice(3).sort());
    expect(await scans.known({ ...place, region: "eu-west-1" })).toEqual(["a"]);
    expect(await scans.known({ ...place, minor: "1.32" })).toEqual([]);
  });
});
