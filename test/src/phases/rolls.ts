import type { DrainBlocker } from "../../../src/core/run.js";
import type { Carried } from "../../faults/carried.js";

/** The group that the scenarios of self-managed nodes roll. */
export const workers = { kind: "self-managed node group", nodeGroup: "workers" } as const;

export const blockers = ({ run }: Carried): readonly DrainBlocker[] => run.steps[0]?.blockers ?? [];

/** Instances that ended with pods on their nodes. */
export const undrained = ({ world }: Carried) => world.history.filter(({ type }) => type === "undrained");
