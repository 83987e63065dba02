import { expect, it } from "vitest";
import { answerAsked, confirmForce } from "../../commands/answers.js";
import { retry, retryRun } from "../../commands/attempts.js";
import { breakGlass, glassBreaking } from "../../commands/break-glass.js";
import { cancel, pause, resume } from "../../commands/control.js";
import { goOn } from "../../commands/hours.js";
import { lock, unlock } from "../../commands/lock.js";
import { putBack } from "../../commands/repair.js";
import type { Tools } from "../../commands/tools.js";
import { watch } from "../../commands/watch.js";
import type { Actor } from "../../src/authority.js";
import type { Run } from "../../src/core/run.js";
import { type View, violations } from "../../src/slack/limits.js";
import { approvalValue } from "../../src/slack/views/approval-card.js";
import { retryValue } from "../../src/slack/views/retry.js";
import type { Upgrades } from "../../src/upgrades/types.js";
import { aPlan, aRunningRun, events, start, stoppedAt } from "../builders.js";
import { anEnvironment } from "../digest-stage.js";
import { aRoll, aRollBlocker, aRollProgress } from "../rolls.js";
import { someSlack, someTools, team } from "./some-tools.js";

/** Whoever may give an order, and nothing comes of it: they are told why, and that they tried is kept with the rule. */

const op: Actor = { user: "U0OP", team, entry: "button", channel: "C0PROD" };
const people = { groups: ["S0OPS"], users: [] };
const prod = anEnvironment("prod", null, {
  clusters: [{ name: "eks-workshop", region: "us-west-2" }],
  may: { ...anEnvironment().may, "break glass": people },
  // So that it is not the environment that says no to who stands for whoever asked.
  approvals: { ...anEnvironment().approvals, requesterMayApprove: true },
  deputies: [{ of: "U0ASKER", deputy: "U0DEPUTY", from: 0, until: start * 2 }],
});

const blocker = aRollBlocker();
const answers = [{ about: blocker.id, choice: "force", by: "U0ASKER", at: start }] as const;
const asking = aRoll({ plan: aPlan(), steps: [aRollProgress({ blockers: [blocker], answers })] });
const log = events({ type: "DrainBlocked", step: 0, blocker });
const { id } = asking;
const inLog = `${id}|b0`;
const standing = { environment: "prod", by: "U0ANA", at: start, reason: "a migration" };

/** What the use cases answer with. */
function toolsWith(upgrades: Partial<Upgrades>, run: Run, over: Partial<Tools> = {}) {
  const slack = someSlack({ S0OPS: ["U0OP", "U0ASKER"] });
  return someTools({
    ...{ slack, environments: [prod], clock: stoppedAt(start) },
    upgrades: { find: async () => ({ run, events: log }), open: async () => [], ...upgrades },
    ...over,
  });
}

const refused = <Why extends string>(refusal: Why, run: Run = asking) =>
  ({ outcome: "refused", refusal, run }) as const;

interface Row {
  readonly act: (tools: Tools) => Promise<View | undefined>;
  readonly upgrades: Partial<Upgrades>;
  readonly run?: Run;
  readonly locks?: Partial<Tools["locks"]>;
  readonly by?: string;
  readonly kept: {
    readonly what: string;
    readonly rule: string;
    readonly why?: string;
    readonly on?: string;
  };
  readonly says: RegExp;
}

const ofRun = { on: "eks-workshop/default" };
const ofLock = { on: "prod" };
const groups = { groups: [{ kind: "managed node group", nodeGroup: "default" }] } as const;
const watching = (answer: Awaited<ReturnType<Upgrades["watch"]>>): Pick<Row, "act" | "upgrades"> => ({
  act: (tools) =>
    watch({ name: "watch", cluster: "eks-workshop", nodeGroup: "default", wish: {} }, op, tools),
  upgrades: { watch: async () => answer, nodeGroups: async () => groups },
});
const failed = aRunningRun({
  ...{ state: "failed", failure: { code: "NodeCreationFailure", what: "x", next: "y" } },
});
const attempt = retryValue(failed);

