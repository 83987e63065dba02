import { describe, expect, it } from "vitest";
import { goOn, schedule } from "../../commands/hours.js";
import { stale } from "../../commands/stale.js";
import type { Tools } from "../../commands/tools.js";
import type { About, Actor } from "../../src/authority.js";
import type { Right } from "../../src/core/access/rights.js";
import { day } from "../../src/core/instant.js";
import type { Wish } from "../../src/core/plan.js";
import type { Run } from "../../src/core/run.js";
import type { Environment } from "../../src/fleet.js";
import { scheduleValue } from "../../src/slack/views/hours.js";
import type { Asker, Requested, Target } from "../../src/upgrades/types.js";
import { aPlan, aRun, aRunningRun, aStep, start, stoppedAt } from "../builders.js";
import { aFleet, anEnvironment } from "../digest-stage.js";
import { keptLog } from "../leaks/collect.js";

const actor: Actor = { user: "U0OPERATOR", team: "T0", entry: "button", channel: "C0PROD" };
const prod = anEnvironment("prod", {}, { clusters: [{ name: "eks-workshop", region: "us-west-2" }] });

const never = () => Promise.reject(new Error("nobody is asked"));

interface Stage {
  readonly may: readonly Right[];
  readonly requested: Requested;
  readonly run: Run;
}

/** What people may, what comes of a request, and which run there is; and what was asked for. */
function stage({ may, requested, run }: Partial<Stage>) {
  const asked: [Target, Wish, Asker][] = [];
  const gone: [string, string][] = [];
  const judged: string[] = [];
  const asks: About[] = [];
  const rule = async (right: Right) =>
    may?.includes(right)
      ? ({ allowed: true } as const)
      : ({
          allowed: false,
          rule: "role",
          why: "Only others may",
          ask: { groups: [], users: ["U0OTHER"] },
        } as const);
  const tools: Tools = {
    fleet: aFleet(prod),
    clusters: {
      of: async () => ({
        clusters: prod.clusters.map((cluster) => ({ ...cluster, environment: prod })),
        problems: [],
      }),
    },
    digests: {
      ...{ arrange: never, fire: never, make: never, find: never, check: never, last: never },
      ...{ snooze: never, wake: never, snoozes: never, unshown: never },
    },
    upgrades: {
      ...{ plan: never, decide: never, due: never, breakGlass: never },
      ...{ cancel: never, pause: never, resume: never, answer: never, confirmForce: never },
      ...{ leftovers: never, repair: never, retry: never, watch: never },
      ...{ open: never, leftAlone: never, nodeGroups: never },
      recent: async () => [],
      find: async (id) => (run?.id === id ? { run, events: [] } : undefined),
      async request(target, wish, asker) {
        asked.push([target, wish, asker]);
        return requested ?? { run: aRun() };
      },
      async goOn(id, by) {
        gone.push([id, by]);
        return (
          run && (run.held ? { outcome: "done", run } : { outcome: "refused", refusal: "not held", run })
        );
      },
    },
    authority: {
      ...{ admits: never, still: never },
      visible: async () => [prod],
      could: rule,
      may(right, _environment, _actor, about) {
        judged.push(`${right}: ${about.what}`);
        asks.push(about);
        return rule(right);
      },
    },
    audit: { record: () => {}, follow: () => {}, settled: never },
    trail: { recent: never },
    locks: { lock: never, unlock: never, all: never },
    orderRate: { take: never },
    clock: stoppedAt(start),
    log: keptLog(),
    linkTo: async () => "https://slack.test/archives/C0PROD/p1",
  };
  return { tools, asked, gone, judged, asks };
}

const value = (over: Parameters<typeof aPlan>[0] = {}, reason?: string) =>
  scheduleValue(aPlan(over), reason) ?? "";
const target = {
  ...{ environment: prod, cluster: "eks-workshop", region: "us-west-2" },
  ...{ kind: "managed node group", nodeGroup: "default" },
} as const;

