import type { Asked } from "../src/core/decide-answer.js";
import type { RunEvent } from "../src/core/events.js";
import type { Choice, Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { type AnswerValue, parseAnswerValue } from "../src/slack/views/choices.js";
import { answeredAnswer, refusedAnswer } from "../src/slack/views/orders.js";
import type { Actor } from "./authorize.js";
import { findRun, findVisibleRun } from "./runs.js";
import { stale } from "./stale.js";
import type { Tools } from "./tools.js";

/** A click under a blocked drain or a question. Operators may answer; undefined when the card itself says it all. */
export async function answerAsked(
  choice: Choice,
  value: string,
  actor: Actor,
  tools: Tools,
): Promise<View | undefined> {
  const clicked = parseAnswerValue(value);
  if (!clicked) return stale;
  const found = await findRun(clicked.runId, actor, tools);
  if ("refused" in found) return found.refused;
  const asked = await whatWasAsked(clicked, tools);
  if (!asked) return stale;
  const answered = await tools.upgrades.answer(clicked.runId, { asked, choice, by: actor.user });
  if (!answered) return stale;
  return answered.outcome === "done"
    ? answeredAnswer(choice, answered.run)
    : refusedAnswer(answered.refusal, answered.run);
}

/** The second person says yes to deleting pods: an approver, asked for afresh at the click. */
export async function confirmForce(value: string, actor: Actor, tools: Tools): Promise<View | undefined> {
  const clicked = parseAnswerValue(value);
  if (!clicked) return stale;
  const found = await findVisibleRun(clicked.runId, actor, tools);
  if ("refused" in found) return found.refused;
  const refused = await whyNotApprover(found.found, actor, tools);
  if (refused) return refused;
  const asked = await whatWasAsked(clicked, tools);
  if (!asked) return stale;
  const confirmed = await tools.upgrades.confirmForce(clicked.runId, { asked, by: actor.user });
  if (!confirmed) return stale;
  return confirmed.outcome === "done" ? undefined : refusedAnswer(confirmed.refusal, confirmed.run);
}

async function whyNotApprover(run: Run, actor: Actor, tools: Tools): Promise<View | undefined> {
  const environment = tools.fleet.environments.find((each) => each.name === run.plan.environment);
  if (!environment) return stale;
  const ruling = await tools.authority.mayApprove(environment, actor);
  if (ruling.allowed) return undefined;
  tools.log.info({ run: run.id, user: actor.user }, "confirmation refused");
  return refusal({ what: "You cannot confirm this.", why: `${ruling.why}.`, ask: ruling.ask });
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
