import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type BotProcess, startBot } from "../../playground/bot-process.js";
import { freePort } from "../../playground/free-port.js";
import type { EnvelopeType } from "../../playground/slack/delivery.js";
import type { JsonObject } from "../../playground/slack/json.js";
import { requestUrl, said } from "../e2e/stage.js";
import { type Arena, openArena } from "./arena.js";
import { deliver } from "./forge.js";
import { oddValues, placesIn, wellFormed, wellFormedCommand, wellFormedEvent, withOdd } from "./malformed.js";

/** Orders that are no orders, at a bot in a process of its own: answered or ignored, and the next one is done as always. */

let arena: Arena;
let bot: BotProcess;
let port: number;
let health: number;
let exit: unknown;

async function opened(mode: "socket" | "http"): Promise<void> {
  arena = await openArena({ mode, people: 45 });
  [port, health] = [await freePort(), await freePort()];
  exit = undefined;
  bot = startBot({
    ...{ ...arena.stage.playground.environment, REDIS_URL: arena.stage.redisUrl, FLEET_FILE: arena.file },
    ...{ HEALTH_PORT: `${health}`, LOG_LEVEL: "info", ...(mode === "http" && { PORT: `${port}` }) },
  });
  void bot.ended.then((how) => {
    exit = how;
  });
  if (mode === "http") arena.slack.deliverTo(requestUrl(port));
  const ready = async () => expect((await fetch(`http://127.0.0.1:${health}/readyz`)).status).toBe(200);
  await vi.waitFor(ready, { timeout: 50_000, interval: 200 });
}

async function closed(): Promise<void> {
  expect(await bot.stop()).toBe(0);
  await arena.close();
}

async function unharmed(): Promise<void> {
  expect(exit, bot.output().slice(-2_000)).toBe(undefined);
  expect((await fetch(`http://127.0.0.1:${health}/healthz`)).status).toBe(200);
  // Whoever sent all that has used up their orders.
  expect(said(await arena.stage.types("status", arena.approver()))).toContain("Nothing is open");
  expect(arena.updates()).toBe(0);
  expect(await arena.stage.runs.recent(5)).toEqual([]);
  expect(bot.output()).not.toMatch(/UnhandledPromiseRejection|uncaughtException|Uncaught /);
}

/** Each part of it left out, or something else; by people who could give such an order. */
function allWrong(made: (user: string, response: string) => JsonObject, depth?: number): JsonObject[] {
  const nowhere = `${arena.slack.url}/response/0`;
  return placesIn(made("", ""), depth).flatMap((place) =>
    oddValues.map(([, odd]) => withOdd(made(arena.operator(), nowhere), place, odd)),
  );
}

/** Many at once: Slack waits three seconds for what is not answered. */
async function sendAll(type: EnvelopeType, payloads: readonly JsonObject[]): Promise<void> {
  for (let at = 0; at < payloads.length; at += 400) {
    await Promise.all(payloads.slice(at, at + 400).map((payload) => deliver(arena.slack, type, payload)));
  }
}

const of = (...names: readonly string[]) =>
  names.flatMap((name) => allWrong((user, response) => wellFormed(user, response)[name] ?? {}));
const flat = (...names: readonly string[]) =>
  names.flatMap((name) => allWrong((user, response) => wellFormed(user, response)[name] ?? {}, 1));

describe.each(["socket", "http"] as const)("in %s mode", (mode) => {
  beforeAll(() => opened(mode));
  afterAll(closed);

  it.each<[string, EnvelopeType, () => JsonObject[], number]>([
    [
      "buttons",
      "interactive",
      () => [...of("approve", "schedule"), ...flat("reject", "snooze", "cancel", "answer")],
      800,
    ],
    [
      "modals and menus",
      "interactive",
      () => [...of("why", "form", "choice"), ...flat("menu", "groups")],
      900,
    ],
    ["what nobody listens to", "interactive", () => flat("closed", "shortcut", "legacy", "step"), 250],
    ["commands", "slash_commands", () => allWrong(wellFormedCommand), 100],
    ["events", "events_api", () => allWrong(wellFormedEvent), 100],
  ])("%s with each of their parts wrong", async (_, type, made, atLeast) => {
    const payloads = made();
    expect(payloads.length).toBeGreaterThan(atLeast);
    await sendAll(type, payloads);
    await unharmed();
  });
});

