import { eksWorkshop } from "./eks-workshop.js";
import type { Scenario } from "./types.js";

export const scenarios: readonly Scenario[] = [eksWorkshop];

export const defaultScenario = eksWorkshop;

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
