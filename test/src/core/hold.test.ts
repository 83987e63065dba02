import { describe, expect, it } from "vitest";
import { isApproved } from "../../../src/core/decide.js";
import type { Held } from "../../../src/core/held.js";
import {
  type HoldPoint,
  holdPoint,
  nextBatchTakes,
  type Permission,
  release,
  ruleOn,
} from "../../../src/core/hold.js";
import { minute } from "../../../src/core/instant.js";
import type { NodeProgress, PhaseState, Run, StepProgress } from "../../../src/core/run.js";
import {
  aNewNode,
  aNode,
  aPlan,
  aRunningRun,
  aStep,
  newNodes,
  oldNodes,
  someProgress,
  start,
} from "../../builders.js";
import { aLedger, aRoll, aRollProgress, aRollStep } from "../../rolls.js";

const now = start + 20 * minute;
const lock: Held = { why: "lock", by: "U0BEN", reason: "the database moves", since: now };
const closed: Held = { why: "window", until: now + 60 * minute, since: now };
const [oldest = ""] = Object.keys(oldNodes());
const draining = { [oldest]: { uid: "u1", instance: "i-1" } };
const untouched = aRunningRun({ steps: [someProgress()] });
const asking = aRunningRun({ steps: [someProgress([], { intent: { token: "t", savedAt: start } })] });
const againIn = (setup: PhaseState, roll = {}) =>
  aRollProgress({ ...someProgress([setup]), attempt: 2, nodes: {} }, roll);
const onItsWay = aRoll({ steps: [aRollProgress({}, { drains: draining })] });

describe("where a run can be held", () => {
  const intent = { kind: "tag group" as const, tags: {} };
  const doneManaged = someProgress(["done", "done", "done", "done"], {
    intent: { token: "t", savedAt: start },
  });
  it.each<[string, Run, HoldPoint]>([
    ["approved, and not begun", untouched, "nothing begun"],
    ["a roll of ours, not begun", aRoll({ steps: [someProgress()] }), "nothing begun"],
    [
      "a roll that has been looked at, but has changed nothing",
      aRoll({ steps: [aRollProgress({}, { ledger: [] })] }),
      "nothing begun",
    ],
    ["a roll with no node on its way out", aRoll(), "safe"],
    ["a roll with a node on its way out", onItsWay, "on the way"],
    [
      "a roll whose only such node was skipped",
      aRoll({
        steps: [aRollProgress({}, { drains: { [oldest]: { uid: "u1", instance: "i-1", skipped: true } } })],
      }),
      "safe",
    ],
    [
      "a roll that is about to write",
      aRoll({ steps: [aRollProgress({}, { intents: [intent] })] }),
      "on the way",
    ],
    ["an update that EKS is to be asked for", asking, "about to ask"],
    ["one that is called off then", { ...asking, stopping: { by: "U0ANN", at: start } }, "never"],
    [
      "an update that EKS has begun",
      aRunningRun({
        steps: [someProgress([], { intent: { token: "t", savedAt: start }, updateId: "upd-1" })],
      }),
      "never",
    ],
    [
      "a new attempt, whose setup has begun and has changed nothing",
      aRoll({ steps: [againIn("active")] }),
      "nothing begun",
    ],
    [
      "one that found its setup done, and has changed nothing",
      aRoll({ steps: [againIn("done")] }),
      "nothing begun",
    ],
    ["one that has changed something", aRoll({ steps: [againIn("active", { intendedAt: now })] }), "safe"],
    ["one that drains", aRoll({ steps: [againIn("done", { drains: draining })] }), "on the way"],
    ["what is being put back", aRoll({ stopping: { by: "U0ANN", at: start } }), "never"],
    [
      "a second group, before it is begun",
      aRunningRun({ plan: aPlan({ steps: [aStep(), aRollStep()] }), steps: [doneManaged, someProgress()] }),
      "safe",
    ],
  ])("%s", (_, run, point) => {
    expect(holdPoint(run)).toBe(point);
  });
});

