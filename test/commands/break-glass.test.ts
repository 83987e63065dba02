import { describe, expect, it } from "vitest";
import { breakGlass, glassBreaking } from "../../commands/break-glass.js";
import type { Tools } from "../../commands/tools.js";
import type { Actor } from "../../src/authority.js";
import { approvalValue } from "../../src/slack/views/approval-card.js";
import { aPlan, aRun } from "../builders.js";
import { anEnvironment } from "../digest-stage.js";
import { someSlack, someTools, team } from "./some-tools.js";

const prod = anEnvironment("prod", null, {
  may: {
    ...anEnvironment().may,
    force: { groups: ["S0ONCALL"], users: [] },
    "break glass": { groups: ["S0GLASS"], users: [] },
  },
});
const slack = someSlack({ S0GLASS: ["U0GLASS", "U0BOTH"], S0ONCALL: ["U0ONCALL", "U0BOTH"] });
const usual = aRun();
const forced = aRun({ plan: aPlan({ wish: { force: true } }) });

const why = {
  "eks-upgrade:why": { "eks-upgrade:why": { type: "plain_text_input", value: "it is exploited" } },
};
type Way = (run: typeof usual, actor: Actor, tools: Tools) => Promise<unknown>;
const ways: Readonly<Record<string, Way>> = {
  command: (run, actor, tools) => breakGlass(run.id, "it is exploited", actor, tools),
  button: (run, actor, tools) => glassBreaking.open(approvalValue(run), actor, tools),
  "modal that comes back": (run, actor, tools) => glassBreaking.submit(approvalValue(run), why, actor, tools),
};

describe.each(Object.entries(ways))("without approval, by the %s", (name, way) => {
  it.each([
    ["what is not forced", "who may break the glass", usual, "U0GLASS", undefined],
    ["what is not forced", "who may force alone", usual, "U0ONCALL", "S0GLASS"],
    ["what deletes pods", "who may break the glass alone", forced, "U0GLASS", "S0ONCALL"],
    ["what deletes pods", "who may force alone", forced, "U0ONCALL", "S0GLASS"],
    ["what deletes pods", "who may do both", forced, "U0BOTH", undefined],
  ] as const)("%s is for %s", async (_, __, run, user, ask) => {
    const broken: string[] = [];
    const { tools, recorded } = someTools({
      ...{ slack, environments: [prod] },
      upgrades: {
        find: async () => ({ run, events: [] }),
        async breakGlass(id) {
          broken.push(id);
          return { outcome: "done", run };
        },
      },
    });
    const answer = JSON.stringify(await way(run, { user, team, entry: "button", channel: "C0PROD" }, tools));
    expect(broken).toEqual(ask || name === "button" ? [] : [run.id]);
    if (!ask) return expect(recorded).toEqual([]);
    expect(answer).toContain("You cannot start this without approval.");
    expect(answer).toContain(`Ask <!subteam^${ask}>`);
    expect(recorded).toMatchObject([
      { kind: "refusal", rule: "role", what: `break-glass ${run.id}`, who: user },
    ]);
  });
});
