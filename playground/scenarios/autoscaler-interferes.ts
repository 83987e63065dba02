import { allRolled, groupName, ownWorkers } from "./own-workers.js";
import { clusterName } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** The group is not the bot's alone: what others add in the middle is theirs, and stays. */
export const autoscalerInterferes: Scenario = {
  ...ownWorkers({
    group: { sizes: { min: 3, max: 16, desired: 6 } },
    clusterAutoscaler: true,
    acts: [
      {
        when: { after: "terminating", of: "ip-", seconds: 20 },
        cluster: clusterName,
        does: { kind: "desired", group: groupName, by: 3 },
        story: "Somebody raises desired by three: the store expects visitors.",
      },
    ],
  }),
  name: "autoscaler-interferes",
  story:
    "Cluster Autoscaler minds the workers: a node that is empty for ten minutes goes, unless an annotation keeps it. And in the " +
    "middle of the roll somebody raises desired by three. The bot gives back what it added, and not one node more.",
  expected: allRolled,
};
