import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redisTurns, type Turns } from "../../../src/redis/turns.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";
import { soon } from "../../soon.js";

describe.each(redisKinds)("turns on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  let turns: Turns;

  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
    turns = redisTurns(redis);
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  it("gives a free turn, and says for how long others have to wait", async () => {
    expect(await turns.take("upgrade/a", "one", 5_000)).toEqual({ nudges: 0 });
    const other = await turns.take("upgrade/a", "two", 5_000);
    expect("held" in other && other.held).toBeGreaterThan(4_000);
    expect(await turns.take("upgrade/b", "two", 5_000)).toEqual({ nudges: 0 });
  });

  it("gives the turn of a dead worker to the next one, and refuses the dead one's return", async () => {
    await turns.take("upgrade/a", "dead", 20);
    await soon(async () => expect(await turns.take("upgrade/a", "alive", 5_000)).toEqual({ nudges: 0 }));
    expect(await turns.keep("upgrade/a", "dead", 5_000)).toBe(false);
    expect(await turns.park("upgrade/a", "dead", 0)).toEqual({ state: "lost" });
    await turns.release("upgrade/a", "dead");
    expect(await turns.keep("upgrade/a", "alive", 5_000)).toBe(true);
  });

  it("parks only when nobody nudged since the counter was read", async () => {
    await turns.take("upgrade/a", "one", 5_000);
    await turns.nudge("upgrade/a");
    expect(await turns.park("upgrade/a", "one", 0)).toEqual({ state: "nudged", nudges: 1 });
    expect(await turns.park("upgrade/a", "one", 1)).toEqual({ state: "parked" });
    expect(await turns.take("upgrade/a", "two", 5_000)).toEqual({ nudges: 1 });
  });

  it("keeps nudges that come while nobody has the turn", async () => {
    await turns.nudge("upgrade/a");
    await turns.nudge("upgrade/a");
    expect(await turns.take("upgrade/a", "one", 5_000)).toEqual({ nudges: 2 });
  });
});
