import { afterAll, beforeAll, describe, it } from "vitest";
import { type SimulatedSlack, serveSlack } from "../../../playground/slack/server.js";
import { createSlackClient, type SlackClient } from "../../../src/slack/client.js";

import { canonical, viewsOf, worst } from "./worst-views.js";

describe("a Slack that checks blocks takes every view", () => {
  let slack: SimulatedSlack;
  let client: SlackClient;
  const clock = { now: Date.now() };

  beforeAll(async () => {
    slack = await serveSlack({ now: () => clock.now });
    client = createSlackClient({ token: slack.botToken, slackApiUrl: slack.apiUrl });
  });
  afterAll(() => slack.close());

  it.each([...canonical, ...worst])("%s", async (_, run) => {
    for (const [slot, shown] of viewsOf(run)) {
      // A minute for each, so that no rate limit is met.
      clock.now += 60_000;
      const place = await client.post({ channel: slack.channel, origin: { run: run.id, slot }, ...shown });
      await client.update(place, shown);
    }
  });
});
