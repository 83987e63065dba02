import type { types } from "@slack/bolt";
import { beforeEach, describe, expect, it } from "vitest";
import { openGate } from "../../commands/gate.js";
import { openHome } from "../../commands/home.js";
import type { Tools } from "../../commands/tools.js";
import type { Recorded } from "../../src/audit.js";
import type { Actor } from "../../src/authority.js";
import { anEnvironment } from "../digest-stage.js";
import { type SlackFacts, someSlack, someTools, team } from "./some-tools.js";

let slack: SlackFacts;
let tools: Tools;
let recorded: Recorded[];
let shown: types.HomeView[];
beforeEach(() => {
  slack = someSlack({ S0OPS: ["U0OP"] });
  shown = [];
  const scanned = async () => [];
  ({ tools, recorded } = someTools({
    ...{ slack, environments: [anEnvironment("prod", null, { clusters: [] })] },
    upgrades: { open: async () => [], recent: async () => [] },
    digests: { last: scanned, snoozes: async () => [], check: scanned },
  }));
});

const open = async (user: string, over: Partial<Actor> = {}) => {
  const actor: Actor = { user, team, entry: "home", ...over };
  const gate = openGate(tools, () => 0);
  await openHome({ actor, what: "home" }, "look", async (view) => void shown.push(view), { gate, tools });
  return JSON.stringify(shown.at(-1)?.blocks);
};

describe("Home", () => {
  it("is drawn for who has a part in something", async () => {
    expect(await open("U0OP")).toContain("*prod*");
    expect(recorded).toEqual([]);
  });

  it("shows a bystander that there is nothing for them", async () => {
    const home = await open("U0BY");
    expect(home).toContain("you have no part in any environment");
    expect(home).not.toContain("prod");
  });

  it.each<[string, () => void, Partial<Actor>, string]>([
    ["a guest", () => (slack.people.U0OP = { guest: true }), {}, "no orders from guests"],
    ["a deactivated person", () => (slack.people.U0OP = { deactivated: true }), {}, "is deactivated"],
    ["a person of elsewhere", () => {}, { team: "T0OTHER" }, "another workspace"],
    [
      "anybody while Slack does not tell",
      () => (slack.away = true),
      {},
      "Slack does not tell me who you are",
    ],
  ])("shows %s one sentence with the reason, and that is recorded", async (_, change, over, why) => {
    change();
    const home = await open("U0OP", over);
    expect(home).toContain(why);
    expect(home).not.toContain("prod");
    expect(recorded).toMatchObject([{ kind: "refusal", what: "home", entry: "home" }]);
  });

  it("stays as it is when it is opened without end", async () => {
    const gate = openGate(tools, () => 0);
    const actor: Actor = { user: "U0BY", team, entry: "home" };
    for (let opened = 0; opened < 125; opened++) {
      await openHome({ actor, what: "home" }, "look", async (view) => void shown.push(view), { gate, tools });
    }
    expect(shown).toHaveLength(120);
    // One entry, however many there are: they are counted, and told once a minute.
    expect(recorded.map(({ rule }) => rule)).toEqual(["rate"]);
  });
});
