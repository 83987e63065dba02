import type { Region } from "../aws/region.js";
import type { ClusterSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";

/** Everything outside that a plan or a phase may look at or change. */
export interface Outside {
  region(name: string): Region;
  /** The cluster's own API, found and trusted through what DescribeCluster says. */
  kubernetes(cluster: ClusterSeen): Kubernetes;
  /** How the fleet wants a cluster's self-managed groups rolled, as their tags would say it. */
  rolls?(cluster: string): Readonly<Record<string, string>>;
  /** The name of the pod that this process runs in, which is its host's: its node is replaced last. */
  readonly self?: string;
}
