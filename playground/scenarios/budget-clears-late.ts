import { allThreeDone, clusterName, retailStore } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** The same budget as in pdb-blocks, and a person who acts in time. */
export const budgetClearsLate: Scenario = {
  ...retailStore({ services: { orders: { replicas: 3, budgets: [{ name: "orders", minAvailable: 3 }] } } }),
  name: "budget-clears-late",
  story:
    "The budget of orders wants three pods available, and there are three: the first drain is stuck. Eight minutes later somebody " +
    "scales orders to four, the pod leaves, and the upgrade goes on to its end.",
  acts: [
    {
      when: { after: "refused", of: "orders/", seconds: 8 * 60 },
      cluster: clusterName,
      does: { kind: "scale", namespace: "orders", deployment: "orders", replicas: 4 },
      story: "Somebody scales orders from three pods to four.",
    },
  ],
  expected: allThreeDone,
};
