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
  readonly labels: Readonly<Record<string, string>>;
  /** How many pods fit on it. */
  readonly maxPods: number;
  /** Milliseconds of world time, where it registered long ago. */
  readonly createdAt?: number;
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
  readonly kind: "Deployment" | "DaemonSet";
  readonly namespace: string;
  readonly name: string;
  /** Only for Deployments. */
  readonly replicas?: number;
  readonly image: string;
  /** How long a stopping pod takes to end, in world seconds (at most its grace period). Default 5. */
  readonly stopsIn?: number;
  /** How long a new pod takes to become Ready, in world seconds. Default 10. */
  readonly startsIn?: number;
  /** How long a stopping pod may take before it is killed, in seconds. Default 30. */
  readonly gracePeriod?: number;
  /** Its containers crash: the pods run but never become Ready. */
  readonly crashes?: boolean;
  /** Its pods tolerate every taint, so that they come back to a cordoned node. DaemonSets always do. */
  readonly toleratesEverything?: boolean;
  readonly budgets?: readonly Budget[];
}

/** A PodDisruptionBudget over the workload's pods: one of the two, a number or "n%". */
export interface Budget {
  readonly name: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow";
}
