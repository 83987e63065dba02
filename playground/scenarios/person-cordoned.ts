import { allRolled, ownWorkers, workerVersions } from "./own-workers.js";
import { workshopImages } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** An old node is replaced whoever cordoned it; a node on the target release stays as its person left it. */
export const personCordoned: Scenario = {
  ...ownWorkers({
    group: {
      template: {
        name: "workers",
        versions: [
          ...workerVersions,
          { image: workshopImages.latest, instanceType: "m5.large", description: "tried on one node" },
        ],
        default: 2,
      },
      version: workerVersions.length,
      marked: [
        {
          node: 0,
          cordoned: true,
          taints: [{ key: "example.com/disk", value: "slow", effect: "NoSchedule" }],
        },
        {
          node: 5,
          version: workerVersions.length + 1,
          cordoned: true,
          taints: [{ key: "example.com/trial", effect: "NoSchedule" }],
          labels: { "node.kubernetes.io/exclude-from-external-load-balancers": "true" },
        },
      ],
    },
  }),
  name: "person-cordoned",
  story:
    "Somebody tried the new AMI on one worker, and cordoned it, tainted it and took it out of the load balancers by hand; an old " +
    "worker with a slow disk is cordoned too. The bot replaces the old one, and leaves the other exactly as it is.",
  expected: allRolled,
};
