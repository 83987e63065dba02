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
  { name: "cancel", usage: "cancel <run>", does: "call it off, as long as EKS has not begun" },
  {
    name: "watch",
    usage: "watch <cluster>[/<node-group>]",
    does: "follow an update that was started elsewhere",
  },
  { name: "help", usage: "help", does: "this list" },
] as const;

export type SubcommandName = (typeof subcommands)[number]["name"];

export type Command =
  | { readonly name: "help" }
  | { readonly name: "list"; readonly cluster?: string }
  | {
      readonly name: "plan" | "start" | "watch";
      readonly cluster: string;
      readonly nodeGroup?: string;
      readonly wish: Wish;
    }
  | { readonly name: "cancel"; readonly run: string }
  | { readonly name: "status"; readonly run?: string }
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
  const words = normalize(text);
  const [first, ...rest] = words[0] === "/eks-upgrade" ? words.slice(1) : words;
  if (first === undefined) return { command: { name: "form" } };
  const long = words.find((word) => word.length > longestWord);
  if (long) return { problem: `"${long.slice(0, 60)}…" is longer than any name or command that I know.` };
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
    case "cancel":
      return parseCancel(rest);
    case "watch":
      return parseWatch(rest);
    case "plan":
    case "start":
      return parseTarget(name, rest);
  }
}

function parseCancel(words: readonly string[]): Parsed {
  const [run] = words;
  if (run === undefined)
    return { problem: '"cancel" needs a run: cancel <run>. "status" shows what is open.' };
  return atMostOne("cancel", words, "run") ?? { command: { name: "cancel", run: run.toLowerCase() } };
}

/** The same target as for `plan`, but where it goes is decided already. */
function parseWatch(words: readonly string[]): Parsed {
  const parsed = parseTarget("watch", words);
  const wished =
    "command" in parsed && "wish" in parsed.command && Object.keys(parsed.command.wish).length > 0;
  if (!wished && !("problem" in parsed && parsed.didYouMean?.includes("--to"))) return parsed;
  const target = words.find((word) => /^[^-/][^/]*(\/[^/]+)?$/.test(word));
  const problem = '"watch" knows no option --to: the update goes where it goes.';
  return { problem, ...(target && { didYouMean: `watch ${target}` }) };
}

/** A cluster's name and a node group's, with room (EKS API: 100 and 63 characters). */
const longestWord = 200;

/** Phones type long dashes, curly quotes and hard spaces; people paste backticks, asterisks and hard hyphens. */
function normalize(text: string): string[] {
  return text
    .normalize("NFKC")
    .replace(/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
    .replace(/[`*"'“”„‚‘’«»]/g, "")
    .replace(/(?<!\S)[–—―]/g, "--")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
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
  if (first?.startsWith("-")) return { problem: `"${name}" knows no option ${first}.` };
  if (first === undefined || more.length === 0) return undefined;
  // A run's id is often read aloud: "calm heron 42".
  const meant = what === "run" ? [first, ...more].join("-").toLowerCase() : first;
  return { problem: `"${name}" takes one ${what} at most.`, didYouMean: `${name} ${meant}` };
}

function parseTarget(name: "plan" | "start" | "watch", words: readonly string[]): Parsed {
  const places: string[] = [];
  let to: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [option = "", ...inline] = word.split("=");
    if (option.toLowerCase() === "--to") {
      if (to !== undefined) return { problem: 'I read "--to" twice: say one version or release.' };
      to = inline.length > 0 ? inline.join("=") : words[++i];
      if (!to || to.startsWith("-"))
        return { problem: 'After "--to" I need a Kubernetes version such as 1.34, or an AMI release.' };
    } else if (word.startsWith("-")) {
      return unknownOption(name, word, words);
    } else places.push(word);
  }
  const [place, ...more] = places;
  if (!place) return { problem: `"${name}" needs a cluster: ${name} <cluster>/<node-group>.` };
  if (more.length > 0) return tooMany(name, places, to);
  const [cluster = "", nodeGroup, extra] = place.split("/");
  if (cluster === "" || nodeGroup === "" || extra !== undefined) {
    return { problem: `"${place}" is not a target: write <cluster>/<node-group>.` };
  }
  return { command: { name, cluster, ...(nodeGroup && { nodeGroup }), wish: wishOf(to) } };
}

/** People leave out the slash, put spaces around it, or forget the dashes of `--to`. */
function tooMany(name: string, places: readonly string[], to: string | undefined): Misunderstood {
  const problem = `"${name}" takes one target, but I read ${places.length}.`;
  const version = places.findIndex((place) => /^v?\d+\.\d/i.test(place));
  const named = version < 0 ? places : places.slice(0, version).filter((place) => !/^to$/i.test(place));
  const wanted = to ?? places[version];
  const target = named.join("/").replace(/\/+/g, "/");
  if (!/^[^/]+(\/[^/]+)?$/.test(target)) return { problem };
  return { problem, didYouMean: [name, target, ...(wanted ? ["--to", wanted] : [])].join(" ") };
}

function unknownOption(name: string, option: string, words: readonly string[]): Misunderstood {
  const [typed = ""] = option.split("=");
  const near = distance(typed.toLowerCase(), "--to") <= 2;
  const corrected = words.map((word) => (word === option ? word.replace(typed, "--to") : word));
  return {
    problem: `"${name}" knows no option ${typed}.`,
    ...(near && { didYouMean: [name, ...corrected].join(" ") }),
  };
}

function wishOf(to: string | undefined): Wish {
  if (to === undefined) return {};
  const plain = to.replace(/^v(?=\d)/i, "");
  return isMinor(plain) ? { version: plain } : { release: plain };
}

/** The name a person probably meant, if any is near. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(word, [...names]);
  return distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? nearest : undefined;
}
