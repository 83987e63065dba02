import { beforeEach, describe, expect, it } from "vitest";
import type { Refused, Ruling } from "../../src/authority.js";
import type { Right } from "../../src/core/access/rights.js";
import { day, hour, type Instant, minute, second } from "../../src/core/instant.js";
import type { Lock } from "../../src/core/locks.js";
import type { Run } from "../../src/core/run.js";
import type { Environment } from "../../src/fleet.js";
import { openPermit } from "../../src/permit.js";
import { SlackTrouble } from "../../src/slack/trouble.js";
import { aPlan, aRunningRun, aStep, someProgress, start } from "../builders.js";
import { aFleet, anEnvironment } from "../digest-stage.js";
import { aRoll } from "../rolls.js";

/** 2026-07-20 is a Monday; `start` is 10:00 UTC. */
const officeHours = {
  timeZone: "UTC",
  open: [{ days: ["mon", "tue"] as const, from: 9 * 60, to: 16 * 60 }],
  noStartWithin: 2 * hour,
};
const ann = "U0ANN";
const ben = "U0BEN";
const unreadable = "odd-elk-3";
const approved = aRunningRun({
  ...{ requestedBy: ann, approvals: [{ by: ben, at: start }], approvalsRequired: 1 },
  steps: [someProgress()],
});

let now: Instant;
let locks: Lock[];
let refusals: Partial<Record<`${Right} ${string}`, Refused>>;
let slackAway: boolean;
let known: Run[];
let asked: string[];
/** For whom those who approved may have spoken, by what is asked of them. */
let principals: string[][];
/** Of those who approved, as Slack has them now. */
let groups: string[];

beforeEach(() => {
  now = start;
  locks = [];
  refusals = {};
  slackAway = false;
  known = [];
  asked = [];
  principals = [];
  groups = [];
});

function permitFor(over: Partial<Environment> = {}, test: Partial<Environment> = {}) {
  const clusters = [{ name: "eks-workshop", region: "us-west-2" }];
  const environment = anEnvironment("prod", null, { clusters, ...over });
  return openPermit({
    fleet: aFleet(environment, anEnvironment("test", null, test)),
    locks: { all: async () => locks },
    runs: {
      recent: async () => known.map(({ id }) => id),
      load: async (id) => {
        if (id === unreadable) throw new Error("not readable");
        const run = known.find((each) => each.id === id);
        return run && { run, revision: 1 };
      },
    },
    clock: { now: () => now, realDelayUntil: () => 0 },
    async authority() {
      if (slackAway) throw new SlackTrouble("unreachable", "auth.test", "ETIMEDOUT", "");
      return {
        async still(right, { deputies }, user): Promise<Ruling> {
          asked.push(`${right} ${user}`);
          if (right === "approve") principals.push(deputies.map(({ of }) => of));
          return refusals[`${right} ${user}`] ?? { allowed: true, groups };
        },
      };
    },
  });
}

const refused = (rule: Refused["rule"], why: string): Refused => ({
  ...{ allowed: false, rule, why },
  ask: { groups: [], users: [] },
});
const aLock = (over: Partial<Lock> = {}): Lock => ({
  ...{ environment: "prod", by: ben, at: start - hour, reason: "the database moves" },
  ...over,
});

