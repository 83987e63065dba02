import { marksAnnotation, type NodeMark, nodeMarks } from "../../../../../src/core/roll/seen.js";
import type { ModelNode } from "./world.js";

/** Marks on a node of the world. */

const taint = "eks.amazonaws.com/nodegroup=unschedulable";
const label = "node.kubernetes.io/exclude-from-external-load-balancers";
const keep = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

export function hasMark(node: ModelNode, mark: NodeMark): boolean {
  switch (mark) {
    case "taint":
      return node.taints.has(taint);
    case "load balancers":
      return node.labels.has(label);
    case "keep":
      return node.annotations.has(keep);
    case "cordon":
      return node.cordoned;
  }
}

/** Noted as ours, and still there. */
export function isOurs(node: ModelNode, mark: NodeMark): boolean {
  return notedMarks(node).includes(mark) && hasMark(node, mark);
}

export function putMark(node: ModelNode, mark: NodeMark): void {
  if (mark === "taint") node.taints.add(taint);
  if (mark === "load balancers") node.labels.set(label, "true");
  if (mark === "keep") node.annotations.set(keep, "true");
  if (mark === "cordon") node.cordoned = true;
}

export function takeMark(node: ModelNode, mark: NodeMark): void {
  if (mark === "taint") node.taints.delete(taint);
  if (mark === "load balancers") node.labels.delete(label);
  if (mark === "keep") node.annotations.delete(keep);
  if (mark === "cordon") node.cordoned = false;
}

export function notedMarks({ annotations }: ModelNode): NodeMark[] {
  const names = (annotations.get(marksAnnotation) ?? "").split(" ").slice(1).join(" ").split(",");
  return nodeMarks.filter((mark) => names.includes(mark));
}

export function noteMarks(node: ModelNode, run: string, marks: readonly NodeMark[]): void {
  const by = run || (node.annotations.get(marksAnnotation)?.split(" ")[0] ?? "");
  if (marks.length === 0) node.annotations.delete(marksAnnotation);
  else
    node.annotations.set(
      marksAnnotation,
      `${by} ${nodeMarks.filter((mark) => marks.includes(mark)).join(",")}`,
    );
}
