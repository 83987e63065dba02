import type { PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from "./storage-objects.js";

/** The parts of Kubernetes objects, as they go over the wire, that this cluster keeps. Times are RFC 3339 in world time. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller: boolean;
  blockOwnerDeletion: boolean;
}

export interface Metadata {
  name: string;
  generateName?: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

export type ConditionStatus = "True" | "False" | "Unknown";

export interface Condition {
  type: string;
  status: ConditionStatus;
  reason?: string;
  message?: string;
  lastHeartbeatTime?: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: LabelRequirement[];
}

export interface LabelRequirement {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: string[];
}

export interface Taint {
  key: string;
  value?: string;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  timeAdded?: string;
}

export interface Toleration {
  key?: string;
  operator?: "Exists" | "Equal";
  value?: string;
  effect?: Taint["effect"];
  tolerationSeconds?: number;
}

export interface Node extends KubernetesObject {
  spec: { providerID: string; unschedulable?: boolean; taints?: Taint[] };
  status: {
    capacity: Record<string, string>;
    allocatable: Record<string, string>;
    conditions: Condition[];
    addresses: { type: string; address: string }[];
    nodeInfo: Record<string, string>;
  };
}

interface Container {
  name: string;
  image: string;
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  restartCount: number;
  started: boolean;
  state: Record<string, Record<string, string>>;
  lastState: Record<string, Record<string, string | number>>;
  containerID?: string;
}

export interface Volume {
  name: string;
  emptyDir?: Record<string, never>;
  persistentVolumeClaim?: { claimName: string };
}

interface PodSpec {
  containers: Container[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  hostname?: string;
  priorityClassName?: string;
  priority?: number;
  volumes?: Volume[];
  restartPolicy: "Always" | "Never";
  terminationGracePeriodSeconds: number;
  tolerations: Toleration[];
}

export interface Pod extends KubernetesObject {
  spec: PodSpec;
  status: {
    phase: "Pending" | "Running" | "Succeeded" | "Failed";
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    startTime?: string;
    hostIP?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    qosClass?: "BestEffort";
  };
}

export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
}

export interface Deployment extends KubernetesObject {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy: {
      type: "RollingUpdate";
      rollingUpdate: { maxSurge: number | string; maxUnavailable: number | string };
    };
  };
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
}

export interface ReplicaSet extends KubernetesObject {
  spec: { replicas: number; selector: LabelSelector; template: PodTemplate };
  status: Record<string, number>;
}

export interface DaemonSet extends KubernetesObject {
  spec: { selector: LabelSelector; template: PodTemplate };
  status: Record<string, number>;
}

export interface StatefulSet extends KubernetesObject {
  spec: {
    replicas: number;
    serviceName: string;
    podManagementPolicy: "OrderedReady" | "Parallel";
    updateStrategy: { type: "RollingUpdate"; rollingUpdate: { partition: number } };
    selector: LabelSelector;
    template: PodTemplate;
    volumeClaimTemplates?: { metadata: { name: string }; spec: PersistentVolumeClaim["spec"] }[];
  };
  status: {
    observedGeneration?: number;
    replicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    currentReplicas?: number;
    updatedReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    collisionCount?: number;
  };
}

export interface HorizontalPodAutoscaler extends KubernetesObject {
  spec: {
    scaleTargetRef: { apiVersion: string; kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
  };
  status: { currentReplicas: number; desiredReplicas: number; lastScaleTime?: string };
}

export interface PodDisruptionBudget extends KubernetesObject {
  spec: {
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    /** Absent selects nothing, empty selects every pod of the namespace (policy/v1). */
    selector?: LabelSelector;
    unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow";
  };
  status: {
    observedGeneration?: number;
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    disruptedPods?: Record<string, string>;
    conditions?: Condition[];
  };
}

interface Namespace extends KubernetesObject {
  status: { phase: "Active" | "Terminating" };
}

export interface Lease extends KubernetesObject {
  spec: { holderIdentity: string; leaseDurationSeconds: number; renewTime: string };
}

export interface ClusterEvent extends KubernetesObject {
  involvedObject: {
    apiVersion: string;
    kind: string;
    name: string;
    namespace?: string;
    uid: string;
    resourceVersion: string;
  };
  reason: string;
  message: string;
  type: "Normal" | "Warning";
  source: { component: string };
  reportingComponent: string;
  reportingInstance: string;
  firstTimestamp: string;
  lastTimestamp: string;
  count: number;
}

/** Every collection of the cluster, by its plural name. */
export interface Objects {
  nodes: Node;
  pods: Pod;
  namespaces: Namespace;
  events: ClusterEvent;
  deployments: Deployment;
  replicasets: ReplicaSet;
  daemonsets: DaemonSet;
  statefulsets: StatefulSet;
  jobs: KubernetesObject;
  poddisruptionbudgets: PodDisruptionBudget;
  leases: Lease;
  persistentvolumeclaims: PersistentVolumeClaim;
  persistentvolumes: PersistentVolume;
  volumeattachments: VolumeAttachment;
  horizontalpodautoscalers: HorizontalPodAutoscaler;
}

export type Resource = keyof Objects;
