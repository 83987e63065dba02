import type { Fact } from "../events.js";
import type { StepProgress } from "../run.js";
import { type Scene, shareOf } from "./scene.js";
import { theirsOf } from "./surge.js";

export interface Followed {
  readonly progress: StepProgress;
  readonly facts: readonly Fact[];
}

/**
 * Somebody else (Cluster Autoscaler, a person) moved the group's desired capacity: the difference is theirs, and stays.
 * What they take away is ours first, once and for all: what they add later is theirs again.
 */
export function followSizes({ look, progress, roll, index }: Scene): Followed {
  const entry = shareOf(roll);
  // What is being raised just now cannot be told from what others raise.
  if (!entry || roll.ledger.some(({ kind, done }) => kind === "sizes" && done === undefined))
    return { progress, facts: [] };
  const { desired } = look.group.sizes;
  const theirs = theirsOf({ ...entry, ours: entry.ours - (roll.returned ?? 0) }, look.group.sizes);
  const before = roll.theirs ?? 0;
  if (theirs === before) return { progress, facts: [] };
  const moved: Fact = { type: "SizesMoved", step: index, from: desired - theirs + before, to: desired };
  const taken = Math.min(Math.max(0, -theirs), entry.ours - (roll.returned ?? 0));
  const next = {
    ...roll,
    theirs: theirs + taken,
    ...(taken > 0 && { returned: (roll.returned ?? 0) + taken }),
  };
  return { progress: { ...progress, roll: next }, facts: [moved] };
}
