import { allThreeDone, retailStore } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** What a first upgrade looks like when nothing is wrong. */
export const eksWorkshop: Scenario = {
  ...retailStore(),
  name: "eks-workshop",
  story:
    "The retail store runs on three nodes in three zones. Their AMI release is months old. An operator asks for the latest one, " +
    "somebody else approves, and the nodes are replaced one by one while the store stays open.",
  expected: allThreeDone,
};
