import type { Actor } from "../src/authority.js";
import type { Asked } from "../src/core/decide-answer.js";
import type { RunEvent } from "../src/core/events.js";
import type { Choice, Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { type AnswerValue, parseAnswerValue } from "../src/slack/views/choices.js";
import { answeredAnswer, refusedAnswer } from "../src/slack/views/orders.js";
import { notAllowed } from "./refused.js";
import { about, findRun, findVisibleRun } from "./runs.js";
import { stale } from "./stale.js";
import type { Tools } from "./tools.js";
import { answerOrder, recordUndecided } from "./undecided.js";

/**
 * A click under a blocked drain or a question; undefined when the card itself says it all. Whoever may start may answer:
 * but *Stop* calls the run off, and *Force* asks for pods to be deleted.
 */
export async function answerAsked(
  choice: Choice,
  value: string,
  actor: Actor,
  tools: Tools,
): Promise<View | undefined> {
  const clicked = parseAnswerValue(value);
  if (!clicked) return stale;
  const what = `answer "${choice}"`;
  const right = choice === "stop" ? "cancel" : "start";
  const found = await findRun(clicked.runId, right, actor, tools, what);
  if ("refused" in found) return found.refused;
  if (choice === "force") {
    const forced = await findRun(clicked.runId, "force", actor, tools, what);
    if ("refused" in forced) return forced.refused;
  }
  const asked = await whatWasAsked(clicked, tools);
  if (!asked) return stale;
  const answered = await tools.upgrades.answer(clicked.runId, { asked, choice, by: actor.user });
  const done = (run: Run) => answeredAnswer(choice, run);
  return answerOrder(answered, { actor, what }, tools.audit, { done, refused: refusedAnswer });
}

const confirming = "confirm force";

/** The second person says yes to deleting pods: an approver, asked for afresh at the click. */
export async function confirmForce(value: string, actor: Actor, tools: Tools): Promise<View | undefined> {
  const clicked = parseAnswerValue(value);
  if (!clicked) return stale;
  const found = await findVisibleRun(clicked.runId, actor, tools, confirming);
  if ("refused" in found) return found.refused;
  const asked = await whatWasAsked(clicked, tools);
  const refused = await whyNotApprover(found.found, asked, actor, tools);
  if (refused) return refused;
  if (!asked) return stale;
  const confirmed = await tools.upgrades.confirmForce(clicked.runId, { asked, by: actor.user });
  const words = { done: () => undefined, refused: refusedAnswer };
  return answerOrder(confirmed, { actor, what: confirming }, tools.audit, words);
}

async function whyNotApprover(
  run: Run,
  asked: Asked | undefined,
  actor: Actor,
  tools: Tools,
): Promise<View | undefined> {
  const environment = tools.fleet.environments.find((each) => each.name === run.plan.environment);
  if (!environment) return stale;
  const by = whoAskedForForce(run, asked);
  // That one and the same does not do both holds whatever fleet.yaml says: it is told where it is decided.
  const requestedBy = by === actor.user ? undefined : by;
  const ruling = await tools.authority.may("approve", environment, actor, {
    ...about(run, confirming),
    ...(requestedBy !== undefined && { requestedBy }),
  });
  if (!ruling.allowed) return notAllowed("You cannot confirm this.", ruling);
  // A person and who stands for them have one voice, whatever fleet.yaml says of requesters.
  if (by === undefined || ruling.deputyOf !== by) return undefined;
  recordUndecided(tools.audit, { actor, run, what: confirming, rule: "one voice" });
  return refusal({
    what: "You cannot confirm this.",
    why: "You stand for whoever asked for it, and a second person has to agree.",
    ask: { groups: run.approverGroups, users: run.approverUsers },
  });
}

function whoAskedForForce({ steps }: Run, asked: Asked | undefined): string | undefined {
  const answers = asked ? (steps[asked.step]?.answers ?? []) : [];
  return answers.findLast(({ about, choice }) => about === asked?.about && choice === "force")?.by;
}

/** What the reader saw, looked up in the run's own log by its place there. */
async function whatWasAsked(
  { runId, kind, index }: AnswerValue,
  { upgrades }: Tools,
): Promise<Asked | undefined> {
  const events = (await upgrades.find(runId))?.events ?? [];
  const found = events.flatMap((event) => askedBy(event, kind))[index];
  return found;
}

function askedBy(event: RunEvent, kind: AnswerValue["kind"]): Asked[] {
  if (kind === "blocked" && event.type === "DrainBlocked") {
    return [{ step: event.step, about: event.blocker.id, since: event.blocker.since }];
  }
  if (kind === "question" && event.type === "QuestionAsked") {
    return [{ step: event.step, about: event.question.id, since: event.question.since }];
  }
  return [];
}
