import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import type { ScenarioRules } from "../../playground/scenarios/environments.js";
import { allRolled } from "../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { goOnInTheMiddle, lockInTheMiddle, lockUntilItsHour, schedule } from "./rules-people.js";
import type { Story } from "./stories.js";

/** Stories of what the rules of an environment do to an upgrade: when it begins, and what holds it. */

const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

function ruled(scenario: Scenario, startsAt: string, rules: ScenarioRules): Scenario {
  const clusters = scenario.clusters.map(({ name }) => name);
  return { ...scenario, startsAt, environments: [{ name: "prod", clusters, rules }] };
}

const hours = (from: string, to: string): ScenarioRules => ({
  windows: { timeZone: "UTC", open: [{ days: everyDay, from, to }] },
});

const asked = ["RunRequested", "RunApproved"] as const;
const wentWell = ["UpdateRequested", "UpdateStarted", "RunSucceeded"] as const;
const rolled = ["UpdateRequested", "StepSucceeded", "RunSucceeded"] as const;

/** Some thirty real seconds are left to ask for it and approve it, however often bots die meanwhile. */
const opensLater = { scenario: ruled(eksWorkshop, "08:00", hours("12:00", "23:00")), speed: 600 };

export const scheduled: Story = {
  ...opensLater,
  chapters: [{ wish: schedule, end: eksWorkshop.expected }],
  runs: [[...asked, "RunScheduled", "RunDue", ...wentWell]],
};

/** Its hour comes under a lock, which is then taken off. */
export const scheduledAndLocked: Story = {
  ...opensLater,
  chapters: [{ wish: lockUntilItsHour, end: eksWorkshop.expected }],
  runs: [[...asked, "RunScheduled", "RunDue", "RunHeld", "RunReleased", ...wentWell]],
  locks: true,
};

/** A roll that has replaced a node is locked, waits, and goes on when the lock is off. */
export const lockedRoll: Story = {
  scenario: selfManaged,
  speed: 200,
  chapters: [{ wish: lockInTheMiddle, end: allRolled }],
  runs: [[...asked, "UpdateRequested", "RunHeld", "RunReleased", "StepSucceeded", "RunSucceeded"]],
  locks: true,
};

/** A roll outlasts its window, and an approver has it go on. It is asked for well before, and takes longer than is left. */
export const goesOn: Story = {
  scenario: ruled(selfManaged, "08:00", hours("06:00", "08:12")),
  speed: 60,
  chapters: [{ wish: goOnInTheMiddle, end: allRolled }],
  runs: [[...asked, rolled[0], "RunHeld", "RunReleased", ...rolled.slice(1)]],
};
