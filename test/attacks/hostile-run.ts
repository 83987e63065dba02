import type { Fact, RunEvent } from "../../src/core/events.js";
import { minute } from "../../src/core/instant.js";
import type { Plan, Step } from "../../src/core/plan.js";
import type { Problem } from "../../src/core/problems.js";
import type {
  DrainBlocker,
  NodeProgress,
  Question,
  Run,
  StandingTrouble,
  StepProgress,
} from "../../src/core/run.js";
import { aNode, aPlan, aRunningRun, aStep, events, someProgress, start } from "../builders.js";

/** A run that is full of somebody else's text: `h` stands wherever foreigners decide what stands there. */

/** Names of Auto Scaling groups have the most room of all that AWS lets people name: 255 characters. */
export const nameOf = (h: string): string => h.slice(0, 255);

export const problemOf = (h: string): Problem => ({
  code: h,
  what: h,
  next: h,
  by: { user: h, since: start },
});

const stepOf = (text: string, kind: Step["kind"]): Step => {
  const h = nameOf(text);
  return aStep({
    kind,
    nodeGroup: h || "x",
    amiType: h,
    from: { version: h, release: h, image: h },
    to: { version: h, release: h, image: h },
    launchTemplate: { id: h, name: h, version: h },
    nodes: { count: 3, zones: [h, `${h}2`], max: 6 },
  });
};

export const planOf = (h: string, kind: Step["kind"] = "managed node group"): Plan =>
  aPlan({
    ...{ environment: nameOf(h), cluster: nameOf(h), region: nameOf(h) },
    wish: { version: nameOf(h), release: nameOf(h) },
    steps: [stepOf(h, kind)],
    warnings: [problemOf(h), problemOf(`${h} again`)],
    promotion: {
      ...{ environment: nameOf(h), soak: minute, release: nameOf(h) },
      seen: [{ run: nameOf(h), title: nameOf(h), at: start }],
      failed: { run: nameOf(h), title: nameOf(h), at: start },
    },
    forecast: { move: 3, block: 2 },
  });

const blockerOf = (h: string, id: string, reason: DrainBlocker["reason"]): DrainBlocker => ({
  ...{ id, reason, namespace: h, podCount: 7, since: start, told: true, called: true, needs: 2, has: 2 },
  pods: [
    { name: h, node: h },
    { name: `${h}2`, node: `${h}2` },
  ],
  owner: { kind: h, name: h },
  budgets: [h, `${h}2`],
  why: h,
  givesUpAt: start + 30 * minute,
});

const questionOf = (h: string): Question => ({
  ...{ id: "scale up", problem: problemOf(h), since: start },
  choices: ["wait", "restart owner", "surge owner", "skip node", "force", "stop"],
});

const troubleOf = (h: string): StandingTrouble => ({
  ...{
    id: "refusal",
    problem: problemOf(h),
    since: start,
    called: true,
    cutShort: true,
    givesUpAt: start + 60 * minute,
  },
});

const reasons: readonly DrainBlocker["reason"][] = [
  ...([
    "budget used up",
    "budget never allows it",
    "budget not yet observed",
    "budget cannot be computed",
  ] as const),
  ...(["several budgets", "eviction refused", "does not end"] as const),
];

function progressOf(h: string, kind: Step["kind"]): StepProgress {
  const nodes: Record<string, NodeProgress> = {
    [h]: aNode({ state: "draining", zone: h, kubelet: h, podsLeft: 3 }),
    [`${h}new`]: aNode({ old: false, zone: h, kubelet: h }),
  };
  const blockers = reasons.map((reason, index) => blockerOf(h, `b${index}`, reason));
  const ours = kind === "self-managed node group";
  return someProgress(["done", "done", "active"], {
    nodes,
    blockers,
    receipt: { takenAt: start, autoScalingGroups: [{ name: h, sizes: { min: 1, max: 6, desired: 3 } }] },
    ...(ours && {
      roll: { intents: [], ledger: [], drains: {}, question: questionOf(h) },
      answers: [
        { about: "b0", choice: "force", by: h, at: start, confirmedBy: h },
        { about: "scale up", choice: "wait", by: h, at: start },
      ],
    }),
  });
}

export const runOf = (h: string, kind: Step["kind"], over: Partial<Run> = {}): Run =>
  aRunningRun({
    plan: planOf(h, kind),
    ...{ requestedBy: h, approvalsRequired: 2, approverGroups: [h, "S0APPROVERS"], approverUsers: [h] },
    approvals: [{ by: h, at: start, deputyOf: h, groups: [h] }],
    ...{ oneFromEach: [h], mayBreakGlass: true, reason: h, planChanges: [h, `${h}2`] },
    steps: [progressOf(h, kind)],
    wait: { for: h, until: start + 5 * minute },
    ...{ trouble: problemOf(h), troubles: [troubleOf(h)] },
    ...over,
  });

