import { autoscalerInterferes } from "../../playground/scenarios/autoscaler-interferes.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { allRolled } from "../../playground/scenarios/own-workers.js";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import { allThreeDone } from "../../playground/scenarios/retail-store.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import { selfManagedTwoBudgets } from "../../playground/scenarios/self-managed-two-budgets.js";
import type { ExpectedEnd, Scenario } from "../../playground/scenarios/types.js";
import type { RunEvent } from "../../src/core/events.js";
import { retryWithForce, retryWithRoom, upgrade, upgradeAndAnswer, type Wish } from "./people.js";

/** What people want next, and the end of the world that this has. */
export interface Chapter {
  readonly wish: Wish;
  readonly end: ExpectedEnd;
}

export interface Story {
  readonly scenario: Scenario;
  /** World seconds per real second at which a bot that dies is followed by another in time for the story to come right. */
  readonly speed: number;
  readonly chapters: readonly [Chapter, ...Chapter[]];
  /** For each run, the oldest first, the facts of it that must come once for each attempt, in order. */
  readonly runs: readonly (readonly RunEvent["type"][])[];
  /** So many attempts EKS was asked for, and never heard of. */
  readonly unheard?: number;
  /** Something is locked in it, once, and unlocked. */
  readonly locks?: true;
}

const asked = ["RunRequested", "RunApproved"] as const;
const wentWell = ["UpdateRequested", "UpdateStarted", "RunSucceeded"] as const;
const gotStuck = ["UpdateRequested", "UpdateStarted", "DrainBlocked", "RunFailed"] as const;
/** Fast enough, and yet a drain is stuck for longer than a dead bot's lease. */
const stuck = { scenario: pdbBlocks, speed: 120 };
/** Nobody dies before the update has failed. */
const stuckAndGone = { scenario: pdbBlocks, speed: 400 };
const doneInTheEnd = { ...allThreeDone, updates: 2 };

export const workshop: Story = {
  scenario: eksWorkshop,
  speed: 600,
  chapters: [{ wish: upgrade, end: eksWorkshop.expected }],
  runs: [[...asked, ...wentWell]],
};

/** A budget lets no pod go: people are told which, and in the end asked what to do. */
export const blocked: Story = {
  ...stuck,
  chapters: [{ wish: upgrade, end: pdbBlocks.expected }],
  runs: [[...asked, ...gotStuck]],
};

/** They make room and try once more: another attempt of the same run. */
export const blockedThenRetried: Story = {
  ...stuckAndGone,
  chapters: [...blocked.chapters, { wish: retryWithRoom, end: doneInTheEnd }],
  runs: [[...asked, ...gotStuck, "RetryRequested", ...wentWell]],
};

/** They ask for force: another plan, approved by itself, and another run. */
export const blockedThenForced: Story = {
  ...stuckAndGone,
  chapters: [...blocked.chapters, { wish: retryWithForce, end: doneInTheEnd }],
  runs: [
    [...asked, ...gotStuck],
    [...asked, ...wentWell],
  ],
};

const rolled = ["UpdateRequested", "StepSucceeded", "RunSucceeded"] as const;

export const ownWorkers: Story = {
  scenario: selfManaged,
  speed: 300,
  chapters: [{ wish: upgrade, end: allRolled }],
  runs: [[...asked, ...rolled]],
};

/** Others move the group's sizes in the middle. */
export const interfered: Story = { ...ownWorkers, scenario: autoscalerInterferes };

/** Two budgets let no pod go: its owner is restarted when a person says so. */
export const restarted: Story = {
  scenario: selfManagedTwoBudgets,
  speed: 200,
  chapters: [{ wish: upgradeAndAnswer("restart owner"), end: allRolled }],
  // Where its pods come up is chance: they may have to be moved once more.
  runs: [[...asked, ...rolled]],
};

/** A person would rather stop: everything is put back. */
export const stopped: Story = {
  ...restarted,
  chapters: [{ wish: upgradeAndAnswer("stop"), end: { ...allRolled, end: "stopped" } }],
  runs: [[...asked, "UpdateRequested", "StopRequested", "RunCancelled"]],
};

/** Where nobody may have looked for as long as a drain was stuck. */
export function mayMissTheBlock(story: Story): Story {
  return { ...story, runs: story.runs.map((facts) => facts.filter((type) => type !== "DrainBlocked")) };
}

/** What the world is like when the story is over. */
export function lastEndOf({ chapters: [first, ...others] }: Story): ExpectedEnd {
  return (others.at(-1) ?? first).end;
}
