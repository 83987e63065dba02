import { findCondition } from "../conditions.js";
import type {
  ClusterEvent,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  KubernetesObject,
  LabelSelector,
  Node,
  Objects,
  Pod,
  PodDisruptionBudget,
  PodTemplate,
  ReplicaSet,
  Resource,
  StatefulSet,
} from "../objects.js";
import type { PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from "../storage-objects.js";

export interface Column<T> {
  readonly name: string;
  /** "moment": a time in RFC 3339, shown as an age. */
  readonly type?: "string" | "integer" | "moment";
  /** 1 is shown only with -o wide. */
  readonly priority?: number;
  read(object: T): string | number;
}

type Columns = { readonly [R in Resource]?: readonly Column<Objects[R]>[] };

const wide = { priority: 1 };
const integer = { type: "integer" } as const;

const age: Column<KubernetesObject> = {
  name: "Age",
  type: "moment",
  read: ({ metadata }) => metadata.creationTimestamp,
};

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

const restarts = ({ status }: Pod) =>
  (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

const addressOf = (node: Node, wanted: string) =>
  node.status.addresses.find(({ type }) => type === wanted)?.address ?? "<none>";

const pairs = ({ matchLabels = {} }: LabelSelector) =>
  Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** What -o wide adds to everything that has a pod template. */
const templateColumns: readonly Column<
  KubernetesObject & { spec: { template: PodTemplate; selector: LabelSelector } }
>[] = [
  {
    name: "Containers",
    ...wide,
    read: ({ spec }) => spec.template.spec.containers.map(({ name }) => name).join(","),
  },
  {
    name: "Images",
    ...wide,
    read: ({ spec }) => spec.template.spec.containers.map(({ image }) => image).join(","),
  },
  { name: "Selector", ...wide, read: ({ spec }) => pairs(spec.selector) },
];

const nodeColumns: readonly Column<Node>[] = [
  { name: "Status", read: nodeStatus },
  { name: "Roles", read: () => "<none>" },
  age,
  { name: "Version", read: ({ status }) => status.nodeInfo.kubeletVersion ?? "" },
  { name: "Internal-IP", ...wide, read: (node) => addressOf(node, "InternalIP") },
  { name: "External-IP", ...wide, read: (node) => addressOf(node, "ExternalIP") },
  { name: "OS-Image", ...wide, read: ({ status }) => status.nodeInfo.osImage ?? "" },
  { name: "Kernel-Version", ...wide, read: ({ status }) => status.nodeInfo.kernelVersion ?? "" },
  { name: "Container-Runtime", ...wide, read: ({ status }) => status.nodeInfo.containerRuntimeVersion ?? "" },
];

const podColumns: readonly Column<Pod>[] = [
  { name: "Ready", read: readyContainers },
  { name: "Status", read: podStatus },
  { name: "Restarts", read: restarts },
  age,
  { name: "IP", ...wide, read: ({ status }) => status.podIP ?? "<none>" },
  { name: "Node", ...wide, read: ({ spec }) => spec.nodeName ?? "<none>" },
  { name: "Nominated Node", ...wide, read: () => "<none>" },
  { name: "Readiness Gates", ...wide, read: () => "<none>" },
];

const deploymentColumns: readonly Column<Deployment>[] = [
  { name: "Ready", read: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}` },
  { name: "Up-to-date", ...integer, read: ({ status }) => status.updatedReplicas ?? 0 },
  { name: "Available", ...integer, read: ({ status }) => status.availableReplicas ?? 0 },
  age,
  ...templateColumns,
];

const replicaSetColumns: readonly Column<ReplicaSet>[] = [
  { name: "Desired", ...integer, read: ({ spec }) => spec.replicas },
  { name: "Current", ...integer, read: ({ status }) => status.replicas ?? 0 },
  { name: "Ready", ...integer, read: ({ status }) => status.readyReplicas ?? 0 },
  age,
  ...templateColumns,
];

const daemonSetColumns: readonly Column<DaemonSet>[] = [
  { name: "Desired", ...integer, read: ({ status }) => status.desiredNumberScheduled ?? 0 },
  { name: "Current", ...integer, read: ({ status }) => status.currentNumberScheduled ?? 0 },
  { name: "Ready", ...integer, read: ({ status }) => status.numberReady ?? 0 },
  { name: "Up-to-date", ...integer, read: ({ status }) => status.updatedNumberScheduled ?? 0 },
  { name: "Available", ...integer, read: ({ status }) => status.numberAvailable ?? 0 },
  { name: "Node Selector", read: () => "<none>" },
  age,
  ...templateColumns,
];

const statefulSetColumns: readonly Column<StatefulSet>[] = [
  { name: "Ready", read: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}` },
  age,
  ...templateColumns.slice(0, 2),
];

const autoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  { name: "Reference", read: ({ spec: { scaleTargetRef: to } }) => `${to.kind}/${to.name}` },
  { name: "Targets", read: () => "<unknown>" },
  { name: "MinPods", ...integer, read: ({ spec }) => spec.minReplicas },
  { name: "MaxPods", ...integer, read: ({ spec }) => spec.maxReplicas },
  { name: "Replicas", ...integer, read: ({ status }) => status.currentReplicas },
  age,
];

