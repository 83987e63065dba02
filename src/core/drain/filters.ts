import { type Instant, type Milliseconds, minute, sayDuration } from "../instant.js";
import type { PodSeen } from "../seen.js";

/**
 * What a drain does with each pod of a node, as an ordered list of named filters. The first filter that does not say
 * "evict" decides; those that do may still have something to tell.
 */

export type DrainVerdict =
  /** It must leave, and is asked to. */
  | "evict"
  /** It is ending already: nothing to ask for, but the node is not empty before it is gone. */
  | "wait"
  /** It stays, and goes with the node. */
  | "leave"
  /** It should be gone and is not: only a person can end it. */
  | "hold";

export interface PodVerdict {
  /** Of the filter that decided. */
  readonly filter: FilterName;
  readonly verdict: DrainVerdict;
  /** Why, about the pod: "belongs to a DaemonSet". */
  readonly reason: string;
  /** What the filters before it had to tell. */
  readonly notes: readonly PodNote[];
}

export interface PodNote {
  readonly filter: FilterName;
  readonly reason: string;
}

export type FilterName =
  | "mirror"
  | "daemonset"
  | "finished"
  | "terminating"
  | "comes back"
  | "bare"
  | "emptydir"
  | "opt out"
  | "critical"
  | "rest";

/** When a pod is judged. */
export interface Judged {
  readonly now: Instant;
  /** When the drain of its node began: whatever tolerates every taint and came later has come back. */
  readonly since?: Instant;
}

interface Filter {
  readonly name: FilterName;
  readonly judge: (pod: PodSeen, when: Judged) => { verdict: DrainVerdict; reason: string } | undefined;
}

/** How long after its grace period a kubelet that is well has ended a pod and told so. */
const endsWithin: Milliseconds = 2 * minute;

/**
 * In this order. Opt-outs (safe-to-evict=false, do-not-disrupt) speak to autoscalers, which move pods to save money; a
 * node that is replaced goes either way, and EKS' own drain does not heed them: they are told, not obeyed. So are
 * emptyDir volumes and pods without a controller, over which `kubectl drain` stops until it is forced.
 */
const filters: readonly Filter[] = [
  {
    name: "mirror",
    judge: (pod) => (pod.mirror ? leave("is static: its node's kubelet owns it") : undefined),
  },
  {
    // With its DaemonSet gone, too: nothing would put it anywhere else.
    name: "daemonset",
    judge: (pod) => (pod.owner?.kind === "DaemonSet" ? leave("belongs to a DaemonSet") : undefined),
  },
  {
    name: "finished",
    judge: ({ phase }) => (phase === "Succeeded" || phase === "Failed" ? leave("has finished") : undefined),
  },
  { name: "terminating", judge: terminating },
  { name: "comes back", judge: comesBack },
  {
    name: "bare",
    judge: (pod) => (pod.owner ? undefined : evict("has no controller: it does not come back anywhere")),
  },
  {
    name: "emptydir",
    judge: (pod) => (pod.emptyDir ? evict("loses what is in its emptyDir volumes") : undefined),
  },
  {
    name: "opt out",
    judge: ({ optOut }) =>
      optOut === undefined ? undefined : evict(`asks autoscalers not to move it (${optOut})`),
  },
  {
    name: "critical",
    judge: (pod) => (pod.critical ? evict("is critical for the cluster: asked last") : undefined),
  },
];

function terminating({ deletingSince, gracePeriod }: PodSeen, { now }: Judged) {
  if (deletingSince === undefined) return undefined;
  const late = now - deletingSince - gracePeriod;
  if (late < endsWithin) return { verdict: "wait", reason: "is ending" } as const;
  const reason = `should have ended ${sayDuration(late)} ago: its node's kubelet or a finalizer holds it`;
  return { verdict: "hold", reason } as const;
}

/** Evicting it once gives it time to end well; evicting it again and again would not empty the node. */
function comesBack({ toleratesEverything, createdAt }: PodSeen, { since }: Judged) {
  if (!toleratesEverything) return undefined;
  const hasComeBack = since !== undefined && createdAt !== undefined && createdAt > since;
  return hasComeBack
    ? leave("came back after it was evicted: it tolerates every taint, and goes with the node")
    : evict("tolerates every taint: it may come back to this node");
}

const leave = (reason: string) => ({ verdict: "leave", reason }) as const;
const evict = (reason: string) => ({ verdict: "evict", reason }) as const;

export function judgePod(pod: PodSeen, when: Judged): PodVerdict {
  const notes: PodNote[] = [];
  for (const { name, judge } of filters) {
    const said = judge(pod, when);
    if (said && said.verdict !== "evict") return { filter: name, ...said, notes };
    if (said) notes.push({ filter: name, reason: said.reason });
  }
  return { filter: "rest", verdict: "evict", reason: "must leave before the node is empty", notes };
}

/** Whether a node is empty only without this pod, as far as the pod itself tells (not whether it has come back). */
export function mustLeave(pod: PodSeen): boolean {
  return judgePod(pod, { now: 0 }).verdict !== "leave";
}
