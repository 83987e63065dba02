import type { Region } from "../aws/region.js";
import { refusesCredentials } from "../aws/trouble.js";
import { isTrouble } from "../core/problems.js";
import type { ClusterSeen } from "../core/seen.js";
import { connectAccessReview } from "../kubernetes/access.js";
import { describeCluster, nodeGroupFindings } from "./aws.js";
import { type Finding, untried } from "./finding.js";
import { kubernetesFindings } from "./kubernetes.js";

/** Everything the bot will ask of AWS and of the cluster itself. */
export async function clusterFindings(aws: Region, name: string, region: string): Promise<Finding[]> {
  const { findings, got: cluster, error } = await describeCluster(aws, name, region);
  if (!cluster && !othersMayPass(error)) {
    return [...findings, untried("everything else of this cluster: not tried")];
  }
  const rest = await Promise.all([nodeGroupFindings(aws, name, cluster?.version), inside(aws, cluster)]);
  return [...findings, ...rest.flat()];
}

/** Denied one action, others may be allowed; without credentials, or of a cluster that is not there, nothing more is learnt. */
function othersMayPass(error: unknown): boolean {
  return isTrouble(error, "denied", "busy") && !refusesCredentials(error);
}

async function inside(aws: Region, cluster: ClusterSeen | undefined): Promise<readonly Finding[]> {
  if (!cluster?.access) {
    const why = cluster ? "the cluster has no endpoint yet" : "eks:DescribeCluster tells where it is";
    return [untried(`Kubernetes API: not tried, because ${why}`)];
  }
  const token = (options?: { renew?: boolean }) => aws.clusterToken(cluster.name, options);
  return kubernetesFindings(connectAccessReview({ access: cluster.access, token }));
}
