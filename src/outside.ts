import { hostname } from "node:os";
import { connectRegions } from "./aws/region.js";
import { Trouble } from "./core/problems.js";
import type { ClusterSeen } from "./core/seen.js";
import type { Environment, Fleet } from "./fleet.js";
import { connectKubernetes, type Kubernetes } from "./kubernetes/cluster.js";
import type { Outside, Outsides } from "./phases/outside.js";

/** The real outside: AWS by the SDK's own settings and each environment's role, clusters by what DescribeCluster says of them. */
export function connectOutside({ environments }: Fleet): Outsides {
  const byRole = new Map<string, Outside>();
  const connect = (name: string, scans: boolean): Outside => {
    const environment = environments.find((each) => each.name === name);
    if (!environment) return unknown(name);
    // Environments of one account share its clients, and so the pace that AWS allows.
    const key = JSON.stringify([scans, environment.roleArn, environment.externalId]);
    const outside = byRole.get(key) ?? connectAccount(environment, { scans });
    byRole.set(key, outside);
    return { ...outside, rolls: environment.rolls };
  };
  return { in: (name) => connect(name, false), scanning: (name) => connect(name, true) };
}

/** One account: by its role, or where there is none by the SDK's own credentials. */
export function connectAccount(
  { roleArn, externalId }: Pick<Environment, "roleArn" | "externalId"> = {},
  { scans = false } = {},
): Outside {
  const role = roleArn !== undefined && {
    arn: roleArn,
    sessionName: "eks-upgrade-bot",
    ...(externalId !== undefined && { externalId }),
  };
  const region = connectRegions({
    ...(role && { role }),
    ...(scans && { retryMode: "adaptive", maxAttempts: scanAttempts }),
  });
  return { region, self: hostname(), kubernetes: kubernetesBy(region) };
}

/** A scan has time: it would rather wait than name a cluster that could not be looked at. */
const scanAttempts = 8;

function kubernetesBy(region: Outside["region"]): Outside["kubernetes"] {
  // One connection per endpoint and authority: a new authority (rotation) makes a new one.
  const clusters = new Map<string, { key: string; kubernetes: Kubernetes }>();
  return (cluster: ClusterSeen) => {
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
  };
}

/** Of a run whose environment is no longer in the fleet: nobody knows by which role its clusters are reached. */
function unknown(environment: string): Outside {
  const refuse = (): never => {
    throw new Trouble(
      "denied",
      `reach environment ${environment}`,
      "EnvironmentUnknown",
      "Fleet.yaml does not name it any more: put it back until its upgrades are over, and start the bot again.",
    );
  };
  return { region: refuse, kubernetes: refuse };
}
