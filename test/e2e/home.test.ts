import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approve } from "./acting.js";
import { asRead, type DigestStage, openDigestStage } from "./digesting.js";
import { homesOf } from "./home-opened.js";

/** In HTTP mode: of the two ways, this is the one in which an event has an address to be sent to. */
describe("App Home", () => {
  let stage: DigestStage;
  beforeAll(async () => {
    stage = await openDigestStage({ mode: "http" });
  });
  afterAll(async () => stage.close());

  it("shows at once what there is, and what is behind when it was looked at", async () => {
    const { operator } = stage.playground.slack.users;
    const { open, read } = homesOf(stage);
    expect(await open(operator)).toMatchObject({ outcome: "acked" });
    expect(await read(operator, "")).toContain("shop-prod  us-west-2 · not looked at yet");
    const looked = await read(operator, "226 days behind");
    expect(looked).toContain(
      "🟡 shop-prod/edge  1.49.0-e2b70f46 → 1.50.0-91d4c8ab · prod\n" +
        "Warning · 35 days behind · standard support ends in 41 days: EKS upgrades the control plane then\n" +
        "[Upgrade]",
    );
    expect(looked).toContain(
      "prod  2 clusters.\n" +
        "• shop-prod  us-west-2 · Kubernetes 1.34 · standard support until 2 Dec 2026 (in 41 days) · 3 node groups, 2 behind\n" +
        "• vault-prod  eu-west-1 · ⚠ Could not describe cluster vault-prod in eu-west-1 (AccessDeniedException)",
    );
    expect(looked).toContain("Waits for you  nothing.");
  });

  it("shows nothing to who has no place in the fleet", async () => {
    const { bystander } = stage.playground.slack.users;
    const { open, read } = homesOf(stage);
    await open(bystander);
    const shown = await read(bystander, "There is nothing that I may show you");
    expect(shown).not.toMatch(/shop|vault|prod/);
  });

  it("is where an upgrade begins, and where an approver finds what waits for them", async () => {
    const { slack } = stage.playground;
    const [operator, approver] = [slack.as(slack.users.operator), slack.as(slack.users.approver)];
    const { home, open, read } = homesOf(stage);
    await open(approver.id);
    expect(await read(approver.id, "226 days behind")).not.toContain("[Upgrade]");

    const mine = await home(operator.id, "226 days behind");
    await operator.click(mine, {
      actionId: "eks-upgrade:digest-upgrade",
      value: "us-west-2/shop-prod/edge",
    });
    const form = await slack.waitFor(() => operator.modal(), { what: "the form" });
    await operator.submit(form);
    const card = await stage.card();
    expect(asRead(stage, card)).toContain("Approval needed: upgrade shop-prod/edge");

    await approver.click(await home(approver.id, ""), "eks-upgrade:home-refresh");
    expect(await read(approver.id, "waits for your approval")).toMatch(
      /Waits for you\n• shop-prod\/edge \(prod\) waits for your approval until .*: 1\.49\.0-e2b70f46 → 1\.50\.0-91d4c8ab/,
    );
    await operator.click(await home(operator.id, ""), "eks-upgrade:home-refresh");
    expect(await read(operator.id, "you asked for it")).toContain("waits for somebody's approval");

    await approver.click(card, approve);
    await slack.waitFor(
      () => slack.workspace.messages(slack.channel).find(({ text }) => text.includes("Running")),
      { what: "the live message" },
    );
    await approver.click(await home(approver.id, ""), "eks-upgrade:home-refresh");
    const shown = await read(approver.id, "Under way\n");
    expect(shown).toContain("Waits for you  nothing.");
    expect(shown).toMatch(/Under way\n• shop-prod\/edge \(prod\) 1\.49\.0-e2b70f46 → 1\.50\.0-91d4c8ab/);
  });

  it("has an address that answers when Slack makes sure of it, and only Slack", async () => {
    const { httpMode } = stage.playground.slack;
    expect(await httpMode.verify(stage.address)).toBe(true);
    const question = JSON.stringify({ type: "url_verification", challenge: "c", token: "t" });
    const signed = httpMode.sign("application/json", question);
    const forged = { ...signed.headers, "x-slack-signature": `v0=${"0".repeat(64)}` };
    const answer = await httpMode.send(stage.address, { body: question, headers: forged });
    expect(answer).toMatchObject({ status: 401 });
    expect(answer.body).not.toContain("challenge");
  });
});
