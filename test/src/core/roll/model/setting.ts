import { type Milliseconds, second } from "../../../../../src/core/instant.js";
import type { Choice } from "../../../../../src/core/run.js";

/** What a random cluster is made of, and what happens to it. Everything else follows from `seed`. */
export interface Setting {
  readonly seed: number;
  readonly zones: number;
  readonly nodes: number;
  /** How many of the nodes run the new AMI already. */
  readonly newAlready: number;
  readonly podsPerNode: number;
  readonly maxUnavailable: number;
  /** Undefined: the default. */
  readonly surge?: number | undefined;
  /** How far min lies below desired, and max above. */
  readonly roomBelow: number;
  readonly roomAbove: number;
  readonly workloads: readonly WorkloadSetting[];
  readonly happenings: readonly Happening[];
  /** What people answer, one after another, each time they are asked; then nobody answers any more. */
  readonly answers: readonly Choice[];
  /** Whether a second person confirms a force. */
  readonly confirms: boolean;
  /** Of a hundred calls to the outside so many fail, half of them after they took effect. */
  readonly faults: number;
  /** Of a hundred ticks so many are lost before they are saved: the worker died, and another one begins. */
  readonly losses: number;
  /** Of a hundred ticks so many are made by two workers at once. */
  readonly doubles: number;
}

export interface WorkloadSetting {
  readonly replicas: number;
  readonly budget: "none" | "one away" | "half" | "all but one stay" | "none may go" | "two at once";
  readonly kind: "Deployment" | "StatefulSet";
}

export type Happening = { readonly at: Milliseconds } & (
  | { readonly what: "desired raised" | "desired lowered"; readonly by: number }
  | { readonly what: "instance dies" | "node goes silent" | "pod fails" }
  | { readonly what: "zone has no capacity"; readonly for: Milliseconds }
  | { readonly what: "person marks a node"; readonly mark: "cordon" | "taint" | "label" | "keep" }
  | { readonly what: "person takes marks off a node" | "person uncordons an empty node" }
  | { readonly what: "person points the group elsewhere" }
  | { readonly what: "owner scaled"; readonly by: 1 | -1 }
  /** By a lock, or by hours: nothing new is begun. */
  | { readonly what: "held"; readonly for: Milliseconds }
  | { readonly what: "stop" }
);

/** Made by others, and harmless to nobody: no node or pod is lost by it. */
const gentle: ReadonlySet<Happening["what"]> = new Set([
  "desired raised",
  "person marks a node",
  "person uncordons an empty node",
  "held",
  "stop",
  "owner scaled",
]);

/** Nothing that happens takes a node away: then as many serve at any time as must. */
export function isGentle({ happenings }: Setting): boolean {
  return happenings.every(({ what }) => gentle.has(what));
}

export const times = {
  launch: 5 * second,
  join: 20 * second,
  ready: 30 * second,
  daemon: 3 * second,
  podStart: 4 * second,
  podEnd: 2 * second,
  ending: 6 * second,
  nodeObject: 5 * second,
} as const;