describe("*Schedule*", () => {
  it("asks for what was wished for, with its reason, for when the window opens", async () => {
    const run = aRun({ startAt: start + day });
    const { tools, asked, judged } = stage({ may: ["start"], requested: { run } });
    const view = await schedule(value({ wish: { version: "1.35" } }, "because"), actor, tools);
    expect(asked).toEqual([
      [target, { version: "1.35" }, { by: "U0OPERATOR", reason: "because", whenOpen: true }],
    ]);
    expect(judged).toEqual(["start: schedule eks-workshop"]);
    expect(view.text).toContain("Once approved, it starts");
    expect(view.text).toContain("<https://slack.test/archives/C0PROD/p1|Open>");
  });

  it("asks for a group of our own by its kind", async () => {
    const { tools, asked } = stage({ may: ["start"] });
    await schedule(value({ steps: [aStep({ kind: "self-managed node group" })] }), actor, tools);
    expect(asked[0]?.[0]).toMatchObject({ kind: "self-managed node group", nodeGroup: "default" });
  });

  it.each<[string, Partial<Stage>, string, string]>([
    ["who may not start", { may: ["plan", "approve"] }, value(), "Only others may"],
    [
      "who may start, but not with force",
      { may: ["start"] },
      value({ wish: { force: true } }),
      "Only others may",
    ],
    ["what nobody knows", { may: ["start"] }, value({ cluster: "other" }), 'I know no cluster "other"'],
    ["what is elsewhere now", { may: ["start"] }, value({ region: "eu-central-1" }), stale.text],
    [
      "what we did not write",
      { may: ["start", "force"] },
      '["us-west-2/eks-workshop/default",{"by":"U0BOSS"}]',
      stale.text,
    ],
  ])("asks for nothing for %s", async (_, over, clicked, expected) => {
    const { tools, asked } = stage(over);
    expect((await schedule(clicked, actor, tools)).text).toContain(expected);
    expect(asked).toEqual([]);
  });

  it("says what stands in the way now, and offers what may be done then", async () => {
    const closed = { open: false, cause: "window", opensAt: start + day } as const;
    const { tools } = stage({ may: ["start"], requested: { closed, plan: aPlan() } });
    const view = await schedule(value(), actor, tools);
    expect(view.text).toContain("The window of prod is closed");
  });
});

describe("*Go on now*", () => {
  const held = aRunningRun({ held: { why: "window", since: start } });

  it("has it go on, for an approver", async () => {
    const { tools, gone, judged } = stage({ may: ["approve"], run: held });
    expect((await goOn(held.id, actor, tools)).text).toContain("goes on");
    expect(gone).toEqual([[held.id, "U0OPERATOR"]]);
    expect(judged).toEqual([`approve: go on with ${held.id}`]);
  });

  it.each<[string, Partial<Environment["approvals"]>, object]>([
    ["is not for whoever asked", {}, { requestedBy: "U0OPERATOR" }],
    ["is for them, where nobody has to say yes", { required: 0 }, {}],
    ["is for them, where they may approve what they asked for", { requesterMayApprove: true }, {}],
  ])("%s", async (_, over, judged) => {
    const { tools, asks } = stage({ may: ["approve"], run: held });
    const place = { ...prod, approvals: { ...prod.approvals, ...over } };
    await goOn(held.id, actor, { ...tools, fleet: aFleet(place) });
    const { id, plan } = held;
    const what = { what: `go on with ${id}`, run: id, cluster: plan.cluster, planHash: plan.hash };
    expect(asks).toEqual([{ ...what, ...judged }]);
  });

  it.each<[string, Partial<Stage>, string, string]>([
    ["who may not approve", { may: ["start", "cancel", "force"], run: held }, held.id, "Only others may"],
    ["a run that nobody knows", { may: ["approve"] }, "bold-fox-11", 'I know no run "bold-fox-11"'],
    ["what is no run", { may: ["approve"], run: held }, "calm-heron-42|c0ffee", stale.text],
  ])("does nothing for %s", async (_, over, clicked, expected) => {
    const { tools, gone } = stage(over);
    expect((await goOn(clicked, actor, tools)).text).toContain(expected);
    expect(gone).toEqual([]);
  });

  it("asks the approvers of the environment whose hours hold it, and has it go on for those alone", async () => {
    const there = aRunningRun({ held: { why: "window", since: start, place: "stage" } });
    const { tools } = stage({ run: there });
    const judged: string[] = [];
    const gone: unknown[] = [];
    // Its live message stays where it is.
    const underIt = { ...actor, entry: "button" as const, channel: prod.channel };
    const answer = await goOn(there.id, underIt, {
      ...tools,
      fleet: aFleet(prod, { ...anEnvironment("stage"), channel: "C0STAGE" }),
      upgrades: {
        ...tools.upgrades,
        goOn: async (_id, _by, whose) => {
          gone.push(whose);
          return { outcome: "refused", refusal: "not held", run: there };
        },
      },
      authority: {
        ...tools.authority,
        may: async (right, { name }, { channel }) => {
          judged.push(`${right} in ${name}, as if from ${channel}`);
          return { allowed: true };
        },
      },
    });
    expect(judged).toEqual(["approve in stage, as if from C0STAGE"]);
    expect(gone).toEqual(["stage"]);
    expect(answer.text).toContain("Other hours hold run calm-heron-42 by now");
  });

  it("says so when nothing holds it", async () => {
    const { tools } = stage({ may: ["approve"], run: aRunningRun() });
    expect((await goOn(held.id, actor, tools)).text).toContain("No window holds run calm-heron-42");
  });
});
