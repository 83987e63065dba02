import { Redis } from "ioredis";
import { afterEach, expect, it } from "vitest";
import { soon } from "../soon.js";
import { openStage, type Stage, said } from "./stage.js";

let stage: Stage;
afterEach(async () => stage.close());

it("a store that lost its data: the channel is told which update nobody follows, and watch follows it to its end", async () => {
  stage = await openStage({ speed: 200 });
  const { slack, world } = stage.playground;
  const first = await stage.startBot();
  await stage.types("start eks-workshop");
  await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
  await soon(async () =>
    expect((await stage.events()).map((event) => event.type)).toContain("UpdateStarted"),
  );
  await first.stop();
  const redis = new Redis(stage.redisUrl);
  await redis.flushall();
  redis.disconnect();

  const second = await stage.startBot();
  const notice = await slack.waitFor(
    () =>
      slack.workspace.messages(slack.channel).find((message) => said(message).includes("My store is empty")),
    { what: "the notice" },
  );
  expect(said(notice)).toContain("/eks-upgrade watch eks-workshop/default");
  await stage.types("watch eks-workshop/default");
  await soon(async () => expect((await stage.events()).at(-1)?.type).toBe("RunSucceeded"));
  expect(world.clusters.get("eks-workshop")?.updates).toHaveLength(1);

  // Told once: the store is known from now on.
  await second.stop();
  await stage.startBot();
  await stage.types("status");
  expect(
    slack.workspace.messages(slack.channel).filter((message) => said(message).includes("My store is empty")),
  ).toHaveLength(1);
});

it("a new installation with nothing under way says nothing", async () => {
  stage = await openStage({ speed: 20 });
  await stage.startBot();
  await stage.types("status");
  expect(stage.playground.slack.workspace.messages(stage.playground.slack.channel)).toEqual([]);
});
