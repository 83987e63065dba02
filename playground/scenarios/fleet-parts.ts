import { createHash } from "node:crypto";
import type { Workload } from "../kubernetes/types.js";
import type { ScenarioCluster, ScenarioNodeGroup, Subnet } from "./types.js";

/** What every cluster of the fleet is made from. */

type Given = Partial<ScenarioCluster> &
  Pick<ScenarioCluster, "name" | "version" | "nodeGroups"> & { readonly region: string };

/** A cluster with two subnets, its own system, and one service. */
export function cluster(given: Given): ScenarioCluster {
  return {
    platformVersion: "eks.14",
    serverVersion: `v${given.version}.10-eks-2c1b8f7`,
    createdOn: "2025-03-11",
    subnets: subnetsOf(given.name, given.region),
    workloads: [...system(given.region, given.version), service("ui", 2)],
    ...given,
  };
}

export function subnetsOf(cluster: string, region: string): readonly Subnet[] {
  const zones = ["a", "b"];
  return zones.map((zone) => {
    const hash = createHash("sha256").update(`${cluster} ${zone}`).digest("hex");
    return { id: `subnet-0${hash.slice(0, 16)}`, zone: `${region}${zone}` };
  });
}

/** Nodes of one group, as many as given, in the zones of the cluster. */
export function group(
  of: { readonly name: string; readonly region: string },
  given: Partial<ScenarioNodeGroup> & Pick<ScenarioNodeGroup, "name" | "version" | "release" | "amiType">,
  nodes: number,
): ScenarioNodeGroup {
  return {
    capacityType: "ON_DEMAND",
    instanceType: "m5.large",
    maxPods: 29,
    createdOn: "2026-03-02",
    sizes: { min: 1, max: nodes + 2, desired: nodes },
    subnets: subnetsOf(of.name, of.region).map(({ id }) => id),
    updateConfig: { maxUnavailable: 1, updateStrategy: "DEFAULT" },
    ...given,
  };
}

/** Nothing here runs on Windows. */
const linux = { "kubernetes.io/os": "linux" };

function service(name: string, replicas: number): Workload {
  return {
    kind: "Deployment",
    namespace: name,
    name,
    replicas,
    image: `public.ecr.aws/aws-containers/retail-store-sample-${name}:1.2.1`,
    startsIn: 10,
    nodeSelector: linux,
    budgets: [{ name, maxUnavailable: 1 }],
  };
}

function system(region: string, version: string): Workload[] {
  const registry = `602401143452.dkr.ecr.${region}.amazonaws.com`;
  return [
    {
      kind: "DaemonSet",
      namespace: "kube-system",
      name: "aws-node",
      image: `${registry}/amazon-k8s-cni:v1.20.4`,
      startsIn: 5,
      nodeSelector: linux,
    },
    {
      kind: "Deployment",
      namespace: "kube-system",
      name: "coredns",
      replicas: 1,
      image: `${registry}/eks/coredns:v${version}`,
      startsIn: 8,
      nodeSelector: linux,
    },
  ];
}
