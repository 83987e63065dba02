import { autoscalerInterferes } from "./autoscaler-interferes.js";
import { azRebalance } from "./az-rebalance.js";
import { budgetClearsLate } from "./budget-clears-late.js";
import { capacityMissing } from "./capacity-missing.js";
import { crashLooping } from "./crash-looping.js";
import { eksWorkshop } from "./eks-workshop.js";
import { fleet } from "./fleet.js";
import { minimalStrategy } from "./minimal-strategy.js";
import { nodeNeverJoins } from "./node-never-joins.js";
import { pdbBlocks } from "./pdb-blocks.js";
import { personCordoned } from "./person-cordoned.js";
import { rules } from "./rules.js";
import { selfManaged } from "./self-managed.js";
import { selfManagedTwoBudgets } from "./self-managed-two-budgets.js";
import { twoBudgets } from "./two-budgets.js";
import type { Scenario } from "./types.js";

export const scenarios: readonly Scenario[] = [
  eksWorkshop,
  pdbBlocks,
  budgetClearsLate,
  twoBudgets,
  nodeNeverJoins,
  minimalStrategy,
  selfManaged,
  selfManagedTwoBudgets,
  autoscalerInterferes,
  azRebalance,
  personCordoned,
  crashLooping,
  capacityMissing,
  fleet,
  rules,
];

export const defaultScenario = eksWorkshop;

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
