import { waitsUntil } from "../../core/decide-answer.js";
import type { DrainBlocker, Run } from "../../core/run.js";
import type { AnswerTold } from "../story.js";
import { code, foreign, mention, timeOfDay, whoever } from "../text.js";
import { ownerName } from "./choices.js";
import { problemWords } from "./plan.js";

/** Choices shown of what was asked once: more were made by people who press again. */
const answersShown = 8;

/** What was asked about, and whether it is over. */
interface Subject {
  readonly blocker?: DrainBlocker;
  readonly over: boolean;
}

/** Who chose what, and what comes of it: a line each, the latest last. */
export function answerLines(run: Run, answers: readonly AnswerTold[], asked: Subject): string[] {
  return answers.slice(-answersShown).map((answer) => `• ${answerWords(run, answer, asked)}`);
}

function answerWords(run: Run, answer: AnswerTold, asked: Subject): string {
  const who = `${timeOfDay(answer.at)} ${mention(answer.by)}`;
  const owner = code(ownerName(asked.blocker), 120);
  if (answer.failed)
    return `${who} chose this, but it could not be done: ${problemWords(answer.failed, 300)}`;
  switch (answer.choice) {
    case "wait":
      return `${who} waits longer${untilWords(answer, asked)}.${asked.over ? "" : " If it passes before, it goes on by itself."}`;
    case "restart owner":
      return `${who} has me restart ${owner}: its pods are made anew on nodes that take pods.`;
    case "surge owner":
      return `${who} has me give ${owner} one replica more, until the old nodes are replaced.`;
    case "skip node":
      return isExtra(run, asked.blocker)
        ? `${who} leaves ${nodeNames(asked.blocker)}: it stays in the group, and the rest is put back.`
        : `${who} puts ${nodeNames(asked.blocker)} off: the others go on, and it comes back last.`;
    case "force":
      return forceWords(run, answer, who, asked.over);
    case "stop":
      return `${who} ends the upgrade here: I put back what I changed.`;
  }
}

/** Then it is asked again. What is asked at a question is asked as a new one. */
function untilWords(answer: AnswerTold, { blocker, over }: Subject): string {
  return blocker && !over ? `, until ${timeOfDay(waitsUntil(answer, blocker.since))}` : "";
}

function isExtra(run: Run, blocker: DrainBlocker | undefined): boolean {
  return run.steps.some(({ nodes }) => blocker?.pods.some(({ node }) => nodes[node]?.old === false));
}

function forceWords(run: Run, { confirmedBy }: AnswerTold, who: string, over: boolean): string {
  if (confirmedBy !== undefined) {
    return `${who} and ${mention(confirmedBy)} have the pods deleted, whatever budgets say.`;
  }
  if (over) return `${who} wanted the pods deleted; nobody confirmed it, and it was not done.`;
  const approvers = whoever({ groups: run.approverGroups, users: run.approverUsers });
  return `${who} wants the pods deleted, whatever budgets say. It waits for a second person: ${approvers} can confirm it below.`;
}

function nodeNames(blocker: DrainBlocker | undefined): string {
  const nodes = [...new Set(blocker?.pods.map(({ node }) => node))];
  const [first] = nodes;
  if (first === undefined) return "the node";
  return nodes.length > 1
    ? `${code(first, 80)} and ${foreign(String(nodes.length - 1))} more`
    : code(first, 80);
}
