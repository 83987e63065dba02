import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import type { Run } from "../../src/core/run.js";
import { aQuestion, aRollBlocker, aRollProgress } from "../rolls.js";
import { soon } from "../soon.js";
import { on } from "./acting.js";
import { openStage, type Stage, said } from "./stage.js";

const blocker = aRollBlocker();
const question = aQuestion();

/** As a request that somebody approved: a roll of ours, in the middle. */
function blockedRoll(run: Run, at: number): Run {
  return {
    ...run,
    state: "running",
    approvals: [{ by: "U0CHIEF", at }],
    decidedAt: at,
    plan: {
      ...run.plan,
      steps: run.plan.steps.map((step) => ({ ...step, kind: "self-managed node group" })),
    },
    steps: [aRollProgress({ blockers: [blocker] }, { question })],
  };
}

describe("what a roll of ours asks", () => {
  let stage: Stage;
  let id = "";
  beforeEach(async () => {
    stage = await openStage({ speed: 20 });
    await stage.startBot();
    await stage.types("start eks-workshop");
    await stage.card();
    [id = ""] = await stage.runs.recent(1);
    const stored = await stage.runs.load(id);
    if (!stored) throw new Error("The request has no record.");
    const at = stored.run.requestedAt;
    const facts = [
      { type: "DrainBlocked", step: 0, blocker },
      { type: "QuestionAsked", step: 0, question },
    ] as const;
    const run = blockedRoll(stored.run, at);
    expect(await stage.runs.save({ run, facts, revision: stored.revision, at })).toMatchObject({
      outcome: "saved",
    });
    // Held, so that no worker looks at a group that there is not; the thread is drawn all the same.
    expect((await stage.types(`pause ${id}`)).text).toContain("Paused upgrading");
  });
  afterEach(async () => stage.close());

  const replyWith = (action: string): Promise<Message> => {
    const { slack } = stage.playground;
    const find = () => {
      const all = slack.workspace.messages(slack.channel);
      const replies = all.flatMap((each) => slack.workspace.thread(slack.channel, each.ts));
      return replies.find((each) => said(each).includes(`"${action}"`));
    };
    return slack.waitFor(find, { what: `a reply with ${action}` });
  };
  const answers = async () => (await stage.runs.load(id))?.run.steps[0]?.answers ?? [];

  it("is answered by operators, and force needs an approver who is somebody else", async () => {
    const { slack } = stage.playground;
    const { operator, approver, bystander } = slack.users;
    const card = await replyWith("eks-upgrade:answer-force");
    await slack.as(bystander).click(card, "eks-upgrade:answer-force");
    await stage.ephemeral(bystander, "Only the operators of prod may");
    expect(await answers()).toEqual([]);

    await slack.as(operator).click(card, "eks-upgrade:answer-force");
    await stage.ephemeral(operator, "a second person has to confirm it");
    expect(await answers()).toMatchObject([{ about: blocker.id, choice: "force", by: operator }]);

    const asking = await replyWith("eks-upgrade:confirm-force");
    await slack.as(operator).click(asking, "eks-upgrade:confirm-force");
    await stage.ephemeral(operator, "You cannot confirm this.");
    await slack.as(approver).click(asking, "eks-upgrade:confirm-force");
    await soon(async () => expect(await answers()).toMatchObject([{ confirmedBy: approver }]));
    expect(await on(stage).types()).toEqual(expect.arrayContaining(["Answered", "ForceConfirmed"]));
  });

  it("is answered once: a second press learns that it is being acted on", async () => {
    const { slack } = stage.playground;
    const card = await replyWith("eks-upgrade:answer-skip-node");
    const operator = slack.as(slack.users.operator);
    await operator.click(card, "eks-upgrade:answer-skip-node");
    await operator.click(card, "eks-upgrade:answer-skip-node");
    await stage.ephemeral(operator.id, "Somebody chose that already");
    expect(await answers()).toMatchObject([{ choice: "skip node" }]);
  });
});
