import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { servePage } from "../../../playground/page/server.js";
import { openPlayground, type Playground } from "../../../playground/playground.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { type Visit, visit } from "./visit.js";

let playground: Playground;
let page: Visit;

beforeAll(async () => {
  playground = await openPlayground({ scenario: eksWorkshop, speed: 60 });
  page = await visit(playground, { slack: true });
});
afterAll(async () => {
  await page.close();
  await playground.close();
});

/** Unlike fetch, it says what it is told to as Host. */
function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = "",
): Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(page.url + path, { method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const json = { "content-type": "application/json" };

describe("the page's server", () => {
  it.each<[string, number, string, string, Record<string, string>, string]>([
    ["the page", 200, "GET", "/", {}, ""],
    ["the page by the name localhost", 200, "GET", "/", { host: "localhost:4004" }, ""],
    ["a name that somebody made point here", 403, "GET", "/", { host: "evil.example:4004" }, ""],
    ["what people see, by such a name", 403, "GET", "/api/live", { host: "evil.example" }, ""],
    ["a form on another site", 415, "POST", "/api/time", { "content-type": "text/plain" }, "{}"],
    ["another site's script", 403, "POST", "/api/time", { ...json, origin: "http://evil.example" }, "{}"],
    ["an unknown path", 404, "GET", "/etc/passwd", {}, ""],
    ["another method", 405, "DELETE", "/", {}, ""],
    ["an act without its name", 405, "POST", "/", json, "{}"],
  ])("answers %s with %i", async (_sentence, status, method, path, headers, body) => {
    expect((await ask(method, path, headers, body)).status).toBe(status);
  });

  it("lets nothing from elsewhere into the page", async () => {
    const { headers, text } = await ask("GET", "/", {});
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(text).not.toMatch(/https?:\/\//);
  });

  it("says which port is taken, and what to do", async () => {
    const port = Number(new URL(page.url).port);
    const second = servePage({
      playground,
      conductor: page.conductor,
      bundle: { script: "", style: "" },
      port,
    });
    await expect(second).rejects.toThrow(`Port ${port} is in use: choose another with --port`);
  });
});

describe("an act that cannot be", () => {
  const operator = "U0OPERATOR";
  it.each<[string, string, object, string]>([
    ["is none", "fly", {}, 'The page asked for "fly" in a way that is not understood.'],
    ["is half told", "command", { as: operator }, "in a way that is not understood"],
    ["says too much", "dismiss", { as: operator, modal: "V1", more: 1 }, "in a way that is not understood"],
    [
      "speaks where nobody listens",
      "command",
      { as: operator, channel: "C0PROD", text: "hello" },
      "Only commands are understood here: /eks-upgrade help.",
    ],
    [
      "comes while no bot is there",
      "command",
      { as: operator, channel: "C0PROD", text: "/eks-upgrade help" },
      "Slack has no connection to the bot (dispatch_failed).",
    ],
    [
      "presses a button of a message that is gone",
      "click",
      { as: operator, place: { message: { channel: "C0PROD", ts: "1.0" } }, actionId: "a" },
      "That message is gone.",
    ],
    [
      "fills in a window that is closed",
      "submit",
      { as: operator, modal: "V1", inputs: {} },
      "That window is closed already.",
    ],
    ["is nobody's", "command", { as: "U1", channel: "C0PROD", text: "/eks-upgrade" }, "U1 is not in channel"],
    ["turns the clock of a bot elsewhere", "time", { speed: 10, paused: false }, "The bot runs elsewhere"],
    ["pauses the clock of a bot elsewhere", "time", { speed: 60, paused: true }, "The bot runs elsewhere"],
    ["moves the time of a bot elsewhere", "jump", { to: "1 hour" }, "The bot runs elsewhere"],
    ["moves the time back", "jump", { to: "-1 hour" }, "in a way that is not understood"],
    ["kills a bot elsewhere", "break", { id: "kill the bot", on: true }, "You cannot kill the bot here"],
  ])("that %s gets a sentence", async (_sentence, act, body, why) => {
    const { status, text } = await ask("POST", `/api/${act}`, json, JSON.stringify(body));
    expect([status, JSON.parse(text)]).toEqual([200, { ok: false, why: expect.stringContaining(why) }]);
  });

  it.each([
    ["is no JSON", "not json"],
    ["is far too long", JSON.stringify({ text: "x".repeat(200_000) })],
  ])("that %s gets a sentence", async (_sentence, body) => {
    const { text } = await ask("POST", "/api/command", json, body);
    expect(JSON.parse(text)).toMatchObject({ ok: false });
  });
});
