import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { expectRightEnd } from "./checks.js";
import { persist } from "./people.js";
import { untilOver } from "./play.js";
import { type CrashStage, openCrashStage, stopInTime, timings, type WiredBot } from "./stage.js";
import type { Side } from "./wires.js";

const patience = 120_000;

let stage: CrashStage;
beforeEach(async () => {
  stage = await openCrashStage({ speed: 300 });
});
afterEach(async () => stage.close());

const has = (type: string) =>
  vi.waitFor(
    async () => {
      const [id = ""] = await stage.runs.recent(1);
      expect((await stage.runs.events(id)).map((event) => event.type)).toContain(type);
    },
    { timeout: 20_000 },
  );

/** Up to the moment when old nodes leave. */
async function inTheMiddle(): Promise<WiredBot> {
  const first = await stage.startBot();
  await persist(stage.playground, first.wires);
  await has("NodeTerminating");
  return first;
}

/** A bot that starts now brings it to its end. */
async function endedBy({ wires }: WiredBot): Promise<void> {
  await persist(stage.playground, wires);
  await untilOver(stage, wires);
  await expectRightEnd(stage);
}

const turnKey = "{eks-upgrade}:turn:upgrade/";

/** Until nobody renews the lease of the run any more. */
async function leaseOver(): Promise<void> {
  const [id = ""] = await stage.runs.recent(1);
  await vi.waitFor(
    async () => {
      const until = Number(await stage.redis.hget(`${turnKey}${id}`, "until"));
      expect(Date.now()).toBeGreaterThan(until + timings.lease);
    },
    { timeout: 4 * timings.lease },
  );
}

async function anotherSave(): Promise<void> {
  const [id = ""] = await stage.runs.recent(1);
  const before = (await stage.runs.load(id))?.revision ?? 0;
  const run = async () => stage.runs.load(id);
  await vi.waitFor(
    async () => {
      const stored = await run();
      if (stored?.run.state === "running") expect(stored.revision).toBeGreaterThan(before);
    },
    { timeout: 20_000, interval: 10 },
  );
}

/** Everything in Redis that is not of our own making. */
async function loseAllJobs(): Promise<void> {
  const ours = /:(run|events|slots|request|claim|turn|rate):|:(open|all|unannounced)$/;
  const keys = await stage.redis.keys("{eks-upgrade}:*");
  await stage.redis.del(...keys.filter((key) => !ours.test(key)));
}

describe("a run goes on", { timeout: patience }, () => {
  it("in the same bot, when its Redis was out of reach for longer than its leases and is back", async () => {
    const { wires } = await inTheMiddle();
    wires.redis.cut();
    await leaseOver();
    wires.redis.mend();
    await untilOver(stage, wires);
    await expectRightEnd(stage);
  });

  it("in the same bot, when its connections to Redis break again and again", async () => {
    const { wires } = await inTheMiddle();
    for (let breaks = 0; breaks < 5; breaks += 1) {
      wires.redis.cut();
      wires.redis.mend();
      await anotherSave();
    }
    await untilOver(stage, wires);
    await expectRightEnd(stage);
  });

  it("in the same bot, when all jobs are lost under it: the next sweep rings again", async () => {
    const { wires } = await inTheMiddle();
    await loseAllJobs();
    await untilOver(stage, wires);
    await expectRightEnd(stage);
  });

  it("in another bot at once, when it is asked to stop while AWS hangs", async () => {
    const first = await inTheMiddle();
    first.wires.aws.freeze();
    await stopInTime(first.bot);
    await endedBy(await stage.startBot());
  });

  it.each<[string, Side]>([
    ["while its call that starts the update has not reached EKS", "before"],
    ["while the answer to its call that starts the update is on its way", "after"],
  ])("in another bot, when it is asked to stop %s", async (_, side) => {
    const first = await stage.startBot({
      stopAt: (write) => (write === "UpdateNodegroupVersion" ? side : undefined),
      stop: (wires) => wires.aws.freeze(),
    });
    void persist(stage.playground, first.wires);
    await first.wires.stopped;
    await stopInTime(first.bot);
    await endedBy(await stage.startBot());
  });

  it("in another bot, when it is asked to stop while Redis is out of reach", async () => {
    const first = await inTheMiddle();
    first.wires.redis.cut();
    await stopInTime(first.bot);
    await endedBy(await stage.startBot());
  });
});

describe("an order that was not carried out because Redis went away", { timeout: patience }, () => {
  it("is not carried out later, when the person has been told and Redis is back", async () => {
    const { slack } = stage.playground;
    const answers = () => slack.workspace.ephemerals(slack.users.operator).length;
    const { wires } = await stage.startBot({
      stopAt: (write) => (write === "record created" ? "before" : undefined),
      stop: ({ redis }) => redis.cut(),
    });
    await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
    await slack.waitFor(() => answers() === 1, { timeoutMs: 10_000, what: "an answer" });
    wires.redis.mend();
    await vi.waitFor(
      async () => {
        const before = answers();
        await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
        await slack.waitFor(() => answers() > before, { timeoutMs: 10_000, what: "an answer" });
        expect(await stage.runs.recent(10)).toHaveLength(1);
      },
      { timeout: 30_000, interval: 500 },
    );
    expect(wires.writes.filter((write) => write === "record created")).toHaveLength(2);
  });
});
