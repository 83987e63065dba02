import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askPage } from "../../commands/link-page.js";
import { linkPages } from "../../commands/link-server.js";
import { type Link, type LinkWish, openApprovalLinks } from "../../commands/links.js";
import type { Run } from "../../src/core/run.js";
import { aRun } from "../builders.js";

const settings = { publicUrl: "https://upgrades.example.com/", secret: "s".repeat(32) };
const wish: LinkWish = { runId: "calm-heron-42", planHash: "h1", user: "U0ANA", team: "T0HOME" };
const clock = { now: 1_000_000 };
const links = openApprovalLinks(settings, () => clock.now);
const tokenOf = (url: string) => url.split("/approve/")[1] ?? "";

beforeEach(() => {
  clock.now = 1_000_000;
});

describe("a link", () => {
  it("says whose approval of what it is, and no two are the same", () => {
    const [one, other] = [links.make(wish), links.make(wish)];
    expect(one).toMatch(/^https:\/\/upgrades\.example\.com\/approve\/[\w-]+\.[\w-]+$/);
    expect(one).not.toBe(other);
    expect(links.read(tokenOf(one))).toEqual({ ...wish, nonce: expect.any(String) });
  });

  const alter = (token: string, change: (said: Record<string, unknown>) => void) => {
    const [text = "", signature = ""] = token.split(".");
    const said = JSON.parse(Buffer.from(text, "base64url").toString());
    change(said);
    return `${Buffer.from(JSON.stringify(said)).toString("base64url")}.${signature}`;
  };
  it.each<[string, (token: string) => string]>([
    ["for somebody else", (token) => alter(token, (said) => Object.assign(said, { user: "U0EVE" }))],
    ["of another run", (token) => alter(token, (said) => Object.assign(said, { run: "loud-crow-1" }))],
    ["with more time", (token) => alter(token, (said) => Object.assign(said, { until: 9e15 }))],
    ["without a signature", (token) => token.split(".")[0] ?? ""],
    ["with another one's signature", (token) => `${token.split(".")[0]}.${"A".repeat(43)}`],
    ["with something behind it", (token) => `${token}.more`],
    ["of nothing", () => ""],
    [
      "of another secret",
      () => tokenOf(openApprovalLinks({ ...settings, secret: "t".repeat(32) }, () => clock.now).make(wish)),
    ],
  ])("%s is forged", (_, forge) => {
    expect(links.read(forge(tokenOf(links.make(wish))))).toBe("forged");
  });

  it("is good until its time is over", () => {
    const token = tokenOf(links.make(wish));
    clock.now += links.validFor;
    expect(links.read(token)).toMatchObject(wish);
    clock.now += 1;
    expect(links.read(token)).toBe("expired");
  });
});

