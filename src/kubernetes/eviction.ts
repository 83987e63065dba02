import type { PodRef } from "../core/roll/actions.js";
import type { EvictionAnswer } from "../core/seen.js";
import { coreGroup, type Send } from "./connection.js";
import { evictionAnswer } from "./eviction-answer.js";
import { bodyOf, isConflict, isNotFound, retryAfter, statusOf, troubleOf } from "./trouble.js";
import { given } from "./values.js";

/** Asks for an eviction as a dry run, and puts the answer in our words. */
export async function tryEviction(
  send: Send,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal | undefined,
): Promise<EvictionAnswer> {
  const body = evictionOf({ namespace, name }, { dryRun: ["All"] });
  try {
    // Said twice, since only the request's own dryRun tells admission webhooks that nothing is meant.
    await send(coreGroup, signal, (api) =>
      api.createNamespacedPodEviction({ namespace, name, body, dryRun: "All" }),
    );
    return { kind: "would go" };
  } catch (error) {
    signal?.throwIfAborted();
    const answer = evictionAnswer(statusOf(error), bodyOf(error));
    if (answer) return answer;
    const doing = `ask whether pod ${namespace}/${name} could be evicted`;
    throw troubleOf(error, { permission: "create pods/eviction", doing });
  }
}

/** Evicts the pod of this uid. Sent again it is answered "would go" while the pod ends, and "gone" after that. */
export async function evict(
  send: Send,
  { namespace, name, uid }: PodRef,
  signal: AbortSignal | undefined,
): Promise<EvictionAnswer> {
  const body = evictionOf({ namespace, name }, { preconditions: { uid } });
  try {
    await send(coreGroup, signal, (api) => api.createNamespacedPodEviction({ namespace, name, body }));
    return { kind: "would go" };
  } catch (error) {
    signal?.throwIfAborted();
    const answer = evictionAnswer(statusOf(error), bodyOf(error)) ?? throttled(error);
    if (answer) return answer;
    const doing = `evict pod ${namespace}/${name}`;
    throw troubleOf(error, { permission: "create pods/eviction", doing });
  }
}

function evictionOf(metadata: { namespace: string; name: string }, deleteOptions: object) {
  return { apiVersion: "policy/v1", kind: "Eviction", metadata, deleteOptions };
}

/** A budget whose status many evictions write at once ends as a 504 that says when to come back. */
function throttled(error: unknown): EvictionAnswer | undefined {
  const after = retryAfter(error);
  if (statusOf(error) !== 429 && after === undefined) return undefined;
  return { kind: "busy", ...given("after", after) };
}

/** Deletes the pod of this uid, with the grace period it asks for. */
export async function deletePod(
  send: Send,
  { namespace, name, uid }: PodRef,
  { now }: { readonly now: boolean },
  signal: AbortSignal | undefined,
): Promise<"deleted" | "gone"> {
  const body = { preconditions: { uid }, ...(now && { gracePeriodSeconds: 0 }) };
  try {
    await send(coreGroup, signal, (api) => api.deleteNamespacedPod({ namespace, name, body }));
    return "deleted";
  } catch (error) {
    signal?.throwIfAborted();
    // A conflict: another pod has the name now.
    if (isNotFound(error) || isConflict(error)) return "gone";
    throw troubleOf(error, { permission: "delete pods", doing: `delete pod ${namespace}/${name}` });
  }
}
