import { beforeEach, describe, expect, it } from "vitest";
import { openStartForm, suggestClusters, suggestNodeGroups } from "../../commands/form.js";
import type { Tools } from "../../commands/tools.js";
import type { Recorded } from "../../src/audit.js";
import type { Actor } from "../../src/authority.js";
import { isSlackTrouble } from "../../src/slack/trouble.js";
import { anEnvironment } from "../digest-stage.js";
import { type SlackFacts, someSlack, someTools, team } from "./some-tools.js";

const people = (...users: readonly string[]) => ({ groups: ["S0OPS"], users });
const environment = (name: string, user: string) =>
  anEnvironment(name, null, { may: { ...anEnvironment().may, start: people(user) }, channels: ["C0OPS"] });

let slack: SlackFacts;
let tools: Tools;
let recorded: Recorded[];
let opened: number;
beforeEach(() => {
  slack = someSlack({ S0OPS: ["U0OP"] });
  opened = 0;
  ({ tools, recorded } = someTools({
    ...{ slack, environments: [environment("prod", "U0PROD"), environment("test", "U0TEST")] },
    upgrades: {
      nodeGroups: async () => ({ groups: [{ kind: "managed node group", nodeGroup: "default" }] }),
    },
  }));
});

const someone = (user: string, entry: Actor["entry"] = "menu"): Actor => ({ user, team, entry });
const open = async () => {
  opened += 1;
};
const names = (options: Awaited<ReturnType<typeof suggestClusters>>) => options.map(({ value }) => value);

describe("the form", () => {
  it("opens for who may start something, wherever they typed", async () => {
    const actor: Actor = { ...someone("U0TEST", "command"), channel: "C0ELSE" };
    expect(await openStartForm(open, actor, tools)).toBeUndefined();
    expect(opened).toBe(1);
  });

  it("does not open for who may start nothing, and that is recorded once", async () => {
    const refused = await openStartForm(open, someone("U0BY", "command"), tools);
    expect(refused?.text).toContain("There is nothing that you may upgrade.");
    expect(refused?.text).not.toMatch(/prod|test/);
    expect(opened).toBe(0);
    expect(recorded).toMatchObject([{ kind: "refusal", who: "U0BY", what: "form", rule: "role" }]);
  });

  it("does not open while Slack does not tell: that is told, and not of which environment", async () => {
    slack.away = true;
    const asked = openStartForm(open, someone("U0OP"), tools);
    await expect(asked).rejects.toSatisfy((error) => isSlackTrouble(error));
    expect(opened).toBe(0);
    expect(recorded).toMatchObject([{ rule: "unsure" }]);
  });

  it("offers the clusters in which they may start something, and those clusters' node groups", async () => {
    expect(names(await suggestClusters("", someone("U0OP"), tools))).toEqual(["prod-shop", "test-shop"]);
    expect(names(await suggestClusters("", someone("U0TEST"), tools))).toEqual(["test-shop"]);
    const groups = (user: string) => suggestNodeGroups("node-group/prod-shop", "", someone(user), tools);
    expect(names(await groups("U0PROD"))).toEqual(["default"]);
    expect(names(await groups("U0TEST"))).toEqual([]);
    expect(recorded).toEqual([]);
  });
});
