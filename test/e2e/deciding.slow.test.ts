import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { freePort } from "../../playground/free-port.js";
import type { Message } from "../../playground/slack/types.js";
import { soon } from "../soon.js";
import { openStage, type Stage, said } from "./stage.js";

/** What an environment may ask of those who decide, through a whole bot: by the button, the command, the modal and the page. */

const approve = "eks-upgrade:approve";
const reject = "eks-upgrade:reject";
const breakGlass = "eks-upgrade:break-glass";
const why = "eks-upgrade:why";

let stage: Stage;
let slack: Stage["playground"]["slack"];
let folder: string;
beforeEach(async () => {
  stage = await openStage({ speed: 20 });
  slack = stage.playground.slack;
  folder = await mkdtemp(join(tmpdir(), "eks-upgrade-fleet-"));
});
afterEach(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

/** The playground's fleet, with other rules for prod. */
async function startBot(rules: object, overrides: Readonly<Record<string, string>> = {}): Promise<void> {
  const fleet = JSON.parse(await readFile(stage.playground.environment.FLEET_FILE ?? "", "utf8"));
  const [prod] = fleet.environments;
  const file = join(folder, "fleet.yaml");
  await writeFile(file, JSON.stringify({ ...fleet, environments: [{ ...prod, ...rules }] }));
  await stage.startBot({ FLEET_FILE: file, ...overrides });
}

const types = async () => (await stage.events()).map((event) => event.type);
const now = (message: Message) => said(slack.workspace.find(message.channel, message.ts) ?? message);
const shows = (message: Message, words: string) =>
  slack.waitFor(() => now(message).includes(words), { what: words });
const posted = (words: string) =>
  slack.waitFor(
    () => slack.workspace.messages(slack.channel).find((message) => said(message).includes(words)),
    { what: words },
  );
const updates = () =>
  stage.playground.world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
const begun = () => soon(async () => expect(await types()).toContain("UpdateStarted"));

it("needs two people, one of them of security, and one of them for somebody else", async () => {
  const { approver, secondApprover, bystander } = slack.users;
  const day = 24 * 3_600_000;
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);
  const today = stage.playground.world.clock.now();
  await startBot({
    approvers: { groups: [slack.groups.approvers, slack.groups.security], users: [] },
    approvals: { required: 2, oneFromEach: [slack.groups.security], expiresAfter: "24h" },
    deputies: [{ of: secondApprover, deputy: bystander, from: date(today - day), until: date(today + day) }],
  });
  await stage.types("start eks-workshop");
  const card = await stage.card();
  expect(said(card)).toContain("0 of 2 approvals. Still needed: 2 more, one of <!subteam^S0SECURITY>.");
  await slack.as(approver).click(card, approve);
  await shows(card, "1 of 2 approvals: <@U0APPROVER>. Still needed: 1 more, one of <!subteam^S0SECURITY>.");
  await slack.as(approver).click(card, approve);
  await stage.ephemeral(approver, "You have approved this already");
  await slack.as(bystander).click(card, approve);
  await shows(card, "Approved by <@U0APPROVER> and <@U0BYSTANDER> (deputy of <@U0APPROVER2>)");
  await begun();
  expect(updates()).toHaveLength(1);
});

const glass = { may: { breakGlass: { users: ["U0BYSTANDER"] } } };

it("starts without approval for who may, in public, and for nobody else", async () => {
  await startBot(glass);
  await stage.types("start eks-workshop");
  const card = await stage.card();
  const bystander = slack.as(slack.users.bystander);
  await slack.as(slack.users.approver).click(card, breakGlass);
  await stage.ephemeral(slack.users.approver, "You cannot start this without approval");
  await bystander.click(card, breakGlass);
  const modal = await slack.waitFor(() => bystander.modal());
  await bystander.submit(modal, { [why]: "CVE <!channel>" });
  await shows(card, ":rotating_light: *Started without approval* by <@U0BYSTANDER>: CVE &lt;!channel&gt;");
  const call = await posted("without your approval");
  expect(said(call)).toContain("<!subteam^S0APPROVERS>");
  await begun();
  await posted("started by <@U0BYSTANDER> without approval");
});

