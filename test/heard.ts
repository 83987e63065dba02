import { Writable } from "node:stream";
import type { Logger } from "pino";
import { openLog } from "../src/log.js";
import { keep } from "./leaks/collect.js";

/** The bot's own log, and what it said so far. */
export function heard(level = "info"): { log: Logger; lines(): Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      keep(String(chunk));
      done();
    },
  });
  return { log: openLog(level, destination), lines: () => [...lines] };
}
