import { describe, expect, it, type TestContext, vi } from "vitest";
import { turnName } from "../../jobs/delivery.js";
import type { QueueName } from "../../jobs/queues.js";
import { turnKey } from "../../src/redis/turns.js";
import { betweenOrders, soon } from "../soon.js";
import { expectRightEnd } from "./checks.js";
import { upgrade } from "./people.js";
import { untilOver } from "./play.js";
import {
  type CrashStage,
  type CrashStageOptions,
  openCrashStage,
  stopInTime,
  timings,
  type WiredBot,
} from "./stage.js";
import { blocked } from "./stories.js";
import type { Side, Wires } from "./wires.js";

const patience = 150_000;

async function open(test: TestContext, options: CrashStageOptions = { speed: 300 }): Promise<CrashStage> {
  const stage = await openCrashStage(options);
  test.onTestFinished(() => stage.close());
  return stage;
}

const runOf = async (stage: CrashStage) => (await stage.runs.recent(1))[0] ?? "";

async function has(stage: CrashStage, type: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const events = await stage.runs.events(await runOf(stage));
      expect(events.map((event) => event.type)).toContain(type);
    },
    { timeout: 60_000 },
  );
}

/** Up to the moment when old nodes leave, or another. */
async function inTheMiddle(stage: CrashStage, type = "NodeGone"): Promise<WiredBot> {
  const first = await stage.startBot();
  await upgrade(stage.playground, first.wires);
  await has(stage, type);
  return first;
}

/** A bot that lives brings it to its end. */
async function ended(stage: CrashStage, { wires }: WiredBot): Promise<void> {
  await upgrade(stage.playground, wires);
  await untilOver(stage, wires);
  await expectRightEnd(stage);
}

const lease = async (stage: CrashStage, queue: QueueName) => turnKey(turnName(queue, await runOf(stage)));

/** Until nobody renews the lease of the run any more. */
async function leaseOver(stage: CrashStage): Promise<void> {
  const key = await lease(stage, "upgrade");
  await vi.waitFor(
    async () => {
      const until = Number(await stage.redis.hget(key, "until"));
      expect(Date.now()).toBeGreaterThan(until + timings.lease);
    },
    { timeout: 4 * timings.lease },
  );
}

async function anotherSave(stage: CrashStage): Promise<void> {
  const id = await runOf(stage);
  const before = (await stage.runs.load(id))?.revision ?? 0;
  await soon(async () => {
    const stored = await stage.runs.load(id);
    if (stored?.run.state === "running") expect(stored.revision).toBeGreaterThan(before);
  });
}

/** Everything in Redis that is not of our own making. */
async function loseAllJobs({ redis }: CrashStage): Promise<void> {
  const ours = /:(run|events|slots|request|claim|turn|rate):|:(open|all|unannounced|store)$/;
  const keys = await redis.keys("{eks-upgrade}:*");
  await redis.del(...keys.filter((key) => !ours.test(key)));
}

describe.concurrent("a run goes on", { timeout: patience }, () => {
  it("in the same bot, when its Redis was out of reach for longer than its leases and is back", async (test) => {
    const stage = await open(test);
    const bot = await inTheMiddle(stage);
    bot.wires.redis.cut();
    await leaseOver(stage);
    bot.wires.redis.mend();
    await ended(stage, bot);
  });

  it("in the same bot, when its connections to Redis break again and again", async (test) => {
    const stage = await open(test);
    const bot = await inTheMiddle(stage);
    for (let breaks = 0; breaks < 5; breaks += 1) {
      bot.wires.redis.cut();
      bot.wires.redis.mend();
      await anotherSave(stage);
    }
    await ended(stage, bot);
  });

  it("to and fro between two bots, when leases expire again and again in the middle of a look", async (test) => {
    const stage = await open(test, { speed: 100 });
    const bot = await inTheMiddle(stage, "UpdateStarted");
    await stage.startBot();
    const key = await lease(stage, "upgrade");
    const holders = new Set<string>();
    const timer = setInterval(async () => {
      const holder = await stage.redis.hget(key, "holder");
      if (holder === null) return;
      holders.add(holder);
      await stage.redis.hset(key, "until", 0);
    }, 20);
    test.onTestFinished(() => clearInterval(timer));
    await ended(stage, bot);
    expect(holders.size).toBeGreaterThan(5);
  });
});

