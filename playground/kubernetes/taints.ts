import type { Pod, Taint, Toleration } from "./objects.js";

function covers(toleration: Toleration, taint: Taint): boolean {
  const { key, operator = "Equal", value = "", effect } = toleration;
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== undefined && key !== taint.key) return false;
  return operator === "Exists" || (key !== undefined && value === (taint.value ?? ""));
}

/** Whether a pod may be put on, or stay on, a node with this taint. */
export function tolerates(pod: Pod, taint: Taint): boolean {
  return pod.spec.tolerations.some((toleration) => covers(toleration, taint));
}

/** How long a pod may stay beside a NoExecute taint, in milliseconds. */
export function toleratedFor(pod: Pod, taint: Taint): number {
  const covering = pod.spec.tolerations.filter((toleration) => covers(toleration, taint));
  if (covering.length === 0) return 0;
  return Math.min(...covering.map(({ tolerationSeconds = Infinity }) => tolerationSeconds * 1000));
}
