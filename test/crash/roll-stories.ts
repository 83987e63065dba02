import { expect } from "vitest";
import { autoscalerInterferes } from "../../playground/scenarios/autoscaler-interferes.js";
import { allRolled, ownWorkers } from "../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import { selfManagedTwoBudgets } from "../../playground/scenarios/self-managed-two-budgets.js";
import type { RollEnd, Scenario } from "../../playground/scenarios/types.js";
import { answer, confirmForce } from "../../src/core/decide-answer.js";
import { cancel } from "../../src/core/decide-control.js";
import type { Choice, DrainBlocker } from "../../src/core/run.js";
import type { Carried } from "../faults/carried.js";

/** A roll of a self-managed group from approval to its end, with what people do meanwhile. */
export interface RollStory {
  readonly name: string;
  readonly scenario: Scenario;
  readonly play: (carried: Carried) => Promise<void>;
  readonly end: RollEnd;
  /** How often others raise desired by three, where that is not an act of the scenario. */
  readonly raises?: number;
  /** How many nodes are asked for once more, since others took those that came first. */
  readonly again?: number;
  /** How many more nodes others took than came back to what was wanted before: they were their own. */
  readonly taken?: number;
}

const stopped: RollEnd = { ...allRolled, end: "stopped" };

const untilOver = (carried: Carried) => carried.untilOver();
const progressOf = ({ run }: Carried) => run.steps[0];
const asking = (carried: Carried): DrainBlocker | undefined =>
  progressOf(carried)?.blockers?.find(({ told }) => told);
const isOver = ({ run }: Carried) => run.state !== "running";

/** A second person confirms what needs one. */
function say(carried: Carried, { id, since }: DrainBlocker, choice: Choice): void {
  const asked = { step: 0, about: id, since };
  carried.person((run, at) => answer(run, asked, choice, "U0OPERATOR", at));
  if (choice === "force") carried.person((run, at) => confirmForce(run, asked, "U0APPROVER", at));
}

/** The same answer to whatever blocks, until the roll is over. */
const answering = (choice: Choice) => async (carried: Carried) => {
  for (;;) {
    await carried.until(() => isOver(carried) || asking(carried) !== undefined);
    const blocker = asking(carried);
    if (!blocker || isOver(carried)) return;
    say(carried, blocker, choice);
    const stands = ({ id, since }: DrainBlocker) => id === blocker.id && since === blocker.since;
    await carried.until(() => isOver(carried) || !progressOf(carried)?.blockers?.some(stands));
  }
};

/** Another node is drained meanwhile; what blocks next ends it. */
async function skipThenStop(carried: Carried): Promise<void> {
  await carried.until(() => asking(carried) !== undefined);
  const first = asking(carried);
  if (first) say(carried, first, "skip node");
  await carried.until(() => {
    const next = asking(carried);
    return next !== undefined && next.since !== first?.since;
  });
  const second = asking(carried);
  if (second) say(carried, second, "stop");
  await carried.untilOver();
}

/** Once two nodes were replaced, and another one is being drained. */
async function callOff(carried: Carried): Promise<void> {
  const gone = () => carried.events.filter(({ type }) => type === "NodeGone").length;
  const drains = () => Object.values(progressOf(carried)?.roll?.drains ?? {});
  await carried.until(() => gone() >= 2 && drains().some(({ emptySince }) => emptySince === undefined));
  carried.person((run, at) => cancel(run, "U0OPERATOR", at));
  await carried.untilOver();
}

/** A budget that never allows it, until its owner has one replica more. */
const tightBudget: Scenario = {
  ...ownWorkers({ services: { catalog: { replicas: 2, budgets: [{ name: "catalog", minAvailable: 2 }] } } }),
  name: "one replica more",
  story:
    "Catalog may lose none of its pods: a person has the bot give it another one for as long as the roll lasts.",
  expected: allRolled,
};

export const rollStories: readonly RollStory[] = [
  { name: "self-managed", scenario: selfManaged, play: untilOver, end: allRolled },
  { name: "autoscaler-interferes", scenario: autoscalerInterferes, play: untilOver, end: allRolled },
  {
    name: "two budgets, forced",
    scenario: selfManagedTwoBudgets,
    play: answering("force"),
    end: allRolled,
  },
  {
    name: "two budgets, owner restarted",
    scenario: selfManagedTwoBudgets,
    play: answering("restart owner"),
    end: allRolled,
  },
  {
    name: "two budgets, skipped, stopped",
    scenario: selfManagedTwoBudgets,
    play: skipThenStop,
    end: stopped,
  },
  {
    name: "tight budget, owner surged",
    scenario: tightBudget,
    play: answering("surge owner"),
    end: allRolled,
  },
  { name: "self-managed, called off", scenario: selfManaged, play: callOff, end: stopped },
];

export function storyOf(name: string): RollStory {
  const story = rollStories.find((each) => each.name === name);
  expect(story, name).toBeDefined();
  if (!story) throw new Error(`There is no story ${name}.`);
  return story;
}