describe.concurrent("when the queue is wiped and all BullMQ jobs are lost", { timeout: patience }, () => {
  it("in the middle of a run, it goes on in the same bot: the next sweep rings again", async (test) => {
    const stage = await open(test);
    const bot = await inTheMiddle(stage);
    await loseAllJobs(stage);
    await ended(stage, bot);
  });

  it("in the middle of a blocked drain, people are asked what to do all the same", async (test) => {
    const stage = await open(test, { story: blocked, speed: 60 });
    const bot = await inTheMiddle(stage, "DrainBlocked");
    await loseAllJobs(stage);
    await ended(stage, bot);
  });

  it("again and again, the run goes on", async (test) => {
    const stage = await open(test, { speed: 30 });
    const bot = await inTheMiddle(stage, "UpdateStarted");
    const timer = setInterval(() => loseAllJobs(stage), 7_000);
    test.onTestFinished(() => clearInterval(timer));
    await has(stage, "NodeGone");
    clearInterval(timer);
    await ended(stage, bot);
  });
});

describe.concurrent("a shutdown in the middle of a tick: another bot goes on at once", {
  timeout: patience,
}, () => {
  const outsides: [string, (wires: Wires) => void][] = [
    ["while AWS hangs", ({ aws }) => aws.freeze()],
    ["while Kubernetes hangs", ({ kubernetes }) => kubernetes.freeze()],
    ["while Slack hangs", ({ slack }) => slack.freeze()],
  ];
  it.for(outsides)("%s", async ([, hangs], test) => {
    const stage = await open(test);
    const first = await inTheMiddle(stage);
    hangs(first.wires);
    await stopInTime(first.bot);
    // Nobody waits for a lease to run out.
    expect(await stage.redis.hget(await lease(stage, "upgrade"), "holder")).toBeNull();
    await ended(stage, await stage.startBot());
  });

  it.for<[string, Side]>([
    ["while its call that starts the update has not reached EKS", "before"],
    ["while the answer to its call that starts the update is on its way", "after"],
  ])("%s", async ([, side], test) => {
    const stage = await open(test);
    const first = await stage.startBot({
      stopAt: (write) => (write === "UpdateNodegroupVersion" ? side : undefined),
      stop: (wires) => wires.aws.freeze(),
    });
    void upgrade(stage.playground, first.wires);
    await first.wires.stopped;
    await stopInTime(first.bot);
    await ended(stage, await stage.startBot());
  });

  it("while Redis is out of reach, once its lease is over", async (test) => {
    const stage = await open(test);
    const first = await inTheMiddle(stage);
    first.wires.redis.cut();
    await stopInTime(first.bot);
    await ended(stage, await stage.startBot());
  });
});

describe("an order that was not carried out because Redis went away", { timeout: patience }, () => {
  it("is not carried out later, when the person has been told and Redis is back", async (test) => {
    const stage = await open(test);
    const { slack } = stage.playground;
    const answers = () => slack.workspace.ephemerals(slack.users.operator).length;
    const { wires } = await stage.startBot({
      stopAt: (write) => (write === "record created" ? "before" : undefined),
      stop: ({ redis }) => redis.cut(),
    });
    await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
    await slack.waitFor(() => answers() === 1, { what: "an answer" });
    wires.redis.mend();
    await soon(async () => {
      const before = answers();
      await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
      await slack.waitFor(() => answers() > before, { timeoutMs: 10_000, what: "an answer" });
      expect(await stage.runs.recent(10)).toHaveLength(1);
    }, betweenOrders);
    expect(wires.writes.filter((write) => write === "record created")).toHaveLength(2);
  });
});
