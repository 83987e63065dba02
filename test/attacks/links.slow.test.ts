import { afterEach, describe, expect, it } from "vitest";
import { type ApprovalLinks, type LinkWish, openApprovalLinks } from "../../commands/links.js";
import { freePort } from "../../playground/free-port.js";
import type { Message } from "../../playground/slack/types.js";
import type { Run } from "../../src/core/run.js";
import { modes, said } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { type Arena, buttons, openArena, type Rules } from "./arena.js";
import { tries } from "./forge.js";

/** The page on which an approval is given, by people who should not have its address, or should not give one. */

const secret = "a secret that only the bots know, and this test";
const approver = "U0APPROVER";
const asker = "U0OPERATOR";

let arena: Arena;
let card: Message;
let run: Run;
let origin: string;
afterEach(() => arena.close());

async function asked(mode: "socket" | "http", top: Rules = {}): Promise<void> {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  arena = await openArena({
    mode,
    top,
    rules: { approvals: { required: 1, mode: "slack+link", expiresAfter: "24h" } },
  });
  await arena.start({ PUBLIC_URL: origin, LINK_SECRET: secret, PORT: `${port}` });
  ({ card, run } = await arena.ask("start eks-workshop", asker));
}

/** Presses Approve, and gets the address. */
async function pressed(user = approver): Promise<string> {
  const answer = await tries(
    arena.slack,
    user,
    () => arena.slack.as(user).click(card, buttons.approve),
    /\/approve\//,
  );
  const [url = ""] = new RegExp(`${origin}/approve/[^|>"\\\\\\s]+`).exec(answer) ?? [];
  return url;
}

const post = (url: string, init: RequestInit = {}) => fetch(url, { method: "POST", ...init });
/** Made with the right secret. */
const made = (over: Partial<LinkWish> = {}, links: ApprovalLinks = maker(secret)) =>
  links.make({
    ...{ runId: run.id, planHash: run.plan.hash, user: approver, team: "T0PLAYGROUND" },
    ...over,
  });
const maker = (key: string, now: () => number = Date.now) =>
  openApprovalLinks({ publicUrl: origin, secret: key }, now);

async function nothingWasDecided(): Promise<void> {
  expect(await arena.types(run.id)).toEqual(["RunRequested"]);
  await arena.unharmed();
}
const begun = () => soon(() => expect(arena.updates()).toBe(1));

/** What its content says, changed by whoever has no secret. */
function altered(url: string, change: (content: Record<string, unknown>) => object): string {
  const [text = "", signature = ""] = url.slice(`${origin}/approve/`.length).split(".");
  const content = JSON.parse(Buffer.from(text, "base64url").toString());
  const other = Buffer.from(JSON.stringify({ ...content, ...change(content) })).toString("base64url");
  return `${origin}/approve/${other}.${signature}`;
}

const forgeries: readonly (readonly [what: string, forge: (url: string) => string])[] = [
  ["for another person", (url) => altered(url, () => ({ user: "U0AP1" }))],
  ["for another run", (url) => altered(url, () => ({ run: "calm-heron-42" }))],
  ["for another plan", (url) => altered(url, () => ({ hash: "0".repeat(32) }))],
  ["that is good for ever", (url) => altered(url, () => ({ until: 1e15 }))],
  ["with more in it", (url) => altered(url, () => ({ approved: true }))],
  ["without a signature", (url) => url.replace(/\.[^.]*$/, ".")],
  ["without content", () => `${origin}/approve/`],
  ["of a dot", () => `${origin}/approve/.`],
  ["with half a signature", (url) => url.slice(0, -20)],
  ["with a longer signature", (url) => `${url}AAAA`],
  ["with two signatures", (url) => `${url}.${url.split(".").at(-1)}`],
  ["signed by another secret", () => made({}, maker("a guess"))],
  ["signed by nothing", () => made({}, maker(""))],
  ["signed by the signing secret of Slack", () => made({}, maker(arena.slack.signingSecret))],
  ["that is no text", () => `${origin}/approve/%00%ff.%ff`],
  ["of 10,000 characters", () => `${origin}/approve/${"A".repeat(5_000)}.${"A".repeat(5_000)}`],
];

