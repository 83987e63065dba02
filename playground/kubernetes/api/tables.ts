import { findCondition } from "../conditions.js";
import type {
  DaemonSet,
  Deployment,
  KubernetesObject,
  Node,
  Objects,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  Resource,
} from "../objects.js";
import type { ApiRequest } from "./http.js";

/** kubectl asks for tables so that the server decides what `get` shows. */
export const wantsTable = (accept = "") => /application\/json;\s*as=Table/.test(accept.split(",")[0] ?? "");

interface Column<T> {
  readonly name: string;
  readonly type?: "string" | "integer";
  /** 1 is shown only with -o wide. */
  readonly priority?: number;
  read(object: T): string | number;
}

type Columns = { readonly [R in Resource]?: readonly Column<Objects[R]>[] };

const wide = { priority: 1 };
const integer = { type: "integer" } as const;

const nodeStatus = ({ spec, status }: Node) => {
  const ready = findCondition(status.conditions, "Ready")?.status === "True" ? "Ready" : "NotReady";
  return spec.unschedulable ? `${ready},SchedulingDisabled` : ready;
};

const podStatus = ({ metadata, status }: Pod) => {
  if (metadata.deletionTimestamp) return "Terminating";
  const waiting = status.containerStatuses?.find((container) => container.state.waiting);
  return waiting?.state.waiting?.reason ?? (status.startTime ? status.phase : starting(status));
};

const starting = ({ phase, conditions }: Pod["status"]) =>
  findCondition(conditions, "PodScheduled")?.status === "True" ? "ContainerCreating" : phase;

const readyContainers = ({ spec, status }: Pod) =>
  `${status.containerStatuses?.filter((container) => container.ready).length ?? 0}/${spec.containers.length}`;

const addressOf = (node: Node) =>
  node.status.addresses.find(({ type }) => type === "InternalIP")?.address ?? "<none>";

const replicaColumns: readonly Column<ReplicaSet>[] = [
  { name: "Desired", ...integer, read: ({ spec }) => spec.replicas },
  { name: "Current", ...integer, read: ({ status }) => status.replicas ?? 0 },
  { name: "Ready", ...integer, read: ({ status }) => status.readyReplicas ?? 0 },
];

const columns: Columns = {
  nodes: [
    { name: "Status", read: nodeStatus },
    { name: "Roles", read: () => "<none>" },
    { name: "Age", read: () => "" },
    { name: "Version", read: ({ status }) => status.nodeInfo.kubeletVersion ?? "" },
    { name: "Internal-IP", ...wide, read: addressOf },
    { name: "OS-Image", ...wide, read: ({ status }) => status.nodeInfo.osImage ?? "" },
  ],
  pods: [
    { name: "Ready", read: readyContainers },
    { name: "Status", read: podStatus },
    { name: "Restarts", read: () => 0 },
    { name: "Age", read: () => "" },
    { name: "IP", ...wide, read: ({ status }) => status.podIP ?? "<none>" },
    { name: "Node", ...wide, read: ({ spec }) => spec.nodeName ?? "<none>" },
  ],
  deployments: [
    {
      name: "Ready",
      read: ({ spec, status }: Deployment) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
    },
    { name: "Up-to-date", ...integer, read: ({ status }) => status.updatedReplicas ?? 0 },
    { name: "Available", ...integer, read: ({ status }) => status.availableReplicas ?? 0 },
    { name: "Age", read: () => "" },
  ],
  replicasets: [...replicaColumns, { name: "Age", read: () => "" }],
  daemonsets: [
    { name: "Desired", ...integer, read: ({ status }: DaemonSet) => status.desiredNumberScheduled ?? 0 },
    { name: "Current", ...integer, read: ({ status }) => status.currentNumberScheduled ?? 0 },
    { name: "Ready", ...integer, read: ({ status }) => status.numberReady ?? 0 },
    { name: "Age", read: () => "" },
  ],
  poddisruptionbudgets: [
    { name: "Min Available", read: ({ spec }: PodDisruptionBudget) => spec.minAvailable ?? "N/A" },
    { name: "Max Unavailable", read: ({ spec }) => spec.maxUnavailable ?? "N/A" },
    { name: "Allowed Disruptions", ...integer, read: ({ status }) => status.disruptionsAllowed },
    { name: "Age", read: () => "" },
  ],
};

/** Age is the one column that needs the clock. */
export function asTable(
  { cluster, query }: ApiRequest,
  resource: Resource,
  objects: readonly KubernetesObject[],
  metadata: object,
) {
  const shown = (columns[resource] ?? [
    { name: "Age", read: () => "" },
  ]) as readonly Column<KubernetesObject>[];
  const now = Date.parse(cluster.store.timestamp());
  const cell = (column: Column<KubernetesObject>, object: KubernetesObject) =>
    column.name === "Age" ? age(now - Date.parse(object.metadata.creationTimestamp)) : column.read(object);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: [
      { name: "Name", type: "string", format: "name", description: "", priority: 0 },
      ...shown.map(({ name, type = "string", priority = 0 }) => ({
        name,
        type,
        format: "",
        description: "",
        priority,
      })),
    ],
    rows: objects.map((object) => ({
      cells: [object.metadata.name, ...shown.map((column) => cell(column, object))],
      object: query.get("includeObject") === "Object" ? object : metadataOnly(object),
    })),
  };
}

const metadataOnly = ({ metadata }: KubernetesObject) => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata,
});

function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86400)}d`;
}
