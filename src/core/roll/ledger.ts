import type { Instant } from "../instant.js";
import type { Sizes } from "../seen.js";
import type { GroupTemplate, OwnerRef } from "./seen.js";

/**
 * Everything of ours that a run leaves in the world, and what puts it back. An entry is saved before the write it stands
 * for; undoing goes through the entries backwards. Marks on nodes have their receipt beside them (`marksAnnotation`).
 */
export type LedgerEntry = Entry & {
  /** When it was saved: before the write. */
  readonly at: Instant;
  /** When the write was seen in the world, or answered. */
  readonly done?: Instant;
  /** When it was put back, or was found to be no longer there. */
  readonly undone?: Instant;
};

export type EntryOf<Kind extends Entry["kind"]> = Extract<LedgerEntry, { kind: Kind }>;

export type Entry =
  /** A version of a customer's own template. It stays: it costs nothing, and may be pointed at again. */
  | {
      readonly kind: "template version";
      readonly template: string;
      readonly source: string;
      readonly image: string;
      /** ClientToken of the call: made again it answers with the same version. */
      readonly token: string;
      /** The version's number, once it is made. */
      readonly made?: string;
    }
  | { readonly kind: "group template"; readonly before: GroupTemplate; readonly after: GroupTemplate }
  /** Only those that were not suspended before. */
  | { readonly kind: "processes"; readonly suspended: readonly string[] }
  /** `ours`: how many nodes we added on top of whatever the group wanted; `max` as we raised it. */
  | { readonly kind: "sizes"; readonly before: Sizes; readonly ours: number; readonly maxRaisedBy: number }
  | { readonly kind: "tags" }
  /** Marks on the group's nodes: which nodes, they say themselves. */
  | { readonly kind: "node marks" }
  | { readonly kind: "owner surged"; readonly owner: OwnerRef; readonly uid: string; readonly from: number };
