import type { Sizes } from "../seen.js";
import type { GroupTemplate, NodeMark, OwnerRef } from "./seen.js";

/**
 * A write to the world, saved in the record before it is made. Each is harmless when made twice, even at once, and even
 * by a worker that has lost its turn: it names what it expects to find, and does nothing where it finds something else.
 */
export type Action =
  | {
      readonly kind: "create template version";
      readonly template: string;
      readonly source: string;
      readonly image: string;
      readonly token: string;
    }
  | { readonly kind: "point group"; readonly from: GroupTemplate; readonly to: GroupTemplate }
  | { readonly kind: "suspend processes" | "resume processes"; readonly processes: readonly string[] }
  | { readonly kind: "tag group"; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: "untag group"; readonly keys: readonly string[] }
  /** Only where the group still is as `expected`: whoever moved it meanwhile meant it. */
  | { readonly kind: "set sizes"; readonly expected: Sizes; readonly to: Sizes }
  /**
   * Desired falls by instances that were never launched, so that none is removed. Launch is suspended meanwhile, and
   * resumed where it was not before.
   */
  | {
      readonly kind: "give up launches";
      readonly expected: Sizes;
      readonly desired: number;
      readonly resume: boolean;
    }
  | {
      readonly kind: "mark node";
      readonly node: string;
      readonly uid: string;
      readonly marks: readonly NodeMark[];
    }
  /** Takes away what the annotation says is ours; `marks` absent: all of it. */
  | {
      readonly kind: "unmark node";
      readonly node: string;
      readonly uid: string;
      readonly marks?: readonly NodeMark[];
    }
  /** By instance id; only an instance that is still InService, on a node without pods that must leave. */
  | {
      readonly kind: "terminate";
      readonly node: string;
      readonly instance: string;
      readonly decrement: boolean;
      /** With `decrement`: what desired must still be. */
      readonly expected?: number;
    }
  /** `now`: without waiting for a kubelet to confirm it, since it does not. */
  | { readonly kind: "delete pods"; readonly pods: readonly PodRef[]; readonly now: boolean }
  | { readonly kind: "restart owner"; readonly owner: OwnerRef; readonly at: number }
  | { readonly kind: "scale owner"; readonly owner: OwnerRef; readonly from: number; readonly to: number };

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}
