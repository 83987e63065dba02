import { closest, distance } from "fastest-levenshtein";
import type { Wish } from "../src/core/plan.js";
import { isMinor } from "../src/core/versions.js";

/** Every subcommand, in the order in which help tells them. */
export const subcommands = [
  {
    name: "list",
    usage: "list [cluster]",
    does: "clusters you may operate, their node groups, and which are out of date",
  },
  {
    name: "plan",
    usage: "plan <cluster>[/<node-group>] [--to <version|release>]",
    does: "show what an upgrade would do; changes nothing",
  },
  {
    name: "start",
    usage: "start <cluster>[/<node-group>] [--to <version|release>]",
    does: "ask for approval of that plan, and carry it out once it is approved",
  },
  { name: "status", usage: "status [run]", does: "open upgrades, or how one of them stands" },
  { name: "help", usage: "help", does: "this list" },
] as const;

export type SubcommandName = (typeof subcommands)[number]["name"];

export type Command =
  | { readonly name: "help" }
  | { readonly name: "list"; readonly cluster?: string }
  | {
      readonly name: "plan" | "start";
      readonly cluster: string;
      readonly nodeGroup?: string;
      readonly wish: Wish;
    }
  | { readonly name: "status"; readonly run?: string };

/** What was not understood, and what was probably meant. */
export interface Misunderstood {
  readonly problem: string;
  /** A whole command that can be typed: "plan eks-workshop". */
  readonly didYouMean?: string;
}

export type Parsed = { readonly command: Command } | Misunderstood;

/** Reads what a person typed after `/eks-upgrade`, on whatever keyboard. */
export function parseCommand(text: string): Parsed {
  const words = normalize(text);
  const [first, ...rest] = words;
  if (first === undefined) return { command: { name: "help" } };
  const name = subcommands.find((each) => each.name === first.toLowerCase())?.name;
  if (!name) return unknown(first, rest);
  switch (name) {
    case "help":
      return { command: { name } };
    case "list":
      return atMostOne(name, rest, "cluster") ?? { command: { name, ...(rest[0] && { cluster: rest[0] }) } };
    case "status":
      return (
        atMostOne(name, rest, "run") ?? { command: { name, ...(rest[0] && { run: rest[0].toLowerCase() }) } }
      );
    case "plan":
    case "start":
      return parseTarget(name, rest);
  }
}

/** Phones type long dashes, curly quotes and hard spaces; people paste backticks and asterisks. */
function normalize(text: string): string[] {
  return text
    .normalize("NFKC")
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .replace(/[–—―]/g, "--")
    .replace(/[`*"'“”„‘’]/g, "")
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== "");
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
  if (first?.startsWith("--")) return { problem: `"${name}" knows no option ${first}.` };
  return more.length === 0
    ? undefined
    : { problem: `"${name}" takes one ${what} at most.`, didYouMean: `${name} ${first}` };
}

function parseTarget(name: "plan" | "start", words: readonly string[]): Parsed {
  const places: string[] = [];
  let to: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [option, inline] = word.split("=", 2);
    if (option === "--to") {
      to = inline ?? words[++i];
      if (!to || to.startsWith("--"))
        return { problem: 'After "--to" I need a Kubernetes version such as 1.34, or an AMI release.' };
    } else if (word.startsWith("--")) {
      return unknownOption(name, word, words);
    } else places.push(word);
  }
  const [place, ...more] = places;
  if (!place) return { problem: `"${name}" needs a cluster: ${name} <cluster>/<node-group>.` };
  if (more.length > 0)
    return {
      problem: `"${name}" takes one target, but I read ${places.length}.`,
      didYouMean: `${name} ${places.slice(0, 2).join("/")}`,
    };
  const [cluster = "", nodeGroup, extra] = place.split("/");
  if (cluster === "" || nodeGroup === "" || extra !== undefined) {
    return { problem: `"${place}" is not a target: write <cluster>/<node-group>.` };
  }
  return { command: { name, cluster, ...(nodeGroup && { nodeGroup }), wish: wishOf(to) } };
}

function unknownOption(name: string, option: string, words: readonly string[]): Misunderstood {
  const near = distance(option.toLowerCase(), "--to") <= 2;
  const corrected = words.map((word) => (word === option ? "--to" : word));
  return {
    problem: `"${name}" knows no option ${option}.`,
    ...(near && { didYouMean: [name, ...corrected].join(" ") }),
  };
}

function wishOf(to: string | undefined): Wish {
  if (to === undefined) return {};
  const plain = to.replace(/^v(?=\d)/, "");
  return isMinor(plain) ? { version: plain } : { release: plain };
}

/** The name a person probably meant, if any is near. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(word, [...names]);
  return distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? nearest : undefined;
}
