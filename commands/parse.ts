import { closest, distance } from "fastest-levenshtein";
import type { Wish } from "../src/core/plan.js";
import { parseBreakGlass, parseHistory, parseLock } from "./parse-rules.js";
import { parseTarget, parseWatch } from "./parse-target.js";
import { reasonBegins, reasonOf, type Word } from "./reason.js";

/** Every subcommand, in the order in which help tells them. */
export const subcommands = [
  {
    name: "list",
    usage: "list [cluster]",
    does: "what runs where, what is out of date as the last check found it, and what is open",
  },
  {
    name: "check",
    usage: "check [cluster]",
    does: "look now for node groups that are out of date, and say why it matters",
  },
  {
    name: "plan",
    usage: "plan <cluster>[/<node-group>] [--to <version|release> | --ami <ami-id>]",
    does: "show what an upgrade would do; changes nothing",
  },
  {
    name: "start",
    usage: "start <cluster>[/<node-group>] [--to <version|release> | --ami <ami-id>] [--reason <why>]",
    does: "ask for approval of that plan, and carry it out once it is approved",
  },
  { name: "status", usage: "status [run]", does: "open upgrades, or how one of them stands" },
  {
    name: "pause",
    usage: "pause <run>",
    does: "begin nothing new for now (self-managed node groups; EKS cannot pause)",
  },
  { name: "resume", usage: "resume <run>", does: "go on with what was paused" },
  {
    name: "cancel",
    usage: "cancel <run>",
    does: "call it off; under way, what I changed is put back (what EKS has begun cannot be called off)",
  },
  { name: "retry", usage: "retry <run>", does: "try a failed upgrade once more, as its plan was approved" },
  {
    name: "repair",
    usage: "repair <cluster>",
    does: "show what dead upgrades left behind, and have it put back",
  },
  {
    name: "watch",
    usage: "watch <cluster>[/<node-group>]",
    does: "follow an update that was started elsewhere",
  },
  {
    name: "lock",
    usage: "lock <cluster|environment> <reason>",
    does: "nothing starts there until it is unlocked, and what runs waits at its next safe point",
  },
  { name: "unlock", usage: "unlock <cluster|environment>", does: "take the lock off" },
  {
    name: "history",
    usage: "history [cluster|environment|run] [--user @somebody]",
    does: "who did what, newest first",
  },
  {
    name: "break-glass",
    usage: "break-glass <run>|<cluster>[/<node-group>] <reason>",
    does: "start at once without approval; everybody is told, and it is recorded",
  },
  { name: "help", usage: "help", does: "this list" },
] as const;

export type SubcommandName = (typeof subcommands)[number]["name"];

/** What can be ordered about one run. */
type RunOrder = "cancel" | "pause" | "resume" | "retry";

export type Command =
  | { readonly name: "help" }
  | { readonly name: "list" | "check"; readonly cluster?: string }
  | { readonly name: "repair"; readonly cluster: string }
  | {
      readonly name: "plan" | "start" | "watch";
      readonly cluster: string;
      readonly nodeGroup?: string;
      readonly wish: Wish;
      /** Of `start`: why it is asked for. */
      readonly reason?: string;
    }
  | { readonly name: RunOrder; readonly run: string }
  | { readonly name: "status"; readonly run?: string }
  | { readonly name: "lock"; readonly place: string; readonly reason: string }
  | { readonly name: "unlock"; readonly place: string }
  | { readonly name: "history"; readonly cluster?: string; readonly user?: string }
  /** `what`: a run's id, or a cluster and perhaps a node group of it. */
  | { readonly name: "break-glass"; readonly what: string; readonly reason: string }
  /** Nothing was typed: the form. */
  | { readonly name: "form" };

/** What was not understood, and what was probably meant. */
export interface Misunderstood {
  readonly problem: string;
  /** A whole command that can be typed: "plan eks-workshop". */
  readonly didYouMean?: string;
}

export type Parsed = { readonly command: Command } | Misunderstood;

