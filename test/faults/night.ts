import type { TestContext } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import { withEnvironment } from "../crash/own-environment.js";
import { openStage, type Stage, type StageOptions } from "../e2e/stage.js";
import { allowHistory } from "./told.js";

export const approve = "eks-upgrade:approve";

export interface Night extends Stage {
  readonly slack: Stage["playground"]["slack"];
  /** Types `start` and waits for the card. */
  asked(): Promise<Message>;
  /** Asks, and has it approved. */
  approved(): Promise<void>;
  /** Presses *Reject*, and says why in the modal that opens. */
  rejects(card: Message): Promise<void>;
  /** Types of the latest run's events. */
  eventTypes(): Promise<string[]>;
  /** How many times EKS was asked to update. */
  readonly updates: number;
}

export interface NightOptions extends StageOptions {
  /** Whether the bot may look for what it posted. */
  readonly history?: boolean;
}

/** A stage of its own for each test, even for tests that run at once, with a bot on it; gone when the test is over. */
export async function openNight(
  test: Pick<TestContext, "onTestFinished">,
  options: NightOptions = {},
): Promise<Night> {
  const stage = await openStage(options);
  test.onTestFinished(() => stage.close());
  const { slack, world, environment } = stage.playground;
  if (options.history) allowHistory(stage.playground);
  const startBot: Stage["startBot"] = (overrides) =>
    withEnvironment(environment, () => stage.startBot(overrides));
  const asked = async () => {
    await stage.types("start eks-workshop");
    return stage.card();
  };
  return {
    ...stage,
    slack,
    startBot,
    asked,
    async approved() {
      await slack.as(slack.users.approver).click(await asked(), approve);
    },
    async rejects(card) {
      const approver = slack.as(slack.users.approver);
      await approver.click(card, "eks-upgrade:reject");
      const modal = await slack.waitFor(() => approver.modal());
      await approver.submit(modal, { "eks-upgrade:why": "not tonight" });
    },
    eventTypes: async () => (await stage.events()).map((event) => event.type),
    get updates() {
      return world.calls.filter((call) => call.operation === "UpdateNodegroupVersion").length;
    },
  };
}
