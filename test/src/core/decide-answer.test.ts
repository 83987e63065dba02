import { describe, expect, it } from "vitest";
import {
  type Asked,
  answer,
  choicesFor,
  confirmForce,
  standingAnswers,
  waitsUntil,
} from "../../../src/core/decide-answer.js";
import { minute } from "../../../src/core/instant.js";
import type { Answer, Choice, Run } from "../../../src/core/run.js";
import { aPlan, aStep, start } from "../../builders.js";
import { aQuestion, aRoll, aRollBlocker, aRollProgress } from "../../rolls.js";

const ann = "U0ANN";
const ben = "U0BEN";
const at = start + 20 * minute;
const blocker = aRollBlocker();
const about: Asked = { step: 0, about: blocker.id, since: blocker.since };
const question = aQuestion();
const asked: Asked = { step: 0, about: question.id, since: question.since };

const given = (choice: Choice, over: Partial<Answer> = {}): Answer => ({
  about: blocker.id,
  choice,
  by: ben,
  at: start + 15 * minute,
  ...over,
});
const blocked = (...answers: Answer[]) =>
  aRoll({ steps: [aRollProgress({ blockers: [blocker], ...(answers.length > 0 && { answers }) })] });
const asking = aRoll({ steps: [aRollProgress({}, { question })] });

describe("an answer", () => {
  it.each<[string, Run, Asked, Choice]>([
    ["to wait", blocked(), about, "wait"],
    ["to restart the owner", blocked(), about, "restart owner"],
    ["to skip the node", blocked(), about, "skip node"],
    ["to force, which only asks for a second person", blocked(), about, "force"],
    [
      "the same as before, which was done",
      blocked(given("restart owner", { doneAt: at })),
      about,
      "restart owner",
    ],
    ["the same as to its last appearance", blocked(given("skip node", { at: start })), about, "skip node"],
    ["to wait once more, when the time is up", blocked(given("wait")), about, "wait"],
    ["another than somebody chose", blocked(given("wait")), about, "restart owner"],
    ["to a question", asking, asked, "wait"],
  ])("%s is kept for the worker", (_, run, what, choice) => {
    const before = run.steps[0]?.answers ?? [];
    const answered = answer(run, what, choice, ann, at);
    expect(answered).toMatchObject({
      ok: true,
      facts: [{ type: "Answered", step: 0, about: what.about, choice, by: ann }],
    });
    expect(answered.ok && answered.run.steps[0]?.answers).toEqual([
      ...before,
      { about: what.about, choice, by: ann, at },
    ]);
    expect(answered.ok && answered.run.stopping).toBeUndefined();
  });

  it("to stop ends the roll here", () => {
    expect(answer(blocked(), about, "stop", ann, at)).toMatchObject({
      ok: true,
      run: { state: "running", stopping: { by: ann, at } },
      facts: [
        { type: "Answered", choice: "stop" },
        { type: "StopRequested", by: ann },
      ],
    });
  });

  const managed = { ...blocked(), plan: aPlan({ steps: [aStep()] }) };
  it.each<[string, Run, Asked, Choice, string]>([
    ["it does not stand in the way any more", aRoll(), about, "wait", "over"],
    ["it came back since the card was shown", blocked(), { ...about, since: start }, "wait", "over"],
    ["the question is over", aRoll(), asked, "wait", "over"],
    ["there is no such step", blocked(), { ...about, step: 7 }, "wait", "over"],
    ["EKS drains the node, not we", managed, about, "wait", "over"],
    ["the run is over", { ...blocked(), state: "failed" }, about, "wait", "over"],
    ["it is being ended already", { ...blocked(), stopping: given("stop") }, about, "stop", "not offered"],
    ["a question about capacity has no pods to delete", asking, asked, "force", "not offered"],
    [
      "somebody chose it, and it is being done",
      blocked(given("skip node")),
      about,
      "skip node",
      "given already",
    ],
    ["somebody asked for force", blocked(given("force")), about, "force", "given already"],
    ["a double click", blocked(given("wait", { at })), about, "wait", "given already"],
  ])("is refused: %s", (_, run, what, choice, refusal) => {
    expect(answer(run, what, choice, ann, at)).toEqual({ ok: false, refusal });
  });
});

describe("force", () => {
  it("is confirmed by a second person", () => {
    const run = blocked(given("wait"), given("force"));
    expect(confirmForce(run, about, ann, at)).toEqual({
      ok: true,
      run: blocked(given("wait"), given("force", { confirmedBy: ann })),
      facts: [{ type: "ForceConfirmed", step: 0, about: blocker.id, by: ann }],
    });
  });

  it.each<[string, Run, string, string]>([
    ["by who asked for it", blocked(given("force")), ben, "same person"],
    ["when nobody asked for it", blocked(given("skip node")), ann, "nothing to confirm"],
    [
      "when it was asked about what has passed since",
      blocked(given("force", { at: start })),
      ann,
      "nothing to confirm",
    ],
    [
      "when it was done",
      blocked(given("force", { confirmedBy: ann, doneAt: at })),
      ann,
      "nothing to confirm",
    ],
    ["twice", blocked(given("force", { confirmedBy: ann })), "U0CARL", "given already"],
    ["when it is over", aRoll(), ann, "over"],
  ])("is not confirmed %s", (_, run, by, refusal) => {
    expect(confirmForce(run, about, by, at)).toEqual({ ok: false, refusal });
  });
});

it.each<[string, Parameters<typeof choicesFor>[0], readonly Choice[]]>([
  [
    "a budget that counts healthy pods of a Deployment",
    aRollBlocker(),
    ["wait", "restart owner", "surge owner", "skip node", "force", "stop"],
  ],
  [
    "two budgets: one replica more frees neither",
    aRollBlocker({ reason: "several budgets" }),
    ["wait", "restart owner", "skip node", "force", "stop"],
  ],
  [
    "a budget that cannot be computed",
    aRollBlocker({ reason: "budget cannot be computed", owner: { kind: "StatefulSet", name: "db" } }),
    ["wait", "restart owner", "skip node", "force", "stop"],
  ],
  [
    "pods of a Job: nobody can move them",
    aRollBlocker({ owner: { kind: "Job", name: "nightly" } }),
    ["wait", "skip node", "force", "stop"],
  ],
  ["a pod without an owner", { reason: "budget used up" }, ["wait", "skip node", "force", "stop"]],
])("offered for %s", (_, blocker, offered) => {
  expect(choicesFor(blocker)).toEqual(offered);
});

it.each([
  ["as long again as it had taken", start + 10 * minute, start + 20 * minute],
  ["a minute at least", start + 1_000, start + 1_000 + minute],
])("waiting longer lasts %s", (_, at, until) => {
  expect(waitsUntil({ at }, start)).toBe(until);
  const answers = [given("wait", { at })];
  expect(standingAnswers({ answers }, { about: blocker.id, since: start }, until - 1)).toHaveLength(1);
  expect(standingAnswers({ answers }, { about: blocker.id, since: start }, until)).toEqual([]);
});
