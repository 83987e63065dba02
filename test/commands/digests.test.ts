import { beforeEach, describe, expect, it } from "vitest";
import { snooze, snoozeAll, wake, wakeAll, wantedUpgrade } from "../../commands/digests.js";
import type { Tools } from "../../commands/tools.js";
import type { Recorded } from "../../src/audit.js";
import type { Actor } from "../../src/authority.js";
import { day } from "../../src/core/instant.js";
import { OrderUnanswered } from "../../src/redis/orders.js";
import { start, stoppedAt } from "../builders.js";
import { anEnvironment } from "../digest-stage.js";
import { aRecord, aRow, aSnooze, someContent } from "../src/slack/views/digest-facts.js";
import { type SlackFacts, someSlack, someTools, team } from "./some-tools.js";

const operators = { groups: ["S0OPS"], users: [] };
const environment = (name: string) =>
  anEnvironment(
    name,
    {},
    {
      clusters: [{ name: `${name}-shop`, region: "us-west-2" }],
      may: { ...anEnvironment().may, snooze: { groups: ["S0OPS"], users: ["U0SNOOZE"] }, start: operators },
    },
  );
const row = (name: string, group: string) => {
  const place = { environment: name, cluster: `${name}-shop`, region: "us-west-2" };
  return aRow({
    ...place,
    group: { kind: "managed node group", name: group },
    key: `us-west-2/${name}-shop/${group}`,
  });
};
const rows = [row("prod", "edge"), row("prod", "core"), row("test", "edge")];
const key = "us-west-2/prod-shop/edge";

let slack: SlackFacts;
let tools: Tools;
let recorded: Recorded[];
let asleep: string[];
beforeEach(() => {
  slack = someSlack({ S0OPS: ["U0OP"] });
  asleep = [];
  const record = aRecord(someContent({ rows }));
  ({ tools, recorded } = someTools({
    ...{ slack, environments: [environment("prod"), environment("test")], clock: stoppedAt(start) },
    digests: {
      find: async () => record,
      snoozes: async () => rows.filter((each) => asleep.includes(each.key)).map((each) => aSnooze(each)),
      async snooze(keys, days, by) {
        asleep.push(...keys);
        return keys.map((each) => ({ key: each, by, at: start, until: start + days * day }));
      },
      async wake(keys) {
        asleep = asleep.filter((each) => !keys.includes(each));
      },
    },
  }));
});

const series = aRecord().series;
const number = aRecord().shown?.number ?? 0;
const someone = (user: string): Actor => ({ user, team, entry: "digest", channel: "C0PROD" });
const order = { kind: "order", who: "U0OP", outcome: "done", entry: "digest", region: "us-west-2" };

describe("a digest's buttons", () => {
  it("record what was snoozed, for how long, and what was woken", async () => {
    await snooze(`7 ${key}`, someone("U0OP"), tools);
    expect(asleep).toEqual([key]);
    await wake(key, someone("U0OP"), tools);
    expect(asleep).toEqual([]);
    const of = { ...order, environment: "prod", cluster: "prod-shop", on: key };
    expect(recorded).toEqual([
      { ...of, what: "snooze", more: { days: 7, rows: 1 } },
      { ...of, what: "wake", more: { rows: 1 } },
    ]);
  });

  it("record all that a digest says once for each cluster", async () => {
    await snoozeAll(`1 ${series} ${number}`, someone("U0OP"), tools);
    await wakeAll(`${series} ${number}`, someone("U0OP"), tools);
    const prod = { ...order, environment: "prod", cluster: "prod-shop", on: "prod-shop" };
    const test = { ...order, environment: "test", cluster: "test-shop", on: "us-west-2/test-shop/edge" };
    expect(recorded).toEqual([
      { ...prod, what: "snooze", more: { days: 1, rows: 2 } },
      { ...test, what: "snooze", more: { days: 1, rows: 1 } },
      { ...prod, what: "wake", more: { rows: 2 } },
      { ...test, what: "wake", more: { rows: 1 } },
    ]);
  });

  it.each<[string, (actor: Actor) => Promise<unknown>, object[]]>([
    ["snooze", (actor) => snooze(`7 ${key}`, actor, tools), [{ on: key, more: { days: 7, rows: 1 } }]],
    ["wake", (actor) => wake(key, actor, tools), [{ on: key }]],
    [
      "snooze",
      (actor) => snoozeAll(`1 ${series} ${number}`, actor, tools),
      [{ on: "prod-shop" }, { on: "us-west-2/test-shop/edge" }],
    ],
    ["wake", (actor) => wakeAll(`${series} ${number}`, actor, tools), [{ on: key }]],
  ])("record as failed what the store did not answer: %s", async (what, press, lines) => {
    asleep = what === "wake" ? [key] : [];
    const lost = () => Promise.reject(new OrderUnanswered("unknown"));
    Object.assign(tools.digests, { snooze: lost, wake: lost });
    await expect(press(someone("U0OP"))).rejects.toThrow(OrderUnanswered);
    const failed = { ...order, what, outcome: "failed", why: expect.stringMatching(/./) };
    expect(recorded).toMatchObject(lines.map((each) => ({ ...failed, ...each })));
  });

  it("snooze for who may snooze, and upgrade for who may start", async () => {
    expect(await wantedUpgrade(key, someone("U0SNOOZE"), tools)).toMatchObject({
      refused: { text: expect.stringContaining("Not allowed for prod-shop.") },
    });
    await snooze(`7 ${key}`, someone("U0SNOOZE"), tools);
    expect(asleep).toEqual([key]);
    expect(await wantedUpgrade(key, someone("U0OP"), tools)).toEqual({
      found: { cluster: "prod-shop", nodeGroup: "edge" },
    });
  });

  it.each<[string, (actor: Actor) => Promise<unknown>]>([
    ["snooze prod-shop", (actor) => snooze(`7 ${key}`, actor, tools)],
    ["wake prod-shop", (actor) => wake(key, actor, tools)],
    ["start prod-shop", (actor) => wantedUpgrade(key, actor, tools)],
    ["snooze prod-shop", (actor) => snoozeAll(`7 ${series} ${number}`, actor, tools)],
  ])("do nothing for anybody else, who is told whom to ask: %s", async (what, press) => {
    expect(JSON.stringify(await press(someone("U0BY")))).toContain("Ask <!subteam^S0OPS>");
    expect(asleep).toEqual([]);
    expect(recorded[0]).toMatchObject({ kind: "refusal", what, rule: "role", entry: "digest", who: "U0BY" });
  });
});
