import { afterEach, describe, expect, it } from "vitest";
import { soon } from "../soon.js";
import { type Arena, buttons, nobody, openArena, type Rules } from "./arena.js";
import { tries } from "./forge.js";

/** Whoever asked tries to be the one who says yes, too. */

const asker = "U0OPERATOR";
const approver = "U0APPROVER";
const friend = "U0BYSTANDER";
const other = nobody;

let arena: Arena;
afterEach(() => arena.close());

const approversAnd = (...users: readonly string[]) => ({ approvers: { groups: ["S0APPROVERS"], users } });
const deputies = (...pairs: readonly (readonly [of: string, deputy: string])[]) => ({
  deputies: pairs.map(([of, deputy]) => ({ of, deputy, from: "2020-01-01", until: "2100-01-01" })),
});

async function opened(rules: Rules): Promise<void> {
  arena = await openArena({ rules });
}

const requester = /You asked for it yourself|You stand for the one who asked|You cannot approve|may approve/;
const once = /You have approved this already|has approved (it|this) already|counts once|one voice/i;

describe("refused is", () => {
  it.each<[string, Rules, string, string]>([
    ["whoever asked, though an approver", approversAnd(asker), asker, "requester"],
    [
      "whoever asked, though an approver twice over",
      { approvers: { groups: ["S0APPROVERS", "S0OPS"], users: [asker] } },
      asker,
      "requester",
    ],
    ["whoever asked, as an approver's deputy", deputies([approver, asker]), asker, "requester"],
    [
      "whoever asked, as the deputy of two",
      { ...approversAnd(friend), ...deputies([approver, asker], [friend, asker]) },
      asker,
      "requester",
    ],
    [
      "whoever asked, as their own deputy",
      { ...approversAnd(asker), ...deputies([friend, asker]) },
      asker,
      "requester",
    ],
    [
      "the deputy of whoever asked",
      { ...approversAnd(asker), ...deputies([asker, friend]) },
      friend,
      "requester",
    ],
    [
      "the deputy of whoever asked, in a loop",
      { ...approversAnd(asker), ...deputies([asker, friend], [friend, asker]) },
      friend,
      "requester",
    ],
    [
      "whoever asked, in a loop",
      { ...approversAnd(asker), ...deputies([asker, friend], [friend, asker]) },
      asker,
      "requester",
    ],
    ["the deputy of an approver's deputy", deputies([approver, other], [other, friend]), friend, "role"],
    [
      "whoever asked, as the deputy of an approver's deputy",
      deputies([approver, friend], [friend, asker]),
      asker,
      "role",
    ],
    ["the deputy of somebody who is none", deputies([other, friend]), friend, "role"],
    [
      "a deputy before their time",
      { deputies: [{ of: approver, deputy: friend, from: "2099-01-01", until: "2100-01-01" }] },
      friend,
      "role",
    ],
    [
      "a deputy after their time",
      { deputies: [{ of: approver, deputy: friend, from: "2020-01-01", until: "2021-01-01" }] },
      friend,
      "role",
    ],
  ])("%s", async (_, rules, user, rule) => {
    await opened(rules);
    await arena.start();
    const { card, run } = await arena.ask("start eks-workshop", asker);
    await tries(arena.slack, user, () => arena.slack.as(user).click(card, buttons.approve), requester);
    await arena.recorded({ kind: "refusal", who: user, rule, run: run.id });
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    await arena.unharmed();
    // Nothing but who pressed it stood in the way.
    await arena.slack.as("U0AP1").click(card, buttons.approve);
    await soon(() => expect(arena.updates()).toBe(1));
  });
});

describe("one person is one voice", () => {
  const two = { approvals: { required: 2, expiresAfter: "24h" } };
  it.each<[string, Rules, readonly [string, string]]>([
    ["who presses twice", two, [approver, approver]],
    ["who is named, and in the group", { ...two, ...approversAnd(approver) }, [approver, approver]],
    [
      "who is an approver, and another one's deputy",
      { ...two, ...approversAnd(friend), ...deputies([friend, approver]) },
      [approver, approver],
    ],
    [
      "and so are an approver and their deputy",
      { ...two, ...deputies([approver, friend]) },
      [approver, friend],
    ],
    [
      "and so are a deputy and whom they stand for",
      { ...two, ...deputies([approver, friend]) },
      [friend, approver],
    ],
    [
      "and so are two deputies of one",
      { ...two, ...deputies([approver, friend], [approver, other]) },
      [friend, other],
    ],
  ])("%s", async (_, rules, [first, second]) => {
    await opened(rules);
    await arena.start();
    const { card, run } = await arena.ask("start eks-workshop", asker);
    const press = (user: string) => () => arena.slack.as(user).click(card, buttons.approve);
    await press(first)();
    await soon(async () => expect(await arena.types(run.id)).toContain("ApprovalGiven"));
    const refused = await tries(arena.slack, second, press(second));
    expect(refused).toMatch(once);
    await arena.recorded({ kind: "refusal", who: second, run: run.id });
    expect((await arena.run(run.id)).approvals).toHaveLength(1);
    await arena.unharmed();
    await press("U0AP1")();
    await soon(() => expect(arena.updates()).toBe(1));
  });
});

