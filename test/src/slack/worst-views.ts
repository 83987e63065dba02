import type { Fact, RunEvent } from "../../../src/core/events.js";
import { titleOf } from "../../../src/core/plan.js";
import { nodeMarks } from "../../../src/core/roll/seen.js";
import type { PhaseState, Run } from "../../../src/core/run.js";
import { choices } from "../../../src/core/run.js";
import type { View } from "../../../src/slack/limits.js";
import { messagesOf } from "../../../src/slack/messages.js";
import { leftoversAnswer } from "../../../src/slack/views/leftovers.js";
import {
  cancelledAnswer,
  refusedCancel,
  refusedPause,
  refusedResume,
  resumedAnswer,
} from "../../../src/slack/views/orders.js";
import { planView } from "../../../src/slack/views/plan.js";
import {
  alreadyAskedAnswer,
  askedAnswer,
  nothingToWatch,
  openRunsAnswer,
  retryAnswer,
  statusAnswer,
  watchingAnswer,
} from "../../../src/slack/views/status.js";
import {
  aBlocker,
  aNewNode,
  aNode,
  aPlan,
  aRun,
  aRunningRun,
  aStep,
  aTroubleSince,
  events,
  someProgress,
  start,
} from "../../builders.js";
import { aLedger, aQuestion } from "../../rolls.js";

/** Runs as they are, and as bad as they can be, with everything that is shown of them. */

const long = (length: number) => "x".repeat(length);

const evil = "<!channel>`*_~\u202e‮&<@U0EVIL>";
const reason = `${evil} ${"pod carts/carts-0 cannot be evicted, ".repeat(150)}`.slice(0, 4_000);
const problem = { code: "X", what: reason, next: reason };
const manyNodes = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [
    `ip-10-0-${index}-7.us-west-2.compute.internal${index === 0 ? evil : ""}`,
    index % 2 ? aNode({ state: "draining", podsLeft: 999 }) : aNewNode({ state: "joined" }),
  ]),
);
const hugeStep = (index: number) =>
  aStep({
    nodeGroup: `${evil}${index}-${"x".repeat(60)}`,
    from: { version: "1.34", release: evil },
    to: { version: "1.35", release: `${evil}-20260714`, image: "ami-1" },
    launchTemplate: { id: "lt-1", name: evil.repeat(20), version: "9" },
    force: true,
    nodes: { count: 100, zones: Array.from({ length: 30 }, (_, zone) => `us-west-2-zone-${zone}`), max: 200 },
  });

/** A hundred pods of as many owners, each with everything that can be said of it as long as Kubernetes takes it. */
const manyBlockers = Array.from({ length: 100 }, (_, index) =>
  aBlocker({
    id: `${index}`,
    reason: index % 2 ? "several budgets" : "budget cannot be computed",
    namespace: `${evil}${long(60)}`,
    pods: Array.from({ length: 10 }, () => ({ name: evil + long(250), node: evil + long(250) })),
    podCount: 100,
    owner: { kind: "StatefulSet", name: evil + long(250) },
    budgets: Array.from({ length: 20 }, () => evil + long(250)),
    why: reason,
  }),
);

function hugeRun(groups: number, states: readonly PhaseState[], over: Partial<Run>): Run {
  const plan = aPlan({
    cluster: `eks-${evil}`,
    environment: evil,
    steps: Array.from({ length: groups }, (_, index) => hugeStep(index)),
    warnings: Array.from({ length: 30 }, () => problem),
  });
  return aRunningRun({
    plan,
    steps: plan.steps.map(() => someProgress(states, { nodes: manyNodes, blockers: manyBlockers })),
    reason,
    approverGroups: Array.from({ length: 30 }, (_, index) => `S${index}`),
    planChanges: Array.from({ length: 30 }, () => reason),
    wait: { for: reason, until: start },
    ...over,
  });
}

/** A roll of ours in which everything is foreign, long, and asked about. */
function hugeRoll(groups: number, over: Partial<Run>): Run {
  const run = hugeRun(groups, ["done", "done", "active"], over);
  const name = evil + long(250);
  const owner = { kind: "Deployment", namespace: name, name };
  const roll = {
    intents: [],
    ledger: [...aLedger, { kind: "owner surged" as const, owner, uid: "u", from: 2, at: start }],
    drains: {},
    question: aQuestion({ problem, choices }),
  };
  const blockers = manyBlockers.map((blocker) => ({ ...blocker, owner, reason: "budget used up" as const }));
  return {
    ...run,
    plan: {
      ...run.plan,
      steps: run.plan.steps.map((step) => ({ ...step, kind: "self-managed node group", force: false })),
    },
    steps: run.steps.map((step) => ({ ...step, blockers, roll })),
  };
}

