import { describe, expect, it } from "vitest";
import { mayDecide, undecidedWords } from "../../commands/approvals.js";
import type { About, Actor } from "../../src/authority.js";
import { aRun, start } from "../builders.js";
import { anEnvironment } from "../digest-stage.js";

it("who approved already is told to whoever judges: a deputy of several speaks for another one", async () => {
  const abouts: About[] = [];
  const authority = {
    async may(_right: unknown, _environment: unknown, _actor: Actor, about: About) {
      abouts.push(about);
      return { allowed: true } as const;
    },
  };
  const approvals = [{ by: "U0APPROVER", at: start, groups: ["S0SECURITY"] }];
  const run = aRun({ approvals });
  const request = { runId: run.id, planHash: run.plan.hash, run, environment: anEnvironment() };
  const actor: Actor = { user: "U0DEPUTY", team: "T0", entry: "button" };
  await mayDecide("approve", request, actor, { authority });
  expect(abouts).toMatchObject([{ run: run.id, approvals, requestedBy: run.requestedBy }]);
});

describe("whoever has no voice is told who has one", () => {
  const approvals = [{ by: "U0DEP", deputyOf: "U0APP", at: start }];
  const run = aRun({ approvals, approverGroups: [], approverUsers: ["U0APP", "U0APP2", "U0REQ"] });
  const asked = { ...run, requestedBy: "U0REQ" };
  it.each<[Parameters<typeof undecidedWords>[0], string, readonly string[]]>([
    ["approved by you already", "U0DEP", ["U0APP2", "U0REQ"]],
    ["one voice", "U0APP", ["U0APP2", "U0REQ"]],
    ["requester", "U0REQ", ["U0APP2"]],
    ["requester", "U0DEP2", ["U0APP2"]],
  ])("%s: %s", (why, user, users) => {
    expect(undecidedWords(why, asked, { user })).toMatchObject({ ask: { groups: [], users } });
    expect(undecidedWords(why, asked, { user })).not.toHaveProperty("next");
  });

  it("or whoever can name more of them", () => {
    const alone = { ...asked, approverUsers: ["U0APP"] };
    const words = undecidedWords("one voice", alone, { user: "U0APP" });
    expect(words.next).toBe("Whoever keeps fleet.yaml can name more approvers");
    expect(words.ask).toEqual({ groups: [], users: [] });
  });

  it("nobody is asked where that is no matter of voices", () => {
    expect(undecidedWords("already decided", asked, { user: "U0APP2" })).not.toHaveProperty("ask");
  });
});