describe("before the first write", () => {
  it("asks again for everybody who decided", async () => {
    expect(await permitFor().toBegin(approved)).toEqual({ go: true });
    expect(asked).toEqual([`start ${ann}`, `approve ${ben}`]);
  });

  it("asks for the right to force of whoever asked for that", async () => {
    const plan = aPlan({ wish: { force: true } });
    expect(await permitFor().toBegin({ ...approved, plan })).toEqual({ go: true });
    expect(asked[0]).toBe(`force ${ann}`);
  });

  it.each<[string, Lock, string]>([
    ["its environment", aLock(), "prod"],
    ["its cluster", aLock({ cluster: "eks-workshop" }), "prod/eks-workshop"],
  ])("a lock on %s holds it", async (_, lock, place) => {
    locks = [lock];
    expect(await permitFor().toBegin(approved)).toEqual({
      held: { why: "lock", place, by: ben, reason: "the database moves", since: now },
      until: now + minute,
    });
  });

  it.each<[string, Lock]>([
    ["another environment", aLock({ environment: "test" })],
    ["another cluster", aLock({ cluster: "eks-other" })],
  ])("a lock on %s does not", async (_, lock) => {
    locks = [lock];
    expect(await permitFor().toBegin(approved)).toEqual({ go: true });
  });

  it.each<[string, Instant, Instant | undefined]>([
    ["within its window it begins", start, undefined],
    ["too close to the window's end it waits for the next", start + 4.5 * hour, start + 23 * hour],
    ["after it, too", start + 8 * hour, start + 23 * hour],
    ["before it, too", start - 2 * hour, start - hour],
  ])("%s", async (_, at, opens) => {
    now = at;
    const permission = await permitFor({ windows: officeHours }).toBegin(approved);
    if (opens === undefined) expect(permission).toEqual({ go: true });
    else expect(permission).toMatchObject({ held: { why: "window", until: opens } });
  });

  it("a freeze holds it, with its reason", async () => {
    const freezes = [{ from: start - day, until: start + hour, reason: "Christmas" }];
    const permission = await permitFor({ freezes }).toBegin(approved);
    expect(permission).toMatchObject({ held: { why: "window", freeze: "Christmas", until: start + hour } });
  });

  it.each<[string, Partial<Run>]>([
    ["who has it go on", { goOn: { by: ben, at: start } }],
    ["who broke the glass", { breakGlass: { by: ben, at: start, reason: "CVE" } }],
  ])("%s has answered for the hours", async (_, over) => {
    now = start + 8 * hour;
    const permission = await permitFor({ windows: officeHours }).toBegin({ ...approved, ...over });
    expect(permission).toEqual({ go: true });
  });

  it("broken glass asks for that right alone, and no approvals", async () => {
    const run: Run = { ...approved, approvals: [], breakGlass: { by: ben, at: start, reason: "CVE" } };
    expect(await permitFor().toBegin(run)).toEqual({ go: true });
    expect(asked).toEqual([`break glass ${ben}`]);
    locks = [aLock()];
    expect(await permitFor().toBegin(run)).toMatchObject({ held: { why: "lock" } });
  });

  it("and, where it is forced, for the right to that", async () => {
    const glass = { by: ben, at: start, reason: "CVE" };
    const run: Run = { ...approved, plan: aPlan({ wish: { force: true } }), breakGlass: glass };
    expect(await permitFor().toBegin(run)).toEqual({ go: true });
    expect(asked).toEqual([`break glass ${ben}`, `force ${ben}`]);
    refusals = { [`force ${ben}`]: refused("role", "Only the approvers of prod may have upgrades forced") };
    expect(await permitFor().toBegin(run)).toMatchObject({ refused: { code: "NotAllowedAnyMore" } });
  });

  it("whoever approved counts as they did then: for themselves, or for the same person", async () => {
    const standsFor = (of: string) => ({ of, deputy: ben, from: start - day, until: start + day });
    const deputies = [standsFor(ann), standsFor("U0CHIEF")];
    const approvals = [
      { by: ben, at: start, deputyOf: "U0CHIEF" },
      { by: "U0DOT", at: start },
    ];
    expect(await permitFor({ deputies }).toBegin({ ...approved, approvals })).toEqual({ go: true });
    expect(principals).toEqual([["U0CHIEF"], []]);
  });

  it.each<[string, `${Right} ${string}`]>([
    ["whoever asked", `start ${ann}`],
    ["whoever approved", `approve ${ben}`],
  ])("%s may not any more: nothing is begun", async (_, act) => {
    refusals = { [act]: refused("role", "Only the operators of prod may start upgrades") };
    expect(await permitFor().toBegin(approved)).toMatchObject({
      refused: {
        code: "NotAllowedAnyMore",
        next: "Ask for it again; /eks-upgrade history eks-workshop shows who decided what.",
      },
    });
  });

  it.each<[string, () => void]>([
    [
      "does not say who is a member",
      () => (refusals = { [`approve ${ben}`]: refused("unsure", "Slack is silent") }),
    ],
    ["does not answer at all", () => (slackAway = true)],
  ])("while Slack %s, it is not begun, and asked again", async (_, happen) => {
    happen();
    expect(await permitFor().toBegin(approved)).toMatchObject({
      held: { why: "unsure" },
      until: now + 30 * second,
    });
  });

  it.each<[string, Partial<Environment["approvals"]>]>([
    ["more people", { required: 2 }],
    ["somebody of another group", { oneFromEach: ["S0SEC"] }],
  ])("fleet.yaml asks for %s by now: nothing is begun", async (_, wanted) => {
    const { approvals } = anEnvironment();
    const permission = await permitFor({ approvals: { ...approvals, ...wanted } }).toBegin(approved);
    const what = "fleet.yaml asks for more approvals by now than it was given";
    expect(permission).toMatchObject({ refused: { code: "ApprovalsTooFew", what } });
  });

  const everything = { regions: ["us-west-2"], include: ["*"], exclude: [] };
  const named = { clusters: [{ name: "eks-workshop", region: "us-west-2" }] };
  it.each<[string, Partial<Environment>, Partial<Environment>?]>([
    ["counts it to no environment", { clusters: [] }],
    ["names it in another region", { clusters: [{ name: "eks-workshop", region: "eu-west-1" }] }],
    [
      "discovers others",
      { clusters: [], discover: { regions: ["us-west-2"], include: ["*"], exclude: ["eks-*"] } },
    ],
    ["gives it to an environment that names it", { clusters: [], discover: everything }, named],
  ])("fleet.yaml %s by now: nothing is begun", async (_, over, test) => {
    expect(await permitFor(over, test).toBegin(approved)).toMatchObject({
      refused: { code: "ClusterNotInFleet" },
    });
    expect(asked).toEqual([]);
  });

  it("what its environment discovers may begin", async () => {
    expect(await permitFor({ clusters: [], discover: everything }).toBegin(approved)).toEqual({ go: true });
  });

  it("where nothing may be told any more, nothing is begun", async () => {
    refusals = { [`start ${ann}`]: refused("channel", "The channel of prod is archived") };
    expect(await permitFor().toBegin(approved)).toMatchObject({
      refused: { code: "ChannelUnfit", what: "The channel of prod is archived" },
    });
  });

  it.each<[string, string[], object]>([
    ["is in it still", ["S0SEC"], { go: true }],
    [
      "has left it",
      [],
      { refused: { code: "ApprovalsTooFew", what: expect.stringContaining("not in that group any more") } },
    ],
  ])("who approved for a group that is asked for, and %s", async (_, now, wanted) => {
    const { approvals } = anEnvironment();
    const permit = permitFor({ approvals: { ...approvals, oneFromEach: ["S0SEC"] } });
    const [given] = approved.approvals;
    groups = now;
    const run = {
      ...approved,
      oneFromEach: ["S0SEC"],
      approvals: [{ ...given, by: ben, at: start, groups: ["S0SEC"] }],
    };
    expect(await permit.toBegin(run)).toMatchObject(wanted);
  });

  it("what failed meanwhile in the environment before it refuses it", async () => {
    const after = { environment: "test", soak: day };
    expect(await permitFor({ after }).toBegin(approved)).toMatchObject({ refused: { code: "NotSoaked" } });
    const there = aRunningRun({
      ...{ id: "wise-owl-1", state: "succeeded", endedAt: start - 2 * day },
      plan: aPlan({ environment: "test", cluster: "test-blog", steps: [aStep()] }),
    });
    known = [there];
    expect(await permitFor({ after }).toBegin(approved)).toEqual({ go: true });
    const begun = [someProgress(["failed"], { intent: { token: "t", savedAt: start - 2 * hour } })];
    known = [there, { ...there, id: "sad-fox-2", state: "failed", endedAt: start - hour, steps: begun }];
    expect(await permitFor({ after }).toBegin(approved)).toMatchObject({ refused: { code: "NotSoaked" } });
  });

  it("looks through the runs of that environment only once everybody is known to be allowed", async () => {
    slackAway = true;
    known = [aRunningRun({ id: unreadable })];
    const permission = await permitFor({ after: { environment: "test", soak: day } }).toBegin(approved);
    expect(permission).toMatchObject({ held: { why: "unsure" } });
  });

  it("begins nothing where a run that may have failed there cannot be read", async () => {
    const after = { environment: "test", soak: day };
    known = [
      aRunningRun({
        ...{ id: "wise-owl-1", state: "succeeded", endedAt: start - 2 * day },
        plan: aPlan({ environment: "test", cluster: "test-blog", steps: [aStep()] }),
      }),
      aRunningRun({ id: unreadable }),
    ];
    await expect(permitFor({ after }).toBegin(approved)).rejects.toThrow("not readable");
  });

  it("an environment that is not in fleet.yaml any more refuses every look by itself", async () => {
    const run = { ...approved, plan: aPlan({ environment: "gone" }) };
    expect(await permitFor().toBegin(run)).toEqual({ go: true });
  });
});