describe("that whoever asked may approve is switched off", () => {
  const may = {
    ...approversAnd(asker),
    production: false,
    approvals: { required: 1, requesterMayApprove: true, expiresAfter: "24h" },
  };
  const mayNot = { ...may, approvals: { ...may.approvals, requesterMayApprove: false } };

  it("between the card and the click: they are refused", async () => {
    await opened(may);
    await arena.start();
    const { card, run } = await arena.ask("start eks-workshop", asker);
    await arena.restart(mayNot);
    await tries(arena.slack, asker, () => arena.slack.as(asker).click(card, buttons.approve), requester);
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    await arena.recorded({ kind: "refusal", who: asker, rule: "requester", run: run.id });
    await arena.unharmed();
  });

  it("between their click and the first write: nothing is written", async () => {
    await opened(may);
    await arena.start({ ROLE: "bot" });
    const { card, run } = await arena.ask("start eks-workshop", asker);
    await arena.slack.as(asker).click(card, buttons.approve);
    await soon(async () => expect((await arena.run(run.id)).state).toBe("running"));
    await arena.restart(mayNot);
    await soon(async () => expect((await arena.run(run.id)).failure?.code).toBe("ApprovalsTooFew"));
    await arena.unharmed();
  });

  it("between the first of two voices, which was theirs, and the second: theirs counts no more", async () => {
    const two = (rules: typeof may) => ({ ...rules, approvals: { ...rules.approvals, required: 2 } });
    await opened(two(may));
    await arena.start();
    const { card, run } = await arena.ask("start eks-workshop", asker);
    await arena.slack.as(asker).click(card, buttons.approve);
    await soon(async () => expect((await arena.run(run.id)).approvals).toHaveLength(1));
    await arena.restart(two(mayNot));
    await arena.slack.as("U0AP1").click(card, buttons.approve);
    await soon(async () =>
      expect((await arena.run(run.id)).approvals.map(({ by }) => by)).toEqual(["U0AP1"]),
    );
    expect((await arena.run(run.id)).state).toBe("awaiting approval");
    await arena.unharmed();
  });
});

it("who asks again for what was rejected is who asked, and cannot approve it", async () => {
  await opened({ operators: { groups: ["S0OPS"], users: [approver] } });
  await arena.start();
  const { card } = await arena.ask("start eks-workshop", asker);
  const modal = await tries(
    arena.slack,
    "U0AP1",
    () => arena.slack.as("U0AP1").click(card, buttons.reject),
    /modal/,
  );
  expect(modal).toContain("Reject");
  const [view] = arena.slack.workspace.views.stack("U0AP1");
  if (!view) throw new Error("no modal");
  await arena.slack.as("U0AP1").submit(view, { "eks-upgrade:why": "no" });
  const again = await arena.slack.waitFor(
    () =>
      arena.slack.workspace
        .messages(arena.slack.channel)
        .find((each) => JSON.stringify(each.blocks).includes(buttons.again)),
    { what: "Request again" },
  );
  await arena.slack.as(approver).click(again, buttons.again);
  await soon(async () => expect(await arena.stage.runs.recent(9)).toHaveLength(2));
  const [id = ""] = await arena.stage.runs.recent(1);
  expect((await arena.run(id)).requestedBy).toBe(approver);
  const asked = await arena.slack.waitFor(
    () =>
      arena.slack.workspace
        .messages(arena.slack.channel)
        .find((each) => JSON.stringify(each.blocks).includes(`${id}|`)),
    { what: "the new card" },
  );
  await tries(arena.slack, approver, () => arena.slack.as(approver).click(asked, buttons.approve), requester);
  await arena.recorded({ kind: "refusal", who: approver, rule: "requester", run: id });
  await arena.unharmed();
});
