import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { soon } from "../soon.js";
import { openStage, type Stage } from "./stage.js";

describe("a run goes on", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ speed: 300 });
  });
  afterEach(async () => stage.close());

  const updates = () =>
    stage.playground.world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
  const has = (type: string) =>
    soon(async () => expect((await stage.events()).map((event) => event.type)).toContain(type));

  async function approved(): Promise<void> {
    const { slack } = stage.playground;
    await stage.types("start eks-workshop");
    await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
  }

  it("in the next process when the first is asked to stop in the middle", async () => {
    const first = await stage.startBot();
    await approved();
    await has("UpdateStarted");
    await first.stop();
    await stage.startBot();
    await stage.worldAtEnd();
    await has("RunSucceeded");
    expect(updates()).toHaveLength(1);
  });

  it("when every job of the queues is lost in the middle: the record is the truth", async () => {
    const first = await stage.startBot();
    await approved();
    await has("UpdateStarted");
    await first.stop();
    const redis = new Redis(stage.redisUrl);
    const jobs = await redis.keys("{eks-upgrade}:*");
    const ours = /:(run|events|slots|request|claim|turn|rate):|:(open|all|unannounced)$/;
    await redis.del(...jobs.filter((key) => !ours.test(key)));
    redis.disconnect();
    await stage.startBot();
    await has("RunSucceeded");
    expect(updates()).toHaveLength(1);
  });

  it("approved while nobody works, as soon as a worker starts", async () => {
    const bot = await stage.startBot({ ROLE: "bot" });
    const worker = await stage.startBot({ ROLE: "worker" });
    await stage.types("start eks-workshop");
    const card = await stage.card();
    await worker.stop();
    const { slack } = stage.playground;
    await slack.as(slack.users.approver).click(card, "eks-upgrade:approve");
    await has("RunApproved");
    expect(updates()).toHaveLength(0);
    await stage.startBot({ ROLE: "worker" });
    await has("RunSucceeded");
    await bot.stop();
  });

  it("keeps every key under one hash tag, so that Redis Cluster holds them in one slot", async () => {
    await stage.startBot();
    await approved();
    await has("UpdateStarted");
    const redis = new Redis(stage.redisUrl);
    const strangers = (await redis.keys("*")).filter((key) => !key.startsWith("{eks-upgrade}"));
    redis.disconnect();
    expect(strangers).toEqual([]);
  });
});
