import { afterEach, beforeEach, expect, it } from "vitest";
import { brokenServer, lostAnswer } from "../../../playground/slack/faults.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { minute } from "../../../src/core/instant.js";
import type { Run } from "../../../src/core/run.js";
import { createSlackClient } from "../../../src/slack/client.js";
import { messagesOf } from "../../../src/slack/messages.js";
import { type Delivered, deliver } from "../../../src/slack/outbox.js";
import { createRateGate, type RateGate } from "../../../src/slack/rate-gate.js";
import { aRun, aRunningRun, events, newNodes, oldNodes, someProgress, start } from "../../builders.js";
import { MemorySlots } from "./memory-slack.js";
import { quietLogger } from "./quiet-logger.js";

const clock = { now: 0 };
let slack: SimulatedSlack;
let slots: MemorySlots;
let gate: RateGate;

beforeEach(async () => {
  clock.now = Date.now();
  slack = await serveSlack({
    now: () => clock.now,
    scopes: ["chat:write", "channels:history"],
  });
  slots = new MemorySlots();
  gate = createRateGate(() => clock.now);
});
afterEach(() => slack.close());

const log = events(
  { type: "PhaseStarted", step: 0, phase: "setup" },
  { type: "PhaseFinished", step: 0, phase: "setup" },
  { type: "PhaseStarted", step: 0, phase: "scale up" },
  { type: "NodeJoined", step: 0, node: "ip-1", zone: "us-west-2a" },
  { type: "RunSucceeded" },
);
const nodes = { ...oldNodes({ state: "gone" }), ...newNodes(3) };
const running = aRunningRun({ steps: [someProgress(["done", "active"], { nodes })] });
const succeeded: Run = { ...running, state: "succeeded", endedAt: start + 28 * minute };

/** Delivers as the announcer does: again and again, when the outbox asks for it, until nothing is left. */
async function bring(run: Run): Promise<Delivered[]> {
  const client = createSlackClient({ token: slack.botToken, slackApiUrl: slack.apiUrl, logger: quietLogger });
  const all: Delivered[] = [];
  for (let deliveries = 0; deliveries < 30; deliveries += 1) {
    const delivered = await deliver(
      {
        run: run.id,
        channel: slack.channel,
        caps: { plan: true },
        render: (caps) => messagesOf(run, run.state === "awaiting approval" ? [] : log, start, caps),
      },
      { client, gate, store: slots, now: () => clock.now },
    );
    all.push(delivered);
    if (delivered.again === undefined) return all;
    clock.now += delivered.again;
  }
  throw new Error("the outbox never comes to rest");
}

const slotsShown = () =>
  slack.workspace
    .everything(slack.channel)
    .map((message) => JSON.stringify(message.metadata).match(/"slot":"([^"]+)"/)?.[1]);

it("shows a whole run in a Slack that keeps its limits, without meeting one of them", async () => {
  await bring(aRun());
  await bring(running);
  const delivered = await bring(succeeded);
  expect(delivered.flatMap(({ trouble }) => trouble ?? [])).toEqual([]);
  expect(slotsShown()).toEqual(["card", "live", "phase/0/1/setup", "phase/0/1/scale up", "nodes/0", "end"]);

  const [card, live, ...replies] = slack.workspace.everything(slack.channel);
  expect(card?.text).toContain("Approved by <@U0APPROVER>");
  expect(live?.text).toContain("Done in 28 min");
  expect(replies.map(({ threadTs }) => threadTs)).toEqual(replies.map(() => live?.ts));
  expect(slack.workspace.messages(slack.channel).map(({ text }) => text)).toHaveLength(3);
});

it("makes no second message when an answer is lost or the server breaks", async () => {
  slack.faults.next("chat.postMessage", lostAnswer);
  await bring(aRun());
  slack.faults.next("chat.postMessage", brokenServer);
  slack.faults.next("chat.update", lostAnswer);
  await bring(succeeded);
  expect(slotsShown()).toEqual(["card", "live", "phase/0/1/setup", "phase/0/1/scale up", "nodes/0", "end"]);
});
