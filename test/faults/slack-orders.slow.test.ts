import { describe, expect, it, type TestContext } from "vitest";
import {
  brokenServer,
  type Fault,
  lostAnswer,
  lostRequest,
  rateLimited,
} from "../../playground/slack/faults.js";
import type { Message } from "../../playground/slack/types.js";
import { said } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { approve, type Night, openNight } from "./night.js";
import { slotOf } from "./told.js";

/** A world slow enough that only people and Slack move anything; runs to their ends are in the slow suite. */
describe.concurrent("Slack in trouble", () => {
  async function open(test: TestContext, options: { history?: boolean } = {}): Promise<Night> {
    const night = await openNight(test, { speed: 20, ...options });
    await night.startBot();
    return night;
  }

  const cards = ({ slack }: Night) =>
    slack.workspace.messages(slack.channel).filter((message) => slotOf(message) === "card");
  const latest = ({ slack }: Night, message: Message) =>
    slack.workspace.find(message.channel, message.ts) ?? message;
  const posts = ({ slack }: Night) => slack.calls.filter((call) => call.method === "chat.postMessage");

  it.for<[string, Fault, boolean, number]>([
    ["429 with Retry-After", rateLimited(2), false, 1],
    ["500", brokenServer, false, 1],
    ["a request that never arrived", lostRequest, false, 1],
    ["an answer that was lost, with a look at the history", lostAnswer, true, 1],
    ["an answer that was lost, with no look at the history", lostAnswer, false, 2],
  ])(
    "%s when the card is posted: it is there, and its buttons work",
    async ([, fault, history, most], test) => {
      const night = await open(test, { history });
      const { slack } = night;
      slack.faults.next("chat.postMessage", fault);
      await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
      await slack.waitFor(() => posts(night).length >= 1 && cards(night).length > 0);
      const card = await night.card();
      await night.rejects(card);
      await slack.waitFor(() => cards(night).some((each) => said(each).includes("Rejected by")));
      await soon(async () => expect(await night.runs.unannounced()).toEqual([]));
      expect(cards(night).length).toBeLessThanOrEqual(most);
      if (most === 1) expect(said(latest(night, card))).toContain("Rejected by");
      else expect(said(cards(night).at(-1) ?? card)).toContain("Rejected by");
    },
  );

  it("429 with Retry-After: nothing is posted before it is over", async (test) => {
    const night = await open(test);
    const { slack } = night;
    slack.faults.next("chat.postMessage", rateLimited(2));
    await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
    await night.card();
    const [first, second] = posts(night);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_950);
  });

  it.for<[string, Fault]>([
    ["429 with Retry-After", rateLimited(1)],
    ["500", brokenServer],
    ["a lost request", lostRequest],
    ["a lost answer", lostAnswer],
  ])("%s when the card is edited: it is edited again", async ([, fault], test) => {
    const night = await open(test);
    const { slack } = night;
    const card = await night.asked();
    slack.faults.next("chat.update", fault);
    await night.rejects(card);
    await slack.waitFor(() => said(latest(night, card)).includes("Rejected by"));
    await soon(async () => expect(await night.runs.unannounced()).toEqual([]));
    expect(cards(night)).toHaveLength(1);
  });

  it.for<[string, Fault]>([
    ["429", rateLimited(1)],
    ["500", brokenServer],
    ["a lost request", lostRequest],
    ["a lost answer", lostAnswer],
  ])(
    "%s at the address where a command is answered: the answer comes all the same",
    async ([, fault], test) => {
      const night = await open(test);
      const { slack } = night;
      slack.faults.next("response_url", fault);
      expect((await night.types("start eks-workshop")).text).toContain("Asked for approval");
      await night.card();
    },
  );

  it.for(["warning", "refresh_requested", "link_disabled"] as const)(
    "a socket that Slack asks to renew (%s): the bot is back at once, and answers",
    async (reason, test) => {
      const night = await open(test);
      const { slack } = night;
      await night.types("status");
      slack.socketMode.refresh(reason);
      // The library closes its end at once; who types within these milliseconds is told by Slack to try again.
      await slack.waitFor(() => slack.socketMode.connections === 0);
      const before = slack.workspace.ephemerals(slack.users.operator).length;
      await slack.waitFor(() => slack.socketMode.connections > 0);
      await Promise.all(
        [1, 2, 3].map(() => slack.as(slack.users.operator).command("/eks-upgrade", "status")),
      );
      await slack.waitFor(() => slack.workspace.ephemerals(slack.users.operator).length >= before + 3);
      for (const answer of slack.workspace.ephemerals(slack.users.operator)) {
        expect(answer.text).toContain("Nothing is open");
      }
    },
  );

  it("a dropped socket: the bot comes back by itself, and the card that was open can be decided", async (test) => {
    const night = await open(test);
    const { slack } = night;
    const card = await night.asked();
    slack.socketMode.drop();
    await slack.waitFor(() => slack.socketMode.connections === 0);
    await slack.waitFor(() => slack.socketMode.connections > 0);
    await slack.as(slack.users.approver).click(card, approve);
    await soon(async () => expect(await night.eventTypes()).toContain("UpdateStarted"));
  });

  it("a command whose envelope arrives twice makes one request", async (test) => {
    const night = await open(test);
    const { slack } = night;
    slack.socketMode.duplicateNext();
    await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
    await slack.waitFor(() => slack.workspace.ephemerals(slack.users.operator).length === 2);
    expect(await night.runs.recent(9)).toHaveLength(1);
    await night.card();
    expect(cards(night)).toHaveLength(1);
  });

  it("a click whose envelope arrives twice decides once", async (test) => {
    const night = await open(test);
    const { slack } = night;
    const card = await night.asked();
    slack.socketMode.duplicateNext();
    await slack.as(slack.users.approver).click(card, approve);
    await soon(async () => expect(await night.eventTypes()).toContain("UpdateStarted"));
    expect((await night.eventTypes()).filter((type) => type === "RunApproved")).toHaveLength(1);
    expect(night.updates).toBe(1);
    await night.ephemeral(slack.users.approver, "decided already");
  });

  it("a form whose submission arrives twice makes one request", async (test) => {
    const night = await open(test);
    const { slack } = night;
    const operator = slack.as(slack.users.operator);
    await operator.command("/eks-upgrade", "");
    const form = await slack.waitFor(() => operator.modal());
    slack.socketMode.duplicateNext();
    const option = { text: { type: "plain_text", text: "eks-workshop" }, value: "eks-workshop" };
    await operator.submit(form, { "eks-upgrade:cluster": option });
    await night.card();
    await slack.waitFor(() =>
      JSON.stringify(operator.modal()?.definition ?? {}).includes("eks-workshop/default"),
    );
    expect(await night.runs.recent(9)).toHaveLength(1);
    expect(cards(night)).toHaveLength(1);
  });

  it("a card that somebody deletes before the decision is posted anew once it must change", async (test) => {
    const night = await open(test);
    const { slack } = night;
    const card = await night.asked();
    slack.workspace.delete(latest(night, card));
    const [id = ""] = await night.runs.recent(1);
    await night.types(`cancel ${id}`);
    await slack.waitFor(() => cards(night).some((each) => said(each).includes("alled off")));
    expect(cards(night)).toHaveLength(1);
  });

  const channelTroubles: [string, (night: Night) => () => void, string, string][] = [
    ["the bot is not in", uninvite, "not_in_channel", "Invite the bot to the channel"],
  ];
  it.for(channelTroubles)(
    "a channel that %s: who asks is told at once, status tells it, and the request waits",
    async ([, breaks, code, next], test) => {
      const night = await open(test);
      breaks(night);
      const answer = await night.types("start eks-workshop");
      for (const told of [answer, await night.types("status"), await night.types("start eks-workshop")]) {
        expect(told.text).toContain(`I cannot write to <#${night.slack.channel}>: Slack says \`${code}\``);
        expect(told.text).toContain(next);
      }
      expect(await night.eventTypes()).toEqual(["RunRequested"]);
      expect(cards(night)).toEqual([]);
    },
  );

  it("a channel that is archived: nothing is asked for from there, and who asks is told why", async (test) => {
    const night = await open(test);
    archive(night);
    const answer = await night.types("start eks-workshop");
    expect(answer.text).toContain("archived");
    expect(await night.runs.recent(9)).toEqual([]);
  });

  it("a bot token that is revoked in the middle: who asks is told what to check", async (test) => {
    const night = await open(test);
    const revoked: Fault = {
      when: "instead",
      answer: { status: 200, body: { ok: false, error: "token_revoked" } },
    };
    const remove = night.slack.faults.add((call) => (call.method.startsWith("chat.") ? revoked : undefined));
    test.onTestFinished(remove);
    const answer = await night.types("start eks-workshop");
    expect(answer.text).toContain("Asked for approval");
    expect(answer.text).toContain("Check SLACK_BOT_TOKEN");
  });
});

/** Takes the bot out of its channel. Returns how to invite it. */
function uninvite({ slack }: Night): () => void {
  return change(slack, { members: Object.values(slack.users).filter((id) => id !== slack.users.bot) });
}

function archive({ slack }: Night): () => void {
  return change(slack, { archived: true });
}

function change(slack: Night["slack"], how: { members?: string[]; archived?: boolean }): () => void {
  const { channels } = slack.workspace;
  const channel = channels.get(slack.channel);
  if (!channel) throw new Error("There is no channel.");
  channels.set(channel.id, { ...channel, ...how });
  return () => void channels.set(channel.id, channel);
}
