import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../playground/free-port.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import type { Message } from "../../playground/slack/types.js";
import type { NodeGroup } from "../../playground/world/state.js";
import type { Run } from "../../src/core/run.js";
import { soon } from "../soon.js";
import { type Arena, buttons, modals, openArena, type Rules } from "./arena.js";
import { submitted, tries } from "./forge.js";

/** What was read on the card is not what is there any more, or not what fleet.yaml says any more. */

/** On version 1 of a launch template of the customer's own, which names no AMI. */
const templated: Scenario = {
  ...eksWorkshop,
  clusters: eksWorkshop.clusters.map((cluster) => ({
    ...cluster,
    nodeGroups: cluster.nodeGroups.map((group) => ({
      ...group,
      launchTemplate: { template: { name: "tagged", versions: [{}, {}] }, version: 1 },
    })),
  })),
};
const approver = "U0AP1";
const breaker = "U0BYSTANDER";
const glass: Rules = { may: { breakGlass: { users: [breaker] } } };

let arena: Arena;
let card: Message;
let run: Run;
afterEach(() => arena.close());

async function asked(overrides: Record<string, string> = {}, rules: Rules = {}): Promise<void> {
  arena = await openArena({ scenario: templated, rules: { ...glass, ...rules } });
  await arena.start(overrides);
  ({ card, run } = await arena.ask());
}

const world = () => arena.stage.playground.world;
const group = (): NodeGroup => {
  const found = world().clusters.get("eks-workshop")?.nodeGroups.get("default");
  if (!found) throw new Error("There is no node group.");
  return found;
};
const press = (user = approver) => arena.slack.as(user).click(card, buttons.approve);
const answered = (words?: RegExp) => tries(arena.slack, approver, () => press(), words);
const state = async () => (await arena.run(run.id)).state;

/** What makes it another plan. */
const changes: readonly (readonly [what: string, change: () => unknown])[] = [
  ["more nodes at once", () => (group().updateConfig = { maxUnavailable: 2, updateStrategy: "DEFAULT" })],
  ["another strategy", () => (group().updateConfig = { maxUnavailable: 1, updateStrategy: "MINIMAL" })],
  [
    "another version of its launch template",
    () => Object.assign(group().sourceTemplate ?? {}, { version: 2 }),
  ],
  ["another release that it comes from", () => (group().release = "1.34.6-20260415")],
];
const published = [
  "another release that it would go to",
  () => world().publish(world().nextRelease("1.34", group().amiType)),
] as const;

describe("between card and click it is", () => {
  it.each([...changes, published])("%s: nobody approves what they did not read", async (_, change) => {
    await asked();
    change();
    await answered(/the plan changed since you read it/);
    await arena.recorded({ kind: "refusal", who: approver, rule: "plan changed", run: run.id });
    await arena.unharmed();
    const now = await arena.run(run.id);
    expect([now.state, now.approvals]).toEqual(["awaiting approval", []]);
    expect(now.plan.hash).not.toBe(run.plan.hash);
    // A second press of the old button, as somebody has it on an old screen, is not a yes to the new plan either.
    const old = arena.slack.workspace.post(arena.slack.channel, "U0BOT", {
      text: "old",
      blocks: card.blocks,
    });
    await tries(
      arena.slack,
      approver,
      () => arena.slack.as(approver).click(old, buttons.approve),
      /the plan changed/,
    );
    await arena.unharmed();
  });

  it.each([...changes, published])(
    "%s: not even whoever may do without approval starts it unread",
    async (_, change) => {
      await asked();
      change();
      const value = `${run.id}|${run.plan.hash}`;
      await submitted(
        arena.slack,
        { user: breaker, action: modals.breakGlass, value },
        "now",
        /the plan changed/,
      );
      expect(await state()).toBe("awaiting approval");
      await arena.unharmed();
    },
  );

  it("approved by one of two, and becomes another: the first yes counts no more", async () => {
    await asked({}, { approvals: { required: 2, expiresAfter: "24h" } });
    await press("U0AP2");
    await soon(async () => expect((await arena.run(run.id)).approvals).toHaveLength(1));
    changes[0]?.[1]();
    await answered(/the plan changed since you read it/);
    expect((await arena.run(run.id)).approvals).toEqual([]);
    await arena.unharmed();
  });

  it("asked for once more with force: an approval of the first is none of that", async () => {
    await asked();
    const forced = { ...run.plan, wish: { force: true } };
    expect(forced).not.toEqual(run.plan);
    const value = JSON.stringify(["us-west-2/eks-workshop/default", { force: true }]);
    const message = arena.slack.workspace.post(arena.slack.channel, "U0BOT", {
      text: "A button",
      blocks: [
        {
          type: "actions",
          elements: [
            { type: "button", action_id: buttons.schedule, text: { type: "plain_text", text: "x" }, value },
          ],
        },
      ],
    });
    const user = arena.operator();
    await tries(arena.slack, user, () => arena.slack.as(user).click(message, buttons.schedule));
    expect(await arena.stage.runs.recent(9)).toEqual([run.id]);
    expect((await arena.run(run.id)).plan.steps[0]?.force).toBe(false);
    await arena.unharmed();
  });
});

