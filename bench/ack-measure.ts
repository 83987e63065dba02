import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "../playground/slack/types.js";
import type { Runs } from "../src/redis/runs.js";
import type { WatchedBot } from "./ack-bot.js";
import { type Busy, watchBusy } from "./ack-busy.js";
import { type Ack, give } from "./ack-load.js";
import { hastyOrders, orders, type Subjects } from "./ack-orders.js";
import { underWay } from "./ack-runs.js";
import type { BusySlack } from "./ack-slack.js";
import type { Mode } from "./ack-stage.js";

export const rate = 50;
/** A minute, of one person: the bot takes thirty. */
export const hastyRate = 1_000;
/** Seconds in which a bot that has just been started compiles what it runs. */
export const warmUp = 5;

export interface Measuring {
  readonly busy: BusySlack;
  readonly bot: WatchedBot;
  readonly runs: Runs;
  readonly mode: Mode;
  readonly subjects: Subjects;
  readonly seconds: number;
  /** Beside the others there is one person who does not stop. */
  readonly hasty: boolean;
}

export interface Measured {
  readonly mode: Mode;
  /** Runs under way all the time. */
  readonly going: number;
  readonly acks: readonly Ack[];
  /** Of the one who does not stop, and how much of it was answered. */
  readonly hasty?: { readonly acks: readonly Ack[]; readonly answered: number };
  readonly bot: Busy;
  readonly slack: Busy;
  /** Answers that came, warm-up included, and by how many seconds the last one came after the last order. */
  readonly answered: number;
  readonly answeredAfter: number;
  /** Calls that Slack answered with 429, by method. */
  readonly limited: Readonly<Record<string, number>>;
}

export async function measure(measuring: Measuring): Promise<Measured> {
  const { busy, bot, runs, mode, subjects, seconds } = measuring;
  const { slack, hasty } = busy;
  const before = await underWay(runs);
  // What Slack itself says of a failed command is no answer.
  const answersToHasty = () =>
    slack.workspace.ephemerals(hasty).filter(({ user }) => user === slack.users.bot).length;
  const [calls, seen] = [slack.calls.length, answersToHasty()];
  const own = watchBusy();
  const onCounting = () => {
    own();
    void bot.busy();
  };
  const [acks, ofHasty] = await Promise.all([
    give({ rate, warmUp, seconds }, orders(busy, subjects), onCounting),
    measuring.hasty ? give({ rate: hastyRate / 60, warmUp, seconds }, hastyOrders(busy)) : undefined,
  ]);
  const [ended, botBusy, slackBusy] = [Date.now(), await bot.busy(), own()];
  await answersStop(slack.calls);
  const made = slack.calls.slice(calls);
  const answers = made.filter(({ method }) => method === "response_url");
  const told = answersToHasty() - seen;
  return {
    ...{ mode, acks, bot: botBusy, slack: slackBusy },
    going: Math.min(before, await underWay(runs)),
    ...(ofHasty && { hasty: { acks: ofHasty, answered: told } }),
    answered: answers.length - told,
    answeredAfter: Math.max(0, ((answers.at(-1)?.at ?? 0) - ended) / 1000),
    limited: limitedIn(made),
  };
}

/** What is still being worked on is no load of what is measured next. */
async function answersStop(calls: readonly Call[]): Promise<void> {
  const answers = () => calls.filter(({ method }) => method === "response_url").length;
  for (let count = -1; count !== answers(); ) {
    count = answers();
    await pause(3_000);
  }
}

function limitedIn(calls: readonly Call[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, answer } of calls)
    if (answer?.error === "ratelimited") counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}
