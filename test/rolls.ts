import { minute } from "../src/core/instant.js";
import type { LedgerEntry } from "../src/core/roll/ledger.js";
import type { GroupTemplate } from "../src/core/roll/seen.js";
import type { DrainBlocker, Question, Run, StepProgress } from "../src/core/run.js";
import { aBlocker, aPlan, aRunningRun, aStep, newNodes, oldNodes, someProgress, start } from "./builders.js";

/** A self-managed group, which we roll ourselves. */
export const aRollStep = (over: Parameters<typeof aStep>[0] = {}) =>
  aStep({
    ...{ kind: "self-managed node group", nodeGroup: "workers", surge: 6 },
    from: { version: "1.34", release: "1.34.7-20260301", image: "ami-0fedcba9876543210" },
    ...over,
  });

const template = (version: string): GroupTemplate => ({
  kind: "launch template",
  template: { id: "lt-0123456789abcdef0", name: "workers", version },
});

/** What a roll has changed by the time it drains, none of it put back. */
export const aLedger: readonly LedgerEntry[] = [
  {
    ...{ kind: "template version", template: "lt-0123456789abcdef0", source: "7", token: "t", made: "8" },
    ...{ image: "ami-0123456789abcdef0", at: start },
  },
  { kind: "tags", at: start },
  { kind: "group template", before: template("7"), after: template("8"), at: start },
  { kind: "processes", suspended: ["AZRebalance"], at: start },
  { kind: "sizes", before: { min: 3, max: 6, desired: 3 }, ours: 6, maxRaisedBy: 3, at: start },
  { kind: "node marks", at: start },
];

export const putBackLater = (entry: LedgerEntry): LedgerEntry => ({ ...entry, undone: start + minute });

/** Its drain does not go on: asked about since 10:12. */
export const aRollBlocker = (over: Partial<DrainBlocker> = {}): DrainBlocker => {
  const { givesUpAt: _, ...blocker } = aBlocker();
  return { ...blocker, ...over };
};

/** New nodes do not come: asked about since 10:12. */
export const aQuestion = (over: Partial<Question> = {}): Question => ({
  id: "scale up",
  problem: {
    code: "NewNodesMissing",
    what: "EC2 has no m5.large left in us-west-2a",
    next: "Wait, or allow another instance type.",
  },
  choices: ["wait", "stop"],
  since: start + 12 * minute,
  ...over,
});

export function aRollProgress(
  over: Partial<StepProgress> = {},
  roll: Partial<NonNullable<StepProgress["roll"]>> = {},
): StepProgress {
  return someProgress(["done", "done", "active"], {
    nodes: { ...oldNodes(), ...newNodes(3) },
    roll: { intents: [], ledger: aLedger, drains: {}, ...roll },
    ...over,
  });
}

/** A run that drains a self-managed group. */
export function aRoll(over: Partial<Run> = {}): Run {
  return aRunningRun({
    plan: aPlan({ steps: [aRollStep()] }),
    steps: [aRollProgress()],
    wait: { for: "pods to leave", until: start + 15 * minute },
    ...over,
  });
}
