import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../playground/free-port.js";
import type { SignedRequest } from "../../playground/slack/http-mode.js";
import type { SimulatedSlack } from "../../playground/slack/server.js";
import { signed } from "../../playground/slack/signing.js";
import { ConfigError } from "../../src/config.js";
import { openTcpWire, type Wire } from "../crash/tcp-wire.js";
import { approve, on } from "./acting.js";
import { openStage, requestUrl, type Stage } from "./stage.js";

let stage: Stage;
let slack: SimulatedSlack;
let ports: number[];
beforeEach(async () => {
  stage = await openStage({ speed: 20, mode: "http" });
  slack = stage.playground.slack;
  ports = [await freePort(), await freePort()];
});
afterEach(async () => stage.close());

const startBots = (overrides: Record<string, string> = {}) =>
  Promise.all(ports.map((port) => stage.startBot({ ROLE: "bot", PORT: `${port}`, ...overrides })));
const to = (bot: number, request: SignedRequest) => slack.httpMode.send(requestUrl(ports[bot] ?? 0), request);

/** The approver's click on the card, as it went over the wire. */
async function clicked(): Promise<SignedRequest> {
  await stage.types("start eks-workshop");
  const card = await stage.card();
  await slack.as(slack.users.approver).click(card, approve);
  await on(stage).has("RunApproved");
  return slack.httpMode.sent.at(-1) ?? { headers: {}, body: "" };
}

describe("two bots behind one address", () => {
  it("a request that was overheard and is sent again is refused by the one that took it, and by the other", async () => {
    await startBots();
    const click = await clicked();
    const before = await on(stage).types();
    for (const bot of [0, 1]) expect((await to(bot, click)).status).toBe(401);
    expect(await on(stage).types()).toEqual(before);
  });

  it("a command that is sent again is not carried out again", async () => {
    await startBots();
    await stage.types("help");
    const [command] = slack.httpMode.sent;
    const answers = slack.workspace.ephemerals(slack.users.operator).length;
    for (const bot of [0, 1])
      expect(await to(bot, command ?? { headers: {}, body: "" })).toMatchObject({ status: 401 });
    await stage.types("status");
    expect(slack.workspace.ephemerals(slack.users.operator)).toHaveLength(answers + 1);
  });

  it.each<[string, string | undefined, number]>([
    ["forged", "a guess", 0],
    ["stale", undefined, -301],
    ["from the future", undefined, 310],
  ])("an approval that is %s decides nothing", async (_, secret, seconds) => {
    await startBots();
    await stage.types("start eks-workshop");
    await slack.as(slack.users.operator).click(await stage.card(), approve);
    await stage.ephemeral(slack.users.operator, "");
    const { body, headers } = slack.httpMode.sent.at(-1) ?? { headers: {}, body: "" };
    // The asker's own click, made the approver's.
    const stolen = body.replaceAll(slack.users.operator, slack.users.approver);
    expect(stolen).not.toBe(body);
    const time = Math.floor(Date.now() / 1000) + seconds;
    const signature = signed(secret ?? slack.signingSecret, stolen, time);
    expect((await to(0, { body: stolen, headers: { ...headers, ...signature } })).status).toBe(401);
    expect(await on(stage).types()).toEqual(["RunRequested"]);
  });
});

describe("a bot in HTTP mode", () => {
  it("takes the form: its menus are filled, and its answer is a card that asks for approval", async () => {
    await stage.startBot();
    const person = slack.as(slack.users.operator);
    await person.command("/eks-upgrade", "");
    const form = await slack.waitFor(() => person.modal(), { what: "the form" });
    const [cluster = {}] = await person.suggest(form, "eks-upgrade:cluster", "work");
    expect(cluster).toMatchObject({ value: "eks-workshop" });
    await person.choose(form, "eks-upgrade:cluster", cluster);
    const chosen = await slack.waitFor(
      () => {
        const shown = person.modal();
        return shown?.hash !== form.hash && shown;
      },
      { what: "the form for that cluster" },
    );
    const [nodeGroup = {}] = await person.suggest(chosen, "eks-upgrade:node-group", "");
    expect(nodeGroup).toMatchObject({ value: "default" });
    const inputs = { "eks-upgrade:cluster": cluster, "eks-upgrade:node-group": nodeGroup };
    expect(await person.submit(chosen, inputs)).toMatchObject({ payload: { response_action: "update" } });
    expect(await stage.card()).toBeDefined();
  });

  it("whose token Slack refuses says which, and does not start", async () => {
    await expect(stage.startBot({ SLACK_BOT_TOKEN: "xoxb-wrong" })).rejects.toEqual(
      new ConfigError(["SLACK_BOT_TOKEN: Slack refuses it (invalid_auth)"]),
    );
  });

  it.each([
    ["of an older version of the bot", "eks-upgrade:long-gone"],
    ["of another app", "other:button"],
  ])("acknowledges a button %s", async (_, id) => {
    await stage.startBot();
    const button = { type: "button", action_id: id, text: { type: "plain_text", text: "?" } };
    const blocks = [{ type: "actions", elements: [button] }];
    const message = slack.workspace.post(slack.channel, slack.users.bot, { text: "?", blocks });
    expect(await slack.as(slack.users.operator).click(message, id)).toMatchObject({ outcome: "acked" });
  });

  it.each<[string, (wire: Wire) => void]>([
    ["away", (wire) => wire.cut()],
    ["hanging", (wire) => wire.freeze()],
  ])("says in words that its Redis is %s, and decides nothing", async (_, fail) => {
    const wire = await openTcpWire(new URL(stage.redisUrl).host);
    await stage.startBot({ REDIS_URL: `redis://${wire.host}` });
    await stage.types("start eks-workshop");
    const card = await stage.card();
    fail(wire);
    const delivery = await slack.as(slack.users.approver).click(card, approve);
    expect(delivery).toMatchObject({ outcome: "acked" });
    await stage.ephemeral(slack.users.approver, "my store (Redis) does not answer");
    expect(await on(stage).types()).toEqual(["RunRequested"]);
    wire.mend();
    wire.thaw();
  });
});
