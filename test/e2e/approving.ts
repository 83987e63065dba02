import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brokenServer } from "../../playground/slack/faults.js";
import { soon } from "../soon.js";
import { type Mode, openStage, type Stage, said } from "./stage.js";

/** The tests of asking and approving, in these modes: one world per test, slow enough that only what people do moves it. */
export function approvingIn(modes: readonly (readonly [name: string, Mode])[]): void {
  describe.each([...modes])("asking and approving %s", (_, mode) => {
    let stage: Stage;
    let slack: Stage["playground"]["slack"];
    beforeEach(async () => {
      stage = await openStage({ speed: 20, mode });
      slack = stage.playground.slack;
    });
    afterEach(async () => stage.close());

    const approve = "eks-upgrade:approve";
    const reject = "eks-upgrade:reject";
    const updates = () =>
      stage.playground.world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
    const types = async () => (await stage.events()).map((event) => event.type);

    it("lets nobody outside the operators plan, start, list or see runs", async () => {
      await stage.startBot();
      for (const text of ["plan eks-workshop", "start eks-workshop"]) {
        const answer = await stage.types(text, slack.users.bystander);
        expect(answer.text).toContain('I know no cluster "eks-workshop". There is none that you may see.');
      }
      for (const command of ["list", "status"])
        expect((await stage.types(command, slack.users.bystander)).text).toContain(
          "nothing that I may show you",
        );
      expect((await stage.types("start eks-workshp", slack.users.bystander)).text).not.toContain(
        "eks-workshop",
      );
      expect(await stage.runs.recent(1)).toEqual([]);
    });

    it("lets nobody outside the approvers approve or reject, and goes on waiting", async () => {
      await stage.startBot();
      await stage.types("start eks-workshop");
      const card = await stage.card();
      for (const action of [approve, reject]) {
        await slack.as(slack.users.bystander).click(card, action);
        await stage.ephemeral(
          slack.users.bystander,
          "Only the approvers of prod may approve or reject upgrades",
        );
      }
      expect(await types()).toEqual(["RunRequested"]);
    });

    it("refuses everybody while Slack does not tell who the approvers are", async () => {
      await stage.startBot();
      await stage.types("start eks-workshop");
      const card = await stage.card();
      slack.faults.next("usergroups.users.list", brokenServer);
      await slack.as(slack.users.approver).click(card, approve);
      await stage.ephemeral(slack.users.approver, "does not tell me who the approvers");
      expect(await types()).toEqual(["RunRequested"]);
    });

    it("does not say that there is nothing for somebody of whom Slack does not tell", async () => {
      await stage.startBot();
      slack.faults.next("usergroups.users.list", brokenServer, 20);
      for (const typed of ["list", "check", "status"])
        expect((await stage.types(typed)).text).toContain("Slack did not answer");
    });

    it("does not let the requester approve, even as an approver", async () => {
      await stage.startBot();
      slack.workspace.setMembers(slack.groups.approvers, [slack.users.approver, slack.users.operator]);
      await stage.types("start eks-workshop");
      await slack.as(slack.users.operator).click(await stage.card(), approve);
      await stage.ephemeral(slack.users.operator, "You asked for it yourself");
      expect(await types()).toEqual(["RunRequested"]);
    });

    it("asks Slack afresh at the click: who left the approvers a moment ago cannot approve", async () => {
      await stage.startBot();
      await stage.types("start eks-workshop");
      const card = await stage.card();
      slack.workspace.setMembers(slack.groups.approvers, []);
      await slack.as(slack.users.approver).click(card, approve);
      await stage.ephemeral(slack.users.approver, "Only the approvers");
      expect(updates()).toEqual([]);
    });

    it("decides once when two approvers click at the same moment on two replicas", async () => {
      await stage.startBot();
      await stage.startBot();
      slack.workspace.setMembers(slack.groups.approvers, [slack.users.approver, slack.users.bystander]);
      await stage.types("start eks-workshop");
      const card = await stage.card();
      const clicks = [slack.users.approver, slack.users.bystander, slack.users.approver].map((user) =>
        slack.as(user).click(card, approve),
      );
      await Promise.all(clicks);
      await soon(async () => expect(await types()).toContain("UpdateStarted"));
      expect((await types()).filter((type) => type === "RunApproved")).toHaveLength(1);
      expect(updates()).toHaveLength(1);
      const answers = () =>
        [slack.users.approver, slack.users.bystander]
          .flatMap((user) => slack.workspace.ephemerals(user))
          .filter((answer) => said(answer).includes("decided already"));
      await soon(() => expect(answers()).toHaveLength(2));
    });

    it("closes a rejected request: the card says by whom and why, and nothing was touched", async () => {
      await stage.startBot();
      await stage.types("start eks-workshop");
      const card = await stage.card();
      const approver = slack.as(slack.users.approver);
      await approver.click(card, reject);
      const modal = await slack.waitFor(() => approver.modal());
      await approver.submit(modal, { "eks-upgrade:why": "not before the sale" });
      const now = () => said(slack.workspace.find(card.channel, card.ts) ?? card);
      await slack.waitFor(() => now().includes("Rejected by <@U0APPROVER>"));
      expect(now()).toContain("*Why it was rejected:* not before the sale");
      expect(now()).not.toContain(approve);
      expect(updates()).toEqual([]);
      expect((await stage.types("start eks-workshop")).text).toContain("Asked for approval");
    });

    it("gives a second asker the open request", async () => {
      await stage.startBot();
      await stage.types("start eks-workshop");
      await stage.card();
      const [id] = await stage.runs.recent(1);
      const answer = await stage.types("start eks-workshop/default");
      expect(said(answer)).toContain("has an open run already");
      expect(said(answer)).toContain(id);
      expect(await stage.runs.recent(10)).toHaveLength(1);
    });

    it("asks again when the group changed between the plan and the click, and says what changed", async () => {
      await stage.startBot();
      await stage.types("start eks-workshop");
      const card = await stage.card();
      const group = stage.playground.world.clusters.get("eks-workshop")?.nodeGroups.get("default");
      Object.assign(group ?? {}, { updateConfig: { maxUnavailable: 2, updateStrategy: "DEFAULT" } });
      await slack.as(slack.users.approver).click(card, approve);
      await stage.ephemeral(slack.users.approver, "the plan changed since you read it");
      const changed = await slack.waitFor(() =>
        [slack.workspace.find(card.channel, card.ts)].find(
          (each) => each && said(each).includes("nodes at once was 1, is 2"),
        ),
      );
      expect(updates()).toEqual([]);
      // The button of the old card is bound to the old plan; the new one approves the new plan.
      await slack.as(slack.users.approver).click(changed ?? card, approve);
      await soon(async () => expect(await types()).toContain("UpdateStarted"));
    });

    it("does not start what was blocked: it shows what stands in the way", async () => {
      await stage.startBot();
      const group = stage.playground.world.clusters.get("eks-workshop")?.nodeGroups.get("default");
      Object.assign(group ?? {}, { status: "DEGRADED" });
      const answer = await stage.types("start eks-workshop");
      expect(said(answer)).toContain("Node group default is DEGRADED");
      expect(await stage.runs.recent(1)).toEqual([]);
    });

    it("answers a click whose run it does not know", async () => {
      await stage.startBot();
      await stage.types("start eks-workshop");
      const card = await stage.card();
      slack.workspace.edit(slack.workspace.find(card.channel, card.ts) ?? card, {
        blocks: JSON.parse(
          JSON.stringify(card.blocks).replaceAll(/"value":"[^"]*"/g, '"value":"no-such-run|abc"'),
        ),
      });
      await slack.as(slack.users.approver).click(card, approve);
      await stage.ephemeral(slack.users.approver, "that I do not know any more");
    });

    it("gives help for what it does not understand, with what was probably meant", async () => {
      await stage.startBot();
      expect((await stage.types("strat eks-workshop")).text).toContain("start eks-workshop");
      expect((await stage.types("help")).text).toContain(
        "plan <cluster>".replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
      );
      expect((await stage.types("plan eks-workshp")).text).toContain("Did you mean eks-workshop?");
      expect((await stage.types("plan eks-workshop/defult")).text).toContain(
        "Did you mean eks-workshop/default?",
      );
      expect((await stage.types("status no-such-run")).text).toContain("I know no run");
    });
  });
}
