import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askPage } from "../../commands/link-page.js";
import { linkPages } from "../../commands/link-server.js";
import { type Link, type LinkWish, openApprovalLinks } from "../../commands/links.js";
import { tellRefused } from "../../commands/refused-requests.js";
import type { Recorded } from "../../src/audit.js";
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
    const link = { ...wish, nonce: expect.any(String) };
    expect(links.read(tokenOf(one))).toEqual({ link, expired: false });
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

  it("is good until its time is over, and still says then whose it was", () => {
    const token = tokenOf(links.make(wish));
    clock.now += links.validFor;
    expect(links.read(token)).toMatchObject({ link: wish, expired: false });
    clock.now += 1;
    expect(links.read(token)).toMatchObject({ link: wish, expired: true });
  });
});

describe("its page", () => {
  const waiting: Run = { ...aRun(), id: wish.runId, state: "awaiting approval" };
  const run: Run = { ...waiting, plan: { ...waiting.plan, hash: wish.planHash } };
  let server: Server;
  let approved: Link[];
  let used: Set<string>;
  /** What the audit keeps. */
  let recorded: Recorded[];
  let found: Run | undefined;
  let redisAway: boolean;
  let awsAway: boolean;
  const people = { userHeader: "x-forwarded-email", people: { U0ANA: "ana@example.com" } };

  async function serve(known?: typeof people) {
    const audit = { record: (entry: Recorded) => void recorded.push(entry) };
    const log = pino({ enabled: false });
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
        if (awsAway) throw new Error("AWS did not answer.");
        approved.push(link);
        return { approved: true, words: "It starts now." };
      },
      ...{ refused: tellRefused(audit, log), audit, log },
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
    recorded = [];
    found = run;
    redisAway = false;
    awsAway = false;
  });
  const press = { what: "approve", who: wish.user, run: wish.runId, planHash: wish.planHash, entry: "link" };
  const asked = { ...press, kind: "request", outcome: "done" };
  const refusal = (why: string) => ({ ...press, kind: "refusal", outcome: "refused", rule: "link", why });
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
    expect(recorded).toEqual([]);
  });

  it("approves once when its button is pressed", async () => {
    await serve();
    const path = made();
    const first = await open(path, { method: "POST" });
    expect([first.status, await first.text()]).toEqual([200, expect.stringContaining("It starts now.")]);
    expect((await open(path, { method: "POST" })).status).toBe(410);
    expect(approved).toEqual([{ ...wish, nonce: expect.any(String) }]);
    expect(recorded).toEqual([asked, refusal("the link was used already")]);
  });

  it("cannot be used twice at once", async () => {
    await serve();
    const path = made();
    const answers = await Promise.all(Array.from({ length: 20 }, () => open(path, { method: "POST" })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(approved).toHaveLength(1);
  });

  const { environment, cluster, region } = run.plan;
  const of = { on: "eks-workshop/default", environment, cluster, region };
  const stale = (rule: string, about: object = of) => ({
    ...{ ...press, ...about, kind: "refusal", outcome: "refused", rule },
  });
  it.each<[string, number, () => void, object[]]>([
    [
      "the request is decided",
      409,
      () => {
        found = { ...run, state: "running" };
      },
      [asked, stale("already decided")],
    ],
    [
      "the plan has changed",
      409,
      () => {
        found = { ...run, plan: { ...run.plan, hash: "h2" } };
      },
      [asked, stale("plan changed")],
    ],
    [
      "nobody knows the run",
      404,
      () => {
        found = undefined;
      },
      [asked, stale("unknown run", {})],
    ],
    [
      "it cannot be told whether the link was used",
      503,
      () => {
        redisAway = true;
      },
      [refusal("Redis did not tell whether the link was used already")],
    ],
    [
      "AWS is away, and the link is used by it",
      503,
      () => {
        awsAway = true;
      },
      [asked],
    ],
  ])("approves nothing when %s, and records who tried", async (_, status, change, told) => {
    await serve();
    change();
    const path = made();
    expect((await open(path)).status).toBeLessThan(410);
    expect((await open(path, { method: "POST" })).status).toBe(status);
    expect(approved).toEqual([]);
    expect(recorded).toEqual(told);
  });

  it.each<[string, string, number]>([
    ["PUT", "PUT", 405],
    ["DELETE", "DELETE", 405],
  ])("takes no %s", async (_, method, status) => {
    await serve();
    expect((await open(made(), { method })).status).toBe(status);
    expect(recorded).toEqual([refusal("neither was its page opened nor the button pressed")]);
  });

  it("refuses what it did not make, and leaves other paths alone", async () => {
    await serve();
    expect((await open("/approve/abc.def", { method: "POST" })).status).toBe(403);
    const path = made();
    clock.now += links.validFor + 1;
    expect((await open(path, { method: "POST" })).status).toBe(410);
    expect((await open("/slack/events", { method: "POST" })).status).toBe(418);
    expect(approved).toEqual([]);
    const forged = { ...refusal("the link is forged"), who: "nobody" };
    const { run: _run, planHash: _hash, ...unknown } = forged;
    expect(recorded).toEqual([unknown, refusal("the link has expired")]);
  });

  it("keeps each link's misuse, however many forged ones come with it, and however often it is tried", async () => {
    await serve(people);
    const path = made();
    const [ana, eve, bob] = ["ana", "eve", "bob"].map((name) => ({
      headers: { "x-forwarded-email": `${name}@example.com` },
    }));
    for (let each = 0; each < 5; each++) {
      await open("/approve/abc.def");
      for (const stranger of [eve, bob]) await open(path, stranger);
      await open(path, { method: "POST", ...ana });
    }
    expect(recorded.map(({ kind, who, more, why }) => [kind, who, more?.signedInAs, why])).toEqual([
      ["refusal", "nobody", undefined, "the link is forged"],
      [
        "refusal",
        "nobody",
        "eve@example.com",
        `it was opened by somebody else than ${wish.user}, for whom it is`,
      ],
      [
        "refusal",
        "nobody",
        "bob@example.com",
        `it was opened by somebody else than ${wish.user}, for whom it is`,
      ],
      ["request", wish.user, undefined, undefined],
      ["refusal", wish.user, undefined, "the link was used already"],
    ]);
  });

  it("is not filled by one link, whatever its header says", async () => {
    await serve(people);
    const path = made();
    for (let each = 0; each < 100; each++) {
      await open(path, { headers: { "x-forwarded-email": `eve-${each}@example.com` } });
    }
    expect(recorded.length).toBeGreaterThan(1);
    expect(recorded.length).toBeLessThan(20);
  });

  const other = "you are signed in as somebody else";
  it.each<[string, Record<string, string>, string?, string?]>([
    ["whoever pressed the button, signed in", { "x-forwarded-email": "Ana@example.com" }],
    ["somebody else", { "x-forwarded-email": "eve@example.com" }, other, "eve@example.com"],
    ["nobody", {}, "I was not told who you are"],
    ["nobody, by an empty header", { "x-forwarded-email": " " }, "I was not told who you are"],
    [
      "two at once",
      { "x-forwarded-email": "ana@example.com, eve@example.com" },
      other,
      "ana@example.com, eve@example.com",
    ],
    [
      "somebody whose name has no end",
      { "x-forwarded-email": "e".repeat(5_000) },
      other,
      `${"e".repeat(199)}…`,
    ],
  ])("with a proxy before it, opened by %s", async (_, headers, words, signedInAs) => {
    await serve(people);
    const status = words === undefined ? 200 : 403;
    for (const method of ["GET", "POST"]) {
      const answer = await open(made(), { method, headers });
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(words ?? "")]);
    }
    expect(approved).toHaveLength(status === 200 ? 1 : 0);
    if (status === 200) return expect(recorded).toEqual([asked]);
    expect(recorded).toEqual([
      {
        ...refusal(expect.stringContaining(wish.user)),
        who: "nobody",
        ...(signedInAs !== undefined && { more: { signedInAs } }),
      },
    ]);
  });

  it("with a proxy before it, says of whom fleet.yaml does not know", async () => {
    await serve(people);
    const path = `/approve/${tokenOf(links.make({ ...wish, user: "U0BOB" }))}`;
    const answer = await open(path, { headers: { "x-forwarded-email": "bob@example.com" } });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("link.people")]);
    expect(recorded).toMatchObject([
      {
        why: "fleet.yaml does not say who U0BOB is outside Slack",
        more: { signedInAs: "bob@example.com" },
      },
    ]);
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
