import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, type Server } from "node:net";
import { App } from "@slack/bolt";
import type { Logger } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { httpMode, requestPath } from "../../commands/http-mode.js";
import { tellRefused } from "../../commands/refused-requests.js";
import type { Connection } from "../../commands/transport.js";
import { freePort } from "../../playground/free-port.js";
import { HttpMode, type SignedRequest } from "../../playground/slack/http-mode.js";
import { signed } from "../../playground/slack/signing.js";
import type { Recorded } from "../../src/audit.js";
import { slackLogger } from "../../src/slack/logger.js";
import { heard } from "../heard.js";

const secret = "a secret";
const form = "application/x-www-form-urlencoded";
const command = "command=%2Feks-upgrade&text=help&user_id=U1&team_id=T1";

let port: number;
let url: string;
let log: Logger;
/** What the audit keeps. */
let recorded: Recorded[];
let lines: () => Record<string, unknown>[];
let connection: Connection;
/** Texts of the commands that came, and of those that were carried out. */
let arrived: string[];
let done: string[];
/** Holds back acknowledgements. */
let hold: Promise<void> | undefined;
let remembers: (signature: string) => Promise<boolean>;
const slack = new HttpMode({ signingSecret: secret, now: Date.now, ackTimeout: 5_000 });

beforeEach(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}${requestPath}`;
  ({ log, lines } = heard());
  recorded = [];
  arrived = [];
  done = [];
  hold = undefined;
  const seen = new Set<string>();
  remembers = async (signature) => !seen.has(signature) && !!seen.add(signature);
  connection = await open();
});
afterEach(() => connection.close());

/** Bolt with the least there can be, behind the transport that is tested. */
async function open(arrivesWithin?: number): Promise<Connection> {
  const app = new App({
    authorize: async () => ({ botToken: "xoxb-1", botId: "B1", botUserId: "U0BOT" }),
    receiver: { init() {}, async start() {}, async stop() {} },
    convoStore: false,
    logger: slackLogger(log),
  });
  app.command("/eks-upgrade", async ({ ack, command: { text } }) => {
    arrived.push(text);
    await hold;
    await ack({ text: "heard" });
    done.push(text);
  });
  app.action("known", async ({ ack }) => ack());
  app.options("menu", async ({ ack }) => ack({ options: [] }));
  const replays = { isNew: (signature: string) => remembers(signature) };
  const transport = httpMode({
    ...{
      signingSecret: secret,
      port,
      replays,
      log,
      refused: tellRefused({ record: (entry) => recorded.push(entry) }, log),
    },
    ...(arrivesWithin !== undefined && { arrivesWithin }),
  });
  return transport.connect(app, new AbortController().signal);
}

const send = (request: SignedRequest) => slack.send(url, request);
const genuine = () => slack.sign(form, command);
/** Signed as Slack would at another time. */
const at = (seconds: number): SignedRequest => ({
  headers: { "content-type": form, ...signed(secret, command, Math.floor(Date.now() / 1000) + seconds) },
  body: command,
});
const whys = () => lines().flatMap(({ why }) => (why === undefined ? [] : [String(why)]));

describe("a request in HTTP mode", () => {
  it("from Slack is carried out, and answered in its response", async () => {
    expect(await send(genuine())).toEqual({ status: 200, body: '{"text":"heard"}' });
    expect(done).toEqual(["help"]);
  });

  it("that Slack verifies the address with is answered with its challenge", async () => {
    expect(await slack.verify(url)).toBe(true);
  });

  const unsigned = () => ({ headers: { "content-type": form }, body: command });
  it.each<[string, () => SignedRequest, string]>([
    [
      "forged with another secret",
      () => ({
        ...genuine(),
        headers: { "content-type": form, ...signed("guess", command, (Date.now() / 1000) | 0) },
      }),
      "its signature is wrong",
    ],
    [
      "whose body was changed",
      () => ({ ...genuine(), body: command.replace("help", "start") }),
      "its signature",
    ],
    ["that is stale", () => at(-310), "s old"],
    ["from the future", () => at(70), "s ahead"],
    ["without a signature", unsigned, "it is not signed"],
    [
      "that says it checks the certificate, without a signature",
      () => ({ ...unsigned(), body: `ssl_check=1&${command}` }),
      "it is not signed",
    ],
  ])("%s is refused, and said in the log", async (_, request, why) => {
    expect(await send(request())).toEqual({ status: 401, body: "" });
    expect(done).toEqual([]);
    expect(whys()).toEqual([expect.stringContaining(why)]);
    expect(recorded).toEqual([
      expect.objectContaining({ kind: "refusal", who: "nobody", rule: "signature", why: whys()[0] }),
    ]);
  });

  it("however often it is forged fills no audit: the first is kept, and how many came after it", async () => {
    for (let each = 0; each < 20; each++) await send(at(-310));
    expect(whys()).toHaveLength(20);
    expect(recorded).toHaveLength(1);
  });

  it("that was seen before is refused", async () => {
    const request = genuine();
    expect((await send(request)).status).toBe(200);
    expect((await send(request)).status).toBe(401);
    expect(done).toEqual(["help"]);
    expect(whys()).toEqual(["it was here before"]);
  });

  it("is not remembered before it is known to be genuine: strangers fill no store", async () => {
    const asked: string[] = [];
    remembers = async (signature) => asked.push(signature) > 0;
    await send(unsigned());
    await send(at(-310));
    expect(asked).toEqual([]);
    await send(genuine());
    expect(asked).toEqual([expect.stringMatching(/^v0=[0-9a-f]{64}$/)]);
  });

  it("passes while nobody can tell whether it was seen before", async () => {
    remembers = () => Promise.reject(new Error("Stream isn't writeable"));
    expect((await send(genuine())).status).toBe(200);
    expect(lines().map(({ msg }) => msg)).toContain("cannot tell replayed requests");
  });

  it.each<[string, string, RequestInit, number]>([
    ["to another path", "/", { method: "POST" }, 404],
    ["to a path that only begins alike", `${requestPath}/more`, { method: "POST" }, 404],
    ["to no path at all", "//", { method: "POST" }, 404],
    ["that does not post", requestPath, {}, 405],
    ["that is longer than any of Slack's", requestPath, { method: "POST", body: "x".repeat(1_100_000) }, 413],
  ])("%s is refused", async (_, path, request, status) => {
    expect((await fetch(`http://127.0.0.1:${port}${path}`, request)).status).toBe(status);
  });

  it.each<[string, string, string]>([
    ["in a form with a charset", `${form}; charset=utf-8`, command],
    ["that is no JSON", "application/json", "{"],
    ["that is nothing, in JSON", "application/json", "null"],
    ["that is a list", "application/json", "[]"],
    ["that is a word", "application/json", '"ssl_check"'],
    ["whose form holds nothing", form, "payload=null"],
    ["whose form holds no JSON", form, "payload=%7B"],
    ["whose form holds a number", form, "payload=1"],
  ])("%s is a bad one, and the bot stays as it was", async (_, contentType, body) => {
    expect(await send(slack.sign(contentType, body))).toEqual({ status: 400, body: "" });
    expect(whys()).toEqual(["it holds no order"]);
    expect((await send(genuine())).status).toBe(200);
  });

  const suggestion = JSON.stringify({
    ...{ type: "block_suggestion", action_id: "menu", block_id: "menu", value: "wo" },
    ...{ user: { id: "U1" }, team: { id: "T1" } },
  });
  it.each<[string, string, string]>([
    ["for a menu's choices", new URLSearchParams({ payload: suggestion }).toString(), '{"options":[]}'],
    ["that checks the certificate", "ssl_check=1&token=deprecated", ""],
    ["that checks the certificate, and bears a click", "ssl_check=1&payload=%7B%7D", ""],
  ])("%s may come twice within a second, letter by letter the same", async (_, body, answer) => {
    const request = slack.sign(form, body);
    for (const _time of ["first", "second"])
      expect(await send(request)).toEqual({ status: 200, body: answer });
  });

  it("that comes too slowly is cut off soon after its time", async () => {
    await connection.close();
    connection = await open(200);
    const slow = connect(port, "127.0.0.1");
    await once(slow, "connect");
    slow.write("POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-length: 5\r\n\r\n");
    const began = performance.now();
    slow.resume();
    await once(slow, "close");
    expect(performance.now() - began).toBeLessThan(12_000);
  });

  it("that nobody listens to gets no acknowledgement, and leaves the bot as it was", async () => {
    expect((await send(slack.sign(form, "command=%2Fother&user_id=U1&team_id=T1"))).status).toBe(404);
    expect((await send(genuine())).status).toBe(200);
  });
});