const rollFacts: readonly Fact[] = [
  ...Array.from({ length: 30 }, (): Fact => ({ type: "Changed", step: 0, what: reason })),
  { type: "QuestionAsked", step: 0, question: aQuestion({ problem, choices }) },
  ...choices.map((choice): Fact => ({ type: "Answered", step: 0, about: "scale up", choice, by: evil })),
  { type: "QuestionClosed", step: 0, id: "scale up", answered: true },
  { type: "QuestionAsked", step: 0, question: aQuestion({ problem, choices }) },
  ...["0", "1"].map(
    (id): Fact => ({ type: "DrainBlocked", step: 0, blocker: aBlocker({ ...manyBlockers[1], id }) }),
  ),
  ...[...choices, ...choices].map(
    (choice): Fact => ({ type: "Answered", step: 0, about: "0", choice, by: evil }),
  ),
  { type: "ForceConfirmed", step: 0, about: "0", by: evil },
  { type: "DrainBlockLasts", step: 0, id: "0" },
  {
    type: "PodsDeleted",
    step: 0,
    node: evil,
    pods: Array.from({ length: 99 }, () => evil + long(300)),
    about: "0",
  },
  { type: "NodeSkipped", step: 0, node: evil + long(250), by: evil },
  { type: "OwnerSurged", step: 0, owner: evil + long(250) },
  { type: "OwnerRestarted", step: 0, owner: evil + long(250) },
  { type: "SizesMoved", step: 0, from: 3, to: 300 },
  { type: "RunPaused", by: evil },
];
const stopFacts: readonly Fact[] = [
  { type: "StopRequested", by: evil },
  ...Array.from(
    { length: 30 },
    (_, index): Fact => ({ type: "PutBack", step: 0, what: `${index}${reason}` }),
  ),
  ...Array.from(
    { length: 30 },
    (_, index): Fact => ({ type: "NotPutBack", step: 0, what: `${reason}${index}`, next: reason }),
  ),
];

const log: RunEvent[] = events(
  { type: "PhaseStarted", step: 0, phase: "setup" },
  { type: "PhaseSkipped", step: 0, phase: "scale up", reason },
  { type: "NodeJoined", step: 0, node: "ip-1", zone: "us-west-2a" },
  { type: "ProblemMet", problem },
  ...manyBlockers.slice(0, 2).map((blocker) => ({ type: "DrainBlocked", step: 0, blocker }) as const),
  { type: "DrainUnblocked", step: 0, id: "1" },
  { type: "RunFailed", problem },
  { type: "RetryRequested", step: 0, attempt: 2, by: evil },
  { type: "DrainBlocked", step: 0, blocker: aBlocker() },
);
const endOf: Partial<Record<Run["state"], Fact>> = {
  succeeded: { type: "RunSucceeded" },
  failed: { type: "RunFailed", problem },
  cancelled: { type: "RunCancelled", by: evil },
};
const logOf = ({ state, steps, stopping, breakGlass }: Run): RunEvent[] => [
  ...log,
  ...(steps.some(({ roll }) => roll) ? events(...rollFacts) : []),
  ...(stopping ? events(...stopFacts) : []),
  ...(breakGlass ? events({ type: "GlassBroken", ...breakGlass }) : []),
  ...events(...[endOf[state] ?? []].flat()),
];
const ended = { failure: problem, endedAt: start + 60_000 };
const due = start - 60 * 60_000;
export const canonical: [string, Run][] = [
  ["a request", aRun()],
  ["a request that was called off", aRun({ state: "cancelled", cancelledBy: "U0OPERATOR" })],
  ["an expired request", aRun({ state: "expired", reason: "A CVE." })],
  [
    "a blocked drain",
    aRunningRun({ steps: [someProgress(["done", "done", "active"], { blockers: [aBlocker()] })] }),
  ],
  ["a run that nobody looks at", aRunningRun({ wait: { for: "EKS", until: due } })],
  ["an update from elsewhere", aRunningRun({ adoptedBy: "U0OPERATOR", approvals: [] })],
  ["a run", aRunningRun({ steps: [someProgress(["done", "active"], { nodes: manyNodes })] })],
];
export const worst: [string, Run][] = [1, 2, 12, 13, 60].flatMap((groups): [string, Run][] => [
  [`${groups} groups awaiting`, hugeRun(groups, [], { state: "awaiting approval", approvals: [] })],
  [
    `${groups} groups running, in trouble`,
    hugeRun(groups, ["done", "skipped", "active"], {
      trouble: problem,
      troubles: (["no answer", "refusal"] as const).map((id) => aTroubleSince({ id, problem, called: true })),
    }),
  ],
  [
    `${groups} groups succeeded`,
    hugeRun(groups, ["done", "done", "done", "done"], { state: "succeeded", ...ended }),
  ],
  [`${groups} groups failed`, hugeRun(groups, ["done", "done", "failed"], { state: "failed", ...ended })],
  [`${groups} groups rejected`, hugeRun(groups, [], { state: "rejected", rejectedBy: evil })],
]);
worst.push(
  ...[1, 60].flatMap((groups): [string, Run][] => [
    [
      `${groups} groups failed over pods`,
      hugeRun(groups, ["done", "done", "failed"], {
        state: "failed",
        ...ended,
        failure: { ...problem, code: "PodEvictionFailure" },
      }),
    ],
    [
      `${groups} groups failed, only followed`,
      hugeRun(groups, ["done", "failed"], { state: "failed", ...ended, adoptedBy: evil }),
    ],
    [
      `${groups} groups blocked, and nobody looks`,
      hugeRun(groups, ["done", "skipped", "active"], { wait: { for: reason, until: due }, adoptedBy: evil }),
    ],
    [
      `${groups} groups called off`,
      hugeRun(groups, [], { state: "cancelled", cancelledBy: evil, endedAt: start }),
    ],
    [`${groups} groups expired`, hugeRun(groups, [], { state: "expired", decidedAt: start })],
  ]),
);

