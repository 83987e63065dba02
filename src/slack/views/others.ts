import type { Run } from "../../core/run.js";
import { parallelOf } from "../progress.js";

/** What a drain that does not go on means for the other nodes of its group. */
export type Others = "go on" | "wait" | "are replaced" | "stay extra";

/**
 * Whoever is blocked keeps a place among the nodes that may be away at once: where every place is taken nothing else is
 * begun. Extra nodes are given back one after another.
 */
export function othersOf(run: Run, index: number): Others {
  const step = run.plan.steps[index];
  const progress = run.steps[index];
  if (!step || !progress) return "go on";
  if (run.stopping || progress.phases["scale down"].state === "active") return "stay extra";
  const skipped = new Set(
    Object.entries(progress.roll?.drains ?? {}).flatMap(([name, drain]) => (drain.skipped ? [name] : [])),
  );
  const told = (progress.blockers ?? []).filter((blocker) => blocker.told);
  const named = new Set(told.flatMap(({ pods }) => pods.map(({ node }) => node)));
  const nodes = Object.entries(progress.nodes);
  const blocked = nodes.filter(([name, { state }]) => state === "draining" && named.has(name));
  if (blocked.length < parallelOf(step)) return "go on";
  const left = nodes.filter(([name, { old, state }]) => old && state !== "gone" && !skipped.has(name));
  return left.length > blocked.length ? "wait" : "are replaced";
}

const sentences: Readonly<Record<Others, string>> = {
  "go on": "Other nodes go on.",
  wait: "Until then no other node is begun: *Skip this node for now* lets them go on.",
  "are replaced": "All others are replaced, or were put off.",
  "stay extra":
    "Until then extra nodes stay, and not everything is put back: *Leave this node* goes on without it.",
};

/** A sentence for the card. */
export function othersWords(run: Run, index: number): string {
  return sentences[othersOf(run, index)];
}

/** The same in a few words, for the live message. */
export function othersBriefly(run: Run, index: number): string {
  return othersOf(run, index) === "go on" ? "Other nodes go on" : "Nothing else goes on until then";
}