it("an acknowledgement that comes too late changes nothing for whoever waited, and ends nothing", async () => {
  let release = () => {};
  hold = new Promise((resolve) => {
    release = resolve;
  });
  expect((await send(genuine())).status).toBe(404);
  release();
  hold = undefined;
  await expect.poll(() => lines().map(({ level }) => level)).toContain(50);
  expect((await send(slack.sign(form, `${command}&again=1`))).status).toBe(200);
});

it("a connection that cannot be taken is said in the log, and ends nothing", async () => {
  let server: Server | undefined;
  const look = (message: unknown) => {
    ({ server } = message as { server: Server });
  };
  subscribe("http.server.request.start", look);
  await send(genuine());
  unsubscribe("http.server.request.start", look);
  for (const _ of [1, 2]) server?.emit("error", new Error("accept EMFILE"));
  expect(lines().filter(({ error }) => error === "accept EMFILE")).toHaveLength(2);
  expect((await send(slack.sign(form, `${command}&again=1`))).status).toBe(200);
});

describe("the end of HTTP mode", () => {
  it("answers the requests that are under way, and takes no more", async () => {
    let release = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const underWay = send(genuine());
    await expect.poll(() => arrived).toEqual(["help"]);
    const closing = connection.close();
    await expect(send(genuine())).rejects.toThrow("ECONNREFUSED");
    release();
    expect(await underWay).toEqual({ status: 200, body: '{"text":"heard"}' });
    await closing;
    expect(done).toEqual(["help"]);
    await connection.ended;
  });

  it("does not wait for more on a connection that a load balancer keeps open", async () => {
    let release = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const { headers, body } = genuine();
    // Keeps its connections open, unlike Slack's end here.
    const underWay = fetch(url, { method: "POST", headers, body });
    await expect.poll(() => arrived).toEqual(["help"]);
    const closing = connection.close();
    release();
    expect((await underWay).headers.get("connection")).toBe("close");
    await closing;
  });

  it("does not wait for whoever is connected and says nothing", async () => {
    const silent = connect(port, "127.0.0.1");
    await once(silent, "connect");
    silent.write("POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-length: 5\r\n\r\n");
    const gone = once(silent, "close");
    const began = performance.now();
    await connection.close();
    await gone;
    expect(performance.now() - began).toBeLessThan(4_400);
  });

  it("leaves the port to the next, which says which it is while it is taken", async () => {
    await expect(open()).rejects.toThrow(`PORT ${port} is taken by another process`);
    await connection.close();
    connection = await open();
    expect(await slack.verify(url)).toBe(true);
  });
});
