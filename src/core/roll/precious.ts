import type { PodSeen } from "../seen.js";

/** What the roll itself, or the whole cluster, hangs on; the highest rank goes last. */
const ranks: readonly { readonly rank: number; isMeant(pod: PodSeen, self: string | undefined): boolean }[] =
  [
    // Its next worker has to find the run first.
    { rank: 3, isMeant: (pod, self) => self !== undefined && pod.name === self },
    { rank: 2, isMeant: ({ labels }) => ["redis", "valkey"].some((name) => nameOf(labels).includes(name)) },
    { rank: 1, isMeant: ({ labels }) => labels["k8s-app"] === "kube-dns" },
  ];

function nameOf(labels: PodSeen["labels"]): string {
  return labels["app.kubernetes.io/name"] ?? labels.app ?? "";
}

/** The rank of each node that carries such a pod. */
export function preciousNodes(pods: readonly PodSeen[], self: string | undefined): Record<string, number> {
  const found: Record<string, number> = {};
  for (const pod of pods) {
    const rank = Math.max(0, ...ranks.filter(({ isMeant }) => isMeant(pod, self)).map((each) => each.rank));
    if (rank > (found[pod.node] ?? 0)) found[pod.node] = rank;
  }
  return found;
}