describe.each(modes)("%s", (_, mode) => {
  it("whoever looks at the page, and however often, approves nothing: Slack itself does", async () => {
    await asked(mode);
    const url = await pressed();
    const agents = ["Slackbot-LinkExpanding 1.0", "Slack-ImgProxy", "curl/8"];
    for (const agent of agents) {
      for (const method of ["GET", "HEAD"]) {
        const { status } = await fetch(`${url}?approve=true&_method=POST`, {
          method,
          headers: { "user-agent": agent },
        });
        expect(status).toBe(200);
      }
    }
    for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH"])
      expect((await fetch(url, { method })).status).toBe(405);
    await nothingWasDecided();
    expect((await post(url)).status).toBe(200);
    await begun();
  });

  it("a link that this bot did not make approves nothing", async () => {
    await asked(mode);
    const url = await pressed();
    for (const [what, forge] of forgeries) {
      for (const method of ["GET", "POST"]) {
        expect((await fetch(forge(url), { method })).status, `${method} ${what}`).toBe(403);
      }
    }
    await nothingWasDecided();
    const refused = arena.warnings().filter(({ rule }) => rule === "link");
    expect(refused).toHaveLength(2 * forgeries.length);
    await arena.recorded({ kind: "refusal", who: "nobody", rule: "link" });
    // The true one would have.
    expect((await post(url)).status).toBe(200);
    await begun();
  });

  it("a link that is over, or was used, approves nothing; used thirty times at once it approves once", async () => {
    await asked(mode);
    const old = made(
      {},
      maker(secret, () => Date.now() - 11 * 60_000),
    );
    expect((await post(old)).status).toBe(410);
    await nothingWasDecided();
    await arena.recorded({ kind: "refusal", who: approver, rule: "link", why: "the link has expired" });
    const url = await pressed();
    const answers = await Promise.all(Array.from({ length: 30 }, () => post(url)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    await begun();
    expect((await post(url)).status).toBeGreaterThanOrEqual(400);
    expect((await arena.types(run.id)).filter((type) => type === "RunApproved")).toHaveLength(1);
    await arena.unharmed(1);
  });

  it("a link that was used in vain is used all the same", async () => {
    await asked(mode);
    const url = await pressed();
    await arena.stage.types("lock eks-workshop not now", "U0OP1");
    const blocked = await post(url);
    expect([blocked.status, await blocked.text()]).toEqual([409, expect.stringContaining("not now")]);
    await arena.stage.types("unlock eks-workshop", "U0OP1");
    expect((await post(url)).status).toBe(410);
    await nothingWasDecided();
    await arena.recorded({ kind: "refusal", rule: "link", run: run.id });
    expect((await post(await pressed())).status).toBe(200);
    await begun();
  });

  it("the button alone approves nothing, however often it is pressed, and many links are one approval", async () => {
    await asked(mode);
    const urls = [await pressed(), await pressed(), await pressed("U0AP1")];
    await nothingWasDecided();
    const statuses = await Promise.all(urls.map(async (url) => (await post(url)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    await begun();
  });
});

describe("a link with the right signature", () => {
  it.each<[string, () => Partial<LinkWish>, RegExp]>([
    ["for whoever asked", () => ({ user: asker }), /You asked for it yourself|may approve/],
    ["for somebody who is no approver", () => ({ user: "U0BYSTANDER" }), /Only the approvers/],
    ["for a guest", () => ({ user: "U0GUEST" }), /guests/],
    ["for a person of another workspace", () => ({ user: "U0STRANGER" }), /another workspace/],
    ["for a team of another workspace", () => ({ team: "T0OTHER" }), /another workspace/],
    ["for nobody", () => ({ user: "" }), /Not approved|does not tell/],
    ["for a run that there is not", () => ({ runId: "calm-heron-99" }), /do not know this request/],
    ["for a plan that is not this one", () => ({ planHash: "0".repeat(32) }), /plan has changed/],
  ])("%s approves nothing", async (_, over, words) => {
    await asked("socket");
    const answer = await post(made(over()));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).toMatch(words);
    await nothingWasDecided();
    const { runId: on = run.id, user: who = approver } = over();
    for (const kind of ["request", "refusal"]) await arena.recorded({ kind, who, run: on, entry: "link" });
  });

  it("approves nothing once its person has left the approvers, or was made a guest", async () => {
    await asked("socket");
    const [left, guest] = [await pressed("U0AP1"), await pressed("U0AP2")];
    arena.slack.workspace.removeFromGroup("S0APPROVERS", "U0AP1");
    arena.slack.workspace.changeUser("U0AP2", { guest: "of some channels" });
    for (const url of [left, guest]) expect((await post(url)).status).toBe(409);
    await nothingWasDecided();
    for (const who of ["U0AP1", "U0AP2"])
      await arena.recorded({ kind: "refusal", who, entry: "link", run: run.id });
  });

  it("approves nothing once the plan is another one", async () => {
    await asked("socket");
    const url = await pressed();
    const group = arena.stage.playground.world.clusters.get("eks-workshop")?.nodeGroups.get("default");
    Object.assign(group ?? {}, { updateConfig: { maxUnavailable: 2, updateStrategy: "DEFAULT" } });
    const answer = await post(url);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain("plan changed");
    const now = await arena.run(run.id);
    expect([now.state, now.approvals]).toEqual(["awaiting approval", []]);
    // Not even the old link once more, now that the card asks anew.
    expect((await post(made())).status).toBe(409);
    await arena.unharmed();
  });

  it.each<[string, Record<string, string>, number]>([
    ["nobody", {}, 403],
    ["somebody else", { "x-forwarded-email": "eve@example.com" }, 403],
    ["two people", { "x-forwarded-email": "ana@example.com, eve@example.com" }, 403],
    ["somebody by another header", { "x-forwarded-user": "ana@example.com" }, 403],
    ["somebody whose name holds more", { "x-forwarded-email": "ana@example.com.evil.example" }, 403],
    ["whoever pressed the button", { "x-forwarded-email": "ana@example.com" }, 200],
  ])("opened by %s, as the proxy before the page says", async (_, headers, status) => {
    const people = { [approver]: "ana@example.com", U0AP1: "eve@example.com" };
    await asked("socket", { link: { userHeader: "x-forwarded-email", people } });
    const url = await pressed();
    expect((await fetch(url, { headers })).status).toBe(status);
    expect((await post(url, { headers })).status).toBe(status);
    if (status === 200) return begun();
    await nothingWasDecided();
    const named = headers["x-forwarded-email"];
    await arena.recorded({
      ...{ kind: "refusal", who: "nobody", rule: "link", run: run.id },
      ...(named !== undefined && { more: { signedInAs: named } }),
    });
  });

  it("is in no log, and shown to nobody but its person", async () => {
    await asked("socket");
    const url = await pressed();
    await post(url);
    await begun();
    const token = url.split("/approve/")[1] ?? "";
    expect(JSON.stringify(arena.warnings())).not.toContain(token.slice(0, 40));
    expect(JSON.stringify(await arena.audit())).not.toContain(token.slice(0, 40));
    const public_ = arena.slack.workspace.everything(arena.slack.channel).map(said).join("\n");
    expect(public_).not.toContain(token.slice(0, 40));
  });
});
