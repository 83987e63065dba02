import type { ActionsBlock, Button } from "@slack/types";
import { choicesFor, standingAnswers, stillOffered } from "../../core/decide-answer.js";
import { type Choice, choices, type DrainBlocker, type Run } from "../../core/run.js";
import type { BlockedCallStory, BlockedStory, QuestionStory } from "../story.js";
import { plural } from "../text.js";
import { button, type Confirm } from "./button.js";
import { othersOf } from "./others.js";

/** The buttons under what is asked in the thread, and what a click on one of them carries. */

export const confirmForceAction = "eks-upgrade:confirm-force";

export function answerAction(choice: Choice): string {
  return `eks-upgrade:answer-${choice.replace(" ", "-")}`;
}

/** Each choice with the action of its button. */
export const answerActions: readonly (readonly [action: string, choice: Choice])[] = choices.map((choice) => [
  answerAction(choice),
  choice,
]);

/** What a click is about: the run, and the how-manieth blocked drain or question of its log. */
export interface AnswerValue {
  readonly runId: string;
  readonly kind: "blocked" | "question";
  readonly index: number;
}

type Asking = BlockedStory | BlockedCallStory | QuestionStory;

export function answerValue(run: Pick<Run, "id">, story: Asking): string {
  return `${run.id}|${story.kind === "question" ? "q" : "b"}${story.index}`;
}

/** Undefined for a value that this file did not write: a button's value comes from outside. */
export function parseAnswerValue(text: string): AnswerValue | undefined {
  const [, runId, letter, index] = /^([a-z0-9-]{1,64})\|([bq])(\d{1,6})$/.exec(text) ?? [];
  if (!runId || !index) return undefined;
  return { runId, kind: letter === "q" ? "question" : "blocked", index: Number(index) };
}

/** The choices that make sense now; none once it is over. */
export function choiceButtons(run: Run, story: Asking): ActionsBlock[] {
  if (story.ended || run.state !== "running") return [];
  const value = answerValue(run, story);
  const standing = standingOf(run, story);
  const taken = new Set(standing.map(({ choice }) => choice));
  const force = standing.find(({ choice }) => choice === "force");
  const extra = othersOf(run, story.step) === "stay extra";
  const elements = stillOffered(run, offered(story))
    .filter((choice) => !taken.has(choice))
    .map((choice) => choiceButton(choice, value, story, extra));
  const confirms = force && force.confirmedBy === undefined ? [confirmButton(value, story)] : [];
  if (elements.length + confirms.length === 0) return [];
  const name = story.kind === "blocked call" ? `call${story.call}` : "card";
  return [{ type: "actions", block_id: `${name}-${value}`, elements: [...confirms, ...elements] }];
}

/** What is being acted on. To wait can be chosen over and over. */
function standingOf(run: Run, story: Asking) {
  const progress = run.steps[story.step];
  const { id: about, since } = story.kind === "question" ? story.question : story.blocker;
  return progress ? standingAnswers(progress, { about, since }, Number.POSITIVE_INFINITY) : [];
}

function offered(story: Asking): readonly Choice[] {
  return story.kind === "question" ? story.question.choices : choicesFor(story.blocker);
}

function choiceButton(choice: Choice, value: string, story: Asking, extra: boolean): Button {
  const blocker = story.kind === "question" ? undefined : story.blocker;
  const { text, confirm, style } = extra && choice === "skip node" ? leaveWords : wordsOf(choice, blocker);
  return button({
    ...{ action: answerAction(choice), text, value },
    ...(confirm && { confirm }),
    ...(style && { style }),
  });
}

interface ChoiceWords {
  readonly text: string;
  readonly confirm?: Confirm;
  readonly style?: "danger";
}

/** Of an extra node, which would be given back. */
const leaveWords: ChoiceWords = {
  text: "Leave this node",
  confirm: {
    title: "Leave this node in the group?",
    text: "It stays as an extra node, with its pods, and everything else is put back. Giving it back later is up to you.",
    yes: "Leave it",
  },
};

function wordsOf(choice: Choice, blocker: DrainBlocker | undefined): ChoiceWords {
  const owner = ownerName(blocker);
  switch (choice) {
    case "wait":
      return { text: "Wait longer" };
    case "restart owner":
      return {
        text: `Restart ${owner}`,
        confirm: {
          title: "Restart it?",
          text: `All pods of ${owner} are made anew, as kubectl rollout restart does it; new ones come up on nodes that take pods.`,
          yes: "Restart",
        },
      };
    case "surge owner":
      return {
        text: `Surge ${owner} by one`,
        confirm: {
          title: "Add a replica for now?",
          text: `${owner} gets one replica more until the old nodes are replaced; then I take it back.`,
          yes: "Add one",
        },
      };
    case "skip node":
      return { text: "Skip this node for now" };
    case "force":
      return {
        text: "Force (delete the pods)",
        style: "danger",
        confirm: {
          title: "Have these pods deleted?",
          text: `${blocker ? plural(blocker.podCount, "pod") : "The pods"} of ${owner} would be deleted, whatever budgets say: it may be down until they run elsewhere. An approver other than you has to confirm it first.`,
          yes: "Ask to delete",
        },
      };
    case "stop":
      return {
        text: "Stop here",
        confirm: {
          title: "End the upgrade here?",
          text: "No further node is replaced. What I changed is put back; nodes that are new stay.",
          yes: "Stop here",
        },
      };
  }
}

function confirmButton(value: string, story: Asking): Button {
  const owner = ownerName(story.kind === "question" ? undefined : story.blocker);
  return button({
    ...{ action: confirmForceAction, text: "Confirm: delete the pods", value, style: "danger" },
    confirm: {
      title: "Delete these pods now?",
      text: `The pods of ${owner} that do not leave are deleted, whatever budgets say. It may be down until they run elsewhere. This cannot be undone.`,
      yes: "Delete them",
    },
  });
}

/** "deployment orders" */
export function ownerName(blocker: Pick<DrainBlocker, "owner"> | undefined): string {
  return blocker?.owner ? `${blocker.owner.kind.toLowerCase()} ${blocker.owner.name}` : "their owner";
}
