import { simulateKubernetes } from "../../../playground/kubernetes/cluster.js";
import type { Pod, PodDisruptionBudget } from "../../../playground/kubernetes/objects.js";
import type { NodeRegistration, PodName, Workload } from "../../../playground/kubernetes/types.js";
import { startClock } from "../../../playground/world/clock.js";

export const origin = Date.parse("2026-03-01T08:00:00Z");
export const second = 1000;

/** A cluster whose time stands still until it is advanced. */
export function foundTown(options: { history?: number } = {}) {
  const clock = startClock({ speed: 0, worldOrigin: origin });
  return { clock, cluster: simulateKubernetes({ name: "town", clock, ...options }) };
}

export type Town = ReturnType<typeof foundTown>;

export function addNode({ cluster }: Town, name: string, change: Partial<NodeRegistration> = {}): void {
  cluster.registerNode({
    name,
    instanceId: `i-${name}`,
    zone: "us-west-2a",
    region: "us-west-2",
    instanceType: "m5.large",
    kubeletVersion: "v1.34.9-eks-1a2b3c4",
    labels: {},
    maxPods: 10,
    ...change,
  });
}

export function addReadyNodes(town: Town, ...names: readonly string[]): void {
  for (const name of names) {
    addNode(town, name);
    town.cluster.setNodeReady(name, "True");
  }
}

export const shop = (change: Partial<Workload> = {}): Workload => ({
  kind: "Deployment",
  namespace: "shop",
  name: "ui",
  replicas: 3,
  image: "ui:1",
  ...change,
});

export const agent: Workload = {
  kind: "DaemonSet",
  namespace: "kube-system",
  name: "aws-node",
  image: "cni:1",
};

/** Three Ready nodes with the shop's pods, one on each, all Ready. */
export async function foundShop(workload: Partial<Workload> = {}): Promise<Town> {
  const town = foundTown();
  addReadyNodes(town, "a", "b", "c");
  town.cluster.deploy([agent, shop(workload)]);
  await town.clock.advance(60 * second);
  return town;
}

export const podsOf = ({ cluster }: Town, namespace = "shop"): readonly Pod[] =>
  cluster.store.list("pods").filter((pod) => pod.metadata.namespace === namespace);

export const nameOf = ({ metadata }: Pod): PodName => ({
  namespace: metadata.namespace ?? "",
  name: metadata.name,
});

export function firstPod(town: Town): Pod {
  const [pod] = podsOf(town);
  if (!pod) throw new Error("The shop has no pods.");
  return pod;
}

export function budgetOf({ cluster }: Town, name = "ui"): PodDisruptionBudget {
  const budget = cluster.store.get("poddisruptionbudgets", { namespace: "shop", name });
  if (!budget) throw new Error(`There is no budget ${name}.`);
  return budget;
}

export const statusOf = (pod: Pod | undefined, type: string) =>
  pod?.status.conditions?.find((condition) => condition.type === type)?.status;
