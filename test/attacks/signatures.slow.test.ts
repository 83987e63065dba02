import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../playground/free-port.js";
import type { SignedRequest } from "../../playground/slack/http-mode.js";
import { signed } from "../../playground/slack/signing.js";
import { requestUrl } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { type Arena, buttons, openArena } from "./arena.js";

/** Requests that claim to come from Slack, at two bots behind one address. What each of them wants is an approval. */

const form = "application/x-www-form-urlencoded";

let arena: Arena;
let ports: number[];
let id: string;
/** The approver's click, which was never sent. */
let body: string;
beforeAll(async () => {
  arena = await openArena({ mode: "http" });
  ports = [await freePort(), await freePort()];
  for (const port of ports) await arena.start({ PORT: `${port}` });
  const asker = arena.operator();
  const { card, run } = await arena.ask("start eks-workshop", asker);
  ({ id } = run);
  // The asker's own click does nothing; with another person's id in it, it would approve.
  await arena.slack.as(asker).click(card, buttons.approve);
  const sent = arena.slack.httpMode.sent.at(-1);
  body = (sent?.body ?? "").replaceAll(asker, arena.slack.users.approver);
});
afterAll(() => arena.close());

const seconds = () => Math.floor(Date.now() / 1_000);
const secret = () => arena.slack.signingSecret;
/** How often a request was answered so. */
const answered = new Map<number, number>();
const note = (status: number) => answered.set(status, (answered.get(status) ?? 0) + 1);

async function send(request: SignedRequest, bot = 0, port = ports[bot] ?? 0) {
  const answer = await arena.slack.httpMode.send(requestUrl(port), request);
  note(answer.status);
  return answer;
}

/** As Slack would sign it, with what is different. */
function request(
  over: Readonly<Record<string, string | undefined>> = {},
  sent = body,
  at = seconds(),
): SignedRequest {
  const headers = { "content-type": form, ...signed(secret(), sent, at), ...over };
  const there = Object.entries(headers).filter((each): each is [string, string] => each[1] !== undefined);
  return { headers: Object.fromEntries(there), body: sent };
}

const time = "x-slack-request-timestamp";
const name = "x-slack-signature";
const right = (at = seconds()) => signed(secret(), body, at)[name] ?? "";
/** Signed with the right secret, over something that is no time. */
function timed(at: string): SignedRequest {
  const mac = createHmac("sha256", secret()).update(`v0:${at}:${body}`).digest("hex");
  return request({ [time]: at, [name]: `v0=${mac}` });
}

async function nothingWasDecided(): Promise<void> {
  expect(await arena.types(id)).toEqual(["RunRequested"]);
  expect(arena.updates()).toBe(0);
}

