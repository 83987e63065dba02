import type { NodeSeen, TaintSeen } from "../seen.js";
import { changeKeys, type JsonPatch, type KeyChanges } from "./json-patch.js";
import { marksAnnotation, type NodeMark, nodeMarks, type RollNodeSeen } from "./seen.js";

/**
 * Marks of ours on a node, and a person's own told from them by the annotation beside them: what is there and not noted
 * as ours is a person's, and what is noted and no longer exactly as we made it has become one.
 */

export type MarkedNode = Pick<NodeSeen, "taints" | "unschedulable"> &
  Pick<RollNodeSeen, "labels" | "annotations">;

/** A node of a managed group that EKS is about to drain has the same one. */
const drainTaint: TaintSeen = {
  key: "eks.amazonaws.com/nodegroup",
  value: "unschedulable",
  effect: "NoSchedule",
};
const excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers";
const keepAnnotation = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

/** What the annotation says is ours, and which run put it there. */
export interface MarksNote {
  readonly run: string;
  readonly marks: readonly NodeMark[];
}

/** Undefined where no run of ours has marked the node. */
export function marksNote({ annotations }: Pick<MarkedNode, "annotations">): MarksNote | undefined {
  const note = annotations[marksAnnotation];
  if (note === undefined) return undefined;
  const [run = "", ...rest] = note.split(" ");
  const named = rest.join(" ").split(",");
  return { run, marks: nodeMarks.filter((mark) => named.includes(mark)) };
}

/** The marks on a node that are ours now: noted, and still as we made them. */
export function ourMarks(node: MarkedNode): readonly NodeMark[] {
  return (marksNote(node)?.marks ?? []).filter((mark) => marks[mark].isExact(node));
}

/** Of these marks those that nobody has put on the node: the only ones that can be asked for. */
export function missingMarks(node: MarkedNode, wanted: readonly NodeMark[]): readonly NodeMark[] {
  return nodeMarks.filter((mark) => wanted.includes(mark) && !marks[mark].isThere(node));
}

/** Puts these marks on the node where nobody has, and notes them. Empty: there is nothing to do. */
export function markingPatch(node: MarkedNode, wanted: readonly NodeMark[], run: string): JsonPatch {
  const missing = missingMarks(node, wanted);
  const ours = ourMarks(node);
  const noted = nodeMarks.filter((mark) => ours.includes(mark) || missing.includes(mark));
  return patchOf(node, missing, "put", { run, marks: noted });
}

/** Takes away what is noted as ours (of these marks, or all). Empty: there is nothing to do. */
export function unmarkingPatch(node: MarkedNode, unwanted: readonly NodeMark[] = nodeMarks): JsonPatch {
  const ours = ourMarks(node);
  const going = ours.filter((mark) => unwanted.includes(mark));
  const run = marksNote(node)?.run ?? "";
  return patchOf(node, going, "take", { run, marks: ours.filter((mark) => !going.includes(mark)) });
}

type Act = "put" | "take";

function patchOf(
  node: MarkedNode,
  changed: readonly NodeMark[],
  act: Act,
  { run, marks: noted }: MarksNote,
): JsonPatch {
  const note = noted.length > 0 ? `${run} ${noted.join(",")}` : undefined;
  const value = act === "put" ? "true" : undefined;
  const keys = (mark: NodeMark, key: string): KeyChanges => (changed.includes(mark) ? { [key]: value } : {});
  return [
    ...changed.flatMap((mark) => marks[mark].ofSpec?.(node, act) ?? []),
    ...changeKeys("/metadata/labels", node.labels, keys("load balancers", excludeLabel)),
    ...changeKeys("/metadata/annotations", node.annotations, {
      ...keys("keep", keepAnnotation),
      [marksAnnotation]: note,
    }),
  ];
}

interface Mark {
  /** Somebody's, ours or not: there is no room for another. */
  isThere(node: MarkedNode): boolean;
  /** As we make it. */
  isExact(node: MarkedNode): boolean;
  /** Where it is neither label nor annotation. */
  ofSpec?(node: MarkedNode, act: Act): JsonPatch;
}

const marks: Readonly<Record<NodeMark, Mark>> = {
  taint: {
    // A node has one taint at most of each key and effect.
    isThere: ({ taints }) =>
      taints.some(({ key, effect }) => key === drainTaint.key && effect === drainTaint.effect),
    isExact: ({ taints }) => taints.some(isDrainTaint),
    ofSpec: ({ taints }, act) => (act === "put" ? addTaint(taints) : removeTaint(taints)),
  },
  // Kubernetes looks at the label's presence, whatever its value.
  "load balancers": {
    isThere: ({ labels }) => excludeLabel in labels,
    isExact: ({ labels }) => labels[excludeLabel] === "true",
  },
  keep: {
    isThere: ({ annotations }) => keepAnnotation in annotations,
    isExact: ({ annotations }) => annotations[keepAnnotation] === "true",
  },
  cordon: {
    isThere: ({ unschedulable }) => unschedulable,
    isExact: ({ unschedulable }) => unschedulable,
    ofSpec: (_node, act) => [
      act === "put"
        ? { op: "add", path: "/spec/unschedulable", value: true }
        : { op: "remove", path: "/spec/unschedulable" },
    ],
  },
};

function isDrainTaint({ key, value, effect }: TaintSeen): boolean {
  return key === drainTaint.key && value === drainTaint.value && effect === drainTaint.effect;
}

function addTaint(taints: readonly TaintSeen[]): JsonPatch {
  if (taints.length === 0) return [{ op: "add", path: "/spec/taints", value: [drainTaint] }];
  return [{ op: "add", path: "/spec/taints/-", value: drainTaint }];
}

/** By its place in the list that was read: good only with the version read as precondition. */
function removeTaint(taints: readonly TaintSeen[]): JsonPatch {
  if (taints.length === 1) return [{ op: "remove", path: "/spec/taints" }];
  return [{ op: "remove", path: `/spec/taints/${taints.findIndex(isDrainTaint)}` }];
}
