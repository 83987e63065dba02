import { noCapacityIn, ownWorkers, waitsForPerson } from "./own-workers.js";
import type { Scenario } from "./types.js";

/** No old node is touched before every zone that has old ones has a new one. */
export const capacityMissing: Scenario = {
  ...ownWorkers(),
  launchFaults: [noCapacityIn("us-west-2c")],
  name: "capacity-missing",
  story:
    "Amazon has no m5.large left in us-west-2c. New workers come up in the other two zones; for the third the bot waits a quarter " +
    "of an hour, says what Auto Scaling says, and asks a person. No old worker is touched.",
  expected: { ...waitsForPerson, left: "all" },
};
