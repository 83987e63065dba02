import { describe, expect, it } from "vitest";
import type { Fact, RunEvent } from "../../../src/core/events.js";
import { minute } from "../../../src/core/instant.js";
import type { PhaseName } from "../../../src/core/plan.js";
import type { Run } from "../../../src/core/run.js";
import { type Message, messagesOf } from "../../../src/slack/messages.js";
import {
  aBlocker,
  aPlan,
  aRun,
  aRunningRun,
  aStep,
  events,
  newNodes,
  oldNodes,
  someProgress,
  start,
} from "../../builders.js";

const caps = { plan: true };
const now = start + 30 * minute;

/** "phase/0/1/setup < live": the slot, and where it stands. */
function said({ slot, parent, broadcast, urgent, settled }: Message): string {
  return [slot, parent && `< ${parent}`, broadcast && "broadcast", urgent && "urgent", settled && "settled"]
    .filter(Boolean)
    .join(" ");
}
const picture = (run: Run, log: readonly RunEvent[] = []) => messagesOf(run, log, now, caps).map(said);

const phaseStarted = (phase: PhaseName) => ({ type: "PhaseStarted", step: 0, phase }) as const;
const node = { step: 0, node: "ip-1", zone: "us-west-2a" };
const problem = (code: string, what = code) => ({ code, what, next: "Do something." });
const whole = events(
  { type: "RunRequested", by: "U0OPERATOR", planHash: "c0ffee00" },
  { type: "RunApproved", by: "U0APPROVER" },
  { type: "PhaseStarted", step: 0, phase: "setup" },
  { type: "UpdateRequested", step: 0, attempt: 1 },
  { type: "UpdateStarted", step: 0, updateId: "u-1" },
  { type: "PhaseFinished", step: 0, phase: "setup" },
  { type: "PhaseStarted", step: 0, phase: "scale up" },
  { type: "NodeJoined", ...node },
  { type: "NodeReady", ...node },
  { type: "PhaseFinished", step: 0, phase: "scale up" },
  { type: "PhaseStarted", step: 0, phase: "upgrade" },
  { type: "ProblemMet", problem: problem("EvictionBlocked") },
  { type: "ProblemCleared", code: "EvictionBlocked" },
  { type: "NodeGone", ...node },
  { type: "ProblemMet", problem: problem("EvictionBlocked", "again") },
  { type: "ProblemCleared", code: "EvictionBlocked" },
  { type: "PhaseFinished", step: 0, phase: "upgrade" },
  { type: "PhaseStarted", step: 0, phase: "scale down" },
  { type: "PhaseFinished", step: 0, phase: "scale down" },
  { type: "StepSucceeded", step: 0 },
  { type: "RunSucceeded" },
);
const running = aRunningRun({
  steps: [someProgress(["done", "active"], { nodes: { ...oldNodes(), ...newNodes(1) } })],
});
const succeeded: Run = { ...running, state: "succeeded", endedAt: start + 20 * minute };

