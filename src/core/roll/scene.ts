import type { Hindrance } from "../blocking.js";
import type { Fact } from "../events.js";
import type { Instant } from "../instant.js";
import type { Step } from "../plan.js";
import type { Problem } from "../problems.js";
import type { Question, RollProgress, StepProgress, Wait } from "../run.js";
import type { AutoScalingGroupSeen, PodSeen } from "../seen.js";
import type { Action } from "./actions.js";
import type { Entry, EntryOf, LedgerEntry } from "./ledger.js";
import type { Member } from "./members.js";
import type {
  ActivitySeen,
  OwnerSeen,
  RollNodeSeen,
  TemplateReference,
  TemplateVersionSeen,
} from "./seen.js";
import type { SizesEntry } from "./surge.js";

/** One look at a node group that we roll ourselves. */
export interface RollLook {
  readonly group: AutoScalingGroupSeen;
  /** The group's instances, with their nodes. */
  readonly members: readonly Member[];
  /** Every node of the cluster, by name. */
  readonly nodes: ReadonlyMap<string, RollNodeSeen>;
  /** Pods of the nodes that were asked about: those that are chosen from, and new ones that are not yet in use. */
  readonly pods: readonly PodSeen[];
  /** Nodes that still have a volume attached, among those whose pods have left. */
  readonly attached: ReadonlySet<string>;
  /** Instances that a load balancer still sends connections to; absent where that is not looked at. */
  readonly drainingTargets?: ReadonlySet<string>;
  /** Newest first; only where new nodes are late. */
  readonly activities?: readonly ActivitySeen[];
  /** What the group's references to templates stand for now, by `referenceKey`; only in setup. */
  readonly templates?: ReadonlyMap<string, TemplateVersionSeen>;
  /** Only those that a person wants to act on. */
  readonly owners?: readonly OwnerSeen[];
  /** The name of the pod that this process runs in, or of its host. */
  readonly self?: string;
  /** Pods that must still leave, by node: only of nodes that are being drained. */
  readonly left?: Readonly<Record<string, number>>;
  /** What their evictions were answered. Absent where none was asked for. */
  readonly hindrances?: readonly Hindrance[];
}

/** A look, and what is known: what every judge of a roll reads. */
export interface Scene {
  readonly run: string;
  readonly look: RollLook;
  readonly progress: StepProgress;
  readonly roll: RollProgress;
  readonly step: Step;
  readonly index: number;
  readonly now: Instant;
  /** Something holds the run: no node is chosen to leave. */
  readonly held?: boolean;
}

/**
 * What a judge says: change the world (what is intended and its receipts are saved first), go on from what the record
 * says now, wait, or that there is nothing left to do here.
 */
export type Move =
  | {
      readonly kind: "act";
      readonly intents: readonly Action[];
      readonly entries?: readonly Entry[];
      readonly roll?: Partial<RollProgress>;
      readonly facts?: readonly Fact[];
    }
  | {
      readonly kind: "note";
      readonly roll: Partial<RollProgress>;
      readonly facts?: readonly Fact[];
      readonly progress?: Partial<StepProgress>;
    }
  | { readonly kind: "wait"; readonly wait: Wait; readonly question?: Question }
  | { readonly kind: "failed"; readonly problem: Problem }
  | { readonly kind: "passed" };

/** One thing to bring about. Undefined: it is so already. */
export type Judge = (scene: Scene) => Move | undefined;

/** The first thing that is missing, in the list's order. */
export function firstMissing(judges: readonly Judge[], scene: Scene): Move {
  for (const judge of judges) {
    const move = judge(scene);
    if (move) return move;
  }
  return { kind: "passed" };
}

/** The entry of this kind that has not been put back. */
export function entryOf<Kind extends Entry["kind"]>(
  { ledger }: Pick<RollProgress, "ledger">,
  kind: Kind,
): EntryOf<Kind> | undefined {
  return ledger.find((entry): entry is EntryOf<Kind> => entry.kind === kind && entry.undone === undefined);
}

/**
 * What we added to the group's sizes, in one or several steps, and how they were before the first. Undefined: nothing yet,
 * or it was put back.
 */
export function shareOf(roll: Pick<RollProgress, "ledger">): SizesEntry | undefined {
  const entries = roll.ledger.flatMap((entry) => (entry.kind === "sizes" && !entry.undone ? [entry] : []));
  const [first] = entries;
  const made = entries.filter(({ done }) => done !== undefined);
  return (
    first && {
      before: first.before,
      ours: made.reduce((sum, { ours }) => sum + ours, 0),
      maxRaisedBy: made.reduce((sum, { maxRaisedBy }) => sum + maxRaisedBy, 0),
    }
  );
}

/** Changes the entries that are meant. */
export function changeEntries(
  ledger: readonly LedgerEntry[],
  isMeant: (entry: LedgerEntry) => boolean,
  change: Partial<Pick<LedgerEntry, "done" | "undone">>,
): LedgerEntry[] {
  return ledger.map((entry) => (isMeant(entry) ? { ...entry, ...change } : entry));
}

export const referenceKey = ({ id, version }: TemplateReference) => `${id}:${version}`;