describe("its page", () => {
  const waiting: Run = { ...aRun(), id: wish.runId, state: "awaiting approval" };
  const run: Run = { ...waiting, plan: { ...waiting.plan, hash: wish.planHash } };
  let server: Server;
  let approved: Link[];
  let used: Set<string>;
  let refused: string[];
  let found: Run | undefined;
  let redisAway: boolean;
  const people = { userHeader: "x-forwarded-email", people: { U0ANA: "ana@example.com" } };

  async function serve(known?: typeof people) {
    const pages = linkPages({
      links,
      ...(known && { settings: known }),
      upgrades: { find: async () => found && { run: found, events: [] } },
      replays: {
        async isNew(signature) {
          if (redisAway) throw new Error("Redis did not answer in time.");
          return !used.has(signature) && used.add(signature).size > 0;
        },
      },
      async approve(link) {
        approved.push(link);
        return { approved: true, words: "It starts now." };
      },
      refused: { tell: (rule, why, about) => refused.push([rule, why, about].join(" ")) },
      log: pino({ enabled: false }),
    });
    server = createServer((request, response) => {
      if (!pages(request, response)) response.writeHead(418).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }
  const open = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init);
  const made = () => `/approve/${tokenOf(links.make(wish))}`;

  beforeEach(() => {
    approved = [];
    used = new Set();
    refused = [];
    found = run;
    redisAway = false;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it("shows what is to be approved, and changes nothing by being looked at", async () => {
    await serve();
    const path = made();
    for (const method of ["GET", "GET", "HEAD"]) expect((await open(path, { method })).status).toBe(200);
    expect(approved).toEqual([]);
    const html = await (await open(path)).text();
    expect(html).toContain(run.plan.steps[0]?.to.release);
    expect(html).toContain('<form method="post">');
  });

  it("approves once when its button is pressed", async () => {
    await serve();
    const path = made();
    const first = await open(path, { method: "POST" });
    expect([first.status, await first.text()]).toEqual([200, expect.stringContaining("It starts now.")]);
    expect((await open(path, { method: "POST" })).status).toBe(410);
    expect(approved).toEqual([{ ...wish, nonce: expect.any(String) }]);
    expect(refused).toEqual([`link the link of ${wish.user} was used already ${wish.runId}`]);
  });

  it("cannot be used twice at once", async () => {
    await serve();
    const path = made();
    const answers = await Promise.all(Array.from({ length: 20 }, () => open(path, { method: "POST" })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(approved).toHaveLength(1);
  });

  it.each<[string, number, () => void]>([
    [
      "the request is decided",
      409,
      () => {
        found = { ...run, state: "running" };
      },
    ],
    [
      "the plan has changed",
      409,
      () => {
        found = { ...run, plan: { ...run.plan, hash: "h2" } };
      },
    ],
    [
      "nobody knows the run",
      404,
      () => {
        found = undefined;
      },
    ],
    [
      "it cannot be told whether the link was used",
      503,
      () => {
        redisAway = true;
      },
    ],
  ])("approves nothing when %s", async (_, status, change) => {
    await serve();
    change();
    expect((await open(made(), { method: "POST" })).status).toBe(status);
    expect(approved).toEqual([]);
  });

  it.each<[string, string, number]>([
    ["PUT", "PUT", 405],
    ["DELETE", "DELETE", 405],
  ])("takes no %s", async (_, method, status) => {
    await serve();
    expect((await open(made(), { method })).status).toBe(status);
  });

  it("refuses what it did not make, and leaves other paths alone", async () => {
    await serve();
    expect((await open("/approve/abc.def", { method: "POST" })).status).toBe(403);
    const path = made();
    clock.now += links.validFor + 1;
    expect((await open(path, { method: "POST" })).status).toBe(410);
    expect((await open("/slack/events", { method: "POST" })).status).toBe(418);
    expect(approved).toEqual([]);
    expect(refused).toEqual(["link the link is forged ", "link the link is expired "]);
  });

  it.each<[string, Record<string, string>, number]>([
    ["whoever pressed the button, signed in", { "x-forwarded-email": "Ana@example.com" }, 200],
    ["somebody else", { "x-forwarded-email": "eve@example.com" }, 403],
    ["nobody", {}, 403],
    ["two at once", { "x-forwarded-email": "ana@example.com, eve@example.com" }, 403],
  ])("with a proxy before it, opened by %s", async (_, headers, status) => {
    await serve(people);
    expect((await open(made(), { headers })).status).toBe(status);
    expect((await open(made(), { method: "POST", headers })).status).toBe(status);
    expect(approved).toHaveLength(status === 200 ? 1 : 0);
  });

  it("tells nobody its address, and runs nothing", async () => {
    await serve();
    const { headers } = await open(made());
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("shows other people's words as words", () => {
    const hostile = '<script>alert("x")</script>';
    const { html } = askPage({ ...run, reason: hostile, plan: { ...run.plan, cluster: hostile } });
    expect(html).not.toContain("<script>");
    expect(html).toContain("&lt;script&gt;");
  });
});