describe("by HTTP alone", () => {
  beforeAll(() => opened("http"));
  afterAll(closed);

  const form = "application/x-www-form-urlencoded";
  const url = () => requestUrl(port);
  /** Slack waits three seconds: by then it is told that nobody listens to it, or gives up itself. */
  const unheard = 404;
  const send = (type: string, body: string) =>
    arena.slack.httpMode
      .send(url(), arena.slack.httpMode.sign(type, body))
      .catch(() => ({ status: unheard }));
  const click = () => JSON.stringify(wellFormed(arena.operator(), "http://127.0.0.1:1/").approve);
  const padded = (bytes: number) => `payload=${"x".repeat(bytes - 8)}`;

  it.each<[string, string, () => string, readonly number[]]>([
    ["a form of one megabyte", form, () => padded(1024 * 1024), [400]],
    ["a form of one byte more", form, () => padded(1024 * 1024 + 1), [413]],
    ["JSON of ten megabytes", "application/json", () => `"${"x".repeat(10_000_000)}"`, [413]],
    ["a million lists in one another", form, () => `payload=${"[".repeat(1_000_000)}`, [400]],
    [
      "500,000 lists in one another, and closed",
      "application/json",
      () => `{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}`,
      [404],
    ],
    [
      "200,000 lists in a click",
      form,
      () => `payload={"type":"block_actions","actions":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
      [500],
    ],
    [
      "100,000 fields",
      form,
      () => Array.from({ length: 100_000 }, (_, each) => `f${each}=`).join("&"),
      [404],
    ],
    [
      "a click twice in one form",
      form,
      () => `payload=${encodeURIComponent(click())}&payload=${encodeURIComponent(click())}`,
      [200, 400, 404],
    ],
    [
      "a click and a command in one form",
      form,
      () =>
        `payload=${encodeURIComponent(click())}&command=/eks-upgrade&text=start+eks-workshop&user_id=U0OP1&team_id=T0PLAYGROUND`,
      [200],
    ],
    [
      "a command twice in one form",
      form,
      () =>
        "command=/eks-upgrade&command=/eks-upgrade&text=help&text=help&user_id=U0OP1&team_id=T0PLAYGROUND",
      [200, 404],
    ],
    [
      "people out of JavaScript",
      form,
      () =>
        "command=/eks-upgrade&text=start+eks-workshop&user_id=__proto__&team_id=constructor&__proto__=x&toString=y",
      [500],
    ],
    ["no bytes", form, () => "", [404]],
    ["bytes that are no text", form, () => "payload=%ff%fe%00%c0%af&command=%ff", [400]],
    ["a mark before its JSON", "application/json", () => `\ufeff{"type":"event_callback"}`, [400, 404]],
    [
      "JSON with a key twice",
      "application/json",
      () => '{"type":"url_verification","type":"event_callback","event":null}',
      [500],
    ],
    [
      "a number that is none",
      "application/json",
      () => '{"type":"event_callback","event":{"type":1e999}}',
      [200],
    ],
    [
      "a file, in parts",
      "multipart/form-data; boundary=x",
      () => "--x\r\ncontent-disposition: form-data; name=payload\r\n\r\n{}\r\n--x--",
      [400],
    ],
  ])("%s is answered, and nothing comes of it", async (_, type, made, statuses) => {
    const answer = await send(type, made());
    expect(statuses).toContain(answer.status);
    await unharmed();
  });

  it("2,000 forged ones at once keep nobody waiting", async () => {
    const forged = { headers: { "content-type": form }, body: `payload=${"x".repeat(10_000)}` };
    const flood = Array.from({ length: 2_000 }, () =>
      arena.slack.httpMode.send(url(), forged).catch(() => undefined),
    );
    const began = performance.now();
    expect(said(await arena.stage.types("status", arena.approver()))).toContain("Nothing is open");
    expect(performance.now() - began).toBeLessThan(10_000);
    await Promise.all(flood);
    await unharmed();
    const audit = (await arena.audit()).filter(({ rule }) => rule === "signature");
    expect(audit.length).toBeLessThan(4);
  });
});

describe("by a connection of Socket Mode", () => {
  beforeAll(() => opened("socket"));
  afterAll(closed);

  const envelope = (more: object) =>
    JSON.stringify({ envelope_id: "e", accepts_response_payload: true, ...more });
  const event = (type: unknown) =>
    envelope({ type: "events_api", payload: { type: "event_callback", event: { type } } });

  it.each<[string, () => string]>([
    ["no JSON", () => "{"],
    ["nothing", () => ""],
    ["null", () => "null"],
    ["a list", () => "[]"],
    ["a number", () => "7"],
    ["an envelope of no type", () => envelope({})],
    ["an envelope of a type of nobody's", () => envelope({ type: "telepathy", payload: {} })],
    [
      "an envelope that is called as the library calls its own",
      () => envelope({ type: "ws_message", payload: {} }),
    ],
    ["an order without a payload", () => envelope({ type: "interactive" })],
    ["an order that is null", () => envelope({ type: "slash_commands", payload: null })],
    ["an event without a payload", () => envelope({ type: "events_api" })],
    ["an event that is none", () => envelope({ type: "events_api", payload: { event: null } })],
    ["an event of no type", () => event(undefined)],
    ["an event of many types", () => event(["app_home_opened"])],
    ["an event that is called disconnected", () => event("disconnected")],
    ["an event that is called a message", () => event("ws_message")],
    ["an event that is called an event", () => event("slack_event")],
    [
      "a million lists in one another",
      () => envelope({ type: "interactive", payload: "?" }).replace('"?"', "[".repeat(1_000_000)),
    ],
    ["a goodbye that is none", () => '{"type":["disconnect"]}'],
    [
      "JSON of ten megabytes",
      () => envelope({ type: "interactive", payload: { a: "x".repeat(10_000_000) } }),
    ],
  ])("%s is ignored, and the connection stays", async (_, made) => {
    const { connections } = arena.slack.socketMode;
    arena.slack.socketMode.say(made());
    await unharmed();
    expect(arena.slack.socketMode.connections).toBe(connections);
  });
});
