import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../playground/slack/json.js";
import type { Message } from "../../playground/slack/types.js";
import { openStage, type Stage, said } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { expectNoPing } from "./pings.js";

const approve = "eks-upgrade:approve";

/** A world in which only what people do moves anything. */
describe("bad input", () => {
  let stage: Stage;
  let slack: Stage["playground"]["slack"];
  beforeEach(async () => {
    stage = await openStage({ speed: 20 });
    slack = stage.playground.slack;
    await stage.startBot();
  });
  afterEach(async () => stage.close());

  const types = async () => (await stage.events()).map((event) => event.type);
  const answersOf = (user: string) => slack.workspace.ephemerals(user);

  /** The card as somebody forged it: other values behind the same buttons. */
  function forged(card: Message, value: string): Message {
    const now = slack.workspace.find(card.channel, card.ts) ?? card;
    const blocks = JSON.stringify(now.blocks).replaceAll(
      /"value":"(?:[^"\\]|\\.)*"/g,
      () => `"value":${JSON.stringify(value)}`,
    );
    return slack.workspace.edit(now, { blocks: JSON.parse(blocks) as JsonObject[] });
  }

  async function asked(): Promise<Message> {
    await stage.types("start eks-workshop");
    return stage.card();
  }

  async function nothingWasDecided(): Promise<void> {
    expect(await types()).toEqual(["RunRequested"]);
    expect(
      stage.playground.world.calls.filter((call) => call.operation === "UpdateNodegroupVersion"),
    ).toEqual([]);
    expect((await stage.types("status")).text).toContain("1 open run");
  }

  it.each([
    ["empty", ""],
    ["of another shape", '{"r":"calm-heron-42","v":3}'],
    ["with a key of Redis in it", "{eks-upgrade}:open|abc"],
    ["with 2,000 characters", "x".repeat(2_000)],
    ["with control sequences", "<!channel>|<!here>\u202e"],
  ])("a forged click, its value %s, decides nothing, and the person is told", async (_, value) => {
    const card = await asked();
    await slack.as(slack.users.approver).click(forged(card, value), approve);
    const answer = await stage.ephemeral(slack.users.approver, "Nothing was decided.");
    expect(said(answer)).not.toContain("<!channel>");
    await nothingWasDecided();
  });

  it("a forged click with another plan's hash approves nothing: the card is asked again", async () => {
    const card = await asked();
    const [id = ""] = await stage.runs.recent(1);
    await slack.as(slack.users.approver).click(forged(card, `${id}|${"0".repeat(32)}`), approve);
    await soon(() => expect(answersOf(slack.users.approver)).toHaveLength(1));
    await nothingWasDecided();
  });

  it("a click on a card whose request was decided long ago says so, and changes nothing", async () => {
    const card = await asked();
    const old = card.blocks;
    const approver = slack.as(slack.users.approver);
    await approver.click(card, "eks-upgrade:reject");
    await approver.submit(await slack.waitFor(() => approver.modal()), {
      "eks-upgrade:why": "not now",
    });
    await soon(async () => expect(await types()).toContain("RunRejected"));
    const decided = await slack.waitFor(() =>
      [slack.workspace.find(card.channel, card.ts)].find((each) => each && !said(each).includes(approve)),
    );
    await slack
      .as(slack.users.approver)
      .click(slack.workspace.edit(decided ?? card, { blocks: old }), approve);
    await stage.ephemeral(slack.users.approver, "decided already");
    expect(await types()).toEqual(["RunRequested", "RunRejected"]);
  });

  it("two clicks of one person at once decide once, and nothing is started twice", async () => {
    const card = await asked();
    const approver = slack.as(slack.users.approver);
    await Promise.all([approver.click(card, approve), approver.click(card, approve)]);
    await soon(async () => expect(await types()).toContain("UpdateStarted"));
    await stage.ephemeral(slack.users.approver, "decided already");
    expect((await types()).filter((type) => type === "RunApproved")).toHaveLength(1);
  });

  it("a person of another workspace may neither approve nor start, whatever their id", async () => {
    const card = await asked();
    Object.assign(slack.workspace.team, { id: "T0FOREIGN" });
    await slack.as(slack.users.approver).click(card, approve);
    await stage.ephemeral(slack.users.approver, "You belong to another workspace than this bot");
    const answer = await stage.types("start eks-workshop");
    expect(answer.text).toContain("You belong to another workspace than this bot");
    expect(await types()).toEqual(["RunRequested"]);
  });

  it("a click that names no team at all is a stranger's", async () => {
    const card = await asked();
    const value = /"value":"([^"]+)"/.exec(JSON.stringify(card.blocks))?.[1] ?? "";
    await slack.socketMode.deliver(
      "interactive",
      clickOf(card, value, { user: { id: slack.users.approver } }),
      false,
    );
    await soon(() => expect(slack.calls.map((call) => call.method)).toContain("response_url"));
    await nothingWasDecided();
  });

  it.each<[string, JsonObject]>([
    ["nothing", {}],
    ["a type that Slack does not have", { type: "telepathy" }],
    ["a click without actions", { type: "block_actions", user: { id: "U0APPROVER" } }],
    ["a submission without a view", { type: "view_submission", user: { id: "U0APPROVER" } }],
  ])("an envelope with %s crashes nothing: the next command is answered", async (_, payload) => {
    // Slack would wait three seconds for an answer that never comes; nobody here does.
    void slack.socketMode.deliver("interactive", payload, true);
    expect((await stage.types("status")).text).toContain("Nothing is open");
  });

  it("a person in no group is told whom to ask, may decide nothing, and sees no names", async () => {
    const card = await asked();
    const { bystander } = slack.users;
    const [id = ""] = await stage.runs.recent(1);
    expect((await stage.types("start eks-workshop", bystander)).text).toContain(
      'I know no cluster "eks-workshop". There is none that you may see.',
    );
    for (const text of [
      "status",
      `status ${id}`,
      `cancel ${id}`,
      "list",
      "plan eks-workshp",
      "watch eks-workshp",
    ]) {
      const answer = said(await stage.types(text, bystander));
      expect(answer, text).not.toContain("eks-workshop");
    }
    await slack.as(bystander).click(card, approve);
    await stage.ephemeral(bystander, "Only the approvers of prod");
    await nothingWasDecided();
  });

  const nasty = "<!channel> <!here> <@U0APPROVER> & `code` *bold* \u202egnitteg\u202c\u200b";
  it.each([
    ["pings", `plan ${nasty}`],
    ["pings as a subcommand", nasty],
    ["pings as a run", `status ${nasty}`],
    ["pings as a release", `plan eks-workshop --to <!channel>&\`\u202ex`],
    ["pings as a cluster", "start <!channel>/<!here>"],
    ["4,000 characters of text", `start ${"я&<".repeat(1_333)}`],
    ["4,000 characters of one word", "x".repeat(4_000)],
    ["a node group of 4,000 characters", `plan eks-workshop/${"<".repeat(3_980)}`],
    ["slashes only", "start ////"],
    ["a name of JavaScript's own", "start __proto__/constructor"],
    ["marks that turn the reading round", "start eks\u202e-workshop"],
  ])("%s in a command is answered as words: nobody is pinged, and nothing starts", async (_, text) => {
    const answer = await stage.types(text);
    expect(answer.text.length).toBeLessThanOrEqual(4_000);
    // Asking calls nobody: only who typed sees whom it names.
    expectNoPing(answer, ["S0APPROVERS"]);
    expect(
      stage.playground.world.calls.filter((call) => call.operation === "UpdateNodegroupVersion"),
    ).toEqual([]);
  });

  function clickOf(card: Message, value: string, who: JsonObject): JsonObject {
    return {
      type: "block_actions",
      ...who,
      api_app_id: "A0EKSUPGRADE",
      trigger_id: randomUUID(),
      response_url: `${slack.url}/response/none`,
      container: { type: "message", message_ts: card.ts, channel_id: card.channel, is_ephemeral: false },
      channel: { id: card.channel },
      actions: [
        {
          type: "button",
          action_id: approve,
          block_id: "b",
          value,
          action_ts: "1.0",
          text: { type: "plain_text", text: "Approve" },
        },
      ],
    };
  }
});