describe("a run has", () => {
  it.each<[string, Run, readonly RunEvent[], string[]]>([
    ["a card while it waits", aRun(), [], ["card"]],
    [
      "a card at once when one of two has approved",
      aRun({ approvals: [{ by: "U1", at: start }] }),
      [],
      ["card urgent"],
    ],
    ["a card at once when the plan changed", aRun({ planChanges: ["x"] }), [], ["card urgent"]],
    [
      "a word to who asked when it is rejected",
      aRun({ state: "rejected" }),
      [],
      ["card urgent", "end < card urgent"],
    ],
    [
      "a word to who asked when it expires",
      aRun({ state: "expired" }),
      [],
      ["card urgent", "end < card urgent"],
    ],
    [
      "a word to who asked when it is called off before it was approved",
      aRun({ state: "cancelled" }),
      [],
      ["card urgent", "end < card urgent"],
    ],
    [
      "a live message that ends when it is called off later",
      aRunningRun({ state: "cancelled", steps: [someProgress()] }),
      events({ type: "RunApproved", by: "U0APPROVER" }, { type: "RunCancelled", by: "U0OPERATOR" }),
      ["card urgent", "live urgent", "end < live broadcast urgent"],
    ],
    [
      "no card when it was started elsewhere",
      { ...running, adoptedBy: "U0OPERATOR" },
      events({ type: "UpdateAdopted", step: 0, updateId: "u-1", by: "U0OPERATOR" }, phaseStarted("setup")),
      ["live", "phase/0/1/setup < live"],
    ],
    [
      "a call to the approvers when it was started without them, each time",
      running,
      events(
        { type: "GlassBroken", by: "U0CHIEF", reason: "CVE" },
        { type: "GlassBroken", by: "U0CHIEF", reason: "again" },
      ),
      [
        "card urgent",
        "glass < card broadcast urgent settled",
        "glass/2 < card broadcast urgent settled",
        "live",
      ],
    ],
    ["a live message as soon as it is approved", running, whole.slice(0, 2), ["card urgent", "live"]],
    [
      "a reply for each phase, and one for the nodes once they move",
      running,
      whole.slice(0, 8),
      ["card urgent", "live", "phase/0/1/setup < live", "phase/0/1/scale up < live", "nodes/0 < live"],
    ],
    [
      "a reply for each problem, and its end in the channel",
      succeeded,
      whole,
      [
        "card urgent",
        "live urgent",
        "phase/0/1/setup < live urgent",
        "phase/0/1/scale up < live urgent",
        "nodes/0 < live urgent",
        "phase/0/1/upgrade < live urgent",
        "problem/0 < live urgent",
        "problem/1 < live urgent",
        "phase/0/1/scale down < live urgent",
        "end < live broadcast urgent",
      ],
    ],
  ])("%s", (_, run, log, expected) => {
    expect(picture(run, log)).toEqual(expected);
  });
});

it("only ever adds messages at the end as events come in", () => {
  const pictures = whole.map((_, index) => picture(running, whole.slice(0, index + 1)));
  for (const [index, before] of pictures.entries()) {
    expect((pictures[index + 1] ?? before).slice(0, before.length)).toEqual(before);
  }
});

describe("a failure that is tried again", () => {
  const retried = events(
    { type: "RunApproved", by: "U0APPROVER" },
    phaseStarted("setup"),
    { type: "PhaseFinished", step: 0, phase: "setup" },
    phaseStarted("upgrade"),
    { type: "DrainBlocked", step: 0, blocker: aBlocker() },
    { type: "RunFailed", problem: problem("PodEvictionFailure") },
    { type: "RetryRequested", step: 0, attempt: 2, by: "U0APPROVER" },
    phaseStarted("setup"),
    { type: "DrainBlocked", step: 0, blocker: aBlocker() },
    { type: "RunFailed", problem: problem("PodEvictionFailure") },
    { type: "RetryRequested", step: 0, attempt: 3, by: "U0OPERATOR" },
    { type: "RunFailed", problem: problem("PlanOutdated") },
  );
  const failed: Run = { ...running, state: "failed", failure: problem("PlanOutdated"), endedAt: now };

  it("has an end for each attempt, and only the last may change", () => {
    expect(picture(failed, retried)).toEqual([
      "card urgent",
      "live urgent",
      "phase/0/1/setup < live urgent",
      "phase/0/1/upgrade < live urgent",
      "blocked/0 < live urgent",
      "end < live broadcast urgent settled",
      "retry/0/2 < live urgent",
      "phase/0/2/setup < live urgent",
      "blocked/1 < live urgent",
      "end/2 < live broadcast urgent settled",
      "retry/0/3 < live urgent",
      "end/3 < live broadcast urgent",
    ]);
  });

  it("only adds messages at the end", () => {
    const slots = (count: number) =>
      messagesOf(failed, retried.slice(0, count), now, caps).map(({ slot }) => slot);
    for (const [index] of retried.entries()) {
      const before = slots(index);
      expect(slots(index + 1).slice(0, before.length)).toEqual(before);
    }
  });

  it("tells its last end from the record, and earlier ones from their events", () => {
    expect(textOf("end", failed, retried)).toContain("failed* <!date^1784541900^");
    expect(textOf("end/3", failed, retried)).toContain("*What happened:* PlanOutdated.");
  });

  it("counts its attempts from the retries, where one failed before its setup", () => {
    const log = events(
      { type: "RunFailed", problem: problem("ControlPlaneUpdating") },
      { type: "RetryRequested", step: 0, attempt: 2, by: "U0OPERATOR" },
      phaseStarted("setup"),
    );
    expect(picture(running, log).at(-1)).toBe("phase/0/2/setup < live");
  });

  it("has no end before the record says so: it may have been read before the events", () => {
    const happened = events(
      { type: "RunRequested", by: "U0OPERATOR", planHash: "c0ffee00" },
      { type: "RunSucceeded" },
    );
    const slots = messagesOf(aRunningRun(), happened, start, { plan: true }).map(({ slot }) => slot);
    expect(slots).toEqual(["card", "live"]);
  });

  it("that is called off ends once more", () => {
    const log = [...retried.slice(0, 7), ...events({ type: "RunCancelled", by: "U0OPERATOR" })];
    expect(picture({ ...running, state: "cancelled" }, log).at(-1)).toBe("end/2 < live broadcast urgent");
  });
});