describe("before anything new of a roll", () => {
  it("asks for no person again", async () => {
    slackAway = true;
    expect(await permitFor({ windows: officeHours }).toGoOn(aRoll())).toEqual({ go: true });
  });

  it("a lock holds it", async () => {
    locks = [aLock()];
    expect(await permitFor().toGoOn(aRoll())).toMatchObject({ held: { why: "lock" } });
  });

  it.each<[string, Instant, boolean]>([
    ["two hours before the end nodes still go", start + 4.5 * hour, false],
    ["when the next ones would not be through in time, they are not begun", start + 6 * hour - minute, true],
    ["after it nothing is begun", start + 7 * hour, true],
  ])("%s", async (_, at, isHeld) => {
    now = at;
    const permission = await permitFor({ windows: officeHours }).toGoOn(aRoll());
    if (isHeld) expect(permission).toMatchObject({ held: { why: "window", until: start + 23 * hour } });
    else expect(permission).toEqual({ go: true });
  });

  const heldTill = (until: Instant) =>
    aRoll({ held: { why: "window", until, since: start }, wait: { for: "its window to open", until } });
  it.each<[string, Instant, Run, boolean]>([
    [
      "what was said to wait for the next window is not taken back because it went a little quicker",
      start + 6 * hour - 8 * minute,
      heldTill(start + 23 * hour),
      true,
    ],
    [
      "but where fleet.yaml leaves it much more time by now, it goes on",
      start + 4 * hour,
      heldTill(start + 23 * hour),
      false,
    ],
    ["when the next one opens it goes on", start + 23 * hour, heldTill(start + 23 * hour), false],
  ])("%s", async (_, at, run, isHeld) => {
    now = at;
    const permission = await permitFor({ windows: officeHours }).toGoOn(run);
    expect("held" in permission).toBe(isHeld);
  });

  it("in a short window nodes that take long are begun, too: otherwise they never would", async () => {
    const windows = { ...officeHours, open: [{ days: ["mon"] as const, from: 10 * 60, to: 10 * 60 + 8 }] };
    const permit = permitFor({ windows });
    expect(await permit.toGoOn(aRoll())).toEqual({ go: true });
    now = start + 4 * minute + 1;
    expect(await permit.toGoOn(aRoll())).toMatchObject({ held: { why: "window" } });
  });

  const clusters: Environment["clusters"] = [];
  const here = { clusters: [{ name: "eks-workshop", region: "us-west-2" }] };
  const anything = { regions: ["us-west-2"], include: ["*"], exclude: [] };
  const roleIn = (account: string, name = "bot") => ({ roleArn: `arn:aws:iam::${account}:role/${name}` });
  const [one, two] = ["111122223333", "444455556666"];
  it.each<[string, Partial<Environment>, Partial<Environment>, string[]]>([
    ["counts it to no environment", { clusters }, {}, ["prod"]],
    ["has it named in another", { clusters }, here, ["prod", "test"]],
    [
      "has it named in another, which its own discovers",
      { clusters, discover: anything },
      here,
      ["prod", "test"],
    ],
    ["has it discovered in another", { clusters }, { discover: anything }, ["prod", "test"]],
    [
      "reaches it by another role there",
      { clusters, ...roleIn(one) },
      { ...here, ...roleIn(one, "b") },
      ["prod", "test"],
    ],
    ["does not say in which account it is there", { clusters, ...roleIn(one) }, here, ["prod", "test"]],
    [
      "has another account's of that name in another",
      { clusters, ...roleIn(one) },
      { ...here, ...roleIn(two) },
      ["prod"],
    ],
    ["names it in its own, where another discovers", {}, { discover: anything }, ["prod"]],
    [
      "has two accounts discover",
      { clusters, discover: anything },
      { discover: anything, ...roleIn(two) },
      ["prod"],
    ],
    ["has it discovered twice", { clusters, discover: anything }, { discover: anything }, ["prod", "test"]],
    [
      "has one of that name in another region",
      {},
      { clusters: [{ name: "eks-workshop-2", region: "us-west-2" }] },
      ["prod"],
    ],
  ])("where fleet.yaml %s, it is held by locks there", async (_, prod, test, held) => {
    const by = async (environment: string, cluster?: string) => {
      locks = [aLock({ environment, ...(cluster !== undefined && { cluster }) })];
      const permission = await permitFor(prod, test).toGoOn(aRoll());
      return "held" in permission && permission.held.why === "lock" && permission.held.place;
    };
    for (const name of ["prod", "test"]) {
      const isHeld = held.includes(name);
      expect(await by(name)).toBe(isHeld && name);
      expect(await by(name, "eks-workshop")).toBe(isHeld && `${name}/eks-workshop`);
      expect(await by(name, "eks-other")).toBe(false);
    }
  });

  it("what has not begun minds them, too", async () => {
    const shared = { clusters, discover: anything };
    locks = [aLock({ environment: "test" })];
    expect(await permitFor(shared, { discover: anything }).toBegin(approved)).toMatchObject({
      held: { why: "lock", place: "test" },
    });
    locks = [];
    const freezes = [{ from: start - day, until: start + day, reason: "the sale" }];
    expect(await permitFor(shared, { discover: anything, freezes }).toBegin(approved)).toMatchObject({
      held: { why: "window", place: "test", freeze: "the sale" },
    });
  });

  describe("of a cluster that was moved", () => {
    const freeze = (until: Instant) => ({ freezes: [{ from: start - day, until, reason: "the sale" }] });
    const moved = (own: Partial<Environment>, other: Partial<Environment>, run: Partial<Run> = {}) =>
      permitFor({ clusters, ...own }, { ...here, ...other }).toGoOn(aRoll(run));
    const open = { go: true };
    const inTest = { held: { why: "window", place: "test", freeze: "the sale" } };
    const goOn = { by: ben, at: start, until: start + hour };
    const glass = { by: ben, at: start, reason: "CVE" };
    const sooner = freeze(start + hour);
    const later = freeze(start + 2 * hour);

    it.each<[string, Partial<Environment>, Partial<Environment>, Partial<Run>, object]>([
      ["is open there, and in its own", {}, {}, {}, open],
      ["is closed there", {}, sooner, {}, inTest],
      ["is closed in its own", sooner, {}, {}, { held: { why: "window", until: start + hour } }],
      [
        "is closed in both, there for longer",
        sooner,
        later,
        {},
        { held: { place: "test", until: start + 2 * hour } },
      ],
      ["was let go on by its own approvers", {}, sooner, { goOn }, inTest],
      ["was begun by broken glass", {}, sooner, { breakGlass: glass }, inTest],
      ["was let go on by those there", {}, sooner, { goOnIn: { test: goOn } }, open],
      ["was let go on by both", sooner, sooner, { goOn, goOnIn: { test: goOn } }, open],
    ])("what %s", async (_, own, other, run, expected) => {
      expect(await moved(own, other, run)).toMatchObject(expected);
    });

    it("its own hours are told as its own", async () => {
      const permission = await moved(later, sooner);
      expect(permission).toMatchObject({ held: { until: start + 2 * hour } });
      expect(permission).not.toHaveProperty("held.place");
    });

    it("the oldest lock holds it, wherever it is", async () => {
      locks = [aLock({ at: start - minute }), aLock({ environment: "test" })];
      expect(await moved({}, {})).toMatchObject({ held: { why: "lock", place: "test" } });
    });

    it("it was said to wait for one environment's window: that says nothing of another's", async () => {
      now = start + 6 * hour - 8 * minute;
      const held: Run["held"] = { why: "window", place: "test", until: now + hour, since: start };
      expect(await moved({ windows: officeHours }, {}, { held })).toEqual(open);
    });
  });

  describe("whose environment is gone from fleet.yaml", () => {
    const plan = aPlan({ environment: "gone", steps: aRoll().plan.steps });
    const trouble = { code: "EnvironmentUnknown", what: "Could not reach it", next: "Put it back." };

    it("nothing can be begun, and that is found first", async () => {
      locks = [aLock()];
      expect(await permitFor().toGoOn(aRoll({ plan }))).toEqual({ go: true });
    });

    it("locks and hours of the one that has its cluster now hold it beside that", async () => {
      expect(await permitFor().toGoOn(aRoll({ plan, trouble }))).toEqual({ go: true });
      now = start + 8 * hour;
      const permit = permitFor({ windows: officeHours });
      const hours = { why: "window", place: "prod", until: start + 23 * hour };
      expect(await permit.toGoOn(aRoll({ plan, trouble }))).toMatchObject({ held: hours });
      locks = [aLock()];
      expect(await permit.toGoOn(aRoll({ plan, trouble }))).toMatchObject({
        held: { why: "lock", place: "prod" },
      });
    });
  });

  it("whoever has it go on is heard until its end", async () => {
    now = start + 7 * hour;
    const run = aRoll({ goOn: { by: ben, at: start + 6 * hour } });
    expect(await permitFor({ windows: officeHours }).toGoOn(run)).toEqual({ go: true });
  });
});