const claimColumns: readonly Column<PersistentVolumeClaim>[] = [
  { name: "Status", read: ({ status }) => status.phase },
  { name: "Volume", read: ({ spec }) => spec.volumeName ?? "" },
  { name: "Capacity", read: ({ status }) => status.capacity?.storage ?? "" },
  { name: "Access Modes", read: ({ status }) => (status.accessModes ? "RWO" : "") },
  { name: "StorageClass", read: ({ spec }) => spec.storageClassName },
  age,
];

const volumeColumns: readonly Column<PersistentVolume>[] = [
  { name: "Capacity", read: ({ spec }) => spec.capacity.storage },
  { name: "Access Modes", read: () => "RWO" },
  { name: "Reclaim Policy", read: ({ spec }) => spec.persistentVolumeReclaimPolicy },
  { name: "Status", read: ({ status }) => status.phase },
  { name: "Claim", read: ({ spec: { claimRef } }) => `${claimRef.namespace}/${claimRef.name}` },
  { name: "StorageClass", read: ({ spec }) => spec.storageClassName },
  age,
];

const attachmentColumns: readonly Column<VolumeAttachment>[] = [
  { name: "Attacher", read: ({ spec }) => spec.attacher },
  { name: "PV", read: ({ spec }) => spec.source.persistentVolumeName },
  { name: "Node", read: ({ spec }) => spec.nodeName },
  { name: "Attached", read: ({ status }) => `${status.attached}` },
  age,
];

const budgetColumns: readonly Column<PodDisruptionBudget>[] = [
  { name: "Min Available", read: ({ spec }) => spec.minAvailable ?? "N/A" },
  { name: "Max Unavailable", read: ({ spec }) => spec.maxUnavailable ?? "N/A" },
  { name: "Allowed Disruptions", ...integer, read: ({ status }) => status.disruptionsAllowed },
  age,
];

const eventColumns: readonly Column<ClusterEvent>[] = [
  { name: "Last Seen", type: "moment", read: ({ lastTimestamp }) => lastTimestamp },
  { name: "Type", read: ({ type }) => type },
  { name: "Reason", read: ({ reason }) => reason },
  { name: "Object", read: ({ involvedObject: { kind, name } }) => `${kind.toLowerCase()}/${name}` },
  { name: "Subobject", ...wide, read: () => "" },
  { name: "Source", ...wide, read: ({ source }) => source.component },
  { name: "Message", read: ({ message }) => message },
  { name: "First Seen", ...wide, type: "moment", read: ({ firstTimestamp }) => firstTimestamp },
  { name: "Count", ...wide, ...integer, read: ({ count }) => count },
  { name: "Name", ...wide, read: ({ metadata }) => metadata.name },
];

/** What the API server shows of each resource. Every table but that of events begins with the name. */
export const columns: Columns = {
  nodes: nodeColumns,
  pods: podColumns,
  namespaces: [{ name: "Status", read: ({ status }) => status.phase }, age],
  events: eventColumns,
  deployments: deploymentColumns,
  replicasets: replicaSetColumns,
  daemonsets: daemonSetColumns,
  statefulsets: statefulSetColumns,
  persistentvolumeclaims: claimColumns,
  persistentvolumes: volumeColumns,
  volumeattachments: attachmentColumns,
  horizontalpodautoscalers: autoscalerColumns,
  poddisruptionbudgets: budgetColumns,
  leases: [{ name: "Holder", read: ({ spec }) => spec.holderIdentity }, age],
};

export const onlyAge: readonly Column<KubernetesObject>[] = [age];
