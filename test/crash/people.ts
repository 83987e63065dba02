import type { Playground } from "../../playground/playground.js";
import type { Message } from "../../playground/slack/types.js";
import { approveAction } from "../../src/slack/views/approval-card.js";

/** A bot, as far as people notice. */
export interface Mortal {
  readonly isStopped: boolean;
}

const patience = 30_000;

/**
 * What people do while this bot answers: ask unless there is a card, approve while the card asks for it. They stop when
 * it dies, and do the same again with the next one: who sees no answer tries once more.
 */
export async function persist({ slack, world }: Playground, bot: Mortal): Promise<void> {
  const { channel, users, workspace, waitFor } = slack;
  const card = () => workspace.messages(channel).find(isCard);
  const within = (what: string) => ({ timeoutMs: patience, what });

  if (!card()) {
    const [name = "", ...rest] = world.scenario.command.split(" ");
    await slack.as(users.operator).command(name, rest.join(" "));
  }
  await waitFor(() => bot.isStopped || card(), within("a card"));
  const asking = card();
  if (bot.isStopped || !asking || !asks(asking)) return;
  await slack.as(users.approver).click(asking, approveAction);
  await waitFor(
    () =>
      bot.isStopped ||
      workspace
        .messages(channel)
        .filter(isCard)
        .some((one) => !asks(one)),
    within("a decided card"),
  );
}

function isCard(message: Message): boolean {
  return JSON.stringify(message.metadata ?? {}).includes('"slot":"card"');
}

function asks(message: Message): boolean {
  return JSON.stringify(message.blocks).includes(approveAction);
}
