import { lastAnswer, type PodWait, waitAfter } from "../core/drain/waits.js";
import { isTrouble, Trouble } from "../core/problems.js";
import type { EvictionAnswer, PodSeen } from "../core/seen.js";
import type { DrainOrder } from "./drain.js";

/** The evictions of one turn: on their way, and what they were answered. */
export interface Evictions {
  /** Uids of pods whose eviction is on its way. */
  readonly flying: ReadonlySet<string>;
  /** Uids of pods whose eviction is on its way, or was accepted. */
  asked(): ReadonlySet<string>;
  readonly answers: ReadonlyMap<string, EvictionAnswer>;
  readonly waits: ReadonlyMap<string, PodWait>;
  /** False: too many are on their way. */
  ask(pod: PodSeen): boolean;
  count(): number;
  /** Throws what went wrong with one of them. */
  check(): void;
  /** Resolves when none is on its way. */
  settled(): Promise<void>;
}

/** At once, each on a connection of its own: more would cost the API server more than they save. */
const flyingAtMost = 20;

type Needs = Pick<DrainOrder, "kubernetes" | "clock" | "random" | "waits"> & {
  readonly ring: () => void;
  readonly signal: AbortSignal;
};

export function startEvictions({ kubernetes, clock, random = Math.random, ...needs }: Needs): Evictions {
  const { ring, signal } = needs;
  const flying = new Map<string, Promise<void>>();
  const accepted = new Set<string>();
  const answers = new Map(needs.waits.map((wait) => [wait.uid, lastAnswer(wait)]));
  const waits = new Map(needs.waits.map((wait) => [wait.uid, wait]));
  let count = 0;
  let failure: unknown;

  function hear(pod: PodSeen, answer: EvictionAnswer): void {
    answers.set(pod.uid, answer);
    if (answer.kind === "would go" || answer.kind === "gone" || answer.kind === "another pod") {
      accepted.add(pod.uid);
    }
    if (answer.kind === "no answer" && answer.next !== undefined) {
      failure = new Trouble("denied", "evict pods", "HTTP 403", answer.next);
    }
    const wait = waitAfter(pod, answer, waits.get(pod.uid), clock.now(), random());
    if (wait) waits.set(pod.uid, wait);
    else waits.delete(pod.uid);
  }

  async function evict(pod: PodSeen): Promise<void> {
    try {
      hear(pod, await kubernetes.evict(pod, signal));
    } catch (error) {
      if (signal.aborted) return;
      if (isTrouble(error, "busy")) hear(pod, { kind: "busy" });
      else failure ??= error;
    } finally {
      flying.delete(pod.uid);
      ring();
    }
  }

  return {
    get flying() {
      return new Set(flying.keys());
    },
    asked: () => new Set([...flying.keys(), ...accepted]),
    answers,
    waits,
    ask(pod) {
      if (flying.size >= flyingAtMost) return false;
      count++;
      flying.set(
        pod.uid,
        Promise.resolve().then(() => evict(pod)),
      );
      return true;
    },
    count: () => count,
    check() {
      if (failure !== undefined) throw failure;
    },
    async settled() {
      while (flying.size > 0) await Promise.all(flying.values());
    },
  };
}
