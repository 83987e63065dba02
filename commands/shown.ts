import { setTimeout } from "node:timers/promises";
import type { Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { askedAnswer } from "../src/slack/views/status.js";
import { withUnshown } from "../src/slack/views/unshown.js";
import type { Tools } from "./tools.js";

/** For who has no place in fleet.yaml. */
export const nothingToShow = refusal({
  what: "There is nothing that I may show you.",
  why: "You have no part in any environment.",
  next: "Ask whoever keeps fleet.yaml.",
});

/** How long an answer waits for the card to appear, and how often it looks, in real milliseconds. */
const patience = 3_000;
const every = 150;

/**
 * After `start`: with a link to the card, or with the reason why there is none, which nobody would learn otherwise.
 * The request is saved by now: whatever goes wrong in here changes nothing about that, and is not said.
 */
export async function asked(run: Run, tools: Tools): Promise<View> {
  const { link, unshown } = await untilShown(run.id, tools).catch(() => ({
    link: undefined,
    unshown: undefined,
  }));
  const answer = askedAnswer({ run, ...(link !== undefined && { link }) });
  return unshown ? withUnshown(answer, run.channel, unshown) : answer;
}

async function untilShown(id: string, { linkTo, upgrades }: Tools) {
  const end = Date.now() + patience;
  for (;;) {
    const link = await linkTo(id);
    const unshown = (await upgrades.find(id))?.unshown;
    if (link !== undefined || unshown || Date.now() > end) return { link, unshown };
    await setTimeout(every);
  }
}

/** An answer about some runs, with what keeps Slack from showing them; one word for each channel is enough. */
export async function withAllUnshown(answer: View, runs: readonly Run[], { upgrades }: Tools): Promise<View> {
  const found = await Promise.all(
    runs.map(async (run) => ({ run, why: (await upgrades.find(run.id))?.unshown })),
  );
  const byChannel = new Map(found.flatMap(({ run, why }) => (why ? [[run.channel, why] as const] : [])));
  return [...byChannel].reduce((view, [channel, why]) => withUnshown(view, channel, why), answer);
}
