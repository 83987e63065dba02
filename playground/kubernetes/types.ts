/** What the rest of the world may do to a simulated Kubernetes cluster; the API server's skin uses the same object store. */
export interface SimulatedKubernetes {
  /** Creates the objects of a scenario's workloads and DaemonSets; pods are made by the controllers. */
  deploy(workloads: readonly Workload[]): void;
  /**
   * A kubelet registers: the Node appears with Ready=False. DaemonSet pods are bound to it at once, since they tolerate that,
   * but no pod on it becomes Ready before the node is.
   */
  registerNode(node: NodeRegistration): void;
  setNodeReady(name: string, status: "True" | "False" | "Unknown"): void;
  /** Labels with null are removed. */
  changeNode(name: string, change: { unschedulable?: boolean; labels?: Record<string, string | null> }): void;
  /** The instance is gone: the Node object and its pods disappear, owners make new pods elsewhere. */
  removeNode(name: string): void;
  /** Pods that a drain of this node has to evict: neither DaemonSet nor mirror pods, nor finished ones. */
  podsToEvict(node: string): readonly PodName[];
  /** The Eviction API with its true answers: 201, 404, 409, 429 (with causes), 500 for two budgets on one pod. */
  evict(pod: PodName, options?: EvictionOptions): EvictionAnswer;
  /** Plain delete, which no budget stops: what EKS does under `force`. */
  deletePod(pod: PodName): void;
  nodeNames(): readonly string[];
  stop(): void;
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

export interface EvictionOptions {
  readonly dryRun?: boolean;
  /** A precondition: any other pod of that name is left alone (409). */
  readonly uid?: string;
  /** Instead of the pod's own grace period. */
  readonly gracePeriodSeconds?: number;
}

export interface NodeRegistration {
  readonly name: string;
  readonly instanceId: string;
  readonly zone: string;
  readonly region: string;
  readonly instanceType: string;
  /** "v1.34.9-eks-1a2b3c4". */
  readonly kubeletVersion: string;
  /** "Amazon Linux 2023" unless told otherwise. What kind of system it is, its label kubernetes.io/os tells. */
  readonly osImage?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How many pods fit on it. */
  readonly maxPods: number;
  /** Milliseconds of world time, where it registered long ago. */
  readonly createdAt?: number;
  /** Taints it registers with and keeps. */
  readonly taints?: readonly NodeTaint[];
  /** Taints it registers with until something on it is up: node.cloudprovider.kubernetes.io/uninitialized, ebs.csi.aws.com/agent-not-ready. */
  readonly startupTaints?: readonly StartupTaint[];
}

export interface NodeTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface StartupTaint extends NodeTaint {
  /** World seconds after the registration. */
  readonly removedAfter: number;
}

export interface EvictionAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** A Kubernetes Status object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A workload of a scenario, as data. */
export interface Workload {
  /** "Pod": bare ones, which nobody makes again. "Static": the kubelet of every node runs one, and shows it as a mirror pod. */
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Pod" | "Static";
  readonly namespace: string;
  readonly name: string;
  /** Not for DaemonSets and static pods, which have one on every node. Default 1. */
  readonly replicas?: number;
  readonly image: string;
  /** How long a stopping pod takes to end, in world seconds (at most its grace period). Default 5. */
  readonly stopsIn?: number;
  /** How long a new pod takes to become Ready, in world seconds. Default 10. */
  readonly startsIn?: number;
  /** For DaemonSets: how long after its node a pod becomes Ready, in world seconds. Default 0. */
  readonly readyAfterNode?: number;
  /** How long a stopping pod may take before it is killed, in seconds. Default 30. */
  readonly gracePeriod?: number;
  /** Its containers crash: the pods run but never become Ready. */
  readonly crashes?: boolean;
  /** For bare pods: they do their work and end by themselves, as Succeeded. */
  readonly finishes?: boolean;
  /** Its pods tolerate every taint, so that they come back to a cordoned node. DaemonSets always do. */
  readonly toleratesEverything?: boolean;
  /** Labels of the nodes its pods may run on. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly priorityClassName?: string;
  /** Its pods keep data on their node, in a volume that dies with them. */
  readonly emptyDir?: boolean;
  /** Volumes in one zone each. Pods of a StatefulSet have their own; all others share. */
  readonly claims?: readonly Claim[];
  /** StatefulSets: "Parallel" does not wait for one pod before it makes the next. Default "OrderedReady". */
  readonly podManagement?: "OrderedReady" | "Parallel";
  /** Deployments: bounds of a rollout, a number or "n%". Default "25%". */
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
  readonly autoscaler?: Autoscaler;
  readonly budgets?: readonly Budget[];
}

/** A PersistentVolumeClaim: its volume is made in the zone where the pod first runs, and can be used nowhere else. */
export interface Claim {
  readonly name: string;
  /** "10Gi" */
  readonly size: string;
}

/** A HorizontalPodAutoscaler of the workload's name. */
export interface Autoscaler {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** How many its metrics ask for. Without them it only keeps the replicas between its bounds. */
  readonly wants?: number;
}

/** A PodDisruptionBudget over the workload's pods: one of the two, a number or "n%". */
export interface Budget {
  readonly name: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow";
}
