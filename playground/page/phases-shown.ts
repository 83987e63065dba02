import type { NodeGroup, Update, WorldChange } from "../world/state.js";
import type { PhaseShown } from "./protocol.js";

const phases = ["setup", "scale up", "upgrade", "scale down"] as const;

/** The four phases of an update, from the world's own record of it. */
export function phasesShown(
  history: readonly WorldChange[],
  { cluster, name, updateConfig }: Pick<NodeGroup, "cluster" | "name" | "updateConfig">,
  { createdAt, status }: Pick<Update, "createdAt" | "status">,
): PhaseShown[] {
  const begun = history
    .filter(
      ({ at, type, subject }) => type === "phase" && subject === `${cluster}/${name}` && at >= createdAt,
    )
    .map(({ what }) => what);
  // MINIMAL neither grows nor shrinks the group (EKS user guide: managed node update behaviour).
  const skipped = updateConfig.updateStrategy === "MINIMAL" ? ["scale up", "scale down"] : [];
  const now = { InProgress: "running", Failed: "failed", Successful: "done" } as const;
  return phases.map((phase) => {
    if (skipped.includes(phase)) return { name: phase, state: "skipped" };
    if (!begun.includes(phase)) return { name: phase, state: "pending" };
    return { name: phase, state: phase === begun.at(-1) ? now[status] : "done" };
  });
}
