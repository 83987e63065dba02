import { failedOnce, retailStore } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** What an old chart leaves behind when a new one takes over. */
export const underTwoBudgets = {
  catalog: {
    replicas: 3,
    budgets: [
      { name: "catalog", maxUnavailable: 1 },
      { name: "catalog-from-the-old-chart", minAvailable: 1 },
    ],
  },
};

/** Each of the two budgets alone would do no harm. */
export const twoBudgets: Scenario = {
  ...retailStore({ services: underTwoBudgets }),
  name: "two-budgets",
  story:
    "Two budgets cover the pods of catalog, one of them left behind by an old chart. Kubernetes cannot evict a pod with two " +
    "budgets: it answers 500, for ever. EKS gives up after 15 minutes.",
  expected: {
    ...failedOnce,
    reason: "PodEvictionFailure",
    left: { status: "ACTIVE", newNodes: 3, oldNodes: 3, unschedulable: 3 },
  },
};
