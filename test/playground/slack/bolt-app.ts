import { App, LogLevel, type Receiver } from "@slack/bolt";
import type { SimulatedSlack } from "../../../playground/slack/server.js";

/** A Bolt app as the bot starts one, against the simulated Slack; a receiver of its own where a test needs one. */
export async function boltApp(
  slack: SimulatedSlack,
  listen: (app: App) => void,
  receiver?: Receiver,
): Promise<App> {
  const app = new App({
    token: slack.botToken,
    ...(receiver ? { receiver } : { appToken: slack.appToken, socketMode: true }),
    convoStore: false,
    deferInitialization: true,
    logLevel: LogLevel.ERROR,
    clientOptions: {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logLevel: LogLevel.ERROR,
    },
  });
  await app.init();
  listen(app);
  await app.start();
  return app;
}

export const approval = {
  text: "Approve?",
  blocks: [
    { type: "section", text: { type: "mrkdwn", text: "*Approve?*" } },
    {
      type: "actions",
      elements: [
        {
          type: "button",
          action_id: "approve",
          text: { type: "plain_text", text: "Approve" },
          value: "run-1",
          style: "primary" as const,
        },
      ],
    },
  ],
};
