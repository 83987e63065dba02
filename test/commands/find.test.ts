import { beforeEach, describe, expect, it } from "vitest";
import { findRun, findVisibleRun } from "../../commands/runs.js";
import { type Found, findCluster, findTarget } from "../../commands/target.js";
import type { Tools } from "../../commands/tools.js";
import type { Recorded } from "../../src/audit.js";
import type { Actor } from "../../src/authority.js";
import type { Right } from "../../src/core/access/rights.js";
import { isSlackTrouble } from "../../src/slack/trouble.js";
import { aPlan, aRun } from "../builders.js";
import { anEnvironment } from "../digest-stage.js";
import { type SlackFacts, someSlack, someTools, team } from "./some-tools.js";

const operators = { groups: ["S0OPS"], users: [] };
const approvers = { groups: ["S0APPROVERS"], users: [] };
const usual = anEnvironment().may;
const prod = anEnvironment("prod", null, {
  ...{ operators, approvers, may: { ...usual, approve: approvers }, channels: ["C0OPS"] },
});
const lab = anEnvironment("lab", null, {
  may: { ...usual, plan: { groups: [], users: ["U0LAB"] }, start: { groups: [], users: ["U0LAB"] } },
});
const run = aRun({ id: "calm-heron-42", plan: aPlan({ environment: "prod", cluster: "prod-shop" }) });

let slack: SlackFacts;
let tools: Tools;
let recorded: Recorded[];
beforeEach(() => {
  slack = someSlack({ S0OPS: ["U0OP"], S0APPROVERS: ["U0APP"] });
  const found = { run, events: [] };
  ({ tools, recorded } = someTools({
    ...{ slack, environments: [prod, lab] },
    upgrades: {
      find: async (id) => (id === run.id ? found : undefined),
      recent: async () => [run],
      nodeGroups: async () => ({ groups: [{ kind: "managed node group", nodeGroup: "default" }] }),
    },
  }));
});

const someone = (user: string, channel: string | undefined = "C0PROD"): Actor => ({
  ...{ user, team, entry: "command", channel },
});
const words = (found: Found<unknown>) => ("refused" in found ? found.refused.text : "found");
const rules = () => recorded.map(({ what, rule, environment }) => [what, rule, environment]);

describe("a cluster", () => {
  it.each<[string, Right | "see", string, string]>([
    ["an operator", "start", "U0OP", "found"],
    ["an operator", "see", "U0OP", "found"],
    ["an approver", "see", "U0APP", "found"],
    [
      "an approver",
      "start",
      "U0APP",
      "Not allowed for prod-shop. Only the operators of prod may plan and start upgrades. Ask <!subteam^S0OPS>.",
    ],
  ])("for %s, to %s it", async (_, right, user, expected) => {
    expect(words(await findCluster("prod-shop", right, someone(user), tools))).toBe(expected);
  });

  it.each<[Right | "see"]>([["plan"], ["start"], ["cancel"], ["lock"], ["see"]])(
    "is as good as none for who sees nothing of its environment, and the true rule is recorded: %s",
    async (right) => {
      const bystander = someone("U0BY");
      const known = words(await findCluster("prod-shop", right, bystander, tools, { doing: "try" }));
      expect(rules()).toEqual([["try prod-shop", "role", "prod"]]);
      const unknown = words(await findCluster("nosuch", right, bystander, tools));
      expect(known.replaceAll("prod-shop", "nosuch")).toBe(unknown);
      expect(known).toContain("There is none that you may see.");
    },
  );

  it("tells who sees another environment no more than that one's clusters", async () => {
    const told = words(await findCluster("prod-shop", "start", someone("U0LAB"), tools));
    expect(told).toMatch(/^I know no cluster "prod-shop"\. You may see: lab-shop\./);
    expect(words(await findCluster("lab-shop", "start", someone("U0LAB"), tools))).toBe("found");
  });

  it("that is named in a message of ours is no secret, and whom to ask is told", async () => {
    const told = words(await findCluster("prod-shop", "snooze", someone("U0BY"), tools, { named: true }));
    expect(told).toContain("Not allowed for prod-shop.");
  });

  it("in a channel where its orders are not given: says in which", async () => {
    const told = words(await findCluster("prod-shop", "start", someone("U0OP", "C0ELSE"), tools));
    expect(told).toBe(
      "Not allowed for prod-shop. Orders for prod are not given in this channel. Go to <#C0PROD> or <#C0OPS>.",
    );
    expect(rules()).toEqual([["start prod-shop", "channel", "prod"]]);
  });

  it("while Slack does not tell: nobody learns whether there is one", async () => {
    slack.away = true;
    for (const name of ["prod-shop", "nosuch"]) {
      const asked = findCluster(name, "start", someone("U0OP"), tools);
      await expect(asked).rejects.toSatisfy((error) => isSlackTrouble(error));
    }
  });
});

describe("a node group", () => {
  it("is found for who may do this with it, and recorded by the command's own name", async () => {
    const watch = { name: "watch", cluster: "prod-shop" };
    const found = await findTarget(watch, "start", someone("U0OP"), tools);
    expect(found).toMatchObject({ found: { cluster: "prod-shop", nodeGroup: "default" } });
    await findTarget(watch, "start", someone("U0APP"), tools);
    expect(rules()).toEqual([["watch prod-shop", "role", "prod"]]);
  });
});

describe("a run", () => {
  it.each<[string, Right, string, string]>([
    ["an operator", "cancel", "U0OP", "found"],
    [
      "an approver",
      "cancel",
      "U0APP",
      "Not allowed for calm-heron-42. Only the operators of prod may pause or cancel upgrades. Ask <!subteam^S0OPS>.",
    ],
  ])("for %s, to %s it", async (_, right, user, expected) => {
    expect(words(await findRun(run.id, right, someone(user), tools))).toBe(expected);
  });

  it("is as good as none for who sees nothing of its environment, and the true rule is recorded", async () => {
    const bystander = someone("U0BY");
    const known = [
      words(await findRun(run.id, "cancel", bystander, tools, "pause")),
      words(await findVisibleRun(run.id, bystander, tools, "status")),
    ];
    const unknown = words(await findRun("no-such-1", "cancel", bystander, tools));
    expect(known.map((each) => each.replaceAll(run.id, "no-such-1"))).toEqual([unknown, unknown]);
    expect(recorded).toMatchObject([
      {
        what: "pause calm-heron-42",
        rule: "role",
        run: run.id,
        cluster: "prod-shop",
        planHash: run.plan.hash,
      },
      { what: "status calm-heron-42", rule: "role", run: run.id },
    ]);
  });
});