describe("between approval and the first write it is", () => {
  it.each(changes)("%s: nothing is written", async (_, change) => {
    await asked({ ROLE: "bot" });
    await press();
    await soon(async () => expect(await state()).toBe("running"));
    await arena.stopAll();
    change();
    await arena.start();
    await soon(async () => expect((await arena.run(run.id)).failure?.code).toBe("PlanOutdated"));
    await arena.unharmed();
  });

  it("no newer release: what was approved is what is written", async () => {
    await asked({ ROLE: "bot" });
    await press();
    await soon(async () => expect(await state()).toBe("running"));
    await arena.stopAll();
    published[1]();
    await arena.start();
    await soon(() => expect(arena.updates()).toBe(1));
    const [update] = world().clusters.get("eks-workshop")?.updates ?? [];
    expect(update?.target.release).toBe(run.plan.steps[0]?.to.release);
  });
});

const day = 24 * 3_600_000;
const dates = (from: number, until: number) => {
  const at = (days: number) => new Date(world().clock.now() + days * day).toISOString().slice(0, 10);
  return { from: at(from), until: at(until) };
};

/** What fleet.yaml may say once the bot starts anew, and the code of what keeps an approved run from beginning then. */
const stricter: readonly (readonly [what: string, rules: () => Rules, code: string])[] = [
  ["one more approval", () => ({ approvals: { required: 2, expiresAfter: "24h" } }), "ApprovalsTooFew"],
  [
    "somebody of security",
    () => ({
      approvers: { groups: ["S0APPROVERS", "S0SECURITY"] },
      approvals: { required: 1, oneFromEach: ["S0SECURITY"], expiresAfter: "24h" },
    }),
    "ApprovalsTooFew",
  ],
  ["other approvers", () => ({ approvers: { users: ["U0APPROVER2"] } }), "NotAllowedAnyMore"],
  ["other operators", () => ({ operators: { users: ["U0OPERATOR"] } }), "NotAllowedAnyMore"],
  [
    "no such cluster",
    () => ({ clusters: [{ name: "another-one", region: "us-west-2" }] }),
    "ClusterNotInFleet",
  ],
  [
    "a release that has run elsewhere before",
    () => ({ after: { environment: "test", soak: "24h" } }),
    "NotSoaked",
  ],
];

describe("fleet.yaml asks for", () => {
  const test = [
    { name: "test", channel: "C0TEST", clusters: [{ name: "test-workshop", region: "us-west-2" }] },
  ];

  it.each(stricter.filter(([, , code]) => code !== "NotAllowedAnyMore" && code !== "ClusterNotInFleet"))(
    "%s from a restart between card and click on: one click is not enough",
    async (_, rules) => {
      arena = await openArena({ scenario: templated, rules: glass, others: test });
      await arena.start();
      ({ card, run } = await arena.ask());
      await arena.restart(rules());
      await press();
      await soon(async () => {
        const told = arena.slack.workspace.ephemerals(approver).length;
        expect(told + (await arena.run(run.id)).approvals.length).toBeGreaterThan(0);
      });
      expect(await state()).toBe("awaiting approval");
      await arena.unharmed();
    },
  );

  it.each(stricter)(
    "%s from a restart between approval and the first write on: nothing is written",
    async (_, rules, code) => {
      arena = await openArena({ scenario: templated, rules: glass, others: test });
      await arena.start({ ROLE: "bot" });
      ({ card, run } = await arena.ask());
      await press();
      await soon(async () => expect(await state()).toBe("running"));
      await arena.restart(rules(), { ROLE: "worker" });
      await soon(async () => expect((await arena.run(run.id)).failure?.code).toBe(code));
      expect(arena.updates()).toBe(0);
    },
  );

  it("a link beside the button from a restart on: the button alone approves nothing", async () => {
    await asked();
    const port = await freePort();
    const link = { PUBLIC_URL: `http://127.0.0.1:${port}`, LINK_SECRET: "x".repeat(40), PORT: `${port}` };
    await arena.restart(
      { approvals: { required: 1, mode: "slack+link", expiresAfter: "24h" }, may: {} },
      link,
    );
    await answered(/One more step/);
    expect(await state()).toBe("awaiting approval");
    await arena.unharmed();
  });

  it("a freeze from a restart on: what is approved then is put off, what was approved before is held", async () => {
    await asked();
    const freezes = [{ ...dates(-2, 2), reason: "The sale" }];
    await arena.restart({ freezes }, { ROLE: "bot" });
    await press();
    await soon(async () => expect(await state()).toBe("scheduled"));
    expect(arena.updates()).toBe(0);
  });

  it("a freeze between approval and the first write: it is held", async () => {
    await asked({ ROLE: "bot" });
    await press();
    await soon(async () => expect(await state()).toBe("running"));
    await arena.restart({ freezes: [{ ...dates(-2, 2), reason: "The sale" }] });
    await soon(async () => expect((await arena.run(run.id)).held).toMatchObject({ why: "window" }));
    await arena.unharmed();
  });

  it("no such environment: nothing is written, and nothing crashes", async () => {
    arena = await openArena({ scenario: templated, others: test });
    await arena.start({ ROLE: "bot" });
    ({ card, run } = await arena.ask());
    await press();
    await soon(async () => expect(await state()).toBe("running"));
    await arena.restart({ name: "production" });
    await soon(async () => {
      const now = await arena.run(run.id);
      expect(now.trouble ?? now.failure ?? now.held, "why it does not begin").toBeDefined();
    });
    const old = arena.slack.workspace.post(arena.slack.channel, "U0BOT", {
      text: "old",
      blocks: card.blocks,
    });
    const click = () => arena.slack.as("U0AP2").click(old, buttons.approve);
    await tries(arena.slack, "U0AP2", click, /that I do not know any more/);
    expect(arena.updates()).toBe(0);
    expect((await arena.stage.types("help")).text).toContain("start");
  });
});
