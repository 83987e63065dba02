import { allThreeDone, retailStore } from "./retail-store.js";
import type { Scenario } from "./types.js";

/** Where there is no room for more nodes: the group never grows, and is one node short while each is replaced. */
export const minimalStrategy: Scenario = {
  ...retailStore({ updateConfig: { maxUnavailable: 1, updateStrategy: "MINIMAL" } }),
  name: "minimal-strategy",
  story:
    "The node group is updated by the MINIMAL strategy: no new node comes before an old one is gone. All old nodes are made " +
    "unschedulable first, so pods that have to leave wait for the replacement.",
  expected: allThreeDone,
};