const rows: Readonly<Record<string, Row>> = {
  "an answer that would not help": {
    act: (tools) => answerAsked("surge owner", inLog, op, tools),
    upgrades: { answer: async () => refused("not offered") },
    kept: { what: 'answer "surge owner"', rule: "not offered", ...ofRun },
    says: /That would not help/,
  },
  "an answer that somebody gave": {
    act: (tools) => answerAsked("force", inLog, op, tools),
    upgrades: { answer: async () => refused("given already") },
    kept: { what: 'answer "force"', rule: "given already", ...ofRun },
    says: /Somebody chose that already/,
  },
  "the second yes of whoever asked": {
    act: (tools) => confirmForce(inLog, { ...op, user: "U0ASKER" }, tools),
    upgrades: { confirmForce: async () => refused("same person") },
    by: "U0ASKER",
    kept: { what: "confirm force", rule: "same person", ...ofRun },
    says: /You asked for it yourself/,
  },
  "the second yes of who stands for them": {
    act: (tools) => confirmForce(inLog, { ...op, user: "U0DEPUTY" }, tools),
    upgrades: {},
    by: "U0DEPUTY",
    kept: { what: "confirm force", rule: "one voice", ...ofRun },
    says: /You stand for whoever asked for it.* Ask <!subteam\^S0APPROVERS>/,
  },
  "pause of what EKS rolls": {
    act: (tools) => pause(id, op, tools),
    upgrades: { pause: async () => refused("managed") },
    kept: { what: "pause", rule: "managed", ...ofRun },
    says: /cannot be paused/,
  },
  "resume of what runs": {
    act: (tools) => resume(id, op, tools),
    upgrades: { resume: async () => refused("not paused") },
    kept: { what: "resume", rule: "not paused", ...ofRun },
    says: /is not paused/,
  },
  "cancel of what is called off": {
    act: (tools) => cancel(id, op, tools),
    upgrades: { cancel: async () => refused("stopping") },
    kept: { what: "cancel", rule: "stopping", ...ofRun },
    says: /called off already/,
  },
  "go on with what nothing holds": {
    act: (tools) => goOn(id, op, tools),
    upgrades: { goOn: async () => refused("not held") },
    kept: { what: "go on with", rule: "not held", ...ofRun },
    says: /No window holds/,
  },
  "put back what is open": {
    act: (tools) => putBack(id, op, tools),
    upgrades: { repair: async () => refused("running") },
    kept: { what: "repair", rule: "running", ...ofRun },
    says: /is open/,
  },
  "broken glass of what is over": {
    act: (tools) => breakGlass(id, "it is exploited", op, tools),
    upgrades: { breakGlass: async () => refused("over") },
    kept: { what: "break-glass", rule: "over", ...ofRun },
    says: /Not started/,
  },
  "broken glass of what is over, by its button": {
    async act(tools) {
      const opened = await glassBreaking.open(approvalValue(asking), op, tools);
      return "refused" in opened ? opened.refused : undefined;
    },
    upgrades: {},
    kept: { what: "break-glass", rule: "over", ...ofRun },
    says: /It runs already/,
  },
  "retry beside another upgrade": {
    act: (tools) => retryRun(id, op, tools),
    upgrades: { retry: async () => ({ outcome: "claimed", run: failed }) },
    run: failed,
    kept: { what: "retry", rule: "claimed", ...ofRun },
    says: /^Not started again: another upgrade of the same node group is running\. Only one .* Try again when/,
  },
  "retry of a former attempt": {
    act: (tools) => retry(attempt, op, tools),
    upgrades: { retry: async () => ({ outcome: "stale", run: failed }) },
    run: failed,
    kept: { what: "retry", rule: "stale", ...ofRun },
    says: /not the latest attempt/,
  },
  "retry of what has not failed": {
    act: (tools) => retryRun(id, op, tools),
    upgrades: {},
    kept: { what: "retry", rule: "nothing to retry", ...ofRun },
    says: /There is nothing to try again/,
  },
  "watch of what stands still": {
    ...watching({ none: true }),
    kept: { what: "watch", rule: "nothing to watch", ...ofRun },
    says: /./,
  },
  "watch of what goes to an unknown release": {
    ...watching({ unknownRelease: "1.34.9-20990101" }),
    kept: { what: "watch", rule: "unknown release", why: "1.34.9-20990101", ...ofRun },
    says: /I cannot follow/,
  },
  "lock of what is locked": {
    act: (tools) => lock("prod", "a sale", op, tools),
    upgrades: {},
    locks: { lock: async () => standing },
    kept: { what: "lock", rule: "locked already", why: "a migration", ...ofLock },
    says: /is locked already, by <@U0ANA>/,
  },
  "unlock of what is not locked": {
    act: (tools) => unlock("prod", op, tools),
    upgrades: {},
    locks: { unlock: async () => undefined },
    kept: { what: "unlock", rule: "not locked", ...ofLock },
    says: /is not locked/,
  },
};

it.each(Object.entries(rows))(
  "%s",
  async (_, { act, upgrades, run = asking, locks, by = "U0OP", ...row }) => {
    const never = () => Promise.reject(new Error("nobody asked for it"));
    const all = { lock: never, unlock: never, all: async () => [], ...locks };
    const { tools, recorded } = toolsWith(upgrades, run, { locks: all });
    const view = await act(tools);
    expect(view?.text).toMatch(row.says);
    expect(view && violations(view)).toEqual([]);
    expect(recorded).toEqual([
      expect.objectContaining({
        ...{ kind: "refusal", outcome: "refused", who: by, entry: "button", environment: "prod" },
        ...row.kept,
      }),
    ]);
  },
);

it("what was done is no refusal", async () => {
  const done = async () => ({ outcome: "done", run: asking }) as const;
  const { tools, recorded } = toolsWith({ answer: done, cancel: done, goOn: done }, asking);
  await answerAsked("wait", inLog, op, tools);
  await cancel(id, op, tools);
  await goOn(id, op, tools);
  expect(recorded).toEqual([]);
});

/** Each right in hands of its own. */
const apart = anEnvironment("prod", null, {
  may: {
    ...anEnvironment().may,
    start: { groups: [], users: ["U0DEV"] },
    cancel: { groups: [], users: ["U0SRE"] },
  },
});

it.each([
  ["wait", "U0DEV", true],
  ["wait", "U0SRE", false],
  ["stop", "U0DEV", false],
  ["stop", "U0SRE", true],
] as const)("%s under a blocked drain, by %s", async (choice, user, may) => {
  const slack = someSlack({ S0OPS: [] });
  const answered: string[] = [];
  const { tools, recorded } = someTools({
    ...{ slack, environments: [apart] },
    upgrades: {
      find: async () => ({ run: asking, events: log }),
      async answer(_, given) {
        answered.push(given.choice);
        return { outcome: "done", run: asking };
      },
    },
  });
  const view = await answerAsked(choice, inLog, { ...op, user }, tools);
  expect(answered).toEqual(may ? [choice] : []);
  if (may) return expect(view).toBeUndefined();
  const whose = choice === "stop" ? "<@U0SRE>" : "<@U0DEV>";
  expect(view?.text).toContain(`Ask ${whose}`);
  expect(recorded).toMatchObject([{ kind: "refusal", rule: "role", what: `answer "${choice}" ${id}` }]);
});
