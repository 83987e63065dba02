import { expect, it } from "vitest";
import { evict } from "../../../playground/kubernetes/eviction.js";
import { addNode, addReadyNodes, firstPod, foundShop, nameOf, second, type Town } from "./town.js";

const told = ({ cluster }: Town, kind: string) =>
  cluster.store
    .list("events")
    .filter(({ involvedObject }) => involvedObject.kind === kind)
    .map(({ reason, message }) => `${reason}: ${message}`);

it.each<[string, (town: Town) => unknown, string, RegExp]>([
  ["a node that joins", (town) => addNode(town, "d"), "Node", /^RegisteredNode: Node d event/],
  ["a node that is Ready", (town) => addReadyNodes(town, "d"), "Node", /^NodeReady: Node d status is now/],
  [
    "a node that is cordoned",
    ({ cluster }) => cluster.changeNode("a", { unschedulable: true }),
    "Node",
    /^NodeNotSchedulable: Node a status/,
  ],
  [
    "a node that no longer answers",
    ({ cluster }) => cluster.setNodeReady("a", "Unknown"),
    "Node",
    /^NodeNotReady: Node a status/,
  ],
  ["a node that is gone", ({ cluster }) => cluster.removeNode("a"), "Node", /^RemovingNode: Node a event/],
  [
    "a pod that is evicted",
    (town) => evict(town.cluster.store, nameOf(firstPod(town))),
    "Pod",
    /^Killing: Stopping container ui/,
  ],
  [
    "a pod that fits nowhere",
    ({ cluster, clock }) => {
      for (const name of ["a", "b", "c"]) cluster.changeNode(name, { unschedulable: true });

      cluster.store.update("deployments", { namespace: "shop", name: "ui" }, ({ spec }) => {
        spec.replicas = 4;
      });
      return clock.advance(second);
    },
    "Pod",
    /^FailedScheduling: 0\/3 nodes are available: 3 node\(s\) were unschedulable\.$/,
  ],
])("tells of %s", async (_what, happen, kind, event) => {
  const town = await foundShop();
  await happen(town);
  expect(told(town, kind)).toContainEqual(expect.stringMatching(event));
});

it("says of owners what they made", async () => {
  const town = await foundShop();
  expect(told(town, "Deployment")).toEqual([expect.stringMatching(/^ScalingReplicaSet: .* from 0 to 3$/)]);
  expect(told(town, "ReplicaSet")).toHaveLength(3);
  expect(told(town, "DaemonSet")).toHaveLength(3);
});

it("counts what happens again, and forgets it after an hour", async () => {
  const town = await foundShop();
  for (const unschedulable of [true, false, true]) town.cluster.changeNode("a", { unschedulable });
  const cordoned = town.cluster.store.list("events").filter(({ reason }) => reason === "NodeNotSchedulable");
  expect(cordoned.map(({ count }) => count)).toEqual([2]);
  await town.clock.advance(80 * 60 * second);
  expect(town.cluster.store.list("events")).toEqual([]);
});
