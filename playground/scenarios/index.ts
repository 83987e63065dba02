import { budgetClearsLate } from "./budget-clears-late.js";
import { eksWorkshop } from "./eks-workshop.js";
import { minimalStrategy } from "./minimal-strategy.js";
import { nodeNeverJoins } from "./node-never-joins.js";
import { pdbBlocks } from "./pdb-blocks.js";
import { twoBudgets } from "./two-budgets.js";
import type { Scenario } from "./types.js";

export const scenarios: readonly Scenario[] = [
  eksWorkshop,
  pdbBlocks,
  budgetClearsLate,
  twoBudgets,
  nodeNeverJoins,
  minimalStrategy,
];

export const defaultScenario = eksWorkshop;

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
