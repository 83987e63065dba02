import { type BotProcess, startBot } from "../bot-process.js";
import type { SimulatedSlack } from "../slack/server.js";
import type { BotShown } from "./protocol.js";

/** The bot's process: started again with other variables, killed, and watched. */
export interface Bot {
  shown(): BotShown;
  /** Starts a process; one that is already there stops first, and only then is the new one's environment asked for. */
  restart(environment: () => Promise<Readonly<Record<string, string>>>): Promise<void>;
  /** As by a crash: no chance to say goodbye. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** How much of a dead process's output is shown. */
const lastWords = 2_000;
/** Real milliseconds for a bot to stop by itself. */
const goodbye = 5_000;

/** A bot that this process starts. Where Slack is simulated, it runs once it is connected there. */
export function ownBot(slack: SimulatedSlack | undefined, changed: () => void): Bot {
  let bot: BotProcess | undefined;
  let state: BotShown["state"] = "starting";
  let said = "";
  const become = (next: BotShown["state"]) => {
    state = next;
    changed();
  };
  const stopWatching = slack?.workspace.onChange((change) => {
    if (change.type === "connections" && change.open > 0 && state === "starting") become("running");
  });
  // Nothing of ours is left behind, however this process ends.
  const last = () => bot?.kill("SIGKILL");
  process.once("exit", last);

  /** It is no longer ours to watch: its end is wanted. */
  const release = () => {
    const released = bot;
    bot = undefined;
    return released;
  };
  const watch = (started: BotProcess) => {
    const end = (how: unknown) => {
      if (bot !== started) return;
      bot = undefined;
      said =
        `${started.output().slice(-lastWords)}\nEnded: ${how instanceof Error ? how.message : how}`.trim();
      become("ended");
    };
    started.ended.then(end, end);
  };
  return {
    shown: () => ({ state, ...(state === "ended" && said && { said }) }),
    async restart(environment) {
      await release()?.stop(goodbye);
      bot = startBot(await environment());
      watch(bot);
      become(slack ? "starting" : "running");
    },
    async kill() {
      bot?.kill("SIGKILL");
      await bot?.ended;
    },
    async stop() {
      stopWatching?.();
      await release()?.stop(goodbye);
      process.off("exit", last);
    },
  };
}

/** A bot that somebody else starts, with the variables that were printed. */
export const botElsewhere: Bot = {
  shown: () => ({ state: "elsewhere" }),
  restart: async () => {},
  kill: async () => {},
  stop: async () => {},
};
