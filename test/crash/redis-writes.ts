import { createHash } from "node:crypto";
import { createLua, saveLua, settleLua } from "../../src/redis/scripts.js";

/** The name of the write that a command is; undefined where it is none that is meant. */
export type NameWrite = (words: readonly string[]) => string | undefined;

/** "slot live sending", "record PhaseStarted", …: what changes a record or a slot. */
export const recordWrite: NameWrite = ([command, script, , key, ...more]) => {
  if (command?.toLowerCase() !== "eval" || key === undefined) return undefined;
  if (/:slots:/.test(key)) return slotWrite(more);
  if (/:locks:news$/.test(key)) return "lock told";
  if (/:locks$/.test(key)) return script?.includes("HSETNX") ? "lock taken" : "lock released";
  if (script === createLua) return "record created";
  if (script === settleLua) return "record announced";
  return script === saveLua ? `record ${factsOf(more)}` : undefined;
};

/**
 * What is written to the audit. It is read from the records, and whoever comes next goes on with it: bots do not die there
 * in stories of runs, but in one of its own.
 */
export const auditWrite: NameWrite = ([command, , , key, ...more]) => {
  if (command?.toLowerCase() !== "eval" || key === undefined || !/:(un)?audit/.test(key)) return undefined;
  if (/:unaudited$/.test(key)) return "audit forget";
  const whats = more.flatMap((word) => /"what":"(\w+)"/.exec(word)?.[1] ?? []);
  return whats.length > 0 ? `audit ${[...new Set(whats)].join(", ")}` : "audit trim";
};

/** After the key of the turn: holder, slot, state. */
function slotWrite([, , slot, state]: readonly string[]): string {
  const { state: how } = JSON.parse(state ?? "{}") as { state?: string };
  return `slot ${slotName(slot)} ${how}`;
}

/** "notice/1": the name of what tells of a lock, without its time. */
export const slotName = (slot = ""): string => slot.replace(/^(notice\/\d+)\/\d+$/, "$1");

function factsOf(words: readonly string[]): string {
  const types = words.flatMap((word) => /^\{"type":"(\w+)"/.exec(word)?.[1] ?? []);
  return types.length > 0 ? [...new Set(types)].join(", ") : "without news";
}

const reads = new Set(
  "hello info client multi ping time get hget hmget hgetall smembers zrevrange lrange xrange xrevrange exists script".split(
    " ",
  ),
);

/**
 * Names all other writes: leases, nudges, the rate gate, and what BullMQ does with its queues. A script is told apart by
 * its text; later it comes as a hash. A hash that was never seen as a text is one that the server does not know either.
 */
export function bellWrites(): NameWrite {
  const scripts = new Map<string, string>();
  return (words) => {
    const [name = "", first = "", , key = ""] = words;
    const command = name.toLowerCase();
    if (reads.has(command)) return undefined;
    if (recordWrite(words) !== undefined || auditWrite(words) !== undefined) return undefined;
    if (command === "eval") scripts.set(createHash("sha1").update(first).digest("hex"), nameOfScript(first));
    if (command === "eval") return `${nameOfScript(first)} ${placeOf(key)}`;
    if (command !== "evalsha") return `${command} ${placeOf(first)}`;
    const script = scripts.get(first);
    return script === undefined ? undefined : `${script} ${placeOf(key)}`;
  };
}

/** How our own scripts are known; the first that fits. */
const signs = [
  ["burst", "count"],
  ["'taken'", "take"],
  ["'parked'", "park"],
  ["'HDEL'", "release"],
  ["'until'", "keep"],
] as const;

/** BullMQ's begin with a sentence that says what they do. */
function nameOfScript(script: string): string {
  const sentence = /^\s*--\[\[\s*([^,.(\n]+)/.exec(script)?.[1];
  if (sentence !== undefined) return sentence.trim().toLowerCase();
  return signs.find(([sign]) => script.includes(sign))?.[1] ?? "script";
}

/** "upgrade:wait", "turn:announce", "rate:chat.update": a key without the name of its run or channel. */
function placeOf(key: string): string {
  return key.replace(/^\{[^}]*\}:/, "").replace(/\/[a-z]+-[a-z]+-\d+$|:C[A-Z0-9]+$/, "");
}
