import type { SimulatedCluster } from "../kubernetes/cluster.js";
import type {
  HealthIssue,
  PublishedRelease,
  Scenario,
  Sizes,
  Subnet,
  UpdateConfig,
  WithdrawnRelease,
} from "../scenarios/types.js";
import type { WorldClock } from "./clock.js";
import type { Place } from "./place.js";
import type { Random } from "./random.js";
import type { AutoScalingGroup, LaunchTemplate } from "./scaling-state.js";
import type { Session } from "./sessions.js";

/** Everything there is. Moments are milliseconds of world time. */
export interface World {
  readonly scenario: Scenario;
  readonly clock: WorldClock;
  /** World time at which it began. */
  readonly origin: number;
  readonly random: Random;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly autoScalingGroups: Map<string, AutoScalingGroup>;
  readonly launchTemplates: Map<string, LaunchTemplate>;
  /** Terminated ones stay. */
  readonly instances: Map<string, Instance>;
  /** Every node AMI release on offer now, with its AMI in the scenario's region; `releasesIn` has another region's. */
  readonly releases: readonly PublishedRelease[];
  /** Those that were taken back: SSM lists them no more, their AMIs stay. */
  readonly withdrawn: readonly WithdrawnRelease[];
  /** AWS offers one more from now on: for its Kubernetes minor and amiType it is the recommended one. */
  publish(release: PublishedRelease): void;
  /**
   * AWS takes the newest back: the one before is recommended again. Returns it.
   *
   * @throws where there is none before it
   */
  withdraw(version: string, amiType: string): PublishedRelease;
  /**
   * What AWS could publish today after the newest. Invented, and offered only once it is published.
   *
   * @throws where nothing more is published for the amiType
   */
  nextRelease(version: string, amiType: string): PublishedRelease;
  /** Credentials of roles that were assumed, by access key id. */
  readonly sessions: Map<string, Session>;
  /** Private addresses in use or used before. */
  readonly addresses: Set<string>;
  /** What changed, oldest first. */
  readonly history: readonly WorldChange[];
  /** Every call that reached the AWS wire, oldest first. */
  readonly calls: ApiCall[];
  /**
   * Settable at any time: what goes wrong with instances launched from then on. One that cannot join, or become Ready,
   * does so as soon as this no longer says so.
   */
  launchFault: (instance: Instance) => LaunchFault | undefined;
  /** What DescribeCluster gives out; known once the cluster's API is being served. */
  setKubernetesAccess(cluster: string, access: KubernetesAccess): void;
  record(type: ChangeType, subject: string, what: string): void;
  /** Calls back for everything that is recorded from now on. Returns how to stop that. */
  onChange(listener: (change: WorldChange) => void): () => void;
  /** Ends the simulated clusters and the clock. */
  stop(): void;
}

interface KubernetesAccess {
  readonly endpoint: string;
  /** Base64 of PEM. */
  readonly certificateAuthorityData: string;
}

export interface Cluster extends Place {
  readonly name: string;
  readonly version: string;
  readonly platformVersion: string;
  readonly createdAt: number;
  readonly subnets: readonly Subnet[];
  /** What happens at the end of its version's standard support. */
  readonly supportType: "STANDARD" | "EXTENDED";
  /** Its own API: objects, controllers, evictions. */
  readonly kubernetes: SimulatedCluster;
  readonly nodeGroups: ReadonlyMap<string, NodeGroup>;
  readonly updates: Update[];
  status: "ACTIVE" | "UPDATING";
  access?: KubernetesAccess;
}

export interface NodeGroup {
  readonly cluster: string;
  readonly name: string;
  /** Last part of its ARN. */
  readonly uuid: string;
  readonly amiType: string;
  readonly capacityType: string;
  readonly instanceType: string;
  readonly maxPods: number;
  readonly subnets: readonly Subnet[];
  readonly createdAt: number;
  readonly sizes: Sizes;
  readonly autoScalingGroup: string;
  /** The one that EKS made. */
  readonly launchTemplate: string;
  /** The customer's own that it is made from. */
  sourceTemplate?: { readonly id: string; version: number };
  updateConfig: UpdateConfig;
  status: "ACTIVE" | "UPDATING" | "DEGRADED";
  version: string;
  release: string;
  modifiedAt: number;
  healthIssues: HealthIssue[];
}

export interface Update {
  readonly id: string;
  readonly nodeGroup: string;
  readonly token: string | undefined;
  readonly target: PublishedRelease;
  /** Version of the customer's own launch template. */
  readonly templateVersion?: number;
  readonly force: boolean;
  readonly createdAt: number;
  status: "InProgress" | "Failed" | "Successful";
  errors: UpdateError[];
}

interface UpdateError {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly resourceIds: readonly string[];
}

/** "gone": no longer listed by the Auto Scaling group. */
type Lifecycle =
  | "Pending"
  | "InService"
  | "Terminating"
  | "Terminating:Wait"
  | "Terminating:Proceed"
  | "gone";

export interface Instance {
  readonly id: string;
  readonly autoScalingGroup: string;
  readonly subnet: Subnet;
  readonly privateIp: string;
  /** The Kubernetes node's name, which is the private DNS name. */
  readonly nodeName: string;
  readonly instanceType: string;
  readonly image: string;
  /** What it was launched from. */
  readonly launchTemplate: string;
  readonly launchTemplateVersion: number;
  /** Of its AMI. */
  readonly architecture: "x86_64" | "arm64";
  readonly launchedAt: number;
  lifecycle: Lifecycle;
  state: "pending" | "running" | "shutting-down" | "terminated";
  /** How far its kubelet is. */
  node: "none" | "registered" | "ready";
  isProtected: boolean;
  isHealthy: boolean;
  /** What a person, not the bot, put on its node. */
  marks: PersonsMarks;
  terminatedAt?: number;
}

export interface PersonsMarks {
  readonly cordoned?: boolean;
  /** Keys. */
  readonly taints?: readonly string[];
  readonly labels?: readonly string[];
}

/** What goes wrong with a launch: no instance at all, no kubelet, a kubelet that is never Ready, or one that is late. */
export type LaunchFault =
  | { readonly kind: "launch fails"; readonly message: string }
  | { readonly kind: "never joins" }
  | { readonly kind: "never ready" }
  | { readonly kind: "joins late"; readonly seconds: number };

export type ChangeType =
  | "update"
  | "phase"
  | "template"
  | "sizes"
  | "launch"
  | "running"
  | "joined"
  | "ready"
  | "unschedulable"
  | "draining"
  | "refused"
  | "drained"
  | "terminating"
  | "terminated"
  | "undrained"
  | "rebalance"
  | "processes"
  | "health"
  | "release"
  | "act";

export interface WorldChange {
  readonly at: number;
  readonly type: ChangeType;
  /** Node group ("eks-workshop/default"), node name, or pod ("orders/orders-5d8f"). */
  readonly subject: string;
  /** A sentence for people. */
  readonly what: string;
}

/** `region` is the one it was signed for, `account` that of its credentials. */
export interface ApiCall extends Place {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** ARN of who asked, with the name of a role's session. */
  readonly caller: string;
  /** Its User-Agent. */
  readonly client: string;
  readonly requestId: string;
  /** HTTP status of the answer; 0 where the connection was dropped instead. */
  readonly status: number;
  /** Where it was refused. */
  readonly errorCode?: string;
}

/** The world understood a request and says no, with the code that the service answers with. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly code: string,
    message: string,
    /** What the service adds to the error: which cluster, which node group. */
    readonly about: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
