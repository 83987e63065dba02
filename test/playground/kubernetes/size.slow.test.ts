import { expect, it } from "vitest";
import type { Workload } from "../../../playground/kubernetes/types.js";
import { addNode, foundTown, second, statusOf } from "./town.js";

const nodes = 1000;
const replicas = 40;

const app = (number: number): Workload => ({
  kind: "Deployment",
  namespace: `team-${number % 10}`,
  name: `app-${number}`,
  replicas,
  image: "app:1",
  startsIn: 1,
  stopsIn: 1,
  budgets: [{ name: `app-${number}`, maxUnavailable: 4 }],
});

it("a cluster of 1,000 nodes and 20,000 pods drains a node in less than a second", async () => {
  const town = foundTown();
  const { cluster, clock } = town;
  for (let number = 0; number < nodes; number++) {
    addNode(town, `n${number}`, { zone: `zone-${number % 3}`, maxPods: 58 });
    cluster.setNodeReady(`n${number}`, "True");
  }
  cluster.deploy(Array.from({ length: (nodes * 20) / replicas }, (_, number) => app(number)));
  await clock.advance(60 * second);
  const pods = cluster.store.list("pods");
  expect(pods).toHaveLength(20_000);
  expect(pods.every((pod) => statusOf(pod, "Ready") === "True")).toBe(true);

  const drained = ["n0", "n1", "n2", "n3", "n4"];
  const start = performance.now();
  for (const node of drained) {
    cluster.changeNode(node, { unschedulable: true });
    for (const pod of cluster.podsToEvict(node)) expect(cluster.evict(pod).status).toBe(201);
    await clock.advance(10 * second);
    expect(cluster.podsToEvict(node)).toEqual([]);
  }
  expect((performance.now() - start) / drained.length).toBeLessThan(1000);
});
