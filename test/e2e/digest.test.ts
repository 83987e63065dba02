import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import { soon } from "../soon.js";
import { asRead, type DigestStage, openDigestStage } from "./digesting.js";
import { said } from "./stage.js";

const edge = "us-west-2/shop-prod/edge";
const upgrade = (value: string) => ({ actionId: "eks-upgrade:digest-upgrade", value });
const snooze = (days: number, key: string) => ({
  actionId: `eks-upgrade:snooze-${days}`,
  value: `${days} ${key}`,
});
const snoozeAll = "eks-upgrade:snooze-all-1";

let stage: DigestStage | undefined;
async function open(...options: Parameters<typeof openDigestStage>): Promise<DigestStage> {
  stage = await openDigestStage(...options);
  return stage;
}
const close = async () => {
  await stage?.close();
  stage = undefined;
};

describe("at the time of the schedule", () => {
  let here: DigestStage;
  let digest: Message;
  beforeAll(async () => {
    here = await open();
    digest = await here.digest(here.playground.slack.channel);
  });
  afterAll(close);

  it("each channel is told once what is behind in its environment, worst first, and what could not be looked at", async () => {
    const { slack } = here.playground;
    await here.digest(slack.testChannel);
    const [prod, ...more] = here.read(slack.channel);
    expect(more).toEqual([]);
    expect(prod?.replace(/(Checked today 09:)\d\d/, "$100").split("\n")).toEqual([
      "2 node groups of prod are behind and 1 control plane leaves standard support in 41 days; vault-prod could not be looked at in full",
      "1 critical, 2 warnings.",
      "🔴 shop-prod/windows  1.34-2026.05.12 → 1.34-2026.10.13",
      "Critical · 154 days behind · standard support ends in 41 days: EKS upgrades the control plane then",
      "[Upgrade] [Snooze 1 day] [7 days] [30 days]",
      "🟡 shop-prod/edge  1.49.0-e2b70f46 → 1.50.0-91d4c8ab",
      "Warning · 35 days behind · standard support ends in 41 days: EKS upgrades the control plane then",
      "[Upgrade] [Snooze 1 day] [7 days] [30 days]",
      "🟡 shop-prod (control plane)  Kubernetes 1.34",
      "Warning · standard support ends in 41 days: EKS upgrades the control plane then",
      "To do: upgrade the control plane in EKS.",
      "[Snooze 1 day] [7 days] [30 days]",
      "[Snooze all 1 day] [All 7 days] [All 30 days]",
      "⚠ Not looked at, or not in full:",
      "• vault-prod (prod): Could not describe cluster vault-prod in eu-west-1 (AccessDeniedException). Allow eks:DescribeCluster in the IAM policy of the bot's role.",
      "Looked at 1 cluster, 3 node groups  ·  Checked today 09:00  ·  Next digest tomorrow 09:00",
    ]);
    const [test, ...others] = here.read(slack.testChannel);
    expect(others).toEqual([]);
    expect(test).toContain(
      "shop-test/default  1.34.4-20260224 → 1.34.10-20261008\nCritical · 226 days behind",
    );
    expect(test).toContain("shop-test/graviton  1.34.10-20261008 (AWS now lists 1.34.9-20260917)");
    expect(test).not.toContain("prod");
  });

  it("Upgrade opens the form filled in for who may start it, and the form sent makes a request", async () => {
    const { slack } = here.playground;
    const operator = slack.as(slack.users.operator);
    await operator.click(digest, upgrade(edge));
    const form = await slack.waitFor(() => operator.modal(), { what: "the form" });
    const filled = { blocks: form.definition.blocks };
    expect(JSON.stringify(filled)).toContain(
      '"initial_option":{"text":{"type":"plain_text","text":"shop-prod"',
    );
    expect(JSON.stringify(filled)).toContain('"initial_option":{"text":{"type":"plain_text","text":"edge"');
    await operator.submit(form);
    const card = asRead(here, await here.card());
    expect(card).toContain("Approval needed: upgrade shop-prod/edge");
    expect(card).toContain("From 1.49.0-e2b70f46\nTo 1.50.0-91d4c8ab");
  });

  it("its buttons do nothing for who may not operate the cluster, and say whom to ask", async () => {
    const { slack } = here.playground;
    const { bystander } = slack.users;
    const before = here.read(slack.channel);
    const pressed = [upgrade(edge), snooze(7, edge), snoozeAll];
    for (const [index, which] of pressed.entries()) {
      await slack.as(bystander).click(digest, which);
      const answer = await slack.waitFor(() => slack.workspace.ephemerals(bystander)[index], {
        what: "a refusal",
      });
      expect(asRead(here, answer)).toContain("Not allowed for shop-prod.");
      expect(asRead(here, answer)).toContain("@operators");
    }
    expect(slack.as(bystander).modal()).toBeUndefined();
    expect(here.read(slack.channel)).toEqual(before);
  });

  it("what is snoozed is told no more, the message says who did it and until when, and takes it back", async () => {
    const { slack } = here.playground;
    const operator = slack.as(slack.users.operator);
    await operator.click(digest, snooze(7, edge));
    await here.ephemeral(slack.users.operator, "Snoozed `shop-prod/edge` until");
    const snoozed = await here.digest(slack.channel, (text) => text.includes("is snoozed"));
    expect(snoozed.ts).toBe(digest.ts);
    expect(asRead(here, snoozed)).not.toContain("1.50.0-91d4c8ab");
    expect(asRead(here, snoozed)).toMatch(
      /shop-prod\/edge is snoozed until Oct 29, 2026 09:\d\d by @operator \(warning\)\n\[Wake\]/,
    );
    expect(asRead(here, snoozed)).toContain("1 node group of prod is behind");
    await operator.click(snoozed, { actionId: "eks-upgrade:wake", value: edge });
    const woken = await here.digest(slack.channel, (text) => text.includes("1.50.0-91d4c8ab"));
    expect(woken.ts).toBe(digest.ts);
    expect(asRead(here, woken)).not.toContain("snoozed");
  });

  it("list says the same and how long ago that was seen, check looks anew", async () => {
    const { operator } = here.playground.slack.users;
    const ask = async (text: string) => asRead(here, await here.types(text, operator));
    await soon(async () => expect(await ask("list")).toMatch(/As of \d+ min ago/));
    const listed = await ask("list");
    expect(listed).toContain("3 clusters, 3 node groups behind the newest release.");
    expect(listed).toContain(
      "edge  1.49.0-e2b70f46 (58 days old) · newer: 1.50.0-91d4c8ab (23 days old) · 35 days behind · 2 nodes",
    );
    expect(await ask("list shop-prod")).not.toContain("shop-test");

    const checked = await ask("check shop-prod");
    expect(checked).toContain("2 node groups and 1 control plane need attention.\n1 critical, 2 warnings.");
    expect(checked).toContain("To upgrade it: /eks-upgrade start shop-prod/edge");
    expect(await ask("list shop-prod")).toContain("As of just now");
    expect(await ask("check")).toContain(
      "4 node groups and 2 control planes need attention. vault-prod could not be looked at in full.",
    );
    expect(await ask("check nosuch")).toContain(
      'I know no cluster "nosuch". You may see: shop-test, shop-prod, vault-prod.',
    );
  });

  it.each([
    ["list", "There is nothing that I may show you."],
    ["check", "There is nothing that I may show you."],
    ["list shop-prod", 'I know no cluster "shop-prod". There is none that you may see.'],
    ["check shop-prod", 'I know no cluster "shop-prod". There is none that you may see.'],
    ["check nosuch", 'I know no cluster "nosuch". There is none that you may see.'],
  ])("%s tells nothing to who has no place in the fleet", async (text, words) => {
    const { bystander } = here.playground.slack.users;
    const answer = asRead(here, await here.types(text, bystander));
    expect(answer).toContain(words);
    expect(answer).not.toMatch(/edge|shop-test|vault|1\.34/);
  });
});