describe("what a rule makes of a run", () => {
  const go: Permission = { go: true };
  const locked: Permission = { held: lock, until: now + minute };

  it("looks at the world where nothing is said against it", () => {
    expect(ruleOn(aRoll(), go, now)).toEqual({ kind: "look", held: false });
  });

  it("ends what may not begin any more, with nothing changed", () => {
    const problem = { code: "NotSoaked", what: "it failed there", next: "Look." };
    const said = { ...problem, next: "Nothing was changed. Look." };
    const ruled = ruleOn({ ...untouched, held: lock }, { refused: problem }, now);
    expect(ruled).toMatchObject({
      ...{ kind: "save", over: true },
      change: {
        run: { state: "failed", failure: said, endedAt: now },
        facts: [{ type: "RunFailed", problem: said }],
      },
    });
    expect(ruled.kind === "save" && ruled.change.run.held).toBeUndefined();
  });

  const done = someProgress(["done", "done", "done", "done"]);
  it.each<[string, StepProgress[]]>([
    ["a failed attempt", [someProgress([], { attempt: 2 })]],
    ["another group", [done, someProgress()]],
  ])("does not say that nothing was changed where %s did", (_, steps) => {
    const refused = { code: "NotSoaked", what: "it failed there", next: "Look." };
    expect(ruleOn({ ...untouched, steps }, { refused }, now)).toMatchObject({
      change: { run: { failure: { next: "Nothing more was changed. Look." } } },
    });
  });

  it("has what EKS may have been asked for looked for first, where it may not begin any more", () => {
    const refused = { code: "NotSoaked", what: "it failed there", next: "Look." };
    expect(ruleOn(asking, { refused }, now)).toEqual({ kind: "look", held: false, refused });
  });

  it("looks for it under a lock, too, at every look", () => {
    const ruled = ruleOn(asking, locked, now);
    expect(ruled).toMatchObject({ kind: "save", change: { run: { held: lock } } });
    const held = ruled.kind === "save" ? ruled.change.run : asking;
    expect(held.wait).toBeUndefined();
    expect(ruleOn(held, locked, now)).toEqual({ kind: "look", held: true });
  });

  it("ends its phase, too, where one was begun that has changed nothing", () => {
    const begun = { ...untouched, steps: [someProgress(["active"])] };
    const ruled = ruleOn(begun, { refused: { code: "NotSoaked", what: "it failed", next: "Look." } }, now);
    expect(ruled).toMatchObject({ change: { run: { steps: [{ phases: { setup: { state: "failed" } } }] } } });
  });

  it("tells once that Slack does not, in however many ways it does not", () => {
    const first: Held = { why: "unsure", what: "Slack does not answer (ETIMEDOUT)", since: now };
    const until = now + minute;
    const ruled = ruleOn(untouched, { held: first, until }, now);
    const other: Held = { ...first, what: "Slack does not answer (ratelimited)", since: until };
    expect(
      ruled.kind === "save" && ruleOn(ruled.change.run, { held: other, until: until + minute }, until),
    ).toEqual({ kind: "wait", until: until + minute });
  });

  it.each([
    ["before it begins", untouched, { wait: { for: "its lock to be taken off", until: now + minute } }],
    ["at a safe point", aRoll(), { wait: { for: "its lock to be taken off", until: now + minute } }],
    ["on its way to one, which is not waited for elsewhere", onItsWay, {}],
  ])("holds it %s, and says so once", (_, { wait: _wait, ...run }, wait) => {
    const ruled = ruleOn(run, locked, now);
    expect(ruled).toEqual({
      ...{ kind: "save", over: false },
      change: {
        run: { ...run, held: lock, ...wait },
        facts: [{ type: "RunHeld", held: lock }],
      },
    });
  });

  it("brings what is begun to a safe point, and then waits without saving", () => {
    const held = { held: lock, wait: { for: "ip-10-0-1-7 to be drained", until: now } };
    const later: Permission = { held: { ...lock, since: now + minute }, until: now + 2 * minute };
    expect(ruleOn({ ...onItsWay, ...held }, later, now)).toEqual({ kind: "look", held: true });
    const safe = ruleOn({ ...aRoll(), ...held }, later, now);
    expect(safe).toMatchObject({ kind: "save", change: { facts: [], run: { held: lock } } });
    const waiting = safe.kind === "save" ? safe.change.run : aRoll();
    expect(ruleOn(waiting, later, now)).toEqual({ kind: "wait", until: now + 2 * minute });
  });

  it("tells when it is held for another reason", () => {
    const ruled = ruleOn({ ...aRoll(), held: lock }, { held: closed, until: now + minute }, now);
    expect(ruled).toMatchObject({
      change: { run: { held: closed }, facts: [{ type: "RunHeld", held: closed }] },
    });
  });

  it("lets it go on when nothing holds it any more", () => {
    const { wait: _wait, ...free } = aRoll();
    const ruled = ruleOn({ ...aRoll(), held: lock }, go, now);
    expect(ruled).toEqual({
      ...{ kind: "save", over: false },
      change: { run: free, facts: [{ type: "RunReleased", why: "lock" }] },
    });
  });

  it("remembers when it could begin, where it had not", () => {
    expect(release({ ...untouched, held: lock }, now).run).toEqual({ ...untouched, releasedAt: now });
    expect(release({ ...aRoll(), held: lock }, now).run.releasedAt).toBeUndefined();
  });

  it("begins at its hour as if it had been scheduled: its approval is not too old by that", () => {
    const days = 3 * 24 * 60 * minute;
    const { run } = release({ ...untouched, held: closed }, now + days);
    expect(run).toMatchObject({ approvedFor: now + days, releasedAt: now + days });
    expect(isApproved(run, now + days)).toBe(true);
    expect(isApproved(untouched, now + days)).toBe(false);
    // Once is enough: what is held again and again grows old.
    expect(release({ ...run, held: closed }, now + 2 * days).run.approvedFor).toBe(now + days);
  });

  const days = 24 * 60 * minute;
  const validUntil = start + untouched.expiresAt - untouched.requestedAt;
  it.each<[string, Run, Held, boolean]>([
    ["of what was still approved when its hours ended", untouched, { ...closed, since: validUntil }, true],
    ["of what EKS was to be asked for, too", asking, { ...closed, since: validUntil }, true],
    ["not of what a lock had held until then", untouched, { ...closed, since: validUntil + 1 }, false],
    ["not of what only a lock held", untouched, lock, false],
  ])("makes the approval as if it were new: %s", (_, run, held, isNew) => {
    const released = release({ ...run, held }, now + 21 * days);
    expect(isApproved(released.run, now + 21 * days)).toBe(isNew);
  });

  it.each<[string, Held]>([
    ["a lock that comes and goes", { ...lock, since: validUntil + 15 * minute }],
    [
      "Slack, which does not tell at the hour itself",
      { why: "unsure", what: "x", since: validUntil + 15 * minute },
    ],
  ])("the approval of what waits for its hour outlasts %s", (_, meanwhile) => {
    const waiting = { ...untouched, held: closed };
    const until = meanwhile.since + minute;
    const ruled = ruleOn(waiting, { held: meanwhile, until }, meanwhile.since);
    const { run } = ruled.kind === "save" ? ruled.change : expect.fail("it is held by something else");
    const released = release(run, until).run;
    expect(isApproved(released, until)).toBe(true);
    expect(isApproved(released, meanwhile.since + 21 * days)).toBe(false);
  });

  it("remembers since when hours hold it, from a window's end into a freeze", () => {
    const frozen: Held = { why: "window", freeze: "quarter end", since: now + days };
    const ruled = ruleOn({ ...untouched, held: closed }, { held: frozen, until: now + 2 * days }, now + days);
    expect(ruled).toMatchObject({
      change: { run: { held: { ...frozen, since: closed.since } }, facts: [{ type: "RunHeld" }] },
    });
  });

  it("says who has it go on", () => {
    expect(release({ ...aRoll(), held: closed }, now, "U0ANN").facts).toEqual([
      { type: "RunReleased", why: "window", by: "U0ANN" },
    ]);
    expect(release(aRoll(), now)).toEqual({ run: aRoll(), facts: [] });
  });
});

