import type { View } from "../limits.js";
import { code, foreign, mentionChannel, section, sentence } from "../text.js";

/** Adds to an answer that the channel shows nothing of a run, or not its latest state, and how to repair that. */
export function withUnshown(answer: View, channel: string, why: { code: string; next: string }): View {
  const words = [
    `:warning: I cannot write to ${mentionChannel(channel)}: Slack says ${code(why.code)}.`,
    sentence(foreign(why.next)),
    "What is missing there follows within a minute after that.",
  ].join(" ");
  return { text: `${answer.text}\n${words}`, blocks: [...answer.blocks, section([words])] };
}
