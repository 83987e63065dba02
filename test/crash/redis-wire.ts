import { createLua, saveLua, settleLua } from "../../src/redis/scripts.js";
import type { Fate } from "./http-wire.js";
import { Values, wordsOf } from "./resp.js";
import { openTcpWire, type Passage, type Wire } from "./tcp-wire.js";

export interface RedisWireOptions {
  /** 127.0.0.1:PORT */
  readonly target: string;
  fate(write: string): Fate;
  /** Called at the moment that `fate` named. */
  stop(): void;
}

/** Passes Redis' commands on one by one, and knows the writes of the record and of the messages' slots. */
export function openRedisWire(options: RedisWireOptions): Promise<Wire> {
  return openTcpWire(options.target, (passage) => carry(passage, options));
}

function carry({ client, server }: Passage, { fate, stop }: RedisWireOptions): void {
  const commands = new Values();
  const answers = new Values();
  /** For every command without an answer yet: whether all ends when it comes. */
  const asked: boolean[] = [];
  client.on("data", (chunk) => {
    for (const command of commands.read(chunk)) {
      const write = writeOf(wordsOf(command));
      const what = write === undefined ? "pass" : fate(write);
      if (what === "stop before") stop();
      if (client.destroyed) return;
      asked.push(what === "stop after");
      server.write(command);
    }
  });
  server.on("data", (chunk) => {
    for (const answer of answers.read(chunk)) {
      const pushed = answer[0] === ">".charCodeAt(0);
      if (!pushed && asked.shift()) stop();
      if (client.destroyed) return;
      client.write(answer);
    }
  });
}

/** "slot live sending", "record PhaseStarted", …; undefined for what changes neither a record nor a slot. */
function writeOf([command, script, , key, ...more]: readonly string[]): string | undefined {
  if (command?.toLowerCase() !== "eval" || key === undefined) return undefined;
  if (/:slots:/.test(key)) return slotWrite(more);
  if (script === createLua) return "record created";
  if (script === settleLua) return "record announced";
  return script === saveLua ? `record ${factsOf(more)}` : undefined;
}

/** After the key of the turn: holder, slot, state. */
function slotWrite([, , slot, state]: readonly string[]): string {
  const { state: how } = JSON.parse(state ?? "{}") as { state?: string };
  return `slot ${slot} ${how}`;
}

function factsOf(words: readonly string[]): string {
  const types = words.flatMap((word) => /^\{"type":"(\w+)"/.exec(word)?.[1] ?? []);
  return types.length > 0 ? [...new Set(types)].join(", ") : "without news";
}
