import type { EvictionAnswer } from "../core/seen.js";
import { coreGroup, type Send } from "./connection.js";
import { evictionAnswer } from "./eviction-answer.js";
import { bodyOf, statusOf, troubleOf } from "./trouble.js";

/** Asks for an eviction as a dry run, and puts the answer in our words. */
export async function tryEviction(
  send: Send,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal | undefined,
): Promise<EvictionAnswer> {
  const doing = `ask whether pod ${namespace}/${name} could be evicted`;
  const body = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { namespace, name },
    deleteOptions: { dryRun: ["All"] },
  };
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
    throw troubleOf(error, { permission: "create pods/eviction", doing });
  }
}
