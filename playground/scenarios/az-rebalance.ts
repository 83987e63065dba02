import { allRolled, groupName, noCapacityIn, ownWorkers } from "./own-workers.js";
import { clusterName } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** Auto Scaling makes zones even by terminating instances that nobody drained. */
export const azRebalance: Scenario = {
  ...ownWorkers({
    group: { spread: [3, 3, 0] },
    acts: [
      {
        when: { after: "terminating", of: "ip-", seconds: 30 },
        cluster: clusterName,
        does: { kind: "capacity" },
        story: `us-west-2c has capacity again: Auto Scaling would spread ${groupName} anew, if it were let.`,
      },
    ],
  }),
  launchFaults: [noCapacityIn("us-west-2c")],
  name: "az-rebalance",
  story:
    "us-west-2c has had no capacity for days, so all workers stand in the other two zones. In the middle of the roll it comes back. " +
    "Auto Scaling would move nodes there at once, and terminate others without draining them; the bot has suspended that, and " +
    "leaves the zones even itself.",
  expected: allRolled,
};