it("starts something new without approval by the command, and not what is locked", async () => {
  await startBot(glass);
  const { bystander } = slack.users;
  await stage.types("lock eks-workshop migration");
  const locked = await stage.types("break-glass eks-workshop/default it is exploited", bystander);
  expect(said(locked)).toContain("migration");
  expect(await stage.runs.recent(1)).toEqual([]);
  await stage.types("unlock eks-workshop");
  const refused = await stage.types("break-glass eks-workshop/default it is exploited");
  expect(said(refused)).toContain("Not allowed for eks-workshop");
  const started = await stage.types("break-glass eks-workshop it is exploited", bystander);
  expect(started.text).toContain("without approval");
  await begun();
  expect(await types()).toContain("GlassBroken");
});

it("undoes nothing by a rejection that comes too late, and keeps that it was refused", async () => {
  await startBot({});
  await stage.types("start eks-workshop");
  const card = await stage.card();
  const approver = slack.as(slack.users.approver);
  await approver.click(card, reject);
  const modal = await slack.waitFor(() => approver.modal());
  await slack.as(slack.users.secondApprover).click(card, approve);
  await begun();
  await approver.submit(modal, { [why]: "not today" });
  const answered = () => JSON.stringify(approver.modal()?.definition ?? "");
  await slack.waitFor(() => answered().includes("decided already"));
  expect(await types()).not.toContain("RunRejected");
  const history = await stage.types("history eks-workshop");
  expect(history.text).toContain("<@U0APPROVER> was refused *reject eks-workshop/default* (already decided)");
});

it("asks again for what was rejected, with the reason that was given then", async () => {
  await startBot({ approvals: { required: 1, reasonRequired: true } });
  await stage.types("start eks-workshop --reason old nodes");
  const card = await stage.card();
  const approver = slack.as(slack.users.approver);
  await approver.click(card, reject);
  const modal = await slack.waitFor(() => approver.modal());
  await approver.submit(modal, { [why]: "not today" });
  await shows(card, "Request again");
  await slack.as(slack.users.bystander).click(card, "eks-upgrade:again");
  await stage.ephemeral(slack.users.bystander, "Only the operators of prod may");
  await slack.as(slack.users.operator).click(card, "eks-upgrade:again");
  await stage.ephemeral(slack.users.operator, "Asked for approval of eks-workshop/default");
  expect(said(await stage.card())).toContain("*Why:* old nodes");
});

it("starts at once where nobody has to approve, and wants to know why where it says so", async () => {
  await startBot({ name: "test", approvals: { required: 0, reasonRequired: true } });
  expect((await stage.types("start eks-workshop")).text).toContain("--reason &lt;why&gt;");
  expect((await stage.types("start eks-workshop --reason old nodes")).text).toContain("asks for no approval");
  const card = await posted("No approval was needed.");
  expect(said(card)).toContain("*Why:* old nodes");
  await begun();
});

it("approves on the page of the link, and not by the button alone", async () => {
  const port = await freePort();
  await startBot(
    { approvals: { required: 1, mode: "slack+link" } },
    { PUBLIC_URL: `http://127.0.0.1:${port}`, LINK_SECRET: "x".repeat(40), PORT: `${port}` },
  );
  await stage.types("start eks-workshop");
  const card = await stage.card();
  await slack.as(slack.users.approver).click(card, approve);
  const answer = await stage.ephemeral(slack.users.approver, "One more step");
  expect(await types()).toEqual(["RunRequested"]);
  const url = /http:\/\/127[^|]*/.exec(answer.text)?.[0] ?? "";
  const page = await fetch(url);
  expect(await page.text()).toContain("Approve the upgrade of eks-workshop");
  expect(await types()).toEqual(["RunRequested"]);
  const pressed = await fetch(url, { method: "POST" });
  expect(await pressed.text()).toContain("The upgrade is approved, and begins.");
  await begun();
  expect((await stage.events()).find(({ type }) => type === "RunApproved")).toMatchObject({ byLink: true });
  expect((await fetch(url, { method: "POST" })).status).toBeGreaterThanOrEqual(400);
});