const whom = { by: evil, at: start };
worst.push(
  ["a group of ours, with everything asked", hugeRoll(1, {})],
  ["a group of ours, held", hugeRoll(1, { paused: whom })],
  ["called off when EKS was to be asked", aRunningRun({ stopping: whom })],
  ["a group of ours, being called off", hugeRoll(1, { stopping: whom })],
  [
    "a group of ours, called off",
    hugeRoll(1, { state: "cancelled", stopping: whom, cancelledBy: evil, endedAt: start }),
  ],
  ["a group of ours, failed", hugeRoll(1, { state: "failed", ...ended })],
);

const voices = Array.from({ length: 30 }, (_, index) => ({
  by: `${evil}${index}`,
  at: start,
  deputyOf: evil,
}));
const asking = {
  oneFromEach: Array.from({ length: 30 }, (_, index) => `S0${index}`),
  mayBreakGlass: true,
} as const;
worst.push(
  [
    "a request with many approvals given and lacking",
    hugeRun(60, [], {
      ...{ state: "awaiting approval", approvals: voices, approvalsRequired: 40, startAt: start },
      ...asking,
    }),
  ],
  ["scheduled", hugeRun(60, [], { state: "scheduled", approvals: voices, startAt: start, trouble: problem })],
  [
    "rejected with a reason",
    hugeRun(60, [], { state: "rejected", rejectedBy: evil, rejectedBecause: reason }),
  ],
  [
    "without approval",
    hugeRun(60, ["done", "active"], { approvals: [], breakGlass: { by: evil, at: start, reason } }),
  ],
  [
    "held by a lock, started before its hour",
    hugeRoll(1, {
      ...{ approvals: voices, breakGlass: { by: evil, at: start, reason } },
      held: { since: start, why: "lock", place: evil, by: evil, reason },
    }),
  ],
  [
    "held by a freeze",
    hugeRun(60, [], { held: { since: start, why: "window", freeze: reason, until: due } }),
  ],
  [
    "expired with many approvals",
    hugeRun(1, [], { state: "expired", decidedAt: start, approvals: voices, approvalsRequired: 40 }),
  ],
);

/** Everything that may be shown of a run. */
export function viewsOf(run: Run): [string, View][] {
  const link = "https://playground.slack.com/archives/C0PROD/p1";
  const blocked = { ...run.plan, blockers: Array.from({ length: 30 }, () => problem) };
  return [
    ...[true, false].flatMap((plan) =>
      messagesOf(run, logOf(run), start, { plan }).map((message): [string, View] => [message.slot, message]),
    ),
    ["plan", planView(run.plan, start, 1)],
    ["blocked plan", planView(blocked, start, 1)],
    ["status", statusAnswer({ run, link }, start)],
    [
      "open",
      openRunsAnswer(
        Array.from({ length: 100 }, () => ({ run, link })),
        start,
      ),
    ],
    ["asked", askedAnswer({ run, link })],
    ["already asked", alreadyAskedAnswer({ run, link }, start)],
    ["cancelled", cancelledAnswer(run)],
    ["over", refusedCancel("over", run)],
    ["begun", refusedCancel("begun", run)],
    ["watching", watchingAnswer({ run, link })],
    ["nothing to watch", nothingToWatch(titleOf(run.plan))],
    ["retried", retryAnswer(run)],
    ["resumed", resumedAnswer(run)],
    ["not resumed", refusedResume("not paused", run)],
    ["not paused", refusedPause("managed", run)],
    [
      "left behind",
      leftoversAnswer(run.plan.cluster, {
        runs: Array.from({ length: 6 }, (_, index) => ({ ...run, id: `run-${index}` })),
        nodes: Array.from({ length: 100 }, () => ({ name: "ip-10-0-1-7", run: evil, marks: nodeMarks })),
        groups: Array.from({ length: 100 }, () => ({ name: evil, run: evil, before: reason })),
        problem,
      }),
    ],
  ];
}
