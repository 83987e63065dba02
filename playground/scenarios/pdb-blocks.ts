import { failedOnce, retailStore } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** The budget that most often blocks a drain: as many pods must be available as there are. */
export const pdbBlocks: Scenario = {
  ...retailStore({ services: { orders: { replicas: 3, budgets: [{ name: "orders", minAvailable: 3 }] } } }),
  name: "pdb-blocks",
  story:
    "The budget of orders wants three pods available, and there are three: none may ever leave. New nodes come up, the first old " +
    "one is drained, and its orders pod stays. Unless a person acts, EKS gives up after 15 minutes.",
  expected: {
    ...failedOnce,
    reason: "PodEvictionFailure",
    left: { status: "ACTIVE", newNodes: 3, oldNodes: 3, unschedulable: 3 },
  },
};
