import type { Workload } from "../kubernetes/types.js";
import { type PublishedRelease, type Scenario, type UpdateConfig, usualTimings } from "./types.js";

const amiType = "AL2023_x86_64_STANDARD";
const store = "public.ecr.aws/aws-containers/retail-store-sample";
const addons = "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks";

const releases: readonly PublishedRelease[] = [
  al2023("1.33", "1.33.13-20260714", "ami-0b8d4f6a2c1e93057", "v1.33.13-eks-3cfe0ce"),
  al2023("1.34", "1.34.4-20260224", "ami-04f2a9c7d81e6b350", "v1.34.4-eks-f69f56f"),
  al2023("1.34", "1.34.6-20260415", "ami-09c3e5b17fa2d8046", "v1.34.6-eks-40737a8"),
  al2023("1.34", "1.34.9-20260714", "ami-0e6f1b2d9385ca740", "v1.34.9-eks-93b80c6"),
  al2023("1.35", "1.35.6-20260714", "ami-07a5d3c9e4f81b263", "v1.35.6-eks-8f14419"),
];

const kubeSystem: readonly Workload[] = [
  {
    kind: "DaemonSet",
    namespace: "kube-system",
    name: "aws-node",
    image: "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.20.4",
    startsIn: 5,
  },
  {
    kind: "DaemonSet",
    namespace: "kube-system",
    name: "kube-proxy",
    image: `${addons}/kube-proxy:v1.34.4`,
    startsIn: 3,
  },
  {
    kind: "Deployment",
    namespace: "kube-system",
    name: "coredns",
    replicas: 2,
    image: `${addons}/coredns:v1.12.4`,
    startsIn: 8,
    budgets: [{ name: "coredns", maxUnavailable: 1 }],
  },
];

const services: readonly Workload[] = [
  { ...component("ui", 3), stopsIn: 10, budgets: [{ name: "ui", minAvailable: 2 }] },
  { ...component("catalog", 2), budgets: [{ name: "catalog", maxUnavailable: 1 }] },
  component("carts", 2),
  { ...component("orders", 2), stopsIn: 15, budgets: [{ name: "orders", maxUnavailable: "50%" }] },
  component("checkout", 2),
  component("assets", 1),
];

const subnets = [
  { id: "subnet-0a1f3c5e7b9d2486a", zone: "us-west-2a" },
  { id: "subnet-0b2e4d6f8a1c3597b", zone: "us-west-2b" },
  { id: "subnet-0c3d5e7f9b2a4608c", zone: "us-west-2c" },
];

/** What a scenario changes about the store: its services by name, and how its node group is updated. */
export interface StoreChanges {
  readonly services?: Readonly<Record<string, Partial<Workload>>>;
  readonly updateConfig?: UpdateConfig;
}

export const clusterName = "eks-workshop";
const nodeGroupName = "default";
/** What the node group is on, and what is on offer for it. */
const currentRelease = "1.34.4-20260224";
const latestRelease = "1.34.9-20260714";

/** AMIs of the releases that nodes of the workshop are on, were on, and can have. */
export const workshopImages = {
  previousMinor: imageOf("1.33.13-20260714"),
  current: imageOf(currentRelease),
  latest: imageOf(latestRelease),
};

/** The cluster of the EKS workshop: its retail store on three nodes in three zones, on a release that is months old. */
export function retailStore(changes: StoreChanges = {}): Omit<Scenario, "name" | "story" | "expected"> {
  const changed = services.map((service) => ({ ...service, ...changes.services?.[service.name] }));
  return {
    region: "us-west-2",
    account: "111122223333",
    seed: 7,
    clusters: [
      {
        name: clusterName,
        version: "1.34",
        platformVersion: "eks.14",
        serverVersion: "v1.34.9-eks-2c1b8f7",
        createdOn: "2025-11-12",
        subnets,
        nodeGroups: [
          {
            name: nodeGroupName,
            version: "1.34",
            release: currentRelease,
            amiType,
            capacityType: "ON_DEMAND",
            instanceType: "m5.large",
            maxPods: 29,
            createdOn: "2026-02-27",
            sizes: { min: 3, max: 6, desired: 3 },
            subnets: subnets.map(({ id }) => id),
            updateConfig: changes.updateConfig ?? { maxUnavailable: 1, updateStrategy: "DEFAULT" },
          },
        ],
        workloads: [...kubeSystem, ...changed],
      },
    ],
    releases,
    timings: usualTimings,
    command: `/eks-upgrade start ${clusterName}/${nodeGroupName}`,
  };
}

/** One update that brings all three nodes to the latest release. */
export const allThreeDone = {
  end: "done",
  cluster: clusterName,
  nodeGroup: nodeGroupName,
  release: latestRelease,
  nodes: 3,
  updates: 1,
} as const;

/** One update that fails and leaves the group on its release. */
export const failedOnce = {
  end: "failed",
  cluster: clusterName,
  nodeGroup: nodeGroupName,
  release: currentRelease,
  updates: 1,
} as const;

function al2023(version: string, release: string, image: string, kubelet: string): PublishedRelease {
  const [, year, month, day] = /-(\d{4})(\d\d)(\d\d)$/.exec(release) ?? [];
  return { version, amiType, release, image, kubelet, publishedOn: `${year}-${month}-${day}` };
}

function imageOf(release: string): string {
  const published = releases.find((one) => one.release === release);
  if (!published) throw new Error(`There is no release ${release}.`);
  return published.image;
}

/** One service of the store, in the namespace of its own name. */
function component(name: string, replicas: number): Workload {
  return {
    kind: "Deployment",
    namespace: name,
    name,
    replicas,
    image: `${store}-${name === "carts" ? "cart" : name}:1.2.1`,
    startsIn: 12,
  };
}