describe("a pod that cannot leave", () => {
  const blocked = { type: "DrainBlocked", step: 0, blocker: aBlocker() } as const;
  const unblocked = { type: "DrainUnblocked", step: 0, id: aBlocker().id } as const;
  const other = { ...blocked, blocker: aBlocker({ id: "other", namespace: "carts" }) };

  it.each<[string, readonly RunEvent[], string]>([
    ["was told", events(blocked), "Since <!date"],
    ["could leave at last", events(blocked, unblocked), ":white_check_mark: Cleared after"],
    ["left with its whole node group", events(blocked, { type: "StepSucceeded", step: 0 }), "Cleared after"],
    [
      "made the update fail",
      events(blocked, { type: "RunFailed", problem: problem("PodEvictionFailure") }),
      "until the update failed",
    ],
  ])("has one reply, edited when it %s", (_, log, words) => {
    expect(picture(running, log).slice(2, 3)).toEqual(["blocked/0 < live urgent"]);
    expect(textOf("blocked/0", running, log)).toContain(words);
  });

  it("calls in a reply of its own when it turns out to last", () => {
    const quiet = { ...blocked, blocker: aBlocker({ called: false }) };
    const lasts = { type: "DrainBlockLasts", step: 0, id: aBlocker().id } as const;
    const log = events(quiet, lasts, unblocked);
    expect(textOf("blocked/0", running, log.slice(0, 1))).not.toContain("<@");
    expect(picture(running, log.slice(0, 2)).slice(2)).toEqual([
      "blocked/0 < live urgent",
      "blocked/0/call < live urgent",
    ]);
    expect(textOf("blocked/0/call", running, log.slice(0, 2))).toContain("<@U0OPERATOR>");
    expect(textOf("blocked/0/call", running, log)).toContain("Cleared after");
  });

  it("and comes back is told in a reply of its own, and nobody else's clears", () => {
    const log = events(blocked, other, unblocked, blocked);
    expect(picture(running, log).slice(2)).toEqual([
      "blocked/0 < live urgent",
      "blocked/1 < live urgent",
      "blocked/2 < live urgent",
    ]);
    expect(textOf("blocked/1", running, log)).toContain("Since <!date");
    expect(textOf("blocked/2", running, log)).toContain("Since <!date");
  });
});

