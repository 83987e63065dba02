import { beforeEach, describe, expect, it } from "vitest";
import { type Gate, openGate, type Treatment } from "../../commands/gate.js";
import { stale, staleRequest } from "../../commands/stale.js";
import type { Tools } from "../../commands/tools.js";
import type { Recorded } from "../../src/audit.js";
import type { Actor } from "../../src/authority.js";
import { ownOrderRate } from "../../src/redis/order-rate.js";
import type { View } from "../../src/slack/limits.js";
import { say } from "../../src/slack/text.js";
import { anEnvironment } from "../digest-stage.js";
import { type SlackFacts, someSlack, someTools, team } from "./some-tools.js";

let slack: SlackFacts;
let clock: { now: number };
let tools: Tools;
let recorded: Recorded[];
let gate: Gate;
let done: number;

beforeEach(() => {
  slack = someSlack({ S0OPS: ["U0OP"] });
  clock = { now: 1_000_000 };
  const orderRate = ownOrderRate(() => clock.now);
  ({ tools, recorded } = someTools({ slack, environments: [anEnvironment()], orderRate }));
  gate = openGate(tools, () => clock.now);
  done = 0;
});

const actor: Actor = { user: "U0OP", team, entry: "command", channel: "C0PROD" };
const order = { actor, what: "start", on: "shop/default", cluster: "shop" };
const work = () => {
  done += 1;
  return say(["Done."]);
};
const through = (as: Treatment = "order", who: Partial<Actor> = {}) =>
  gate.through({ ...order, actor: { ...actor, ...who } }, as, work);
const words = (view: View | undefined) => view?.text;

describe("an order that is let in", () => {
  it("is recorded before it is worked on: who, what, on what, and by which way", async () => {
    expect(words(await through())).toBe("Done.");
    expect(recorded).toEqual([
      {
        ...{ kind: "request", who: "U0OP", what: "start", outcome: "done", entry: "command" },
        ...{ on: "shop/default", cluster: "shop" },
      },
    ]);
  });

  it.each([
    ["something", stale],
    ["a request", staleRequest],
  ])("is recorded once more where it was about %s that nobody knows any more", async (_, answer) => {
    expect(await gate.through(order, "order", async () => answer)).toBe(answer);
    expect(recorded).toMatchObject([
      { kind: "request" },
      {
        ...{ kind: "refusal", who: "U0OP", what: "start", outcome: "refused", entry: "command" },
        ...{ on: "shop/default", cluster: "shop", rule: "stale" },
      },
    ]);
  });

  it.each<[Treatment]>([["look"], ["menu"], ["help"]])("is not recorded as %s", async (as) => {
    expect(words(await through(as))).toBe("Done.");
    expect(recorded).toEqual([]);
  });
});

describe("before anything is looked up", () => {
  it.each<[string, () => void, Partial<Actor>, string, RegExp]>([
    [
      "a guest",
      () => (slack.people.U0OP = { guest: true }),
      {},
      "person",
      /no orders from guests.*\. Ask a member of the workspace\.$/,
    ],
    ["a bot", () => (slack.people.U0OP = { bot: true }), {}, "person", /no orders from bots/],
    ["a deactivated person", () => (slack.people.U0OP = { deactivated: true }), {}, "person", /deactivated/],
    ["a person of elsewhere", () => {}, { team: "T0OTHER" }, "workspace", /another workspace/],
    ["a stranger", () => (slack.people.U0OP = { team: "T0OTHER" }), {}, "workspace", /another workspace/],
    [
      "a shared channel",
      () => (slack.channels.C0PROD = { shared: true }),
      {},
      "channel",
      /is shared.*\. Ask me in a channel of your own\.$/,
    ],
    ["an archived channel", () => (slack.channels.C0PROD = { archived: true }), {}, "channel", /is archived/],
    ["silence of Slack", () => (slack.away = true), {}, "unsure", /does not tell me/],
  ])("%s ends it, with the rule, and is recorded", async (_, change, who, rule, why) => {
    change();
    for (const as of ["order", "look", "menu"] as const) {
      expect(words(await through(as, who))).toMatch(why);
    }
    expect(done).toBe(0);
    const refusal = {
      kind: "refusal",
      rule,
      what: "start shop/default",
      cluster: "shop",
      outcome: "refused",
    };
    expect(recorded).toMatchObject([refusal, refusal, refusal]);
    // Help tells nothing of the fleet.
    expect(words(await through("help", who))).toBe("Done.");
  });
});

describe("more orders than a person gives", () => {
  const many = async (count: number, as: Treatment = "order") => {
    const answers: (string | undefined)[] = [];
    for (let each = 0; each < count; each++) answers.push(words(await through(as)));
    return answers;
  };

  it("are not worked on, are recorded, and are answered once in a while", async () => {
    const answers = await many(40);
    expect(done).toBe(30);
    expect(answers[30]).toBe(
      "That was more than 30 orders within a minute. What was beyond them was not done. Wait 60 s, and go on.",
    );
    expect(answers.slice(31)).toEqual(Array.from({ length: 9 }, () => undefined));
    clock.now += 10_000;
    expect(await many(2)).toEqual([expect.stringContaining("Wait 50 s"), undefined]);
    const refusals = () => recorded.filter(({ kind }) => kind === "refusal");
    const refused = { rule: "rate", why: "More than 30 orders within a minute" };
    expect(refusals()).toEqual([expect.objectContaining(refused)]);
    // However many there are, nobody's record is filled by them.
    gate.flush();
    expect(refusals()).toEqual([
      expect.objectContaining(refused),
      expect.objectContaining({ ...refused, more: { count: 11 } }),
    ]);
  });

  it("are each answered in a modal, which else would say that it works", async () => {
    await many(31);
    const sent = () => through("order", { entry: "form" });
    expect([words(await sent()), words(await sent())]).toEqual([
      expect.stringContaining("more than 30 orders"),
      expect.stringContaining("more than 30 orders"),
    ]);
    expect(done).toBe(30);
  });

  it("ask nothing of Slack", async () => {
    await many(30);
    slack.away = true;
    expect(await many(1)).toEqual([expect.stringContaining("more than 30 orders")]);
  });

  it("count help, and are over after a minute", async () => {
    await many(30, "help");
    expect(words(await through())).toContain("more than 30 orders");
    clock.now += 60_000;
    expect(words(await through())).toBe("Done.");
  });

  it("are each person's own", async () => {
    await many(31);
    expect(words(await through("order", { user: "U0BY" }))).toBe("Done.");
  });

  it("are not what is typed into a menu, which has an allowance of its own and no answer", async () => {
    expect((await many(121, "menu")).at(-1)).toBeUndefined();
    expect(done).toBe(120);
    expect(words(await through())).toBe("Done.");
  });
});
