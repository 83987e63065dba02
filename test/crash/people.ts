import type { Playground } from "../../playground/playground.js";
import { field } from "../../playground/slack/json.js";
import type { Message } from "../../playground/slack/types.js";
import type { Choice } from "../../src/core/run.js";
import { approveAction } from "../../src/slack/views/approval-card.js";
import { answerAction } from "../../src/slack/views/choices.js";
import { retryAction, retryForceAction } from "../../src/slack/views/retry.js";

/** A bot, as far as people notice. */
export interface Mortal {
  readonly isStopped: boolean;
}

/**
 * What people do while this bot answers, until they see that it is done. They stop when it dies, and do the same again
 * with the next one: who sees no answer tries once more.
 */
export type Wish = (playground: Playground, bot: Mortal) => Promise<void>;

/** How often, and for how many milliseconds each time. */
const tries = 6;
const patience = 15_000;

/** To type the scenario's command, and to approve what is then asked. */
export const upgrade: Wish = async (playground, bot) => {
  const { slack, world } = playground;
  const [name = "", ...rest] = world.scenario.command.split(" ");
  await approved(playground, bot, 0, () => slack.as(slack.users.operator).command(name, rest.join(" ")));
};

/** To press *Retry with force* under the failed run, and to approve the card of its own that this makes. */
export const retryWithForce: Wish = async (playground, bot) => {
  const { slack } = playground;
  await approved(playground, bot, 1, async () => {
    const failed = offering(playground, "live", retryForceAction);
    if (failed) await slack.as(slack.users.operator).click(failed, retryForceAction);
  });
};

/** To make room for the pod that could not leave, and to press *Retry*. */
export const retryWithRoom: Wish = async (playground, bot) => {
  const { slack, world } = playground;
  const [cluster] = world.clusters.values();
  cluster?.kubernetes.store.update("deployments", { namespace: "orders", name: "orders" }, ({ spec }) => {
    spec.replicas = 4;
  });
  const goesOn = () => !offering(playground, "live", retryAction);
  await insist(playground, bot, "a live message that goes on", goesOn, async () => {
    const failed = offering(playground, "live", retryAction);
    if (failed) await slack.as(slack.users.operator).click(failed, retryAction);
  });
};

/** To start it, and to press this button wherever a drain that does not go on asks, until the run is over. */
export const upgradeAndAnswer =
  (choice: Choice): Wish =>
  async (playground, bot) => {
    await upgrade(playground, bot);
    const { slack } = playground;
    const action = answerAction(choice);
    const asking = () => slack.workspace.everything(slack.channel).find((message) => offers(message, action));
    const over = () => slack.workspace.everything(slack.channel).some((each) => slotOf(each) === "end");
    while (!bot.isStopped && !over()) {
      await slack.waitFor(() => bot.isStopped || asking() !== undefined || over(), {
        timeoutMs: 6 * patience,
        what: "a question, or the end",
      });
      await insist(
        playground,
        bot,
        "an answer that is taken",
        () => !asking(),
        async () => {
          const question = asking();
          if (question) await slack.as(slack.users.operator).click(question, action);
        },
      );
    }
  };

/** Until the card of the run with this number (from 0) is there, and decided. */
export async function approved(
  playground: Playground,
  bot: Mortal,
  number: number,
  ask: () => Promise<unknown>,
): Promise<void> {
  const { slack } = playground;
  const cards = () => {
    const all = messagesIn(playground, "card");
    const run = [...new Set(all.map(runOf))][number];
    return all.filter((card) => runOf(card) === run);
  };
  await insist(playground, bot, "a card", () => cards().length > 0, ask);
  // Where a card was posted twice, one of the two is edited from then on.
  const decided = () => cards().some((card) => !offers(card, approveAction));
  await insist(playground, bot, "a decided card", decided, async () => {
    const [asking] = cards();
    if (asking) await slack.as(slack.users.approver).click(asking, approveAction);
  });
}

/** Acts until it is seen to have had its effect: who is told that the store is away just now tries again. */
export async function insist(
  { slack }: Playground,
  bot: Mortal,
  what: string,
  done: () => boolean,
  act: () => Promise<unknown>,
): Promise<void> {
  for (let left = tries - 1; !bot.isStopped && !done(); left -= 1) {
    await act();
    await slack
      .waitFor(() => bot.isStopped || done(), { timeoutMs: patience, what })
      .catch((error: unknown) => {
        if (left === 0) throw error;
      });
  }
}

function offering(playground: Playground, slot: string, action: string): Message | undefined {
  return messagesIn(playground, slot).find((message) => offers(message, action));
}

/** Messages of the channel that are this of their run, in the order in which they were posted. */
export function messagesIn({ slack }: Playground, slot: string): Message[] {
  return slack.workspace.messages(slack.channel).filter((message) => slotOf(message) === slot);
}

export function offers(message: Message, action: string): boolean {
  return JSON.stringify(message.blocks).includes(`"${action}"`);
}

export function runOf(message: Message): string {
  return String(field(field(message.metadata, "event_payload"), "run"));
}

export function slotOf(message: Message): string {
  return String(field(field(message.metadata, "event_payload"), "slot"));
}
