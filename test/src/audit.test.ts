import { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AuditOptions, type OpenAudit, openAudit, type Recorded, sha256 } from "../../src/audit.js";
import { canonicalJson } from "../../src/core/audit/canonical.js";
import { beginning, chainAll } from "../../src/core/audit/chain.js";
import type { AuditLine } from "../../src/core/audit/entry.js";
import { readLine } from "../../src/core/audit/line.js";
import { verifyChain } from "../../src/core/audit/verify.js";
import type { Fact } from "../../src/core/events.js";
import { redisAudit } from "../../src/redis/audit.js";
import { type Runs, redisRuns } from "../../src/redis/runs.js";
import { aRun, start, stoppedAt } from "../builders.js";
import { redisKinds, startRedis, type TestRedis } from "../redis.js";
import { soon } from "../soon.js";

const day = 86_400_000;
const order = (what: string, more: Partial<Recorded> = {}): Recorded => ({
  ...{ kind: "order", who: "U1", what, outcome: "done" },
  ...more,
});

describe.each(redisKinds)("the audit on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  let runs: Runs;
  const opened: OpenAudit[] = [];
  const connections: Redis[] = [];

  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
    runs = redisRuns(redis);
  });
  beforeEach(async () => {
    for (const audit of opened.splice(0)) await audit.close();
    await redis.flushall();
  });
  afterAll(async () => {
    for (const audit of opened.splice(0)) await audit.close();
    for (const connection of [redis, ...connections]) connection.disconnect();
    await server.close();
  });

  async function open(more: Partial<AuditOptions> = {}): Promise<OpenAudit> {
    const log = pino({ level: "silent" });
    const audit = await openAudit({
      ...{ store: redisAudit(redis), clock: stoppedAt(start), log, keep: 400 * day },
      ...more,
    });
    opened.push(audit);
    return audit;
  }

  async function lines(): Promise<AuditLine[]> {
    const entries = await redis.xrange("{eks-upgrade}:audit", "-", "+");
    return entries.map(([, [, text = ""]]) => readLine(text) ?? expect.fail(text));
  }

  it("keeps entries in order, each tied to the one before it", async () => {
    const audit = await open();
    for (const what of ["lock", "unlock", "snooze"]) audit.record(order(what));
    await audit.settled();
    const kept = await lines();
    expect(kept.map(({ seq, what, at }) => [seq, what, at])).toEqual([
      [1, "lock", start],
      [2, "unlock", start],
      [3, "snooze", start],
    ]);
    expect(verifyChain(kept, { sha256 })).toMatchObject({ count: 3, faults: [] });
  });

  it("lets several bots write at once, without a gap", async () => {
    const bots = await Promise.all(
      [1, 2, 3, 4].map((bot) => {
        const connection = new Redis(server.url);
        connections.push(connection);
        return open({ store: redisAudit(connection) }).then((audit) => ({ bot, audit }));
      }),
    );
    for (let each = 0; each < 150; each += 1) {
      for (const { bot, audit } of bots) audit.record(order("lock", { who: `U${bot}`, more: { each } }));
      if (each % 10 === 0) await new Promise(setImmediate);
    }
    await Promise.all(bots.map(({ audit }) => audit.settled()));
    const kept = await lines();
    expect(verifyChain(kept, { sha256 })).toMatchObject({ count: 600, first: 1, faults: [] });
    for (const { bot } of bots) {
      const own = kept.filter(({ who }) => who === `U${bot}`);
      expect(own.map(({ more }) => more?.each)).toEqual(Array.from({ length: 150 }, (_, each) => each));
    }
  });

  it("keeps no secret that somebody typed, also into the reason of a run", async () => {
    const audit = await open();
    const secret = "xoxb-1234-abcd";
    audit.record(order("lock", { more: { reason: `token ${secret}` } }));
    const plan = aRun({ reason: `with ${secret}` });
    await runs.create(plan, [{ type: "RunRequested", by: "U1", planHash: plan.plan.hash }], 7);
    await audit.followAll();
    const kept = await lines();
    expect(kept.map(({ why, more }) => why ?? more?.reason).toSorted()).toEqual([
      "token [redacted]",
      "with [redacted]",
    ]);
    expect(verifyChain(kept, { sha256 }).faults).toEqual([]);
  });

  const request = aRun({ id: "calm-heron-42" });
  const requested: Fact = { type: "RunRequested", by: "U1", planHash: request.plan.hash };
  const approved: Fact = { type: "RunApproved", by: "U2" };

  it("takes what a run tells, each fact once, however often it is followed and by whom", async () => {
    const [one, other] = [await open(), await open()];
    await runs.create(request, [requested], 7);
    for (const audit of [one, other, one]) audit.follow(request.id);
    await Promise.all([one.settled(), other.settled()]);
    await runs.save({ run: { ...request, state: "running" }, facts: [approved], revision: 1, at: 8 });
    await Promise.all([one.followAll(), other.followAll()]);
    expect((await lines()).map(({ what, who, at }) => [what, who, at])).toEqual([
      ["RunRequested", "U1", 7],
      ["RunApproved", "U2", 8],
    ]);
    expect(await redis.smembers("{eks-upgrade}:unaudited")).toEqual([]);
  });

  it("finds what nobody followed, and leaves nothing behind in the list of those", async () => {
    const nodes = Array.from(
      { length: 250 },
      (_, node): Fact => ({
        ...{ type: "NodeGone", step: 0, node: `ip-10-0-0-${node}`, zone: "us-west-2a" },
      }),
    );
    await runs.create(request, [requested, ...nodes], 7);
    expect(await redis.smembers("{eks-upgrade}:unaudited")).toEqual([request.id]);
    await (await open()).followAll();
    expect((await lines()).map(({ on }) => on)).toEqual([
      "eks-workshop/default",
      ...nodes.map((_, node) => `node/ip-10-0-0-${node}`),
    ]);
    expect(await redis.smembers("{eks-upgrade}:unaudited")).toEqual([]);
  });

  it("does not wait for the runs that another version of the bot wrote", async () => {
    await runs.create({ ...request, schema: 99 as 1 }, [requested], 7);
    await runs.create(
      aRun({ id: "bold-fox-11", plan: { ...request.plan, cluster: "other" } }),
      [requested],
      8,
    );
    const audit = await open();
    await audit.followAll();
    expect((await lines()).map(({ run }) => run)).toEqual(["bold-fox-11"]);
    expect(await redis.smembers("{eks-upgrade}:unaudited")).toEqual([request.id]);
  });

  it("removes what is older than is kept, and remembers what the rest follows", async () => {
    const entries = Array.from({ length: 10 }, () => ({ ...order("lock"), at: start }));
    const old = chainAll(beginning, entries, sha256);
    for (const line of old) {
      const position = `${Date.now() - (11 - line.seq) * day}-0`;
      await redis.xadd("{eks-upgrade}:audit", position, "line", canonicalJson(line));
    }
    // At the first entry, and then once an hour.
    const audit = await open({ keep: 4.5 * day });
    audit.record(order("unlock"));
    await audit.settled();
    const store = redisAudit(redis);
    await soon(async () => expect((await store.page()).anchor.seq).toBe(6));
    const { anchor, head } = await store.page();
    const kept = await lines();
    expect(kept.map(({ seq }) => seq)).toEqual([7, 8, 9, 10, 11]);
    expect(verifyChain(kept, { sha256, after: anchor, ...(head && { head }) }).faults).toEqual([]);
    expect(await store.trim(0), "all of them").toBe(5);
    audit.record(order("lock"));
    await audit.settled();
    const { anchor: after } = await store.page();
    expect(verifyChain(await lines(), { sha256, after })).toMatchObject({ first: 12, faults: [] });
  });

  it("is read from its end, those that fit, as far back as is asked", async () => {
    const audit = await open();
    for (let each = 0; each < 1_200; each += 1) audit.record(order(each % 2 ? "lock" : "unlock"));
    await audit.settled();
    const locks = await audit.recent(({ what }) => what === "lock", { count: 2, within: 100 });
    expect(locks.lines.map(({ seq }) => seq)).toEqual([1200, 1198]);
    const none = await audit.recent(({ what }) => what === "snooze", { count: 2, within: 1_000 });
    expect(none).toEqual({ lines: [], lookedBackTo: start });
    const all = await audit.recent(() => true, { count: 5_000, within: 5_000 });
    expect(all.lines).toHaveLength(1_200);
  });

  it("goes on from the last entry when its head was taken away", async () => {
    const audit = await open();
    audit.record(order("lock"));
    await audit.settled();
    await redis.del("{eks-upgrade}:audit:head");
    audit.record(order("unlock"));
    await audit.settled();
    expect(verifyChain(await lines(), { sha256 })).toMatchObject({ count: 2, faults: [] });
  });
});
