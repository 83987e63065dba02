import { describe, expect, it } from "vitest";
import type { Workload } from "../../../playground/kubernetes/types.js";
import { activeMembersOf } from "../../../playground/world/lookup.js";
import type { Instance, LaunchFault } from "../../../playground/world/state.js";
import { latest, minute, stage, workshop } from "./stage.js";

const guarded: Workload = {
  kind: "Deployment",
  namespace: "vault",
  name: "vault",
  replicas: 1,
  image: "vault:1",
  budgets: [{ name: "vault", minAvailable: 1 }],
};

describe("new nodes that do not come", () => {
  it.each<[string, LaunchFault]>([
    ["no kubelet ever registers", { kind: "never joins" }],
    ["a node is never Ready", { kind: "never ready" }],
    [
      "there is no capacity",
      { kind: "launch fails", message: "We currently do not have sufficient capacity." },
    ],
    ["a node is twenty minutes late", { kind: "joins late", seconds: 20 * 60 }],
  ])("%s: NodeCreationFailure after 15 minutes, the old nodes untouched", async (_sentence, fault) => {
    const { world, start, until, changes, group } = await stage();
    world.launchFault = ({ subnet }) => (subnet.zone === "us-west-2b" ? fault : undefined);
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(update).toMatchObject({ status: "Failed", errors: [{ errorCode: "NodeCreationFailure" }] });
    expect(group).toMatchObject({ status: "ACTIVE", release: "1.34.4-20260224" });
    expect(changes("draining")).toEqual([]);
    const failed = changes("update").at(-1)?.at ?? 0;
    const grew = changes("sizes")[0]?.at ?? 0;
    expect(failed - grew).toBe(15 * minute);
  });

  it("a node that is ten minutes late is waited for", async () => {
    const { world, start, until } = await stage();
    world.launchFault = ({ subnet }) =>
      subnet.zone === "us-west-2b" ? { kind: "joins late", seconds: 10 * 60 } : undefined;
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(update.status).toBe("Successful");
  });

  it("a failed launch is tried again, and seen in the scaling activities", async () => {
    const { world, start, until, scaling } = await stage();
    const failedOnce = new Set<string>();
    world.launchFault = ({ subnet }: Instance) => {
      if (failedOnce.has(subnet.zone)) return undefined;
      failedOnce.add(subnet.zone);
      return { kind: "launch fails", message: "You have requested more vCPU capacity than your limit." };
    };
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(update.status).toBe("Successful");
    expect(scaling.activities.filter(({ status }) => status === "Failed")).toHaveLength(3);
  });
});

describe("pods that do not leave", () => {
  const scenario = workshop({ cluster: { workloads: [guarded] } });

  it("PodEvictionFailure after 15 minutes names the node, which stays unschedulable", async () => {
    const { start, until, changes, group, cluster } = await stage(scenario);
    const update = start();
    await until(() => update.status !== "InProgress");
    const stuck = cluster.kubernetes.store.list("pods").find((pod) => pod.metadata.namespace === "vault")
      ?.spec.nodeName;
    expect(update).toMatchObject({
      status: "Failed",
      errors: [{ errorCode: "PodEvictionFailure", resourceIds: [stuck] }],
    });
    const began = changes("draining").find(({ subject }) => subject === stuck)?.at ?? 0;
    expect((changes("update").at(-1)?.at ?? 0) - began).toBe(15 * minute);
    expect(group.status).toBe("ACTIVE");
    const node = cluster.kubernetes.store.list("nodes").find(({ metadata }) => metadata.name === stuck);
    expect(node?.spec.unschedulable).toBe(true);
  });

  it("under force they are deleted then, and the update goes on", async () => {
    const { start, until } = await stage(scenario);
    const update = start({ force: true });
    await until(() => update.status !== "InProgress");
    expect(update.status).toBe("Successful");
  });

  it("the same update again spares the nodes that are new already, and puts the sizes back", async () => {
    const { start, until, group, scaling, world, cluster } = await stage(scenario);
    const first = start();
    await until(() => first.status !== "InProgress");
    const fresh = activeMembersOf(world, scaling).filter(({ image }) => image === first.target.image);
    expect(fresh.length).toBeGreaterThan(0);

    for (const pod of cluster.kubernetes.store
      .list("pods")
      .filter(({ metadata }) => metadata.namespace === "vault"))
      cluster.kubernetes.deletePod({ namespace: "vault", name: pod.metadata.name });
    const second = start();
    await until(() => second.status !== "InProgress");
    expect(second.status).toBe("Successful");
    expect(group.release).toBe(latest);
    expect(scaling).toMatchObject({ desired: 3, max: 6 });
    const images = activeMembersOf(world, scaling).map(({ image }) => image);
    expect(images).toEqual([second.target.image, second.target.image, second.target.image]);
  });
});
