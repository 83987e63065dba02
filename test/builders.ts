import type { Clock } from "../src/clock.js";
import type { Fact, RunEvent } from "../src/core/events.js";
import { hour, type Instant, minute } from "../src/core/instant.js";
import { type PhaseName, type Plan, phaseNames, type Step } from "../src/core/plan.js";
import {
  type DrainBlocker,
  type NodeProgress,
  type PhaseProgress,
  type PhaseState,
  type Run,
  runSchemaVersion,
  type StandingTrouble,
  type StepProgress,
} from "../src/core/run.js";

/** The moment all test data is told from: 2026-07-20 10:00 UTC. */
export const start: Instant = Date.UTC(2026, 6, 20, 10, 0, 0);

/** A clock that stands still. */
export const stoppedAt = (now: Instant): Clock => ({
  now: () => now,
  realDelayUntil: (at) => Math.max(0, at - now),
});

export const zones = ["us-west-2a", "us-west-2b", "us-west-2c"] as const;

export function aStep(over: Partial<Step> = {}): Step {
  return {
    kind: "managed node group",
    nodeGroup: "default",
    amiType: "AL2023_x86_64_STANDARD",
    from: { version: "1.34", release: "1.34.7-20260301" },
    to: { version: "1.34", release: "1.34.9-20260714", image: "ami-0123456789abcdef0" },
    updateConfig: { maxUnavailable: 1, strategy: "DEFAULT" },
    force: false,
    nodes: { count: 3, zones: [...zones], max: 6 },
    ...over,
  };
}

export function aPlan(over: Partial<Plan> = {}): Plan {
  return {
    environment: "prod",
    cluster: "eks-workshop",
    region: "us-west-2",
    wish: {},
    steps: [aStep()],
    blockers: [],
    warnings: [],
    hash: "c0ffee00",
    ...over,
  };
}

export function aNode(over: Partial<NodeProgress> = {}): NodeProgress {
  return {
    state: "ready",
    old: true,
    zone: zones[0],
    kubelet: "v1.34.7-eks-1111111",
    since: start,
    podsLeft: 0,
    ...over,
  };
}

export function aNewNode(over: Partial<NodeProgress> = {}): NodeProgress {
  return aNode({ old: false, kubelet: "v1.34.9-eks-2222222", ...over });
}

/** The three old nodes of the group, one in each zone. */
export function oldNodes(over: Partial<NodeProgress> = {}): Record<string, NodeProgress> {
  return Object.fromEntries(
    zones.map((zone, index) => [
      `ip-10-0-${index + 1}-7.us-west-2.compute.internal`,
      aNode({ zone, ...over }),
    ]),
  );
}

/** New nodes, one zone after the other. */
export function newNodes(count: number, over: Partial<NodeProgress> = {}): Record<string, NodeProgress> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const zone = zones[index % zones.length] ?? zones[0];
      return [
        `ip-10-0-${(index % 3) + 1}-${20 + index}.us-west-2.compute.internal`,
        aNewNode({ zone, ...over }),
      ];
    }),
  );
}

/** A pod whose budget lets none go, on an old node that began to drain two minutes ago at 10:14; people know of it. */
export function aBlocker(over: Partial<DrainBlocker> = {}): DrainBlocker {
  const node = "ip-10-0-1-7.us-west-2.compute.internal";
  return {
    id: "orders/orders/budget never allows it",
    reason: "budget never allows it",
    namespace: "orders",
    pods: [{ name: "orders-6d5f7-x2x4z", node }],
    podCount: 1,
    owner: { kind: "Deployment", name: "orders" },
    budgets: ["orders"],
    needs: 2,
    has: 2,
    since: start + 12 * minute,
    givesUpAt: start + 27 * minute,
    told: true,
    called: true,
    ...over,
  };
}

/** The cluster's API is away since 10:12; nobody has been called yet. */
export function aTroubleSince(over: Partial<StandingTrouble> = {}): StandingTrouble {
  return {
    id: "no answer",
    problem: {
      code: "ECONNREFUSED",
      what: "Could not list the nodes of node group default (ECONNREFUSED)",
      next: "Check the bot's way to the cluster's API endpoint.",
    },
    since: start + 12 * minute,
    called: false,
    cutShort: false,
    ...over,
  };
}

/** States of the phases in their order, the rest pending: `someProgress(["done", "active"])` is in scale up. */
export function someProgress(
  states: readonly PhaseState[] = [],
  over: Partial<StepProgress> = {},
): StepProgress {
  return {
    attempt: 1,
    phases: Object.fromEntries(
      phaseNames.map((name, index) => [name, aPhase(states[index] ?? "pending", index)]),
    ) as Record<PhaseName, PhaseProgress>,
    nodes: {},
    ...over,
  };
}

/** Each phase begins five minutes after the one before it, and lasts five minutes. */
function aPhase(state: PhaseState, index: number): PhaseProgress {
  const startedAt = start + index * 5 * minute;
  const endedAt = startedAt + 5 * minute;
  switch (state) {
    case "pending":
      return { state };
    case "active":
      return { state, startedAt };
    case "skipped":
      return { state, endedAt: startedAt, note: "update strategy MINIMAL adds no nodes first" };
    default:
      return { state, startedAt, endedAt };
  }
}

/** A run that awaits approval; say what is different. */
export function aRun(over: Partial<Run> = {}): Run {
  const plan = over.plan ?? aPlan();
  return {
    schema: runSchemaVersion,
    id: "calm-heron-42",
    state: "awaiting approval",
    plan,
    channel: "C0PROD",
    requestedBy: "U0OPERATOR",
    requestedAt: start - hour,
    approvalsRequired: 1,
    expiresAt: start + 23 * hour,
    approverGroups: ["S0APPROVERS"],
    approverUsers: [],
    approvals: [],
    planChanges: [],
    steps: plan.steps.map(() => someProgress()),
    ...over,
  };
}

/** The same, approved at `start` and under way. */
export function aRunningRun(over: Partial<Run> = {}): Run {
  return aRun({
    state: "running",
    approvals: [{ by: "U0APPROVER", at: start }],
    decidedAt: start,
    steps: [someProgress(["active"], { nodes: oldNodes() })],
    ...over,
  });
}

/** Facts a minute apart, from `start` on. */
export function events(...facts: readonly Fact[]): RunEvent[] {
  return facts.map((fact, index) => ({ ...fact, at: start + index * minute }));
}
