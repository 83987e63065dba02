import type { Gathered } from "../../core/audit/gather.js";
import type { Instant } from "../../core/instant.js";
import type { View } from "../limits.js";
import { code, context, fitLines, mention, moment, plural, section, sections } from "../text.js";
import { historyLine } from "./history-words.js";

export interface History {
  /** Newest first. */
  readonly items: readonly Gathered[];
  /** There are older ones that were not looked for. */
  readonly more: boolean;
  readonly cluster?: string;
  readonly user?: string;
  /** What `cluster` was probably meant to be. */
  readonly nearest?: string;
  /** How many entries were looked at, and the oldest one's time. */
  readonly looked: number;
  readonly lookedBackTo?: Instant;
}

/** `history`: who did what, for whoever asked. */
export function historyAnswer(history: History): View {
  const lines = history.items.map(historyLine);
  const title = `*Who did what*${aboutWords(history)}, newest first`;
  if (lines.length === 0) {
    const { nearest } = history;
    const meant = nearest === undefined ? "" : ` Did you mean ${code(nearest)}?`;
    const nothing = `Nothing is recorded${aboutWords(history)} that you may see.${meant}`;
    return { text: nothing, blocks: [section([nothing]), context(footWords(history))] };
  }
  return {
    text: fitLines([title, ...lines], 3_000),
    blocks: [
      section([title]),
      ...sections(lines, "Name a cluster or a person."),
      context(footWords(history)),
    ],
  };
}

function aboutWords({ cluster, user }: History): string {
  const on = cluster === undefined ? "" : ` on ${code(cluster, 120)}`;
  return `${on}${user === undefined ? "" : ` by ${mention(user)}`}`;
}

function footWords({ more, looked, lookedBackTo }: History): string[] {
  const back = lookedBackTo === undefined ? "" : `, back to ${moment(lookedBackTo)}`;
  const seen = more
    ? "There is more before that"
    : `Looked through ${plural(looked, "entry", "entries")}${back}`;
  return [seen, `All of it: ${code("npm run audit:export")} where the bot runs`];
}
