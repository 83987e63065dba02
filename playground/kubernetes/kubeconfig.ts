import type { KubernetesServer } from "./server.js";

/**
 * A kubeconfig for kubectl by hand: a context per cluster, named like it, with its authority and its static token. The first
 * cluster is the current one. It is JSON, which every reader of YAML reads.
 */
export function kubeconfigOf(clusters: ReadonlyMap<string, KubernetesServer>): string {
  const entries = [...clusters];
  const [current = ""] = clusters.keys();
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    clusters: entries.map(([name, { endpoint, certificateAuthorityData }]) => ({
      name,
      cluster: { server: endpoint, "certificate-authority-data": certificateAuthorityData },
    })),
    users: entries.map(([name, { staticToken }]) => ({ name, user: { token: staticToken } })),
    contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: name } })),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
