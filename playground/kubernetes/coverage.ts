import type { Coverage } from "../coverage.js";

interface Row extends Pick<Coverage, "how" | "notes" | "testedBy"> {
  readonly resource: string;
  readonly verbs: readonly string[];
}

const reading = ["get", "list", "watch"];
const patching = [...reading, "patch"];
const scaling = ["get", "patch", "update"];
const tests = "test/playground/kubernetes";

/**
 * What the Kubernetes API does with objects. Nothing can be created, updated or deleted over the wire but what is named here, and
 * nothing is applied on the server's side.
 */
const rows: readonly Row[] = [
  {
    resource: "nodes",
    verbs: patching,
    how: "part",
    notes:
      "spec, labels and annotations are patched; no status subresource; heartbeats are seen by get and list only",
    testedBy: `${tests}/api-write.test.ts`,
  },
  {
    resource: "pods",
    verbs: [...patching, "delete"],
    how: "part",
    notes:
      "graceful deletion, preconditions, dry run; labels and annotations are patched; logs, exec and the like are refused (501)",
    testedBy: `${tests}/api-read.test.ts`,
  },
  {
    resource: "pods/eviction",
    verbs: ["create"],
    how: "full",
    notes:
      "conflicting writes of a budget's status cannot happen here; priority and fairness throttles only where a fault says so",
    testedBy: `${tests}/eviction.test.ts`,
  },
  {
    resource: "poddisruptionbudgets",
    verbs: [...patching, "delete"],
    how: "full",
    testedBy: `${tests}/budgets.test.ts`,
  },
  {
    resource: "deployments",
    verbs: patching,
    how: "part",
    notes:
      "rolling updates within maxSurge and maxUnavailable; no Recreate; old ReplicaSets are kept forever",
    testedBy: `${tests}/owners.test.ts`,
  },
  {
    resource: "deployments/scale",
    verbs: scaling,
    how: "full",
    testedBy: `${tests}/changes.test.ts`,
  },
  {
    resource: "replicasets/scale",
    verbs: scaling,
    how: "full",
    testedBy: `${tests}/changes.test.ts`,
  },
  {
    resource: "statefulsets/scale",
    verbs: scaling,
    how: "full",
    testedBy: `${tests}/owners.test.ts`,
  },
  {
    resource: "statefulsets",
    verbs: patching,
    how: "part",
    notes: "ordered or parallel; updates from the highest number down, without partitions; claims are kept",
    testedBy: `${tests}/owners.test.ts`,
  },
  {
    resource: "horizontalpodautoscalers",
    verbs: patching,
    how: "part",
    notes:
      "autoscaling/v2; what the metrics ask for is told by the scenario, up after 15 s and down after 5 minutes",
    testedBy: `${tests}/owners.test.ts`,
  },
  ...["persistentvolumeclaims", "persistentvolumes"].map(
    (resource): Row => ({
      resource,
      verbs: reading,
      how: "part",
      notes: "EBS: bound to the zone of the first pod that uses it, ReadWriteOnce",
      testedBy: `${tests}/volumes.test.ts`,
    }),
  ),
  {
    resource: "volumeattachments",
    verbs: reading,
    how: "part",
    notes:
      "attached in 3 s, detached 6 s after the last pod is gone, 6 minutes after it where the node went before it was unmounted",
    testedBy: `${tests}/volumes.test.ts`,
  },
  { resource: "replicasets", verbs: patching, how: "full", testedBy: `${tests}/controllers.test.ts` },
  {
    resource: "daemonsets",
    verbs: patching,
    how: "part",
    notes:
      "one pod on every node; no node selectors; a changed template is rolled out one node after another",
    testedBy: `${tests}/controllers.test.ts`,
  },
  { resource: "namespaces", verbs: reading, how: "full", testedBy: `${tests}/api-read.test.ts` },
  {
    resource: "leases",
    verbs: reading,
    how: "part",
    notes: "one for each node; renewed every 10 s for get and list, without telling watchers",
    testedBy: `${tests}/controllers.test.ts`,
  },
  {
    resource: "events",
    verbs: reading,
    how: "part",
    notes: "of pods, nodes, their owners and budgets; kept for an hour; images are not pulled",
    testedBy: `${tests}/events.test.ts`,
  },
  {
    resource: "jobs",
    verbs: reading,
    how: "part",
    notes: "there are none",
    testedBy: `${tests}/coverage.test.ts`,
  },
  {
    resource: "selfsubjectaccessreviews",
    verbs: ["create"],
    how: "part",
    notes: "pages that are not about objects are open to everybody",
    testedBy: `${tests}/api-write.test.ts`,
  },
];

export const kubernetesCoverage: readonly Coverage[] = rows.flatMap(({ resource, verbs, ...row }) =>
  verbs.map((verb) => ({ service: "kubernetes", operation: `${verb} ${resource}`, ...row })),
);
