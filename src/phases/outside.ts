import type { Region } from "../aws/region.js";
import type { Run } from "../core/run.js";
import type { ClusterSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";

/** Everything outside that a plan or a phase may look at or change, as one environment reaches it. */
export interface Outside {
  region(name: string): Region;
  /** The cluster's own API, found and trusted through what DescribeCluster says. */
  kubernetes(cluster: ClusterSeen): Kubernetes;
  /** How the environment wants self-managed groups rolled, as their tags would say it. */
  readonly rolls?: Readonly<Record<string, string>>;
  /** The name of the pod that this process runs in, which is its host's: its node is replaced last. */
  readonly self?: string;
}

/** The outside by environment: each has accounts of its own. One that fleet.yaml does not name any more refuses every look. */
export interface Outsides {
  in(environment: string): Outside;
  /** For looks at many things at once: with the SDK's adaptive retry, and clients of its own, so that nothing else is slowed down. */
  scanning(environment: string): Outside;
  /** For a run's own reads and writes: AWS knows them by the run and by whoever asked for it. */
  of(run: Pick<Run, "id" | "requestedBy" | "plan" | "breakGlass">): Outside;
}
