import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Run } from "../../../src/core/run.js";
import { type Runs, redisRuns } from "../../../src/redis/runs.js";
import { redisTurns } from "../../../src/redis/turns.js";
import { aRun } from "../../builders.js";
import { redisKinds, startRedis, type TestRedis } from "../../redis.js";

describe.each(redisKinds)("runs on %s", (kind) => {
  let server: TestRedis;
  let redis: Redis;
  let runs: Runs;
  const request = aRun({ id: "calm-heron-42" });
  const requested = [{ type: "RunRequested", by: "U1", planHash: request.plan.hash }] as const;
  const running: Run = { ...request, state: "running" };

  beforeAll(async () => {
    server = await startRedis(kind);
    redis = new Redis(server.url);
    runs = redisRuns(redis);
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });

  it("keeps a new run, its event, and its place in the lists", async () => {
    expect(await runs.create(request, requested, 7)).toBe("created");
    expect(await runs.load(request.id)).toEqual({ run: request, revision: 1 });
    expect(await runs.events(request.id)).toEqual([{ ...requested[0], at: 7 }]);
    expect(await runs.open()).toEqual([request.id]);
    expect(await runs.recent(10)).toEqual([request.id]);
    expect(await runs.unannounced()).toEqual([request.id]);
  });

  it("knows nothing of a run that is not there", async () => {
    expect(await runs.load("no-such-run")).toBeUndefined();
    expect(await runs.events("no-such-run")).toEqual([]);
  });

  it("gives a second asker for the same target the open request", async () => {
    await runs.create(request, requested, 7);
    expect(await runs.create(aRun({ id: "bold-fox-11" }), [], 8)).toEqual({ open: request.id });
    expect(await runs.load("bold-fox-11")).toBeUndefined();
  });

  it("never writes a new run over an old one of the same id", async () => {
    await runs.create(request, requested, 7);
    await runs.save({ run: { ...request, state: "rejected" }, facts: [], revision: 1, at: 8 });
    expect(await runs.create(request, requested, 9)).toBe("taken");
  });

  it("saves record and events together, once per revision", async () => {
    await runs.create(request, requested, 7);
    const change = { run: running, facts: [{ type: "RunApproved", by: "U2" } as const], revision: 1, at: 8 };
    expect(await runs.save(change)).toEqual({ outcome: "saved", revision: 2 });
    expect(await runs.save(change)).toEqual({ outcome: "conflict" });
    expect((await runs.events(request.id)).map((event) => event.type)).toEqual([
      "RunRequested",
      "RunApproved",
    ]);
  });

  it("lets one of many simultaneous changes win, and claims its target once", async () => {
    await runs.create(request, requested, 7);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        runs.save({ run: running, facts: [{ type: "RunApproved", by: `U${i}` }], revision: 1, at: 8 }),
      ),
    );
    expect(answers.filter((answer) => answer.outcome === "saved")).toHaveLength(1);
    expect(await runs.events(request.id)).toHaveLength(2);
  });

  it("refuses a worker that lost its lease, and takes one that has it", async () => {
    await runs.create(running, requested, 7);
    const lease = { name: `upgrade/${request.id}`, holder: "one" };
    const change = { run: running, facts: [], revision: 1, at: 8, lease };
    expect(await runs.save(change)).toEqual({ outcome: "lease lost" });
    await redisTurns(redis).take(lease.name, lease.holder, 5_000);
    expect(await runs.save(change)).toEqual({ outcome: "saved", revision: 2 });
  });

  it("does not let two runs change one target", async () => {
    await runs.create(request, requested, 7);
    await runs.save({ run: running, facts: [], revision: 1, at: 8 });
    await redis.del("{eks-upgrade}:request:us-west-2/eks-workshop/default");
    await runs.create(aRun({ id: "bold-fox-11" }), [], 9);
    const second = { run: aRun({ id: "bold-fox-11", state: "running" }), facts: [], revision: 1, at: 9 };
    expect(await runs.save(second)).toEqual({ outcome: "claimed", by: request.id });
  });

  it("frees target and request when the run is over, and keeps the record", async () => {
    await runs.create(request, requested, 7);
    await runs.save({ run: running, facts: [], revision: 1, at: 8 });
    await runs.save({ run: { ...running, state: "failed" }, facts: [], revision: 2, at: 9 });
    expect(await runs.open()).toEqual([]);
    expect(await runs.load(request.id)).toMatchObject({ run: { state: "failed" } });
    expect(await runs.create(aRun({ id: "bold-fox-11" }), [], 10)).toBe("created");
    const second = { run: aRun({ id: "bold-fox-11", state: "running" }), facts: [], revision: 1, at: 11 };
    expect(await runs.save(second)).toMatchObject({ outcome: "saved" });
  });

  it("remembers that Slack is behind until it shows the latest revision", async () => {
    await runs.create(request, requested, 7);
    await runs.save({ run: { ...request, state: "rejected" }, facts: [], revision: 1, at: 8 });
    await runs.announced(request.id, 1);
    expect(await runs.unannounced()).toEqual([request.id]);
    await runs.announced(request.id, 2);
    expect(await runs.unannounced()).toEqual([]);
  });

  it("does not touch the record of a newer bot", async () => {
    await runs.create({ ...request, schema: 99 as 1 }, requested, 7);
    await expect(runs.load(request.id)).rejects.toThrow(/another version of the bot \(schema 99/);
  });
});
