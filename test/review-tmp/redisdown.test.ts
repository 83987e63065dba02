import { expect, it } from "vitest";
import { openStage, said } from "../e2e/stage.js";
import { proxy } from "./proxy.js";

it("stop while redis is away", { timeout: 60_000 }, async () => {
  const stage = await openStage({ speed: 20 });
  const p = await proxy(Number(new URL(stage.redisUrl).port));
  const bot = await stage.startBot({ REDIS_URL: p.url });
  await stage.types("start eks-workshop");
  await stage.card();
  p.state.refuse = true; p.cut();
  await new Promise((r) => setTimeout(r, 1000));
  const t = Date.now();
  const how = await Promise.race([bot.stop().then(() => "stopped", (e) => "rejected " + e), new Promise((r) => setTimeout(() => r("HANGS"), 20_000))]);
  console.log("STOP with redis away:", how, Date.now() - t);
  p.state.refuse = false;
  await new Promise((r) => setTimeout(r, 3000));
  p.close();
  await stage.close().catch(() => {});
});

it("approve whose answer from redis is lost", { timeout: 60_000 }, async () => {
  const stage = await openStage({ speed: 20 });
  const { slack } = stage.playground;
  const p = await proxy(Number(new URL(stage.redisUrl).port));
  await stage.startBot({ REDIS_URL: p.url, ROLE: "bot" });
  await stage.startBot({ ROLE: "worker" });
  await stage.types("start eks-workshop");
  const card = await stage.card();
  // swallow answers from just before the save: on the second DescribeNodegroup of the click
  let seen = 0;
  stage.playground.aws.faults = (c) => { if (c.operation === "GetParameter" || c.operation === "GetParameters" || c.operation === "GetParametersByPath") { seen++; p.state.swallow = true; } return undefined; };
  await slack.as(slack.users.approver).click(card, "eks-upgrade:approve");
  const answer = await stage.ephemeral(slack.users.approver, "");
  console.log("SEEN", seen, "ANSWER:", answer.text);
  p.state.swallow = false;
  stage.playground.aws.faults = () => undefined;
  await new Promise((r) => setTimeout(r, 3000));
  console.log("EVENTS:", (await stage.events()).map((e) => e.type).join(","));
  p.close();
  await stage.close();
});