describe("from day to day", () => {
  afterEach(close);

  it("what is no news edits the digest, a new release makes another, and the buttons of the old one say so", async () => {
    const here = await open();
    const { slack, world } = here.playground;
    const operator = slack.as(slack.users.operator);
    const first = await here.digest(slack.channel);

    await here.later(1);
    const second = await here.digest(slack.channel, (text) => text.includes("in 40 days"));
    expect(second.ts).toBe(first.ts);
    expect(here.read(slack.channel)).toHaveLength(1);

    const release = world.nextRelease("1.34", "AL2023_x86_64_STANDARD");
    await here.later(2, () => world.publish(release));
    const third = await here.digest(slack.channel, (text) => text.includes("in 39 days"));
    expect(third.ts).not.toBe(first.ts);
    const [old = "", now = "", ...more] = await slack.waitFor(
      () => {
        const texts = here.read(slack.channel);
        return texts[0]?.includes("newer digest") && texts;
      },
      { what: "that the former digest is edited" },
    );
    expect(more).toEqual([]);
    expect(old).toMatch(/^Digest of .*\. A newer digest is below\.$/);
    expect(now).toContain("shop-prod/web  1.34.10-20261008 → ");
    expect(now).toContain("(new)");

    // Somebody's screen still shows the buttons that were there.
    const still = slack.workspace.post(slack.channel, slack.users.bot, {
      text: "",
      blocks: [...first.blocks],
    });
    await operator.click(still, snoozeAll);
    await here.ephemeral(slack.users.operator, "there is a newer digest");
    expect(said(third)).not.toContain("snoozed");
  });
});