describe("trouble", () => {
  const away = { id: "no answer", problem: problem("Busy") } as const;
  const lasts = events(
    { type: "ProblemMet", ...away },
    { type: "ProblemMet", ...away, problem: problem("Away") },
    { type: "ProblemLasts", id: "no answer" },
    { type: "ProblemCleared", id: "no answer", code: "Away" },
    { type: "ProblemMet", ...away },
  );
  const calls = (log: readonly RunEvent[]) =>
    messagesOf(running, log, now, caps)
      .filter(({ text, slot }) => slot.startsWith("problem/") && text.includes("<@U0OPERATOR>"))
      .map(({ slot }) => slot);

  it.each<[string, readonly RunEvent[], string[]]>([
    ["that has just begun calls nobody", lasts.slice(0, 2), []],
    ["that lasts calls in a reply of its own: an edit calls nobody", lasts.slice(0, 3), ["problem/0/call"]],
    ["that is over calls nobody, whenever it is told", lasts.slice(0, 4), []],
    ["that comes again has not called yet", lasts, []],
    [
      "that is called for at once does so in its first reply",
      [
        { type: "ProblemMet", id: "refusal", problem: problem("Denied"), at: start },
        { type: "ProblemLasts", id: "refusal", at: start },
      ],
      ["problem/0"],
    ],
  ])("%s", (_rule, log, slots) => {
    expect(calls(log)).toEqual(slots);
  });

  const conflict = { id: "refusal", problem: problem("ResourceInUse") } as const;
  const changed = events(
    { type: "ProblemMet", ...conflict },
    { type: "ProblemLasts", id: "refusal" },
    { type: "ProblemMet", ...conflict, problem: problem("AccessDenied") },
    { type: "ProblemLasts", id: "refusal" },
  );
  it("that becomes something else calls in a new reply, and the former call is taken back", () => {
    expect(calls(changed)).toEqual(["problem/0/call/2"]);
    expect(textOf("problem/0/call/2", running, changed)).toContain("AccessDenied");
    expect(textOf("problem/0/call", running, changed)).toContain("I called again");
  });

  it("is over as of when it went quiet", () => {
    const quietSince = start + minute;
    const log: RunEvent[] = [
      { type: "ProblemMet", ...away, at: start },
      { type: "ProblemCleared", id: "no answer", code: "Busy", quietSince, at: start + 4 * minute },
    ];
    expect(textOf("problem/0", running, log)).toContain("Cleared after 1 min");
  });

  const old: Fact = { type: "ProblemMet", problem: problem("Busy") };
  it.each<[string, readonly Fact[], string[]]>([
    [
      "is met by a newer one: one reply, no second call",
      [old, { type: "ProblemMet", ...away }],
      ["problem/0"],
    ],
    [
      "is met and cleared by a newer one",
      [old, { type: "ProblemMet", ...away }, { type: "ProblemCleared", id: "no answer", code: "Away" }],
      [],
    ],
    ["is cleared by a newer one", [old, { type: "ProblemCleared", id: "no answer", code: "Busy" }], []],
  ])("that an older bot told of %s", (_case, facts, slots) => {
    const log = events(...facts);
    expect(calls(log)).toEqual(slots);
    expect(picture(running, log).filter((line) => line.startsWith("problem/"))).toHaveLength(1);
  });

  it("has one reply whatever its words, one for the call, and a new one when it comes again", () => {
    expect(picture(running, lasts).slice(2)).toEqual([
      "problem/0 < live urgent",
      "problem/0/call < live urgent",
      "problem/1 < live urgent",
    ]);
  });
});

it("leaves no problem open when the run is called off", () => {
  const log = events(
    { type: "ProblemMet", problem: problem("Denied") },
    { type: "RunCancelled", by: "U0OPERATOR" },
  );
  expect(textOf("problem/0", { ...running, state: "cancelled" }, log)).toBe(
    "It was there when the run ended: Denied.",
  );
});

