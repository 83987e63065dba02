import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { WatchedBot } from "./ack-bot.js";
import { type Measured, measure } from "./ack-measure.js";
import type { Subjects } from "./ack-orders.js";
import { tellAcks } from "./ack-print.js";
import { approve, ask, open, openForms, withButtons } from "./ack-runs.js";
import { type Mode, openStage, type Stage } from "./ack-stage.js";

/** How soon the bot acknowledges what people type and press, while upgrades are under way and while none is. */

export const size = { clusters: 10, managed: 4, selfManaged: 1 };
/** What a call to AWS takes, and a request to a cluster's API. */
export const latency = 50;
/** People with the form on their screens. */
const forms = 10;

export interface BenchAckOptions {
  /** Of each measurement. */
  readonly seconds?: number;
  /** A folder for processor profiles of the bots. */
  readonly profile?: string;
}

/** False: a goal was missed. */
export async function benchAck({ seconds = 30, profile }: BenchAckOptions): Promise<boolean> {
  const load = loadavg()[0] ?? 0;
  console.error(`A world of ${size.clusters} clusters …`);
  const stage = await openStage({ ...size, latency, ...(profile !== undefined && { profile }) });
  try {
    return tellAcks({ load, seconds, measured: await measureAll(stage, seconds) });
  } finally {
    await stage.close();
  }
}

/** First with no run under way. Then the runs begin, and go on when the bot is started again for HTTP. */
async function measureAll(stage: Stage, seconds: number): Promise<Measured[]> {
  const { busy, fleet, runs } = stage;
  const { clusters, spares, targets } = fleet;
  const freshMinute = minutes();
  const all: Measured[] = [];
  const during = async (bot: WatchedBot, mode: Mode, subjects: Subjects, hasty = false) => {
    await freshMinute();
    console.error(`${mode}, ${hasty ? "with one person who does not stop" : "everybody"} …`);
    all.push(await measure({ busy, bot, runs, mode, subjects, seconds, hasty }));
  };

  const first = await stage.startBot("HTTP");
  await ask(busy, spares);
  const requests = (await open(runs)).map(({ id }) => id);
  const buttons = withButtons(busy, requests);
  const asked = { clusters, spares, buttons, runs: requests, forms: await openForms(busy, forms) };
  await during(first, "HTTP", asked);
  await first.stop();

  const second = await stage.startBot("Socket Mode");
  await during(second, "Socket Mode", asked);
  console.error(`${targets.length} upgrades …`);
  await ask(busy, targets);
  await approve(busy, targets, runs);
  await freshMinute();
  const going = { ...asked, runs: (await open(runs)).map(({ id }) => id) };
  await during(second, "Socket Mode", going);
  await during(second, "Socket Mode", going, true);
  await second.stop();

  const third = await stage.startBot("HTTP");
  await during(third, "HTTP", going);
  await during(third, "HTTP", going, true);
  stage.reach("HTTP, a connection each");
  await during(third, "HTTP, a connection each", going);
  return all;
}

/** Resolves a minute after it did last: what Slack lets the bot ask a minute is there anew. */
function minutes(): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  return async () => {
    await pause(Math.max(0, last + 60_000 - performance.now()));
    last = performance.now();
  };
}
