import { cluster, group, subnetsOf } from "./fleet-parts.js";
import { fleetImage } from "./fleet-releases.js";
import type { OwnImage, ScenarioScalingGroup } from "./scaling-groups.js";
import type { ScenarioCluster } from "./types.js";

const [oregon, ireland] = ["us-west-2", "eu-west-1"] as const;
const standard = "AL2023_x86_64_STANDARD";

export const accounts = { test: "111122223333", prod: "444455556666" } as const;

/** What the operator starts with, and the newest for it. */
export const edge = {
  cluster: "shop-prod",
  nodeGroup: "edge",
  release: "1.50.0-91d4c8ab",
  nodes: 2,
} as const;

/** Months behind; and one group on a release that AWS took back. */
function shopInTest(): ScenarioCluster {
  const here = { name: "shop-test", region: oregon };
  return cluster({
    ...here,
    version: "1.34",
    nodeGroups: [
      group(here, { name: "default", version: "1.34", release: "1.34.4-20260224", amiType: standard }, 2),
      group(
        here,
        {
          name: "graviton",
          version: "1.34",
          release: "1.34.10-20261008",
          amiType: "AL2023_ARM_64_STANDARD",
          instanceType: "m7g.large",
        },
        1,
      ),
    ],
  });
}

/** On a version whose extended support ends on 2026-11-26. */
function lab(): ScenarioCluster {
  const here = { name: "lab-test", region: ireland };
  return cluster({
    ...here,
    version: "1.31",
    createdOn: "2024-11-05",
    nodeGroups: [
      group(here, { name: "default", version: "1.31", release: "1.31.14-20260917", amiType: standard }, 1),
    ],
  });
}

/** The newest, weeks behind, and months behind; EKS upgrades its control plane at the end of standard support. */
function shopInProd(): ScenarioCluster {
  const here = { name: edge.cluster, region: oregon };
  return cluster({
    ...here,
    account: accounts.prod,
    version: "1.34",
    supportType: "STANDARD",
    nodeGroups: [
      group(here, { name: "web", version: "1.34", release: "1.34.10-20261008", amiType: standard }, 3),
      group(
        here,
        {
          name: edge.nodeGroup,
          version: "1.34",
          release: "1.49.0-e2b70f46",
          amiType: "BOTTLEROCKET_x86_64",
        },
        edge.nodes,
      ),
      group(
        here,
        {
          name: "windows",
          version: "1.34",
          release: "1.34-2026.05.12",
          amiType: "WINDOWS_CORE_2022_x86_64",
          instanceType: "m5.xlarge",
        },
        1,
      ),
    ],
  });
}

/** EKS throttles whoever asks about it; the kubelets of one group are three minors behind. */
function machineLearning(): ScenarioCluster {
  const here = { name: "ml-prod", region: ireland };
  return cluster({
    ...here,
    account: accounts.prod,
    version: "1.34",
    answer: "throttled",
    nodeGroups: [
      group(
        here,
        {
          name: "gpu",
          version: "1.34",
          release: "1.34.9-20260820",
          amiType: "AL2023_x86_64_NVIDIA",
          instanceType: "g5.xlarge",
        },
        2,
      ),
      group(here, { name: "batch", version: "1.31", release: "1.31.14-20260714", amiType: standard }, 1),
    ],
  });
}

/** What Amazon publishes no more, what was built at home, and what EKS does not manage. */
function legacy(): ScenarioCluster {
  const here = { name: "legacy-prod", region: oregon };
  return cluster({
    ...here,
    account: accounts.prod,
    version: "1.32",
    createdOn: "2025-02-18",
    nodeGroups: [
      group(here, { name: "al2", version: "1.32", release: "1.32.9-20250819", amiType: "AL2_x86_64" }, 2),
      group(
        here,
        {
          name: "hardened",
          version: "1.32",
          release: hardened.image,
          amiType: "CUSTOM",
          launchTemplate: {
            template: { name: "hardened", versions: [{ image: hardened.image, instanceType: "m5.large" }] },
            version: 1,
          },
        },
        1,
      ),
    ],
    selfManaged: [workersOf(here)],
  });
}

function workersOf(here: { readonly name: string; readonly region: string }): ScenarioScalingGroup {
  return {
    name: "legacy-workers",
    template: {
      name: "legacy-workers",
      versions: [{ image: fleetImage(standard, "1.32.13-20260714"), instanceType: "m5.large" }],
    },
    version: "$Latest",
    nodesVersion: 1,
    instanceType: "m5.large",
    maxPods: 29,
    createdOn: "2026-07-20",
    sizes: { min: 1, max: 4, desired: 2 },
    subnets: subnetsOf(here.name, here.region).map(({ id }) => id),
  };
}

/** Listed for everybody, and described to nobody. */
function vault(): ScenarioCluster {
  const here = { name: "vault-prod", region: ireland };
  return cluster({
    ...here,
    account: accounts.prod,
    version: "1.33",
    answer: "access denied",
    nodeGroups: [
      group(here, { name: "default", version: "1.33", release: "1.33.13-20260714", amiType: standard }, 1),
    ],
  });
}

const hardened: OwnImage = {
  image: "ami-0c4d8e2f6a1b3957d",
  account: accounts.prod,
  name: "hardened-eks-1.32-20260310",
  architecture: "x86_64",
  createdOn: "2026-03-10",
  kubelet: "v1.32.11-eks-5c1d9ab",
};

export const fleetImages: readonly OwnImage[] = [hardened];

export const fleetClusters: readonly ScenarioCluster[] = [
  shopInTest(),
  lab(),
  shopInProd(),
  machineLearning(),
  legacy(),
  vault(),
];
