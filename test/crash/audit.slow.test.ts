import { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type OpenAudit, openAudit, sha256 } from "../../src/audit.js";
import type { AuditLine } from "../../src/core/audit/entry.js";
import { readLine } from "../../src/core/audit/line.js";
import { verifyChain } from "../../src/core/audit/verify.js";
import type { Fact } from "../../src/core/events.js";
import { redisAudit } from "../../src/redis/audit.js";
import { connectRedis, untilReady } from "../../src/redis/connection.js";
import { type Runs, redisRuns } from "../../src/redis/runs.js";
import { aRun, start, stoppedAt } from "../builders.js";
import { startRedis, type TestRedis } from "../redis.js";
import { openRedisWire } from "./redis-wire.js";
import { auditWrite } from "./redis-writes.js";
import type { Side } from "./wires.js";

const run = aRun({ id: "calm-heron-42" });
const requested: Fact = { type: "RunRequested", by: "U1", planHash: run.plan.hash };
const begun: readonly Fact[] = [
  { type: "RunApproved", by: "U2" },
  { type: "UpdateRequested", step: 0, attempt: 1 },
  { type: "UpdateStarted", step: 0, updateId: "u-1" },
];
/** More than are kept at once. */
const nodes = Array.from(
  { length: 120 },
  (_, node): Fact => ({
    ...{ type: "NodeGone", step: 0, node: `ip-10-0-0-${node}`, zone: "us-west-2a" },
  }),
);
const orders = ["lock", "unlock", "snooze", "wake"] as const;

interface Bot {
  readonly audit: OpenAudit;
  /** Names of its writes to the audit so far. */
  readonly writes: readonly string[];
  readonly stopped: () => boolean;
  mend(): void;
  close(): Promise<void>;
}

describe("a bot whose connection is cut at a write to the audit", () => {
  let server: TestRedis;
  let redis: Redis;
  let runs: Runs;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    runs = redisRuns(redis);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  /** Its connection is cut at its n-th write to the audit; for how long is for others to say. */
  async function startBot(nth = 0, side: Side = "before"): Promise<Bot> {
    const writes: string[] = [];
    let stopped = false;
    const wire = await openRedisWire({
      target: new URL(server.url).host,
      nameOf: auditWrite,
      fate(write) {
        if (write === undefined) return "pass";
        writes.push(write);
        return writes.length === nth ? `stop ${side}` : "pass";
      },
      stop() {
        stopped = true;
        wire.cut();
      },
    });
    const connection = connectRedis({ url: `redis://${wire.host}` }, "producer", () => {});
    await untilReady(connection, 5_000);
    const audit = await openAudit({
      ...{ store: redisAudit(connection), clock: stoppedAt(start), log: pino({ level: "silent" }) },
      ...{ keep: 86_400_000, pauses: [20] },
    });
    return {
      ...{ audit, writes, mend: wire.mend, stopped: () => stopped },
      async close() {
        await audit.close();
        connection.disconnect();
        await wire.close();
      },
    };
  }

  /** A run and some orders: whoever is there at each moment follows and records. */
  async function story(there: () => Promise<OpenAudit>): Promise<void> {
    const order = async (what: string) => {
      const audit = await there();
      audit.record({ kind: "order", who: "U1", what, outcome: "done" });
      await audit.settled();
    };
    const follow = async () => {
      const audit = await there();
      audit.follow(run.id);
      await audit.settled();
    };
    await runs.create(run, [requested], start);
    await follow();
    await order("lock");
    const running = { ...run, state: "running" } as const;
    await runs.save({ run: running, facts: begun, revision: 1, at: start });
    await order("unlock");
    await follow();
    await order("snooze");
    await runs.save({ run: running, facts: nodes, revision: 2, at: start });
    await follow();
    await order("wake");
  }

  async function kept(): Promise<AuditLine[]> {
    const entries = await redis.xrange("{eks-upgrade}:audit", "-", "+");
    return entries.map(([, [, text = ""]]) => readLine(text) ?? expect.fail(text));
  }
  const factsIn = (lines: readonly AuditLine[]) =>
    lines.filter((line) => line.run !== undefined).map(({ what, on }) => `${what} ${on}`);
  const ordersIn = (lines: readonly AuditLine[]) =>
    lines.filter((line) => line.run === undefined).map(({ what }) => what);

  const on = "eks-workshop/default";
  const allFacts = [
    ...[requested, ...begun].map(({ type }) => `${type} ${on}`),
    ...nodes.map((_, node) => `NodeGone node/ip-10-0-0-${node}`),
  ];

  async function expectAllOnce(): Promise<void> {
    const lines = await kept();
    expect(verifyChain(lines, { sha256 }).faults).toEqual([]);
    expect(factsIn(lines)).toEqual(allFacts);
    expect(ordersIn(lines).toSorted()).toEqual([...orders].toSorted());
    expect(await redis.smembers("{eks-upgrade}:unaudited")).toEqual([]);
  }

  /** All writes of a story that nothing happens to, by name. */
  async function writesOfStory(): Promise<readonly string[]> {
    await redis.flushall();
    const bot = await startBot();
    await story(async () => bot.audit);
    await bot.close();
    await expectAllOnce();
    return bot.writes;
  }

  it("writes at every kind of occasion", { timeout: 60_000 }, async () => {
    expect(await writesOfStory()).toEqual([
      "audit RunRequested",
      "audit lock",
      "audit unlock",
      "audit RunApproved, UpdateRequested, UpdateStarted",
      "audit snooze",
      "audit NodeGone",
      "audit NodeGone",
      "audit wake",
    ]);
  });

  const points = Array.from({ length: 8 }, (_, index) => index + 1).flatMap((nth) => [
    { nth, side: "before" as const },
    { nth, side: "after" as const },
  ]);

  it.each(points)(
    "keeps all once, and in order, when it is back: $side write $nth",
    async ({ nth, side }) => {
      await redis.flushall();
      const bot = await startBot(nth, side);
      await story(async () => bot.audit);
      expect(bot.stopped()).toBe(true);
      bot.mend();
      await vi.waitFor(async () => {
        await bot.audit.followAll();
        await expectAllOnce();
      }, 10_000);
      expect(ordersIn(await kept())).toEqual(orders);
      await bot.close();
    },
  );

  it.each(points)(
    "loses nothing of runs when it dies, and another goes on; what comes of a zombie comes once: $side write $nth",
    async ({ nth, side }) => {
      await redis.flushall();
      const first = await startBot(nth, side);
      let second: Bot | undefined;
      await story(async () => {
        if (!second && first.stopped()) second = await startBot();
        return second?.audit ?? first.audit;
      });
      second ??= await startBot();
      await second.audit.followAll();
      const lines = await kept();
      expect(factsIn(lines)).toEqual(allFacts);
      expect(verifyChain(lines, { sha256 }).faults).toEqual([]);
      const lost = orders.filter((what) => !ordersIn(lines).includes(what));
      const [cutOrder] = orders.filter((what) => first.writes.at(-1) === `audit ${what}`);
      expect(lost, "at most what was on its way").toEqual(side === "before" && cutOrder ? [cutOrder] : []);
      first.mend();
      await vi.waitFor(expectAllOnce, 10_000);
      await first.close();
      await second.close();
    },
  );
});
