import { sha256 } from "../../src/audit.js";
import type { Fact } from "../../src/core/events.js";
import { hour, minute } from "../../src/core/instant.js";
import type { Plan, Step } from "../../src/core/plan.js";
import { assemblePlan } from "../../src/core/planner.js";
import type { Run } from "../../src/core/run.js";
import type { DigestRecord, DigestRow } from "../../src/core/scan/digest.js";
import { isOver } from "../../src/core/transitions.js";
import type { Digests } from "../../src/redis/digests.js";
import type { Runs } from "../../src/redis/runs.js";
import { aRun, someProgress, start } from "../builders.js";
import { aRollBlocker, aRollProgress, aRollStep } from "../rolls.js";
import { approver, requester } from "./cast.js";
import { type RoomName, region, rooms } from "./rooms.js";

/** Runs in every state in which somebody may want something of them, as the bot itself would have recorded them. */

export interface Seed {
  readonly over: Partial<Run>;
  readonly facts?: readonly Fact[];
  /** A group that we roll ourselves. */
  readonly ours?: true;
}

const asked = (by: string): Fact => ({ type: "RunRequested", by, planHash: "" });
const approved: Partial<Run> = { approvals: [{ by: approver, at: start - hour }], decidedAt: start - hour };
const roll: Partial<Run> = { ...approved, state: "running" };
const blocker = aRollBlocker({ since: start - minute });
const asking: Seed = {
  over: { ...roll, steps: [aRollProgress({ blockers: [blocker] })] },
  facts: [{ type: "DrainBlocked", step: 0, blocker }],
  ours: true,
};
const failure = { code: "NodeCreationFailure", what: "New nodes did not join", next: "Look at them." };
const rolling = { over: { ...roll, steps: [aRollProgress()] }, ours: true } as const satisfies Seed;

export const seeds = {
  waiting: { over: {} },
  expired: { over: { requestedAt: start - 25 * hour, expiresAt: start - hour } },
  rejected: {
    over: { state: "rejected", rejectedBy: approver, decidedAt: start - hour, endedAt: start - hour },
  },
  failed: {
    over: {
      ...approved,
      ...{ state: "failed", failure, endedAt: start - minute, steps: [someProgress(["done", "failed"])] },
    },
  },
  rolling,
  paused: { ...rolling, over: { ...rolling.over, paused: { by: approver, at: start - minute } } },
  held: { ...rolling, over: { ...rolling.over, held: { why: "window", since: start - minute } } },
  asking,
  /** Somebody asked for the pods to be deleted. */
  forcing: {
    ...asking,
    over: {
      ...asking.over,
      steps: [
        aRollProgress({
          blockers: [blocker],
          answers: [{ about: blocker.id, choice: "force", by: requester, at: start }],
        }),
      ],
    },
  },
  leftover: { ...rolling, over: { ...rolling.over, state: "failed", failure, endedAt: start - minute } },
} as const satisfies Readonly<Record<string, Seed>>;
export type SeedName = keyof typeof seeds;

export function isRoll(seed: SeedName): boolean {
  const { ours }: Seed = seeds[seed];
  return ours === true;
}

const digest = (text: string) => sha256(text).slice(0, 32);

/** The plan of a real request, for another node group. */
export function planLike(pattern: Step, room: RoomName, nodeGroup: string, ours = false): Plan {
  const { environment, cluster } = rooms[room];
  const step = ours ? aRollStep({ nodeGroup }) : { ...pattern, nodeGroup };
  const part = { step, blockers: [], warnings: [] };
  return assemblePlan({ environment, cluster, region, wish: {} }, [part], digest);
}

const words = ["amber", "brave", "calm", "dusty", "eager", "fuzzy", "grand", "happy", "ivory", "jolly"];
let made = 0;
/** As the bot makes them. */
function newId(): string {
  const number = made++;
  return `${words[number % 10]}-seed-${10 + Math.floor(number / 10)}`;
}

/** Puts a run into the store. Slack is not to show it. */
export async function sow(
  runs: Runs,
  seed: SeedName,
  plan: Plan,
  room: RoomName,
  more: Partial<Run> = {},
): Promise<Run> {
  const { over, facts = [] }: Seed = seeds[seed];
  const run = aRun({
    ...{ id: newId(), plan, channel: rooms[room].channel, requestedBy: requester },
    ...over,
    ...more,
  });
  const open: Run = isOver(run.state) ? { ...run, state: "awaiting approval" } : run;
  const outcome = await runs.create(open, [asked(run.requestedBy), ...facts], run.requestedAt);
  if (outcome !== "created") throw new Error(`${run.id}: ${JSON.stringify(outcome)}`);
  if (open !== run) await runs.save({ run, facts: [], revision: 1, at: start });
  await runs.announced(run.id, open === run ? 1 : 2);
  return run;
}

/** What is of no use any more: its target is free again. */
export async function weed(runs: Runs, id: string): Promise<void> {
  for (;;) {
    const stored = await runs.load(id);
    if (!stored || isOver(stored.run.state)) return;
    const { run, revision } = stored;
    const over: Run = { ...run, state: "cancelled", cancelledBy: "U0TEST", endedAt: start };
    if ((await runs.save({ run: over, facts: [], revision, at: start })).outcome === "saved") return;
  }
}

/** A digest that its channel shows, with one row. */
export async function sowDigest(
  digests: Digests,
  series: string,
  room: RoomName,
  nodeGroup: string,
): Promise<string> {
  const { environment, cluster, channel } = rooms[room];
  const row: DigestRow = {
    ...{ key: `${region}/${cluster}/${nodeGroup}`, environment, cluster, region },
    ...{ group: { kind: "managed node group", name: nodeGroup }, severity: "warning" },
    ...{ from: "1.34.4-20260224", to: "1.34.9-20260714", concerns: [] },
  };
  const content = { rows: [row], problems: [], looked: { clusters: 1, groups: 1 }, scannedAt: start };
  const record: DigestRecord = {
    ...{ schema: 1, series, channel, environments: [environment], pattern: "0 9 * * *", timeZone: "UTC" },
    ...{ whenUpToDate: "silent", nextDue: start + hour },
    shown: { number: 1, madeAt: start, content, news: [] },
  };
  await digests.save(record, 0);
  return row.key;
}
