import { sayDuration } from "../../core/instant.js";
import type { DrainBlocker, Run } from "../../core/run.js";
import type { View } from "../limits.js";
import type { BlockedCallStory, BlockedStory, QuestionStory } from "../story.js";
import { context, fitLines, foreign, mention, say, section, sentence, timeOfDay } from "../text.js";
import { answerLines } from "./answered.js";
import { blockerWords } from "./blockers.js";
import { choiceButtons } from "./choices.js";
import { othersWords } from "./others.js";
import { planTitle, problemWords } from "./plan.js";

/** A drain of ours that does not go on, as a question: what stands in the way, who chose what, and what can be chosen. */
export function blockedCard(run: Run, story: BlockedStory | BlockedCallStory): View {
  const now = latest(run, story);
  const calls = story.kind === "blocked call" || story.called;
  const who = calls
    ? `:no_entry: ${mention(run.requestedBy)} *${planTitle(run.plan)} is blocked:* `
    : ":hourglass_flowing_sand: ";
  const later = calls ? "" : " If it lasts, I call whoever asked for the upgrade.";
  const lines = [
    `${who}${blockerWords(now, false)}`,
    `Since ${timeOfDay(now.since)}. It waits until this passes, or until somebody chooses. ${othersWords(run, story.step)}${later}`,
  ];
  const asked = { blocker: now, over: false };
  return card(lines, answerLines(run, story.answers, asked), run, story);
}

/** What the bot cannot decide by itself, other than a blocked drain: new nodes do not come. */
export function questionCard(run: Run, story: QuestionStory): View {
  const { question, ended, answers } = story;
  const asked = { over: ended !== undefined };
  const told = answerLines(run, answers, asked);
  if (ended) {
    const lasted = sayDuration(ended.at - question.since);
    const how = {
      answered: `:white_check_mark: Answered after ${lasted}`,
      over: `:white_check_mark: Over by itself after ${lasted}, at ${timeOfDay(ended.at)}`,
      stopped: `:leftwards_arrow_with_hook: Open for ${lasted}, until the upgrade was called off`,
      failed: `:x: Open for ${lasted}, until the upgrade failed`,
    }[ended.how];
    return say([`${how}: ${sentence(foreign(question.problem.what))}`, ...told]);
  }
  const lines = [
    `:question: ${mention(run.requestedBy)} *${planTitle(run.plan)} needs an answer:* ${problemWords(question.problem)}`,
    `Since ${timeOfDay(question.since)}. I go on looking; if it passes by itself, so does this question.`,
  ];
  return card(lines, told, run, story);
}

function card(
  lines: readonly string[],
  answers: readonly string[],
  run: Run,
  story: BlockedStory | BlockedCallStory | QuestionStory,
): View {
  const buttons = choiceButtons(run, story);
  const held =
    run.paused && buttons.length > 0 ? "The upgrade is paused: what is chosen is done once it goes on." : "";
  return {
    text: fitLines([...lines, ...answers], 3_000),
    blocks: [
      section(lines),
      ...(answers.length > 0 ? [section(answers)] : []),
      ...buttons,
      ...(held ? [context([held])] : []),
    ],
  };
}

/** While it lasts it shows the pods of the last look. */
function latest(run: Run, { step, blocker }: BlockedStory | BlockedCallStory): DrainBlocker {
  return run.steps[step]?.blockers?.find(({ id }) => id === blocker.id) ?? blocker;
}
