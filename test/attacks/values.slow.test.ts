import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import type { Message } from "../../playground/slack/types.js";
import type { Run } from "../../src/core/run.js";
import { soon } from "../soon.js";
import { type Arena, buttons, modals, nobody, openArena } from "./arena.js";
import { pressed, submitted } from "./forge.js";

/**
 * What a button carries, and what stands in a modal's `private_metadata`, made to say something else. Two environments with
 * people of their own, and a request in each: whoever decides in one of them must not reach the other.
 */

const twins: Scenario = {
  ...eksWorkshop,
  clusters: eksWorkshop.clusters.flatMap((cluster) => [cluster, { ...cluster, name: "other-workshop" }]),
};
const region = "us-west-2";

/** Of "other" alone, and they may do nothing in "prod"; nobody of "prod" may do anything there. */
const otherOperator = "U0BYSTANDER";
const otherApprover = nobody;
/** May start requests of "prod" without approval. */
const breaker = "U0APPROVER2";

let arena: Arena;
let own: Run;
let card: Message;
let foreign: Run;
beforeAll(async () => {
  arena = await openArena({
    scenario: twins,
    rules: {
      clusters: [{ name: "eks-workshop", region }],
      may: { breakGlass: { users: [breaker] } },
    },
    others: [
      {
        name: "other",
        channel: "C0TEST",
        operators: { users: [otherOperator] },
        approvers: { users: [otherApprover] },
        may: { breakGlass: { users: [otherApprover] } },
        clusters: [{ name: "other-workshop", region }],
      },
    ],
  });
  await arena.start();
  ({ run: own, card } = await arena.ask("start eks-workshop"));
  ({ run: foreign } = await arena.ask("start other-workshop", otherOperator));
});
afterAll(() => arena.close());

async function nothingHappened(): Promise<void> {
  for (const { id } of [own, foreign]) expect(await arena.types(id)).toEqual(["RunRequested"]);
  expect(await arena.stage.runs.recent(10)).toHaveLength(2);
  await arena.unharmed();
}

const zeros = "0".repeat(32);
const values: readonly (readonly [what: string, value: () => string])[] = [
  ["another environment's request", () => `${foreign.id}|${foreign.plan.hash}`],
  ["another environment's request with this one's hash", () => `${foreign.id}|${own.plan.hash}`],
  ["a made-up request", () => `calm-heron-99|${own.plan.hash}`],
  ["nothing", () => ""],
  ["a hash alone", () => `|${own.plan.hash}`],
  ["a run alone", () => own.id],
  ["a name of JavaScript's own", () => `__proto__|${own.plan.hash}`],
  ["a key of Redis", () => `{eks-upgrade}:open|${own.plan.hash}`],
  ["a pattern", () => `*|${own.plan.hash}`],
  ["JSON", () => JSON.stringify({ runId: own.id, planHash: own.plan.hash, approved: true })],
  ["two requests", () => `${own.id}|${own.plan.hash}|${foreign.id}|${foreign.plan.hash}`],
  ["the request in capitals", () => `${own.id.toUpperCase()}|${own.plan.hash}`],
  ["a line before it", () => `\n${own.id}|${own.plan.hash}`],
  ["a line after it", () => `${own.id}|${own.plan.hash}\n`],
  ["a nothing inside it", () => `${own.id}\u0000|${own.plan.hash}`],
  ["2,000 characters", () => `${own.id}|${"f".repeat(1_900)}`],
];

describe.each(values)("a value that names %s", (_, value) => {
  const refused = /Nothing was|You cannot (approve|reject|start) this/;

  it("approves nothing", async () => {
    const user = arena.approver();
    await pressed(arena.slack, { user, action: buttons.approve, value: value() }, refused);
    await nothingHappened();
  });

  it("rejects nothing and breaks no glass, not even in a modal that nobody opened", async () => {
    const { slack } = arena;
    const user = arena.approver();
    await pressed(slack, { user, action: buttons.reject, value: value() }, refused);
    expect(slack.as(user).modal(), "the modal that asks why").toBe(undefined);
    await submitted(slack, { user, action: modals.reject, value: value() }, "forged", refused);
    slack.workspace.views.clear(user);
    await submitted(slack, { user: breaker, action: modals.breakGlass, value: value() }, "forged", refused);
    await nothingHappened();
  });
});