/** Reads what a person typed after `/eks-upgrade`, on whatever keyboard. */
export function parseCommand(text: string): Parsed {
  const words = wordsOf(text);
  const [command, ...after] = words[0]?.plain === "/eks-upgrade" ? words.slice(1) : words;
  if (command === undefined) return { command: { name: "form" } };
  const first = command.plain;
  const name = subcommands.find((each) => each.name === first.toLowerCase())?.name;
  const begins = reasonBegins(name ?? "", after);
  const rest = after.slice(0, begins).map(({ plain }) => plain);
  const long = [first, ...rest].find((word) => word.length > longestWord);
  if (long) return { problem: `"${long.slice(0, 60)}…" is longer than any name or command that I know.` };
  const reason = begins < after.length ? reasonOf(after.slice(begins)) : undefined;
  if (!name) return unknown(first, rest);
  switch (name) {
    case "help":
      return { command: { name } };
    case "list":
    case "check":
      return atMostOne(name, rest, "cluster") ?? { command: { name, ...(rest[0] && { cluster: rest[0] }) } };
    case "status":
      return (
        atMostOne(name, rest, "run") ?? { command: { name, ...(rest[0] && { run: rest[0].toLowerCase() }) } }
      );
    case "cancel":
    case "pause":
    case "resume":
    case "retry":
      return parseOrder(name, rest);
    case "repair":
      return parseRepair(rest);
    case "lock":
    case "unlock":
      return parseLock(name, rest, reason ?? "");
    case "history":
      return parseHistory(rest);
    case "break-glass":
      return parseBreakGlass(rest, reason ?? "");
    case "watch":
      return parseWatch(rest);
    case "plan":
    case "start":
      return parseTarget(name, rest, reason);
  }
}

function parseOrder(name: RunOrder, words: readonly string[]): Parsed {
  const [run] = words;
  if (run === undefined)
    return { problem: `"${name}" needs a run: ${name} <run>. "status" shows what is open.` };
  return atMostOne(name, words, "run") ?? { command: { name, run: run.toLowerCase() } };
}

function parseRepair(words: readonly string[]): Parsed {
  const [cluster] = words;
  if (cluster === undefined) return { problem: '"repair" needs a cluster: repair <cluster>.' };
  return atMostOne("repair", words, "cluster") ?? { command: { name: "repair", cluster } };
}

/** A cluster's name and a node group's, with room (EKS API: 100 and 63 characters). */
const longestWord = 200;

/** Phones type long dashes, curly quotes and hard spaces; people paste backticks, asterisks and hard hyphens. */
function wordsOf(text: string): Word[] {
  return text
    .normalize("NFKC")
    .replace(/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
    .trim()
    .split(/\s+/u)
    .map((said) => ({ said, plain: plainly(said) }))
    .filter(({ plain }) => plain !== "");
}

function plainly(word: string): string {
  return word
    .replace(/[`*"'“”„‚‘’«»]/g, "")
    .replace(/^[–—―]/, "--")
    .replace(/[\u2010-\u2015\u2212]/g, "-");
}

function unknown(word: string, rest: readonly string[]): Misunderstood {
  const names = subcommands.map((each) => each.name);
  const nearest = closest(word.toLowerCase(), names);
  const near = distance(word.toLowerCase(), nearest) <= Math.max(2, Math.floor(nearest.length / 2));
  return {
    problem: `I do not know the command "${word}".`,
    ...(near && { didYouMean: [nearest, ...rest].join(" ") }),
  };
}

function atMostOne(name: SubcommandName, rest: readonly string[], what: string): Misunderstood | undefined {
  const [first, ...more] = rest;
  if (first?.startsWith("-")) return { problem: `"${name}" knows no option ${first}.` };
  if (first === undefined || more.length === 0) return undefined;
  // A run's id is often read aloud: "calm heron 42".
  const meant = what === "run" ? [first, ...more].join("-").toLowerCase() : first;
  return { problem: `"${name}" takes one ${what} at most.`, didYouMean: `${name} ${meant}` };
}

/** The name a person probably meant, if any is near. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(word, [...names]);
  return distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? nearest : undefined;
}
