import type { View } from "../src/slack/limits.js";
import { helpAnswer } from "../src/slack/views/answers.js";
import { type Misunderstood, subcommands } from "./parse.js";

const known = [
  ...subcommands.map(({ usage, does }) => ({ usage, what: does })),
  { usage: "", what: "a form for start, with menus to choose from" },
];

export function help(): View {
  return helpAnswer(known);
}

/** Input that was not understood gets help: what is wrong, what was probably meant, and what there is. */
export function misunderstood({ problem, didYouMean }: Misunderstood): View {
  return helpAnswer(known, { problem, ...(didYouMean !== undefined && { nearest: didYouMean }) });
}
