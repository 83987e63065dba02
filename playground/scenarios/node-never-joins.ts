import { failedOnce, retailStore } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** No old node is touched: EKS replaces none before every zone has a new one. */
export const nodeNeverJoins: Scenario = {
  ...retailStore(),
  name: "node-never-joins",
  story:
    "In us-west-2b instances start but never reach the cluster. Two of the three new nodes come up, the third is waited for in " +
    "vain. EKS gives up after 15 minutes, before any old node is touched.",
  launchFaults: [{ zone: "us-west-2b", fault: { kind: "never joins" } }],
  expected: {
    ...failedOnce,
    reason: "NodeCreationFailure",
    left: { status: "DEGRADED", newNodes: 2, oldNodes: 3, unschedulable: 0 },
  },
};
