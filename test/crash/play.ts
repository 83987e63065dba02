import { vi } from "vitest";
import { expectation } from "../../playground/world/expectation.js";
import type { Aftermath } from "./checks.js";
import { type Mortal, persist } from "./people.js";
import { type CrashStage, comeBackAndStop } from "./stage.js";
import type { StopAt } from "./wires.js";

/** Real milliseconds for a whole story. */
const patience = 60_000;

export interface Played {
  /** The first bot's writes, by name. */
  readonly writes: readonly string[];
  /** False: the story was over before that. */
  readonly stopped: boolean;
}

/** The whole story: a bot that is stopped where `stopAt` says, and at once another one that nobody stops. */
export async function playOut(stage: CrashStage, stopAt?: StopAt): Promise<Played> {
  const first = await stage.startBot({ stopAt });
  const { wires } = first;
  await Promise.race([persist(stage.playground, wires).then(() => untilOver(stage, wires)), wires.stopped]);
  if (!wires.isStopped) return { writes: wires.writes, stopped: false };
  const second = await stage.startBot();
  await persist(stage.playground, second.wires);
  await untilOver(stage, second.wires);
  await comeBackAndStop(first);
  return { writes: wires.writes, stopped: true };
}

/** Until the world is at its expected end, the record says so, and Slack shows it; or until this bot is stopped. */
export async function untilOver({ playground, runs }: Aftermath, bot: Mortal): Promise<void> {
  await vi.waitFor(
    async () => {
      if (bot.isStopped) return;
      const { met, why } = expectation(playground.world);
      if (!met) throw new Error(`The world is not at its expected end: ${why}.`);
      const [id = ""] = await runs.recent(1);
      const state = (await runs.load(id))?.run.state;
      if ((await runs.open()).length > 0) throw new Error(`The run is still ${state}.`);
      if ((await runs.unannounced()).length > 0) throw new Error("Slack does not show the end yet.");
    },
    { timeout: patience, interval: 50 },
  );
}
