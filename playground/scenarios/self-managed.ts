import { allRolled, ownWorkers } from "./own-workers.js";
import type { Scenario } from "./types.js";

/** What a first roll of one's own nodes looks like when nothing is wrong. */
export const selfManaged: Scenario = {
  ...ownWorkers(),
  name: "self-managed",
  story:
    "The retail store runs on six nodes in three zones that EKS does not manage: an Auto Scaling group with a launch template of " +
    "the owner's. The bot does itself what EKS does for a managed group: it adds new nodes, drains the old ones, and takes the " +
    "surplus away again.",
  expected: allRolled,
};
