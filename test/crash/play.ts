import { vi } from "vitest";
import type { ExpectedEnd } from "../../playground/scenarios/types.js";
import { expectation } from "../../playground/world/expectation.js";
import type { Aftermath } from "./checks.js";
import type { Mortal } from "./people.js";
import { type CrashStage, comeBackAndStop } from "./stage.js";
import { lastEndOf } from "./stories.js";
import type { Side } from "./wires.js";

/** Real milliseconds for a whole chapter. */
const patience = 150_000;

export interface StopPoint {
  /** `nth`: how many of its kind there were, with this one, in the chapter. */
  stopAt(write: string, nth: number): Side | undefined;
  /** Number of the chapter, from 0. */
  readonly chapter?: number;
  readonly of?: "records" | "bells";
}

/** Saves of several facts are known by their first: what else one look finds is chance. */
export const kindOf = (write: string) => write.replace(/,.*/, "");

export interface Played {
  /** The first bot's writes, by name: a list for each chapter. */
  readonly writes: readonly (readonly string[])[];
  /** False: the story was over before that. */
  readonly stopped: boolean;
}

/** The people of a story, and how far they have come. */
export class People {
  #chapter = 0;

  constructor(private readonly stage: Aftermath) {}

  /** The number of the chapter that is being played. */
  get chapter(): number {
    return this.#chapter;
  }

  /** Plays on with this bot, to the end of the story or of the bot. */
  async goOn(bot: Mortal): Promise<void> {
    const { story, playground } = this.stage;
    for (const { wish, end } of story.chapters.slice(this.#chapter)) {
      await wish(playground, bot);
      await untilOver(this.stage, bot, end);
      if (bot.isStopped) return;
      this.#chapter += 1;
    }
  }
}

/** The whole story: a bot that is stopped where `point` says, and at once another one that nobody stops. */
export async function playOut(stage: CrashStage, point?: StopPoint): Promise<Played> {
  const people = new People(stage);
  const writes: string[][] = stage.story.chapters.map(() => []);
  const first = await stage.startBot({
    of: point?.of,
    stopAt(write) {
      const written = writes[people.chapter] ?? [];
      written.push(write);
      if (people.chapter !== (point?.chapter ?? 0)) return undefined;
      const same = written.filter((each) => kindOf(each) === kindOf(write));
      return point?.stopAt(write, same.length);
    },
  });
  const { wires } = first;
  await Promise.race([people.goOn(wires), wires.stopped]);
  if (!wires.isStopped) return { writes, stopped: false };
  const second = await stage.startBot();
  await people.goOn(second.wires);
  await comeBackAndStop(first);
  return { writes, stopped: true };
}

/** Until the world is at this end, the records say so, and Slack shows it; or until this bot is stopped. */
export async function untilOver(
  { playground, runs, story }: Aftermath,
  bot: Mortal,
  end: ExpectedEnd = lastEndOf(story),
): Promise<void> {
  await vi.waitFor(
    async () => {
      if (bot.isStopped) return;
      const { met, why } = expectation(playground.world, end);
      if (!met) throw new Error(`The world is not at its expected end: ${why}.`);
      const [id = ""] = await runs.recent(1);
      const state = (await runs.load(id))?.run.state;
      if ((await runs.open()).length > 0) throw new Error(`The run is still ${state}.`);
      if ((await runs.unannounced()).length > 0) throw new Error("Slack does not show the end yet.");
    },
    { timeout: patience, interval: 50 },
  );
}
