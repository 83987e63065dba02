import type { Resource } from "./objects.js";

export interface ResourceInfo {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Shown by `kubectl get all`. */
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Carries metadata.generation, which a change of its spec raises. */
  readonly generational: boolean;
}

type Verb = "get" | "list" | "watch" | "patch" | "delete";

const reading = ["get", "list", "watch"] as const;
const patching = [...reading, "patch"] as const;

const core = { group: "", version: "v1", namespaced: true, verbs: reading, generational: false };
const apps = { group: "apps", version: "v1", namespaced: true, verbs: reading, generational: true };

/** The API's resources: discovery, routes and the store are made from this table. */
export const resources: Readonly<Record<Resource, ResourceInfo>> = {
  nodes: {
    ...core,
    kind: "Node",
    singular: "node",
    shortNames: ["no"],
    namespaced: false,
    verbs: patching,
  },
  pods: {
    ...core,
    kind: "Pod",
    singular: "pod",
    shortNames: ["po"],
    categories: ["all"],
    verbs: [...patching, "delete"],
  },
  namespaces: { ...core, kind: "Namespace", singular: "namespace", shortNames: ["ns"], namespaced: false },
  events: { ...core, kind: "Event", singular: "event", shortNames: ["ev"] },
  deployments: {
    ...apps,
    kind: "Deployment",
    singular: "deployment",
    shortNames: ["deploy"],
    categories: ["all"],
    verbs: patching,
  },
  replicasets: {
    ...apps,
    kind: "ReplicaSet",
    singular: "replicaset",
    shortNames: ["rs"],
    categories: ["all"],
    verbs: patching,
  },
  daemonsets: {
    ...apps,
    kind: "DaemonSet",
    singular: "daemonset",
    shortNames: ["ds"],
    categories: ["all"],
    verbs: patching,
  },
  statefulsets: {
    ...apps,
    kind: "StatefulSet",
    singular: "statefulset",
    shortNames: ["sts"],
    categories: ["all"],
    verbs: patching,
  },
  jobs: { ...apps, group: "batch", kind: "Job", singular: "job", shortNames: [], categories: ["all"] },
  poddisruptionbudgets: {
    ...apps,
    group: "policy",
    kind: "PodDisruptionBudget",
    singular: "poddisruptionbudget",
    shortNames: ["pdb"],
    verbs: [...patching, "delete"],
  },
  leases: { ...core, group: "coordination.k8s.io", kind: "Lease", singular: "lease", shortNames: [] },
  persistentvolumeclaims: {
    ...core,
    kind: "PersistentVolumeClaim",
    singular: "persistentvolumeclaim",
    shortNames: ["pvc"],
  },
  persistentvolumes: {
    ...core,
    kind: "PersistentVolume",
    singular: "persistentvolume",
    shortNames: ["pv"],
    namespaced: false,
  },
  horizontalpodautoscalers: {
    ...core,
    group: "autoscaling",
    version: "v2",
    kind: "HorizontalPodAutoscaler",
    singular: "horizontalpodautoscaler",
    shortNames: ["hpa"],
    categories: ["all"],
    verbs: patching,
  },
  volumeattachments: {
    ...core,
    group: "storage.k8s.io",
    kind: "VolumeAttachment",
    singular: "volumeattachment",
    shortNames: [],
    namespaced: false,
  },
};

export const resourceNames = Object.keys(resources) as Resource[];

/** Every group of the API, and the one version that it is served in. "": the core group. */
export const groupVersions: ReadonlyMap<string, string> = new Map([
  ...resourceNames.map((name) => [resources[name].group, resources[name].version] as const),
  ["authorization.k8s.io", "v1"],
]);

/** "v1", "apps/v1". */
export function apiVersionOf(info: Pick<ResourceInfo, "group" | "version">): string {
  return info.group === "" ? info.version : `${info.group}/${info.version}`;
}
