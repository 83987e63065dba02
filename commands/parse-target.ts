import { closest, distance } from "fastest-levenshtein";
import type { Wish } from "../src/core/plan.js";
import { isMinor } from "../src/core/versions.js";
import type { Misunderstood, Parsed } from "./parse.js";
import { saysSomething, tooLong } from "./reason.js";

/** What an upgrade may be asked to go to. */
const options = ["--to", "--ami"] as const;
type Option = (typeof options)[number];
type Wished = Partial<Record<Option, string>>;

/** `<cluster>[/<node-group>]`, and where it is to go. `reason`: what stood behind `--reason`, if that was there. */
export function parseTarget(
  name: "plan" | "start" | "watch",
  words: readonly string[],
  reason?: string,
): Parsed {
  const parsed = parsePlace(name, words);
  if (reason === undefined) return parsed;
  if (!saysSomething(reason)) {
    return { problem: `After "--reason" I need a few words: they are the rest of the line.` };
  }
  const long = tooLong(reason);
  return long === undefined ? withReason(parsed, reason) : { problem: long };
}

/** What is proposed instead says why, too. */
function withReason(parsed: Parsed, reason: string): Parsed {
  if (!("command" in parsed)) {
    const { didYouMean } = parsed;
    return { ...parsed, ...(didYouMean && { didYouMean: `${didYouMean} --reason ${reason}` }) };
  }
  const { command } = parsed;
  return "wish" in command ? { command: { ...command, reason } } : parsed;
}

function parsePlace(name: "plan" | "start" | "watch", words: readonly string[]): Parsed {
  const places: string[] = [];
  const wished: Wished = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [typed = "", ...inline] = word.split("=");
    const option = options.find((each) => each === typed.toLowerCase());
    if (option) {
      const value = inline.length > 0 ? inline.join("=") : words[++i];
      const problem = whatIsWrong(option, value, wished);
      if (problem) return { problem };
      wished[option] = value ?? "";
    } else if (word.startsWith("-")) {
      return unknownOption(name, word, words);
    } else places.push(word);
  }
  const [place, ...more] = places;
  if (!place) return { problem: `"${name}" needs a cluster: ${name} <cluster>/<node-group>.` };
  if (more.length > 0) return tooMany(name, places, wished);
  const [cluster = "", nodeGroup, extra] = place.split("/");
  if (cluster === "" || nodeGroup === "" || extra !== undefined) {
    return { problem: `"${place}" is not a target: write <cluster>/<node-group>.` };
  }
  return { command: { name, cluster, ...(nodeGroup && { nodeGroup }), wish: wishOf(wished) } };
}

/** As EC2 makes them: 17 digits, and 8 in old ones. */
const imageId = /^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

function whatIsWrong(option: Option, value: string | undefined, wished: Wished): string | undefined {
  const what = option === "--to" ? "version or release" : "AMI";
  if (wished[option] !== undefined) return `I read "${option}" twice: say one ${what}.`;
  if (Object.keys(wished).length > 0) {
    return 'I read "--to" and "--ami": an AMI has its release in it, so say one of the two.';
  }
  const given = value !== undefined && value !== "" && !value.startsWith("-");
  if (option === "--to") {
    return given ? undefined : 'After "--to" I need a Kubernetes version such as 1.34, or an AMI release.';
  }
  if (!given) return 'After "--ami" I need the id of an AMI, such as ami-0123456789abcdef0.';
  return imageId.test(value.toLowerCase())
    ? undefined
    : `"${value}" is not the id of an AMI: those look like ami-0123456789abcdef0.`;
}

/** People leave out the slash, put spaces around it, or forget the dashes of `--to`. */
function tooMany(name: string, places: readonly string[], wished: Wished): Misunderstood {
  const problem = `"${name}" takes one target, but I read ${places.length}.`;
  const goal = places.findIndex((place) => /^v?\d+\.\d/i.test(place) || imageId.test(place.toLowerCase()));
  const named = goal < 0 ? places : places.slice(0, goal).filter((place) => !/^(to|ami)$/i.test(place));
  const option = imageId.test(places[goal]?.toLowerCase() ?? "") ? "--ami" : "--to";
  const [wanted] = [...Object.entries(wished), ...(goal < 0 ? [] : [[option, places[goal] ?? ""]])];
  const target = named.join("/").replace(/\/+/g, "/");
  if (!/^[^/]+(\/[^/]+)?$/.test(target)) return { problem };
  return { problem, didYouMean: [name, target, ...(wanted ?? [])].join(" ") };
}

function unknownOption(name: string, word: string, words: readonly string[]): Misunderstood {
  const [typed = ""] = word.split("=");
  const known = name === "start" ? [...options, "--reason"] : [...options];
  const option = closest(typed.toLowerCase(), known);
  const near = distance(typed.toLowerCase(), option) <= 2;
  const corrected = words.map((each) => (each === word ? each.replace(typed, option) : each));
  return {
    problem: `"${name}" knows no option ${typed}.`,
    ...(near && { didYouMean: [name, ...corrected].join(" ") }),
  };
}

function wishOf({ "--to": to, "--ami": ami }: Wished): Wish {
  if (ami !== undefined) return { image: ami.toLowerCase() };
  if (to === undefined) return {};
  const plain = to.replace(/^v(?=\d)/i, "");
  return isMinor(plain) ? { version: plain } : { release: plain };
}

/** The same target as for `plan`, but where it goes is decided already. */
export function parseWatch(words: readonly string[]): Parsed {
  const parsed = parseTarget("watch", words);
  const wished =
    "command" in parsed && "wish" in parsed.command && Object.keys(parsed.command.wish).length > 0;
  const meant = options.find((option) => "problem" in parsed && parsed.didYouMean?.includes(option));
  if (!wished && !meant) return parsed;
  const option = meant ?? options.find((each) => words.some((word) => word.toLowerCase().startsWith(each)));
  const target = words.find((word) => /^[^-/][^/]*(\/[^/]+)?$/.test(word));
  const problem = `"watch" knows no option ${option ?? "--to"}: the update goes where it goes.`;
  return { problem, ...(target && { didYouMean: `watch ${target}` }) };
}
