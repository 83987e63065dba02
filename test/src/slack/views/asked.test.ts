import type { ActionsBlock, KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { minute } from "../../../../src/core/instant.js";
import { type Answer, type Choice, choices, type Run } from "../../../../src/core/run.js";
import type { View } from "../../../../src/slack/limits.js";
import type { AnswerTold, BlockedStory, QuestionStory } from "../../../../src/slack/story.js";
import { blockedCard, questionCard } from "../../../../src/slack/views/asked.js";
import {
  answerAction,
  answerActions,
  answerValue,
  confirmForceAction,
  parseAnswerValue,
} from "../../../../src/slack/views/choices.js";
import { blockedCall, blockedReply } from "../../../../src/slack/views/thread.js";
import { start } from "../../../builders.js";
import { aQuestion, aRoll, aRollBlocker, aRollProgress } from "../../../rolls.js";

const twelve = "<!date^1784542320^{time}|2026-07-20 10:12 UTC>";
const quarter = "<!date^1784542500^{time}|2026-07-20 10:15 UTC>";
const mrkdwn = (text: string): KnownBlock => ({
  type: "section",
  text: { type: "mrkdwn", text, verbatim: true },
});
const plain = (text: string) => ({ type: "plain_text" as const, text });

const blocker = aRollBlocker();
const blocked: BlockedStory = { kind: "blocked", index: 2, step: 0, blocker, called: true, answers: [] };
const question: QuestionStory = { kind: "question", index: 0, step: 0, question: aQuestion(), answers: [] };
const told = (choice: Choice, over: Partial<AnswerTold> = {}): AnswerTold => ({
  ...{ choice, by: "U0ANN", at: start + 15 * minute },
  ...over,
});
const given = (choice: Choice, over: Partial<Answer> = {}): Answer => ({
  ...{ about: blocker.id, ...told(choice), ...over },
});
const draining = (answers: readonly Answer[] = [], over: Partial<Run> = {}) =>
  aRoll({
    steps: [aRollProgress({ blockers: [blocker], answers }, { question: question.question })],
    ...over,
  });
const what =
  "Pod orders/orders-6d5f7-x2x4z (Deployment orders) cannot leave node ip-10-0-1-7.us-west-2.compute.internal: disruption budget orders needs 2 healthy pods and has 2, so it never lets one go.";
const next = "Scale deployment orders up by one, or loosen budget orders. Waiting does not help.";
const lines = [
  `:no_entry: <@U0OPERATOR> *eks-workshop/workers is blocked:* ${what} ${next}`,
  `Since ${twelve}. It waits until this passes, or until somebody chooses. Other nodes go on.`,
].join("\n");

/** The words of the buttons, in their order. */
function buttonsOf({ blocks }: View): string[] {
  return blocks
    .filter((block): block is ActionsBlock => block.type === "actions")
    .flatMap(({ elements }) =>
      elements.map((element) => ("text" in element ? (element.text?.text ?? "") : "")),
    );
}

describe("a drain of ours that does not go on", () => {
  it("is a question: which pod, which budget, since when, and what can be chosen", () => {
    expect(blockedReply(draining(), blocked)).toEqual({
      text: lines,
      blocks: [
        mrkdwn(lines),
        {
          type: "actions",
          block_id: "card-calm-heron-42|b2",
          elements: [
            {
              type: "button",
              action_id: "eks-upgrade:answer-wait",
              text: plain("Wait longer"),
              value: "calm-heron-42|b2",
            },
            {
              type: "button",
              action_id: "eks-upgrade:answer-restart-owner",
              text: plain("Restart deployment orders"),
              value: "calm-heron-42|b2",
              confirm: {
                title: plain("Restart it?"),
                text: plain(
                  "All pods of deployment orders are made anew, as kubectl rollout restart does it; new ones come up on nodes that take pods.",
                ),
                confirm: plain("Restart"),
                deny: plain("Go back"),
              },
            },
            {
              type: "button",
              action_id: "eks-upgrade:answer-surge-owner",
              text: plain("Surge deployment orders by one"),
              value: "calm-heron-42|b2",
              confirm: {
                title: plain("Add a replica for now?"),
                text: plain(
                  "deployment orders gets one replica more until the old nodes are replaced; then I take it back.",
                ),
                confirm: plain("Add one"),
                deny: plain("Go back"),
              },
            },
            {
              type: "button",
              action_id: "eks-upgrade:answer-skip-node",
              text: plain("Skip this node for now"),
              value: "calm-heron-42|b2",
            },
            {
              type: "button",
              action_id: "eks-upgrade:answer-force",
              style: "danger",
              text: plain("Force (delete the pods)"),
              value: "calm-heron-42|b2",
              confirm: {
                title: plain("Have these pods deleted?"),
                text: plain(
                  "1 pod of deployment orders would be deleted, whatever budgets say: it may be down until they run elsewhere. An approver other than you has to confirm it first.",
                ),
                confirm: plain("Ask to delete"),
                deny: plain("Go back"),
                style: "danger",
              },
            },
            {
              type: "button",
              action_id: "eks-upgrade:answer-stop",
              text: plain("Stop here"),
              value: "calm-heron-42|b2",
              confirm: {
                title: plain("End the upgrade here?"),
                text: plain(
                  "No further node is replaced. What I changed is put back; nodes that are new stay.",
                ),
                confirm: plain("Stop here"),
                deny: plain("Go back"),
              },
            },
          ],
        },
      ],
    });
  });

  it("calls nobody while it may pass by itself", () => {
    const { text } = blockedCard(draining(), { ...blocked, called: false });
    expect(text).toMatch(/^:hourglass_flowing_sand: Pod orders/);
    expect(text).not.toContain("<@");
  });

  it.each<[string, Answer[], Partial<AnswerTold>, Choice, string]>([
    [
      "wait",
      [],
      {},
      "wait",
      "waits longer, until <!date^1784542680^{time}|2026-07-20 10:18 UTC>. If it passes before, it goes on by itself.",
    ],
    ["restart", [], {}, "restart owner", "has me restart `deployment orders`"],
    ["surge", [], {}, "surge owner", "has me give `deployment orders` one replica more"],
    [
      "skip",
      [],
      {},
      "skip node",
      "puts `ip-10-0-1-7.us-west-2.compute.internal` off: the others go on, and it comes back last.",
    ],
    [
      "force, which waits for a second person",
      [],
      {},
      "force",
      "wants the pods deleted, whatever budgets say. It waits for a second person: <!subteam^S0APPROVERS> can confirm it below.",
    ],
    [
      "force, confirmed",
      [],
      { confirmedBy: "U0CHIEF" },
      "force",
      "and <@U0CHIEF> have the pods deleted, whatever budgets say.",
    ],
    [
      "what could not be done",
      [],
      { failed: { code: "X", what: "An autoscaler decides", next: "Raise it." } },
      "surge owner",
      "chose this, but it could not be done: An autoscaler decides. Raise it.",
    ],
  ])("says who chose to %s", (_, answers, over, choice, words) => {
    const { text } = blockedCard(draining(answers), { ...blocked, answers: [told(choice, over)] });
    expect(text).toContain(`\n• ${quarter} <@U0ANN> ${words}`);
  });

  const all = [
    "Wait longer",
    "Restart deployment orders",
    "Surge deployment orders by one",
    "Skip this node for now",
    "Force (delete the pods)",
    "Stop here",
  ];
  const but = (...left: string[]) => all.filter((text) => !left.includes(text));
  it.each<[string, Run, string[]]>([
    ["everything that may help", draining(), all],
    ["to wait, over and over", draining([given("wait")]), all],
    ["nothing that is being done", draining([given("skip node")]), but("Skip this node for now")],
    ["what was done once more", draining([given("restart owner", { doneAt: start })]), all],
    [
      "to confirm, first of all, where somebody asked for force",
      draining([given("force")]),
      ["Confirm: delete the pods", ...but("Force (delete the pods)")],
    ],
    [
      "no confirmation twice",
      draining([given("force", { confirmedBy: "U0CHIEF" })]),
      but("Force (delete the pods)"),
    ],
    [
      "what lets extra nodes go, once the run is being ended",
      draining([], { stopping: { by: "U0ANN", at: start } }),
      but("Stop here").map((text) => (text === "Skip this node for now" ? "Leave this node" : text)),
    ],
    ["nothing once it is over", draining([], { state: "failed" }), []],
  ])("offers %s", (_, run, texts) => {
    expect(buttonsOf(blockedCard(run, blocked))).toEqual(texts);
  });

  it("says that a run which is held acts on it later", () => {
    const card = blockedCard(draining([], { paused: { by: "U0ANN", at: start } }), blocked);
    expect(card.blocks.at(-1)).toMatchObject({
      elements: [{ text: "The upgrade is paused: what is chosen is done once it goes on." }],
    });
  });

  it("asks again in a reply of its own, and takes the former call back", () => {
    const { called: _, ...story } = blocked;
    const call = { ...story, kind: "blocked call", call: 1 } as const;
    expect(buttonsOf(blockedCall(draining(), call))).toEqual(all);
    expect(blockedCall(draining(), { ...call, calledAgainAt: start + 15 * minute }).text).toBe(
      `It lasted: I asked again ${quarter}.`,
    );
  });

  it.each<[NonNullable<BlockedStory["ended"]>["how"], string]>([
    ["cleared", `:white_check_mark: Cleared after 3 min, at ${quarter}: ${what}`],
    ["failed", `:x: In the way for 3 min, until the update failed: ${what}`],
    [
      "stopped",
      `:leftwards_arrow_with_hook: In the way for 3 min, until the upgrade was called off: ${what}`,
    ],
  ])("that is over (%s) keeps who chose what, and offers nothing", (how, text) => {
    const ended = { at: start + 15 * minute, how };
    const view = blockedReply(draining(), { ...blocked, ended, answers: [told("wait"), told("force")] });
    expect(view.text).toBe(
      [
        text,
        `• ${quarter} <@U0ANN> waits longer.`,
        `• ${quarter} <@U0ANN> wanted the pods deleted; nobody confirmed it, and it was not done.`,
      ].join("\n"),
    );
    expect(buttonsOf(view)).toEqual([]);
  });
});

describe("a question", () => {
  it("calls who asked for the upgrade, and offers what helps", () => {
    const view = questionCard(draining(), question);
    expect(view.text).toBe(
      [
        ":question: <@U0OPERATOR> *eks-workshop/workers needs an answer:* EC2 has no m5.large left in us-west-2a. Wait, or allow another instance type.",
        `Since ${twelve}. I go on looking; if it passes by itself, so does this question.`,
      ].join("\n"),
    );
    expect(buttonsOf(view)).toEqual(["Wait longer", "Stop here"]);
  });

  it.each<[NonNullable<QuestionStory["ended"]>["how"], string]>([
    ["answered", ":white_check_mark: Answered after 3 min"],
    ["over", `:white_check_mark: Over by itself after 3 min, at ${quarter}`],
    ["stopped", ":leftwards_arrow_with_hook: Open for 3 min, until the upgrade was called off"],
    ["failed", ":x: Open for 3 min, until the upgrade failed"],
  ])("that is %s says how it ended", (how, words) => {
    const view = questionCard(draining(), { ...question, ended: { at: start + 15 * minute, how } });
    expect(view.text).toBe(`${words}: EC2 has no m5.large left in us-west-2a.`);
    expect(buttonsOf(view)).toEqual([]);
  });
});

describe("what a click carries", () => {
  it.each([
    ["a blocked drain", blocked, { runId: "calm-heron-42", kind: "blocked", index: 2 }],
    ["a question", question, { runId: "calm-heron-42", kind: "question", index: 0 }],
  ] as const)("is read again: %s", (_, story, value) => {
    expect(parseAnswerValue(answerValue(aRoll(), story))).toEqual(value);
  });

  it.each(["", "calm-heron-42", "calm-heron-42|b", "calm-heron-42|x1", "A|b1", "a|b1|c", "a|b1234567"])(
    "is not what somebody made up: %j",
    (value) => {
      expect(parseAnswerValue(value)).toBeUndefined();
    },
  );

  it("has an action of its own for each choice", () => {
    const actions = [...answerActions.map(([action]) => action), confirmForceAction];
    expect(new Set(actions).size).toBe(choices.length + 1);
    expect(answerAction("skip node")).toBe("eks-upgrade:answer-skip-node");
  });
});
