import { simulateKubernetes } from "../playground/kubernetes/cluster.js";
import { serveKubernetes } from "../playground/kubernetes/server.js";
import { startClock } from "../playground/world/clock.js";
import type { Upstream } from "./proxy.js";

/** Where drains are compared: two nodes, and pods that can live on either. */
export interface Arena {
  readonly upstream: Upstream;
  readonly nodes: readonly [string, string];
  /** As the pods were asked to behave; a real kubelet needs what it needs. */
  readonly ends: number;
  readonly starts: number;
  /** The pods, all on the first node, with or without a budget. */
  open(pods: number, maxUnavailable?: number): Promise<void>;
  /** Every pod there is on this node and Ready, and the budget knows. */
  ready(node: string, pods: number): boolean | Promise<boolean>;
  setSchedulable(node: string, schedulable: boolean): void | Promise<void>;
  close(): Promise<void>;
}

const nodes = ["node-a", "node-b"] as const;

/** A playground in this process, at the speed of the real world. */
export async function openPlayground({ ends, starts }: Pick<Arena, "ends" | "starts">): Promise<Arena> {
  const clock = startClock({ speed: 1, worldOrigin: Date.now() });
  const cluster = simulateKubernetes({ name: "bench", clock });
  const server = await serveKubernetes(cluster);
  const upstream = {
    endpoint: server.endpoint,
    ca: Buffer.from(server.certificateAuthorityData, "base64"),
    authorization: `Bearer ${server.staticToken}`,
  };
  for (const name of nodes) {
    const where = { zone: "us-west-2a", region: "us-west-2", instanceType: "m5.large" };
    const kubeletVersion = "v1.34.9-eks-1a2b3c4";
    cluster.registerNode({
      name,
      ...where,
      kubeletVersion,
      instanceId: `i-${name}`,
      labels: {},
      maxPods: 250,
    });
    cluster.setNodeReady(name, "True");
  }
  const setSchedulable = (node: string, schedulable: boolean) =>
    cluster.changeNode(node, { unschedulable: !schedulable });
  return {
    ...{ upstream, nodes, ends, starts, setSchedulable },
    async open(replicas, maxUnavailable) {
      setSchedulable(nodes[1], false);
      const namespace = maxUnavailable === undefined ? "free" : "bound";
      const budgets = maxUnavailable === undefined ? [] : [{ name: "web", maxUnavailable }];
      const behaviour = { startsIn: starts, stopsIn: ends };
      cluster.deploy([
        { kind: "Deployment", namespace, name: "web", image: "web:1", replicas, budgets, ...behaviour },
      ]);
    },
    ready(node, replicas) {
      const pods = cluster.store.list("pods");
      const isReady = (pod: (typeof pods)[number]) =>
        pod.spec.nodeName === node &&
        pod.status.conditions?.some((each) => each.type === "Ready" && each.status === "True");
      const budgets = cluster.store.list("poddisruptionbudgets");
      const settled = budgets.every(
        ({ status }) => status.currentHealthy === status.expectedPods && status.disruptionsAllowed > 0,
      );
      return pods.length === replicas && pods.every(isReady) && settled;
    },
    async close() {
      await server.close();
      cluster.stop();
      clock.stop();
    },
  };
}