/** As what ends, waits and is decided: with whatever people and the world had to say about it. */
export const variantsOf = (h: string): readonly (readonly [what: string, over: Partial<Run>])[] => [
  ["asked for", { state: "awaiting approval" }],
  ["scheduled", { state: "scheduled", startAt: start + 60 * minute }],
  ["rejected", { state: "rejected", rejectedBy: h, rejectedBecause: h, endedAt: start }],
  ["expired", { state: "expired", endedAt: start }],
  ["called off", { state: "cancelled", cancelledBy: h, endedAt: start }],
  ["under way", {}],
  ["started without approval", { breakGlass: { by: h, at: start, reason: h } }],
  ["held by a lock", { held: { why: "lock", place: h, by: h, reason: h, since: start } }],
  ["held by a freeze", { held: { why: "window", freeze: h, since: start, until: start + 60 * minute } }],
  ["held by a doubt", { held: { why: "unsure", what: h, since: start } }],
  ["paused", { paused: { by: h, at: start } }],
  ["stopping", { stopping: { by: h, at: start } }],
  ["following", { adoptedBy: h }],
  ["failed", { state: "failed", failure: problemOf(h), endedAt: start }],
  ["done", { state: "succeeded", endedAt: start }],
];

/** Every kind of fact that somebody else's text gets into. */
export function eventsOf(h: string): RunEvent[] {
  const step = 0;
  const node = { step, node: h || "n", zone: h };
  const facts: Fact[] = [
    { type: "RunRequested", by: h, planHash: h },
    { type: "PlanChanged", changes: [h], planHash: h },
    { type: "ApprovalGiven", by: h, deputyOf: h },
    { type: "RunApproved", by: h },
    { type: "GlassBroken", by: h, reason: h },
    { type: "RunScheduled", startAt: start, moved: { from: start, why: h } },
    { type: "RunDue" },
    { type: "UpdateAdopted", step, updateId: h, by: h },
    { type: "PhaseStarted", step, phase: "setup" },
    { type: "UpdateStarted", step, updateId: h },
    { type: "Changed", step, what: h },
    { type: "PhaseFinished", step, phase: "setup" },
    { type: "PhaseSkipped", step, phase: "scale up", reason: h },
    { type: "PhaseStarted", step, phase: "upgrade" },
    { type: "NodeJoined", ...node },
    { type: "NodeDraining", ...node },
    ...reasons.map(
      (reason, index): Fact => ({ type: "DrainBlocked", step, blocker: blockerOf(h, `b${index}`, reason) }),
    ),
    { type: "DrainBlockLasts", step, id: "b0" },
    { type: "Answered", step, about: "b0", choice: "force", by: h },
    { type: "ForceConfirmed", step, about: "b0", by: h },
    { type: "PodsDeleted", step, node: h, pods: [h, `${h}2`], about: "b0" },
    { type: "AnswerFailed", step, about: "b0", problem: problemOf(h) },
    { type: "DrainUnblocked", step, id: "b1" },
    { type: "QuestionAsked", step, question: questionOf(h) },
    { type: "QuestionClosed", step, id: "scale up", answered: false },
    { type: "NodeSkipped", step, node: h, by: h },
    { type: "OwnerRestarted", step, owner: h },
    { type: "OwnerSurged", step, owner: h },
    { type: "OwnerRestored", step, owner: h },
    { type: "SizesMoved", step, from: 3, to: 4 },
    { type: "RunPaused", by: h },
    { type: "RunResumed", by: h },
    { type: "RunHeld", held: { why: "lock", place: h, by: h, reason: h, since: start } },
    { type: "RunReleased", why: "lock" },
    { type: "RunHeld", held: { why: "window", freeze: h, since: start } },
    { type: "RunReleased", why: "window", by: h },
    { type: "RunHeld", held: { why: "unsure", what: h, since: start } },
    { type: "ProblemMet", id: "refusal", problem: problemOf(h) },
    { type: "ProblemLasts", id: "refusal" },
    { type: "ProblemCleared", id: "refusal", code: h },
    { type: "ProblemMet", id: "no answer", problem: problemOf(h) },
    { type: "StopRequested", by: h },
    { type: "StopTooLate", step, by: h },
    { type: "PutBack", step, what: h },
    { type: "NotPutBack", step, what: h, next: h },
    { type: "RunFailed", problem: problemOf(h) },
    { type: "RetryRequested", step, attempt: 2, by: h },
    { type: "RunFailed", problem: problemOf(h) },
  ];
  return events(...facts);
}
