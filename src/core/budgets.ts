import type { BudgetSeen, PodSeen, SelectorSeen } from "./seen.js";

/** The budgets that select this pod. */
export function budgetsOver(pod: PodSeen, budgets: readonly BudgetSeen[]): BudgetSeen[] {
  return budgets.filter(
    (budget) => budget.namespace === pod.namespace && budget.selector && selects(budget.selector, pod.labels),
  );
}

/** It allows none to go whatever their number: one more pod does not help. */
export function allowsNone({ maxUnavailable, minAvailable }: BudgetSeen): boolean {
  return maxUnavailable === "0" || maxUnavailable === "0%" || minAvailable === "100%";
}

/** With every pod healthy it still allows none to go: waiting cannot help, only a person can. */
export function neverAllows(budget: BudgetSeen): boolean {
  if (allowsNone(budget)) return true;
  return budget.expectedPods > 0 && budget.desiredHealthy >= budget.expectedPods;
}

function selects(selector: SelectorSeen, labels: Readonly<Record<string, string>>): boolean {
  const byLabel = Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
  return byLabel && selector.matchExpressions.every((expression) => matches(expression, labels));
}

function matches(
  { key, operator, values }: SelectorSeen["matchExpressions"][number],
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
