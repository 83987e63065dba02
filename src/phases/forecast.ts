import { suspects } from "../core/blocking.js";
import { mustLeave } from "../core/drain/filters.js";
import { type DrainForecast, forecast } from "../core/drain/forecast.js";
import type { Instant } from "../core/instant.js";
import { isTrouble, Trouble } from "../core/problems.js";
import type { EvictionAnswer, PodSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";
import { notForeseen } from "./hindrances.js";

/** Dry runs at once. */
const atOnce = 20;

/**
 * A dry run costs the API server as much as an eviction, and somebody waits for the plan: beyond so many, pods whose
 * budgets show nothing are judged by that.
 */
const askedAtMost = 500;

/**
 * How a drain of these nodes would go if it began now. Nothing is evicted to find out. What the bot is not let to see is
 * a warning: the plan stands without it.
 */
export async function forecastDrain(
  kubernetes: Pick<Kubernetes, "pods" | "budgets" | "tryEviction">,
  nodes: readonly string[],
  now: Instant,
  signal?: AbortSignal,
): Promise<DrainForecast> {
  if (nodes.length === 0) return { move: 0, block: 0, warnings: [] };
  try {
    const [pods, budgets] = await Promise.all([kubernetes.pods(nodes, signal), kubernetes.budgets(signal)]);
    const suspected = new Set(suspects(pods, new Set(nodes), budgets));
    const asked = pods
      .filter((pod) => mustLeave(pod) && pod.deletingSince === undefined)
      .toSorted((one, other) => Number(suspected.has(other)) - Number(suspected.has(one)))
      .slice(0, askedAtMost);
    const { answers, denied } = await ask(kubernetes, asked, signal);
    const seen = forecast({ pods, budgets, answers }, now);
    return denied ? { ...seen, warnings: [...seen.warnings, notForeseen(denied)] } : seen;
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return { move: 0, block: 0, warnings: [notForeseen(error)] };
  }
}

/** Ends early where the bot may not ask at all, and where the API server has enough of it. */
async function ask(
  kubernetes: Pick<Kubernetes, "tryEviction">,
  pods: readonly PodSeen[],
  signal: AbortSignal | undefined,
): Promise<{ answers: ReadonlyMap<string, EvictionAnswer>; denied?: Trouble }> {
  const answers = new Map<string, EvictionAnswer>();
  const rest = pods.values();
  let denied: Trouble | undefined;
  let busy = false;
  const asker = async () => {
    for (const pod of rest) {
      if (denied || busy) return;
      const answer = await kubernetes.tryEviction(pod, signal).catch(asBusy);
      answers.set(pod.uid, answer);
      busy ||= answer.kind === "busy";
      if (answer.kind !== "no answer" || answer.next === undefined) continue;
      denied = new Trouble("denied", "ask whether pods could be evicted", "HTTP 403", answer.next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, asker));
  return denied ? { answers, denied } : { answers };
}

function asBusy(error: unknown): EvictionAnswer {
  if (isTrouble(error, "busy")) return { kind: "busy" };
  throw error;
}