describe("how long the next nodes take", () => {
  const { phases } = someProgress(["done", "done", "active"]);
  const begun = phases.upgrade.startedAt ?? 0;
  const names = Object.keys(oldNodes());
  /** So many minutes after the phase began they were gone, one after another; the others are still there. */
  const gone = (...minutes: readonly number[]) => ({
    ...oldNodes(),
    ...Object.fromEntries(
      minutes.map((after, index): [string, NodeProgress] => {
        const name = names[index] ?? "another";
        return [name, aNode({ state: "gone", since: begun + after * minute })];
      }),
    ),
  });
  const takes = (over: Partial<StepProgress>, roll = {}, maxUnavailable = 1) => {
    const updateConfig = { maxUnavailable, strategy: "DEFAULT" } as const;
    const plan = aPlan({ steps: [{ ...aRollStep(), updateConfig }] });
    return nextBatchTakes(aRoll({ plan, steps: [aRollProgress({ phases, ...over }, roll)] }));
  };

  it.each([
    ["as long as usual while none is gone", gone(), 5 * minute],
    ["as long as the one before", gone(12), 12 * minute],
    ["as long as it took as a rule", gone(4, 10), 4 * minute],
    ["however long it was held in between", gone(70 * 60, 70 * 60 + 5), 5 * minute],
    ["not so long that it never fits", gone(9 * 60), 60 * minute],
    ["no time when none is left", gone(4, 8, 12), 0],
  ])("%s", (_, nodes, expected) => {
    expect(takes({ nodes: { ...nodes, ...newNodes(3) } })).toBe(expected);
  });

  it("two at once take as long as two", () => {
    expect(takes({ nodes: gone(6, 7) }, {}, 2)).toBe(7 * minute);
    expect(takes({ nodes: gone(6) }, {}, 2)).toBe(5 * minute);
  });

  it("before old nodes are drained it takes as long as usual", () => {
    expect(takes({ phases: someProgress(["done", "active"]).phases, nodes: {} })).toBe(5 * minute);
  });

  const { phases: last } = someProgress(["done", "done", "done", "active"]);
  const given = (...minutes: readonly number[]) =>
    Object.fromEntries(
      minutes.map((after, index) => [
        `new-${index}`,
        aNewNode({ state: "gone", since: (last["scale down"].startedAt ?? 0) + after * minute }),
      ]),
    );
  it.each([
    ["an extra node takes as long as usual while none is given back", given(), 0, 5 * minute],
    ["then as long as the one before", given(3), 1, 3 * minute],
    ["and no time when all are given back", given(3, 6), 6, 0],
  ])("%s", (_, nodes, returned, expected) => {
    const done = aLedger.map((entry) => (entry.kind === "sizes" ? { ...entry, done: start } : entry));
    const roll = { ledger: done, returned };
    expect(takes({ phases: last, nodes: { ...gone(4, 8, 12), ...nodes } }, roll)).toBe(expected);
  });
});