describe("what is called off when EKS was to be asked", () => {
  const asked: Fact[] = [
    { type: "PhaseStarted", step: 0, phase: "setup" },
    { type: "UpdateRequested", step: 0, attempt: 1 },
    { type: "StopRequested", by: "U0ANN" },
  ];
  const replies = (run: Run, facts: readonly Fact[]) =>
    messagesOf(run, events(...facts), start, { plan: true })
      .filter(({ slot }) => /^(phase|stop|note)/.test(slot))
      .map(({ slot, urgent, text }) => `${slot}${urgent ? ", urgent" : ""}: ${text}`);
  const stopping = { by: "U0ANN", at: start };
  const calledOff = ":leftwards_arrow_with_hook: <@U0ANN> called off upgrading eks-workshop/default";
  const failed = someProgress(["failed"]);

  it.each<[string, Run, Fact[], string[]]>([
    [
      "says that it is looked for",
      aRunningRun({ stopping }),
      [],
      [
        "phase/0/1/setup: *Setup* stopped after 2 min.",
        expect.stringMatching(
          /^stop\/0: .*\. I ask EKS for nothing any more, and am looking whether it has begun\. If it has, the update goes on, for EKS can neither cancel nor pause one\.$/,
        ),
      ],
    ],
    [
      "says that EKS had begun nothing",
      aRunningRun({ state: "cancelled", cancelledBy: "U0ANN", endedAt: start, steps: [failed] }),
      [{ type: "RunCancelled", by: "U0ANN" }],
      [
        "phase/0/1/setup, urgent: *Setup* stopped after 2 min.",
        expect.stringMatching(/^stop\/0, urgent: .*\. EKS had begun nothing\.$/),
      ],
    ],
    [
      "goes on where EKS had begun, and calls whoever called it off",
      aRunningRun(),
      [
        { type: "UpdateStarted", step: 0, updateId: "upd-1" },
        { type: "StopTooLate", step: 0, by: "U0ANN" },
      ],
      [
        expect.stringMatching(/^phase\/0\/1\/setup: \*Setup\* started /),
        expect.stringMatching(/^stop\/0: .*\. It was too late: EKS had begun\.$/),
        "note/0, urgent: :warning: <@U0ANN> *It was too late to call it off:* EKS had begun, and it can neither cancel nor pause a node group update. It goes on, and I follow it to its end; the live message tells when something blocks it.",
      ],
    ],
  ])("%s", (_, run, facts, expected) => {
    const told = replies(run, [...asked, ...facts]);
    expect(told).toEqual(expected);
    expect(told[1]).toContain(calledOff);
  });

  it("opens no phase of a former attempt again", () => {
    const problem = { code: "X", what: "It broke", next: "Look." };
    const again: Fact[] = [
      { type: "RunFailed", problem },
      { type: "RetryRequested", step: 0, attempt: 2, by: "U0ANN" },
      ...asked,
      { type: "StopTooLate", step: 0, by: "U0ANN" },
    ];
    const [first, second] = replies(aRunningRun(), [...asked.slice(0, 2), ...again]);
    expect(first).toContain("*Setup* stopped after 2 min");
    expect(second).toContain("*Setup* (attempt 2) started");
  });
});

it("never names a slot twice", () => {
  const slots = messagesOf(succeeded, [...whole, ...whole], now, caps).map(({ slot }) => slot);
  expect(new Set(slots).size).toBe(slots.length);
});

const textOf = (slot: string, run: Run, log: readonly RunEvent[]) =>
  messagesOf(run, log, now, caps).find((message) => message.slot === slot)?.text;

