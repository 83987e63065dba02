import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { brokenServer, lostAnswer, lostRequest, rateLimited } from "../../../playground/slack/faults.js";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { clientOf, outcomeOf } from "./web-client.js";

describe("faults on request", () => {
  let slack: SimulatedSlack;
  beforeEach(async () => {
    slack = await serveSlack();
  });
  afterEach(() => slack.close());

  const post = () => outcomeOf(clientOf(slack).chat.postMessage({ channel: slack.channel, text: "x" }));

  it.each([
    ["throttling keeps the message away", rateLimited(7), "retry after 7", 0],
    ["a broken server keeps the message away", brokenServer, "HTTP 500", 0],
    ["a lost request keeps the message away", lostRequest, "no answer", 0],
    ["a lost answer hides that the message is there", lostAnswer, "no answer", 1],
  ])("%s, once", async (_sentence, fault, outcome, posted) => {
    slack.faults.next("chat.postMessage", fault);
    expect(await post()).toBe(outcome);
    expect(slack.workspace.messages(slack.channel)).toHaveLength(posted);
    expect(await post()).toBe("ok");
  });

  test("a rule sees the request and holds until it is taken away", async () => {
    const remove = slack.faults.add((call) => (call.arguments.text === "x" ? brokenServer : undefined));
    expect(await post()).toBe("HTTP 500");
    expect(await post()).toBe("HTTP 500");
    remove();
    expect(await post()).toBe("ok");
  });
});
