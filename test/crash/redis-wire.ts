import type { Fate } from "./http-wire.js";
import type { NameWrite } from "./redis-writes.js";
import { Values, wordsOf } from "./resp.js";
import { openTcpWire, type Passage, type Wire } from "./tcp-wire.js";

export interface RedisWireOptions {
  /** 127.0.0.1:PORT */
  readonly target: string;
  readonly nameOf: NameWrite;
  fate(write: string | undefined): Fate;
  /** Called at the moment that `fate` named. */
  stop(): void;
}

/** Passes Redis' commands on one by one, and knows the writes that are meant. */
export function openRedisWire(options: RedisWireOptions): Promise<Wire> {
  return openTcpWire(options.target, (passage) => carry(passage, options));
}

function carry({ client, server }: Passage, { nameOf, fate, stop }: RedisWireOptions): void {
  const commands = new Values();
  const answers = new Values();
  /** For every command without an answer yet: whether all ends when it comes. */
  const asked: boolean[] = [];
  client.on("data", (chunk) => {
    for (const command of commands.read(chunk)) {
      const what = fate(nameOf(wordsOf(command)));
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