describe("an approval", () => {
  it.each<[string, () => SignedRequest]>([
    ["signed with a guess", () => request(signed("guess", body, seconds()))],
    ["signed with nothing", () => request(signed("", body, seconds()))],
    ["signed with the bot's token", () => request(signed(arena.slack.botToken, body, seconds()))],
    ["signed with the secret's beginning", () => request(signed(secret().slice(0, -1), body, seconds()))],
    ["not signed", () => request({ [name]: undefined })],
    ["with an empty signature", () => request({ [name]: "" })],
    ["with a signature of nothing", () => request({ [name]: "v0=" })],
    ["with a signature cut short", () => request({ [name]: right().slice(0, -1) })],
    ["with a signature made longer", () => request({ [name]: `${right()}0` })],
    ["with a signature in capitals", () => request({ [name]: right().toUpperCase() })],
    ["with a signature of another version", () => request({ [name]: right().replace("v0", "v1") })],
    ["with two signatures, one of them right", () => request({ [name]: `v0=${"0".repeat(64)}, ${right()}` })],
    ["with a signature that is no text of ours", () => request({ [name]: "é".repeat(67) })],
    ["without a time", () => request({ [time]: undefined })],
    ["with another time than was signed", () => request({ [time]: `${seconds() - 1}` })],
    ["with an empty time", () => timed("")],
    ["with a time that is a word", () => timed("now")],
    ["with a time below nothing", () => timed("-1")],
    ["at the beginning of time", () => timed("0")],
    ["with a time in hexadecimal", () => timed(`0x${seconds().toString(16)}`)],
    ["with a time in powers of ten", () => timed("1.8e9")],
    ["with half a second", () => timed(`${seconds()}.5`)],
    ["with a time that begins with nothing", () => timed(`0${seconds()}`)],
    ["with a plus before its time", () => timed(`+${seconds()}`)],
    ["with a time in milliseconds", () => timed(`${Date.now()}`)],
    ["with a time that is no number", () => timed("NaN")],
    ["with endless time", () => timed("Infinity")],
    ["that is 5 minutes and a second old", () => request({}, body, seconds() - 302)],
    ["that is a day old", () => request({}, body, seconds() - 86_400)],
    ["that comes from a minute ahead", () => request({}, body, seconds() + 63)],
    ["that comes from an hour ahead", () => request({}, body, seconds() + 3_600)],
    ["whose person was changed", () => ({ ...request(), body: body.replace("U0APPROVER", "U0AP1") })],
    ["that was made longer", () => ({ ...request(), body: `${body}&a=b` })],
    ["that was made longer by a space", () => ({ ...request(), body: `${body} ` })],
    [
      "with the signature of another request",
      () => ({ ...request({}, "command=%2Feks-upgrade&text=help"), body }),
    ],
    [
      "that says it checks the certificate",
      () => ({ headers: { "content-type": form }, body: `ssl_check=1&${body}` }),
    ],
    [
      "that says it verifies the address",
      () => ({
        headers: { "content-type": "application/json" },
        body: '{"type":"url_verification","challenge":"x"}',
      }),
    ],
  ])("%s is refused by both", async (_, made) => {
    for (const bot of [0, 1]) expect(await send(made(), bot)).toEqual({ status: 401, body: "" });
    await nothingWasDecided();
  });

  it.each<[string, () => string, string, number]>([
    [
      "with its signature in the address",
      () => `/slack/events?${time}=${seconds()}&${name}=${right()}`,
      "POST",
      401,
    ],
    ["by another path", () => "/slack/events/", "POST", 404],
    ["by a path in capitals", () => "/SLACK/events", "POST", 404],
    ["by two slashes", () => "//slack/events", "POST", 404],
    ["by the page of links", () => "/approve/slack", "POST", 404],
    ["by another method", () => "/slack/events", "PUT", 405],
  ])("%s is refused", async (_, path, method, status) => {
    const { headers } = request();
    const bare = { "content-type": form };
    const address = `http://127.0.0.1:${ports[0]}${path()}`;
    const answer = await fetch(address, { method, body, headers: status === 401 ? bare : headers });
    note(answer.status);
    expect(answer.status).toBe(status);
    await nothingWasDecided();
  });

  it.each([
    ["in a form with a charset", `${form}; charset=utf-8`],
    ["as JSON", "application/json"],
    ["as nothing that is known", "text/plain"],
  ])("%s, though signed, holds no order", async (_, type) => {
    expect((await send(request({ "content-type": type }))).status).toBe(400);
    await nothingWasDecided();
  });
});

describe("a request that was taken once", () => {
  /** Whatever it is; it only has to be signed, and new. */
  const some = (more = "") => {
    const words = new URLSearchParams({
      command: "/eks-upgrade",
      text: "help",
      user_id: "U0AP1",
      team_id: "T1",
      more,
    });
    return request({}, words.toString());
  };

  it.each<[string, (taken: SignedRequest) => SignedRequest]>([
    ["as it was", (taken) => taken],
    [
      "with its headers in capitals",
      ({ headers, ...rest }) => ({
        ...rest,
        headers: Object.fromEntries(
          Object.entries(headers).map(([key, value]) => [key.toUpperCase(), value]),
        ),
      }),
    ],
    [
      "with spaces around its signature",
      (taken) => ({ ...taken, headers: { ...taken.headers, [name]: ` ${taken.headers[name]} ` } }),
    ],
    ["with more headers", (taken) => ({ ...taken, headers: { ...taken.headers, "x-slack-retry-num": "1" } })],
  ])(
    "%s is refused by the bot that took it, and by every other, also by one that started since",
    async (what, change) => {
      const taken = some(what);
      expect((await send(taken)).status).toBe(200);
      const port = await freePort();
      const late = await arena.start({ PORT: `${port}` });
      for (const each of [...ports, port]) {
        expect(await send(change(taken), 0, each)).toEqual({
          status: 401,
          body: "",
        });
      }
      await arena.stop(late);
    },
  );

  it("and comes thirty times at once to both is taken once", async () => {
    const click = request();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, each) => send(click, each % 2)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // What all the refused ones wanted: so each of them could have been the one.
    await soon(() => expect(arena.updates()).toBe(1));
    expect((await arena.types(id)).filter((type) => type === "RunApproved")).toHaveLength(1);
  });
});

it("every one of them is in the log, and the audit knows of all without being filled by them", async () => {
  const of = (rule: string) => arena.warnings().filter((line) => line.rule === rule);
  expect(of("signature").length + of("replay").length).toBe(answered.get(401));
  expect(of("no order")).toHaveLength(answered.get(400) ?? 0);
  await arena.stopAll();
  const audit = (await arena.audit()).filter(({ who }) => who === "nobody");
  const told = (rule: string) =>
    audit.filter((line) => line.rule === rule).reduce((sum, { more }) => sum + Number(more?.count ?? 1), 0);
  for (const rule of ["signature", "replay", "no order"]) expect(told(rule), rule).toBe(of(rule).length);
  expect(audit.length).toBeLessThan(30);
});

it("nobody was harmed", async () => {
  await arena.start();
  await arena.unharmed(1);
});
