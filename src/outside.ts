import { hostname } from "node:os";
import { connectRegions } from "./aws/region.js";
import { Trouble } from "./core/problems.js";
import type { ClusterSeen } from "./core/seen.js";
import type { Fleet } from "./fleet.js";
import { connectKubernetes, type Kubernetes } from "./kubernetes/cluster.js";
import type { Outside } from "./phases/outside.js";

/** The real outside: AWS by the SDK's own settings, clusters by what DescribeCluster says of them. */
export function connectOutside({ environments }: Fleet = { environments: [] }): Outside {
  const region = connectRegions();
  // One connection per endpoint and authority: a new authority (rotation) makes a new one.
  const clusters = new Map<string, { key: string; kubernetes: Kubernetes }>();
  return {
    region,
    self: hostname(),
    rolls: (cluster) =>
      environments.find(({ clusters }) => clusters.some(({ name }) => name === cluster))?.rolls ?? {},
    kubernetes(cluster: ClusterSeen) {
      const { access } = cluster;
      if (!access) {
        throw new Trouble("busy", `reach the API of cluster ${cluster.name}`, "ClusterHasNoEndpoint", "");
      }
      const name = `${cluster.region}/${cluster.name}`;
      const key = `${access.endpoint} ${access.certificateAuthority}`;
      const known = clusters.get(name);
      if (known?.key === key) return known.kubernetes;
      const token = (options?: { renew?: boolean }) =>
        region(cluster.region).clusterToken(cluster.name, options);
      const kubernetes = connectKubernetes({ access, token });
      clusters.set(name, { key, kubernetes });
      return kubernetes;
    },
  };
}
