import type { Coverage } from "../coverage.js";

interface Row extends Pick<Coverage, "how" | "notes" | "testedBy"> {
  readonly resource: string;
  readonly verbs: readonly string[];
}

const reading = ["get", "list", "watch"];
const tests = "test/playground/kubernetes";

/** What the Kubernetes API does with objects. Nothing can be created, updated or scaled over the wire but what is named here. */
const rows: readonly Row[] = [
  {
    resource: "nodes",
    verbs: [...reading, "patch"],
    how: "part",
    notes: "spec, labels and annotations are patched; no status subresource, no heartbeats",
    testedBy: `${tests}/api-write.test.ts`,
  },
  {
    resource: "pods",
    verbs: [...reading, "delete"],
    how: "part",
    notes: "graceful deletion, preconditions, dry run; no logs, exec, status or bindings",
    testedBy: `${tests}/api-read.test.ts`,
  },
  {
    resource: "pods/eviction",
    verbs: ["create"],
    how: "full",
    notes: "conflicting writes of a budget's status cannot happen here",
    testedBy: `${tests}/eviction.test.ts`,
  },
  {
    resource: "poddisruptionbudgets",
    verbs: reading,
    how: "full",
    testedBy: `${tests}/budgets.test.ts`,
  },
  {
    resource: "deployments",
    verbs: reading,
    how: "part",
    notes: "keeps its replicas; a changed pod template is not rolled out",
    testedBy: `${tests}/controllers.test.ts`,
  },
  { resource: "replicasets", verbs: reading, how: "full", testedBy: `${tests}/controllers.test.ts` },
  {
    resource: "daemonsets",
    verbs: reading,
    how: "part",
    notes: "one pod on every node; no node selectors, no rollout",
    testedBy: `${tests}/controllers.test.ts`,
  },
  { resource: "namespaces", verbs: reading, how: "full", testedBy: `${tests}/api-read.test.ts` },
  {
    resource: "leases",
    verbs: reading,
    how: "part",
    notes: "made when a node registers, never renewed",
    testedBy: `${tests}/controllers.test.ts`,
  },
  ...["events", "statefulsets", "jobs", "volumeattachments"].map(
    (resource): Row => ({
      resource,
      verbs: reading,
      how: "part",
      notes: "there are none",
      testedBy: `${tests}/coverage.test.ts`,
    }),
  ),
  {
    resource: "selfsubjectaccessreviews",
    verbs: ["create"],
    how: "part",
    notes: "resource attributes only, as JSON: kubectl auth can-i sends protobuf and gets 415",
    testedBy: `${tests}/api-write.test.ts`,
  },
];

export const kubernetesCoverage: readonly Coverage[] = rows.flatMap(({ resource, verbs, ...row }) =>
  verbs.map((verb) => ({ service: "kubernetes", operation: `${verb} ${resource}`, ...row })),
);
