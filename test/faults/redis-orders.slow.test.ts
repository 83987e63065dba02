import { describe, expect, it, type TestContext } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import { betweenOrders, soon } from "../soon.js";
import { approve } from "./night.js";
import { openRedisNight, type RedisNight } from "./redis-night.js";
import { hasRealRedis } from "./server.js";

/** How long Slack waits, in real milliseconds. */
const slackWaits = 3_000;

/** One after the other, and alone on the machine: they measure. */
describe.runIf(hasRealRedis)("what people order while Redis is in trouble", () => {
  async function open(test: TestContext): Promise<RedisNight> {
    const night = await openRedisNight(test, { speed: 20 });
    await night.startBot();
    return night;
  }

  async function answeredInTime(night: RedisNight, text: string): Promise<Message> {
    const typed = performance.now();
    const answer = await night.types(text);
    expect(performance.now() - typed, `"${text}" took too long`).toBeLessThan(slackWaits);
    return answer;
  }

  it.for(["status", "start eks-workshop", "status calm-heron-42", "cancel calm-heron-42"])(
    "gone: %s is answered within 3 s, that nothing was changed",
    async (text, test) => {
      const night = await open(test);
      // The first look at AWS takes longest, and is not what is measured.
      await night.types("plan eks-workshop");
      await night.server.kill();
      const answer = await answeredInTime(night, text);
      expect(answer.text).toContain("I cannot take orders right now: my store (Redis) does not answer");
      expect(answer.text).toContain("Nothing was changed, and nothing will be.");
    },
  );

  it("gone: what needs no store is answered as ever", async (test) => {
    const night = await open(test);
    await night.types("plan eks-workshop");
    await night.server.kill();
    expect((await answeredInTime(night, "help")).text).toContain("What I can do");
    expect((await answeredInTime(night, "plan eks-workshop")).text).toContain("1.34.9-20260714");
    expect((await answeredInTime(night, "list")).text).toContain("1 cluster");
  });

  it("gone: a click on the card is answered, decides nothing, and decides when Redis is back with its data", async (test) => {
    const night = await open(test);
    const { slack, server } = night;
    const card = await night.asked();
    await server.kill();
    await slack.as(slack.users.approver).click(card, approve);
    await night.ephemeral(slack.users.approver, "Nothing was changed, and nothing will be.");
    await server.start();
    await soon(async () => {
      if (!(await night.eventTypes()).includes("RunApproved")) {
        await slack.as(slack.users.approver).click(card, approve);
        throw new Error("not approved yet");
      }
    }, betweenOrders);
    await soon(async () => expect(await night.eventTypes()).toContain("UpdateStarted"));
    expect((await night.eventTypes()).filter((type) => type === "RunApproved")).toHaveLength(1);
    expect(night.updates).toBe(1);
  });

  it("frozen: start is answered within 3 s that nothing was changed, and that stays true when it thaws", async (test) => {
    const night = await open(test);
    await answeredInTime(night, "status");
    night.server.freeze();
    const answer = await answeredInTime(night, "start eks-workshop").finally(() => night.server.thaw());
    expect(answer.text).toContain("Nothing was changed, and nothing will be.");
    // Redis takes what it was sent in the order in which it came.
    expect((await night.types("status")).text).toContain("Nothing is open");
    expect(await night.runs.recent(9)).toEqual([]);
  });

  it("out of memory: start and approve are answered that nothing was changed, and work once there is room", async (test) => {
    const night = await open(test);
    const { slack } = night;
    await night.call("CONFIG", "SET", "maxmemory", "1");
    const answer = await answeredInTime(night, "start eks-workshop");
    expect(answer.text).toContain("my store (Redis) refuses to write, for its memory is full");
    expect(answer.text).toContain("Nothing was changed.");
    expect(await night.runs.recent(9)).toEqual([]);
    await night.call("CONFIG", "SET", "maxmemory", "0");
    const card = await night.asked();
    await night.call("CONFIG", "SET", "maxmemory", "1");
    await slack.as(slack.users.approver).click(card, approve);
    await night.ephemeral(slack.users.approver, "Nothing was changed.");
    expect(await night.eventTypes()).toEqual(["RunRequested"]);
    await night.call("CONFIG", "SET", "maxmemory", "0");
    await slack.as(slack.users.approver).click(card, approve);
    await soon(async () => expect(await night.eventTypes()).toContain("UpdateStarted"));
  });

  it("without the replicas it must write to: start is answered that nothing was changed", async (test) => {
    const night = await open(test);
    await night.call("CONFIG", "SET", "min-replicas-to-write", "1");
    const answer = await answeredInTime(night, "start eks-workshop");
    expect(answer.text).toContain("my store (Redis) refuses to write, for too few of its replicas are there");
    expect(answer.text).toContain("Nothing was changed.");
    await night.call("CONFIG", "SET", "min-replicas-to-write", "0");
    expect((await answeredInTime(night, "start eks-workshop")).text).toContain("Asked for approval");
  });

  it("read-only, as after a failover: start is answered that nothing was changed", async (test) => {
    const night = await open(test);
    await night.call("REPLICAOF", "127.0.0.1", "1");
    await night.call("CONFIG", "SET", "replica-serve-stale-data", "yes");
    const answer = await answeredInTime(night, "start eks-workshop");
    expect(answer.text).toContain("Nothing was changed");
    await night.call("REPLICAOF", "NO", "ONE");
    // The bot has hung up, and comes back to whoever is the master now.
    await soon(
      async () =>
        expect((await answeredInTime(night, "start eks-workshop")).text).toContain("Asked for approval"),
      betweenOrders,
    );
  });
});
