import type { Playground } from "../../playground/playground.js";
import type { Message } from "../../playground/slack/types.js";
import { findCluster } from "../../playground/world/lookup.js";
import { goOnAction, scheduleAction } from "../../src/slack/views/hours.js";
import { approved, insist, type Mortal, messagesIn, offers, upgrade, type Wish } from "./people.js";

/** What people do where rules say when an upgrade begins, and what holds it. */

/** Real milliseconds. */
const patience = 60_000;

/** To ask outside the window, to press *Schedule for …*, and to approve what is then asked. */
export const schedule: Wish = async (playground, bot) => {
  const { slack, world } = playground;
  const [name = "", ...rest] = world.scenario.command.split(" ");
  const operator = slack.as(slack.users.operator);
  await approved(playground, bot, 0, async () => {
    const before = slack.workspace.ephemerals(operator.id).length;
    const answer = () => slack.workspace.ephemerals(operator.id)[before];
    await operator.command(name, rest.join(" "));
    await until(playground, bot, "an answer", () => answer() !== undefined);
    const offer = answer();
    // Or there is a request already.
    if (offer && offers(offer, scheduleAction)) await operator.click(offer, scheduleAction);
  });
};

/** The same, and to lock it until its hour has come. */
export const lockUntilItsHour: Wish = async (playground, bot) => {
  await schedule(playground, bot);
  await lockUntil(playground, bot, () => isHeld(playground));
};

/** To upgrade, and to lock it for a while as soon as a node is replaced. */
export const lockInTheMiddle: Wish = async (playground, bot) => {
  const { world } = playground;
  await upgrade(playground, bot);
  await until(playground, bot, "a node that is replaced", () =>
    [...world.instances.values()].some(({ lifecycle }) => lifecycle === "gone"),
  );
  const { store } = findCluster(world, "eks-workshop").kubernetes;
  const standsStill = () => !store.list("nodes").some(({ spec }) => spec.unschedulable);
  await lockUntil(playground, bot, () => isHeld(playground) && standsStill());
};

/** To upgrade, and to press *Go on now* when the window has ended. */
export const goOnInTheMiddle: Wish = async (playground, bot) => {
  const { slack } = playground;
  await upgrade(playground, bot);
  const offered = () => live(playground).find((message) => offers(message, goOnAction));
  await until(playground, bot, "a roll that waits", () => offered() !== undefined || wentOn(playground));
  const goesOn = () => !offered();
  await insist(playground, bot, "a roll that goes on", goesOn, async () => {
    const message = offered();
    if (message) await slack.as(slack.users.approver).click(message, goOnAction);
  });
};

/** Who have typed `unlock`: with the next bot they do not lock it once more. */
const unlocking = new WeakSet<Playground>();

/** Somebody who is told that it is locked (or unlocked), or was before, is content. */
async function lockUntil(playground: Playground, bot: Mortal, enough: () => boolean): Promise<void> {
  if (!unlocking.has(playground)) {
    await orders(playground, bot, "lock prod a migration", /is locked/);
    await until(playground, bot, "a run that is held", enough);
    if (bot.isStopped) return;
    unlocking.add(playground);
  }
  await orders(playground, bot, "unlock prod", /is unlocked|is not locked/);
}

async function orders(playground: Playground, bot: Mortal, text: string, answer: RegExp): Promise<void> {
  const { slack } = playground;
  const operator = slack.as(slack.users.operator);
  const before = slack.workspace.ephemerals(operator.id).length;
  const answered = () =>
    slack.workspace
      .ephemerals(operator.id)
      .slice(before)
      .some((message) => answer.test(message.text));
  await insist(playground, bot, `an answer to ${text}`, answered, () =>
    operator.command("/eks-upgrade", text),
  );
}

async function until({ slack }: Playground, bot: Mortal, what: string, holds: () => boolean): Promise<void> {
  await slack.waitFor(() => bot.isStopped || holds(), { timeoutMs: patience, what });
}

const live = (playground: Playground): Message[] => messagesIn(playground, "live");

const isHeld = (playground: Playground) =>
  live(playground).some(({ text }) => text.includes("Held by a lock"));

/** Its thread says that a hold is over. */
function wentOn({ slack }: Playground): boolean {
  return slack.workspace
    .everything(slack.channel)
    .some(({ text }) => /^Held (by the lock|outside)/.test(text));
}
