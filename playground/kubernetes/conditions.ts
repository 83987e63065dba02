import type { Condition, Pod } from "./objects.js";

export function findCondition(conditions: readonly Condition[] | undefined, type: string) {
  return conditions?.find((condition) => condition.type === type);
}

/** Sets it in a draft; the transition time moves only when the status does. */
export function setCondition(
  conditions: Condition[],
  { lastTransitionTime, ...next }: Condition,
): Condition[] {
  const known = findCondition(conditions, next.type);
  const since = known?.status === next.status ? known.lastTransitionTime : lastTransitionTime;
  const condition = { ...next, lastTransitionTime: since };
  if (!known) return [...conditions, condition];
  return conditions.map((other) => (other === known ? condition : other));
}

export const isReady = (pod: Pod) => findCondition(pod.status.conditions, "Ready")?.status === "True";

export const isFinished = (pod: Pod) => pod.status.phase === "Succeeded" || pod.status.phase === "Failed";

/** Counts for its owner: neither finished nor on its way out. */
export const isActive = (pod: Pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;

export const controllerOf = (pod: Pod) =>
  pod.metadata.ownerReferences?.find((reference) => reference.controller);
