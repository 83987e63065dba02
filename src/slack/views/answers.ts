import type { Problem } from "../../core/problems.js";
import type { View } from "../limits.js";
import type { Circle } from "../people.js";
import {
  code,
  fitLines,
  foreign,
  listed,
  mentionChannel,
  say,
  sections,
  sentence,
  whoever,
} from "../text.js";
import { problemWords } from "./plan.js";

/** Answers that only the person sees who typed or clicked. */

export interface CommandHelp {
  /** "plan <cluster>[/<node-group>]" */
  readonly usage: string;
  /** "Shows what an upgrade would do." */
  readonly what: string;
}

export interface HelpOptions {
  /** What was not understood, in a sentence. */
  readonly problem?: string;
  /** The command that was most likely meant, as it can be typed: "plan eks-workshop". */
  readonly nearest?: string;
}

export function helpAnswer(commands: readonly CommandHelp[], options: HelpOptions = {}): View {
  const { problem, nearest } = options;
  const meant = nearest === undefined ? "" : ` Did you mean ${code(`/eks-upgrade ${nearest}`, 200)}?`;
  const opening = problem === undefined ? "*What I can do*" : `${foreign(problem)}${meant}`;
  const lines = commands.map(
    ({ usage, what }) => `• ${code(`/eks-upgrade ${usage}`.trimEnd(), 200)} ${foreign(what)}`,
  );
  return { text: fitLines([opening, ...lines], 3_000), blocks: sections([opening, ...lines]) };
}

export interface Refusal {
  /** "You cannot approve this." */
  readonly what: string;
  /** "You asked for it yourself, and this environment wants two people." */
  readonly why: string;
  /** What to do next, where it is not asking somebody. */
  readonly next?: string;
  /** Who may do it. */
  readonly ask?: Circle;
  /** Channels in which it may be done. */
  readonly places?: readonly string[];
}

/** More would not be read. */
const placesShown = 10;

export function refusal({ what, why, next, ask, places = [] }: Refusal): View {
  const channels = places.slice(0, placesShown).map(mentionChannel);
  const where = channels.length > 0 ? [`Go to ${listed(channels, "or")}.`] : [];
  const whom = ask && ask.groups.length + ask.users.length > 0 ? [`Ask ${whoever(ask)}.`] : [];
  const parts = [what, why, next].filter((part) => part !== undefined).map((part) => sentence(foreign(part)));
  return say([[...parts, ...where, ...whom].join(" ")]);
}

/** Something went wrong, or stands in the way: what, with what, and what to do. */
export function problemAnswer(problem: Problem): View {
  return say([`:warning: ${problemWords(problem)}`]);
}

export function problemsAnswer(title: string, problems: readonly Problem[]): View {
  const lines = [foreign(title), ...problems.map((problem) => `• ${problemWords(problem, 300)}`)];
  return { text: fitLines(lines, 3_000), blocks: sections(lines) };
}