it.each([
  ["made up", () => zeros],
  ["of another request", () => foreign.plan.hash],
  ["cut short", () => own.plan.hash.slice(0, -1)],
  ["made longer", () => `${own.plan.hash}0`],
])(
  "a plan's hash that is %s approves nothing: whoever pressed it reads that the plan changed",
  async (_, made) => {
    const user = arena.approver();
    const planHash = made();
    const click = { user, action: buttons.approve, value: `${own.id}|${planHash}` };
    await pressed(arena.slack, click, /the plan changed since you read it/);
    await arena.recorded({ kind: "refusal", who: user, rule: "plan changed", run: own.id, planHash });
    await nothingHappened();
  },
);

it("another plan's hash starts nothing without approval", async () => {
  const broken = { user: breaker, action: modals.breakGlass, value: `${own.id}|${zeros}` };
  await submitted(arena.slack, broken, "forged", /plan changed since you read it/);
  await arena.recorded({ kind: "refusal", who: breaker, rule: "plan changed", run: own.id });
  await nothingHappened();
});

describe("who decides in one environment gets at nothing of the other by", () => {
  it.each([
    [buttons.approve, () => `${foreign.id}|${foreign.plan.hash}`],
    [buttons.cancel, () => foreign.id],
    [buttons.again, () => foreign.id],
    [buttons.retry, () => `${foreign.id}|1`],
    [buttons.retryForce, () => `${foreign.id}|1`],
    [buttons.goOn, () => foreign.id],
    ["eks-upgrade:pause", () => foreign.id],
    ["eks-upgrade:resume", () => foreign.id],
    ["eks-upgrade:repair", () => foreign.id],
    ["eks-upgrade:answer-wait", () => `${foreign.id}|b0`],
    ["eks-upgrade:answer-force", () => `${foreign.id}|b0`],
    ["eks-upgrade:confirm-force", () => `${foreign.id}|b0`],
    ["eks-upgrade:snooze-7", () => `7 ${region}/other-workshop/default`],
    ["eks-upgrade:wake", () => `${region}/other-workshop/default`],
    ["eks-upgrade:digest-upgrade", () => `${region}/other-workshop/default`],
    [buttons.schedule, () => scheduleValue("other-workshop")],
  ])("%s", async (action, value) => {
    for (const user of [arena.approver(), arena.operator()]) {
      const answer = await pressed(arena.slack, { user, action, value: value() });
      expect(answer).not.toContain(foreign.plan.hash);
      await arena.recorded({ kind: "request", who: user, what: action.replace("eks-upgrade:", "") });
    }
    await nothingHappened();
  });
});

const scheduleValue = (cluster: string, wish: object = {}, ...more: readonly unknown[]) =>
  JSON.stringify([`${region}/${cluster}/default`, wish, ...more]);

it.each<[string, () => string]>([
  ["that wants force, of whoever may not", () => scheduleValue("other-workshop", { force: true })],
  ["of a region that it is not in", () => JSON.stringify(["eu-west-1/other-workshop/default", {}])],
  ["of a cluster that there is not", () => scheduleValue("no-such-cluster")],
  ["of a node group that there is not", () => JSON.stringify([`${region}/other-workshop/none`, {}])],
  ["of another kind of group", () => JSON.stringify([`${region}/other-workshop/asg/default`, {}])],
  ["with a wish that nobody can have", () => scheduleValue("other-workshop", { hash: zeros, blockers: [] })],
  [
    "with a wish out of JavaScript",
    () => `["${region}/other-workshop/default",{"__proto__":{"force":true}}]`,
  ],
  ["with a release that is none", () => scheduleValue("other-workshop", { release: "<!channel>" })],
  ["with a reason of 1,000 characters", () => scheduleValue("other-workshop", {}, "x".repeat(1_000))],
  ["with more in it", () => scheduleValue("other-workshop", {}, "why", { approvals: ["U0APPROVER"] })],
  ["that is no JSON", () => "[[[["],
])("a *Schedule* %s asks for nothing new", async (_, value) => {
  const click = { user: otherOperator, action: buttons.schedule, value: value(), channel: "C0TEST" };
  await pressed(arena.slack, click);
  await nothingHappened();
});

/** Last: it shows that all of the above could have worked. */
it("the true value approves, by whoever may", async () => {
  const { slack } = arena;
  const user = arena.approver();
  await slack.as(user).click(card, buttons.approve);
  await soon(() => expect(arena.updates()).toBe(1));
});
