import type { Message } from "../../playground/slack/types.js";
import { approveAction } from "../../src/slack/views/approval-card.js";
import type { CrashStage, WiredBot } from "./stage.js";

const patience = 30_000;

/**
 * What people do while this bot answers: ask unless there is a card, approve while the card asks for it. They stop when
 * it dies, and do the same again with the next one: who sees no answer tries once more.
 */
export async function persist({ playground }: CrashStage, { wires }: WiredBot): Promise<void> {
  const { slack, world } = playground;
  const { channel, users, workspace, waitFor } = slack;
  const card = () => workspace.messages(channel).find(isCard);
  const within = (what: string) => ({ timeoutMs: patience, what });

  if (!card()) {
    const [name = "", ...rest] = world.scenario.command.split(" ");
    await slack.as(users.operator).command(name, rest.join(" "));
  }
  await waitFor(() => wires.isStopped || card(), within("a card"));
  const asking = card();
  if (wires.isStopped || !asking || !asks(asking)) return;
  await slack.as(users.approver).click(asking, approveAction);
  await waitFor(
    () =>
      wires.isStopped ||
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