it.each<[string, string, readonly RunEvent[], string]>([
  [
    "started",
    "phase/0/1/scale up",
    whole.slice(0, 7),
    "*Scale up* started <!date^1784541960^{time}|2026-07-20 10:06 UTC>. EKS adds nodes on the new release and waits until they are Ready.",
  ],
  ["finished, with what it moved", "phase/0/1/scale up", whole, "*Scale up* done in 3 min: 1 node joined."],
  ["finished, with what it removed", "phase/0/1/upgrade", whole, "*Upgrade* done in 6 min: 1 node left."],
  [
    "a problem that is over",
    "problem/0",
    whole,
    ":white_check_mark: Cleared after 1 min, at <!date^1784542320^{time}|2026-07-20 10:12 UTC>: EvictionBlocked.",
  ],
  [
    "a problem that came back",
    "problem/1",
    whole.slice(0, 15),
    ":warning: <@U0OPERATOR> *eks-workshop/default:* again. Do something.\nSince <!date^1784542440^{time}|2026-07-20 10:14 UTC>. Nothing has begun. It goes on once this is over; to call it off: `/eks-upgrade cancel calm-heron-42`",
  ],
])("edits a reply: %s", (_, slot, log, text) => {
  expect(textOf(slot, running, log)).toBe(text);
});

it("tells a problem whose words change in one reply", () => {
  const log = events(
    { type: "ProblemMet", problem: problem("EvictionBlocked", "carts-0 is stuck") },
    { type: "ProblemMet", problem: problem("EvictionBlocked", "carts-0 and carts-1 are stuck") },
    { type: "ProblemMet", problem: problem("NodeNotReady") },
    { type: "ProblemCleared", code: "EvictionBlocked" },
  );
  expect(picture(running, log)).toEqual([
    "card urgent",
    "live",
    "problem/0 < live urgent",
    "problem/1 < live urgent",
  ]);
  expect(textOf("problem/0", running, log)).toMatch(
    /Cleared after 3 min, at <[^>]*>: carts-0 and carts-1 are stuck\./,
  );
  expect(textOf("problem/1", running, log)).toContain(
    ":warning: <@U0OPERATOR> *eks-workshop/default:* NodeNotReady",
  );
});

it("stops the phase that was under way when the run fails", () => {
  const log = [
    ...whole.slice(0, 11),
    ...events({ type: "RunFailed", problem: problem("PodEvictionFailure") }),
  ].map((event, index) => ({ ...event, at: start + index * minute }));
  const failed: Run = { ...running, state: "failed", failure: problem("PodEvictionFailure"), endedAt: now };
  expect(textOf("phase/0/1/upgrade", failed, log)).toBe("*Upgrade* stopped after 1 min.");
  expect(textOf("phase/0/1/scale up", failed, log)).toContain("done in 3 min");
  expect(picture(failed, log).at(-1)).toBe("end < live broadcast urgent");
});

it("counts a setup that comes again as the next attempt", () => {
  const log = events(
    { type: "PhaseStarted", step: 0, phase: "setup" },
    { type: "PhaseStarted", step: 0, phase: "setup" },
    {
      type: "PhaseSkipped",
      step: 0,
      phase: "scale up",
      reason: "update strategy MINIMAL adds no nodes first",
    },
    { type: "PhaseStarted", step: 0, phase: "upgrade" },
  );
  expect(picture(running, log).slice(2)).toEqual([
    "phase/0/1/setup < live",
    "phase/0/2/setup < live",
    "phase/0/2/scale up < live",
    "phase/0/2/upgrade < live",
  ]);
});

it("tells two groups apart", () => {
  const plan = aPlan({ steps: [aStep(), aStep({ nodeGroup: "gpu" })] });
  const run = aRunningRun({
    plan,
    steps: plan.steps.map(() => someProgress(["active"], { nodes: oldNodes() })),
  });
  const log = events(
    { type: "PhaseStarted", step: 0, phase: "setup" },
    { type: "NodeJoined", ...node },
    { type: "PhaseStarted", step: 1, phase: "setup" },
    { type: "NodeJoined", ...node, step: 1 },
  );
  expect(picture(run, log).slice(2)).toEqual([
    "phase/0/1/setup < live",
    "nodes/0 < live",
    "phase/1/1/setup < live",
    "nodes/1 < live",
  ]);
});
