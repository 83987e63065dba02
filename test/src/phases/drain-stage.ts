import { onTestFinished, vi } from "vitest";
import { simulateKubernetes } from "../../../playground/kubernetes/cluster.js";
import type { PodDisruptionBudget } from "../../../playground/kubernetes/objects.js";
import { serveKubernetes } from "../../../playground/kubernetes/server.js";
import type { Workload } from "../../../playground/kubernetes/types.js";
import { startClock } from "../../../playground/world/clock.js";
import { scaledClock } from "../../../src/clock.js";
import { connectKubernetes } from "../../../src/kubernetes/cluster.js";
import { type DrainOrder, type DrainReport, drainTurn } from "../../../src/phases/drain.js";
import { patience } from "../../patience.js";
import { addNode, agent, origin, podsOf, shop } from "../../playground/kubernetes/town.js";

const staticToken = "let-me-in";
const speed = 50;

/** A shop on node "a", which is cordoned then, with a node "b" to go to. Its time runs, 50 times as fast as ours. */
export async function openDrain(...workloads: readonly Partial<Workload>[]) {
  const clock = startClock({ speed, worldOrigin: origin });
  const cluster = simulateKubernetes({ name: "town", clock });
  const town = { clock, cluster };
  const server = await serveKubernetes(cluster, { staticToken });
  onTestFinished(async () => {
    await server.close();
    cluster.stop();
    clock.stop();
  });
  const access = { endpoint: server.endpoint, certificateAuthority: server.certificateAuthorityData };
  const kubernetes = connectKubernetes({ access, token: async () => staticToken });
  // Loads the client, which takes its time.
  await kubernetes.pods(["a"]);
  const asked: string[] = [];
  server.faults = ({ verb, resource, subresource }) => {
    asked.push(`${verb} ${resource}${subresource ? `/${subresource}` : ""}`);
    return undefined;
  };

  const found = (name: string) => {
    addNode(town, name, { maxPods: 250 });
    cluster.setNodeReady(name, "True");
  };
  found("a");
  cluster.deploy([agent, ...workloads.map((each) => shop({ startsIn: 1, stopsIn: 1, ...each }))]);
  const wanted = workloads.reduce((sum, { replicas = 3 }) => sum + replicas, 0);
  await vi.waitUntil(() => podsOf(town).length === wanted && settled(), { timeout: patience });
  found("b");
  cluster.changeNode("a", { unschedulable: true });
  const since = clock.now();

  function settled(): boolean {
    const running = podsOf(town).every(({ status }) => status.phase === "Running");
    const budgets: readonly PodDisruptionBudget[] = cluster.store.list("poddisruptionbudgets");
    return (
      running && budgets.every(({ status, metadata }) => status.observedGeneration === metadata.generation)
    );
  }

  const [realOrigin = 0, worldOrigin = 0] = clock.variable.split(",").map(Number);
  const turn = (over: Partial<DrainOrder> = {}): Promise<DrainReport> =>
    drainTurn({
      kubernetes,
      nodes: { a: since },
      waits: [],
      clock: scaledClock({ realOrigin, worldOrigin, speed }),
      random: () => 0.5,
      ...over,
    });
  const leftOn = (node: string) => podsOf(town).filter(({ spec }) => spec.nodeName === node).length;
  return { town, server, kubernetes, turn, asked, leftOn };
}
