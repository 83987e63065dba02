import { describe, expect, it } from "vitest";
import type { Workload } from "../../../playground/kubernetes/types.js";
import { activeMembersOf } from "../../../playground/world/lookup.js";
import type { Instance, LaunchFault } from "../../../playground/world/state.js";
import { latest, minute, stage, workshop } from "./stage.js";

const nodeLost = { kind: "never joins" } as const;

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
    expect(group.release).toBe("1.34.4-20260224");
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

describe("health issues that a failed update leaves", () => {
  it.each<[string, LaunchFault, string[]]>([
    ["instances that never registered", { kind: "never joins" }, ["NodeCreationFailure"]],
    ["launches that fail", { kind: "launch fails", message: "No capacity." }, ["AsgInstanceLaunchFailures"]],
    ["none for a node that registered but is not Ready", { kind: "never ready" }, []],
  ])("%s, until the cause is gone", async (_sentence, fault, codes) => {
    const { world, start, until, group } = await stage();
    world.launchFault = ({ subnet }) => (subnet.zone === "us-west-2b" ? fault : undefined);
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(group.healthIssues.map(({ code }) => code)).toEqual(codes);
    expect(group.status).toBe(codes.length > 0 ? "DEGRADED" : "ACTIVE");
    world.launchFault = () => undefined;
    await until(() => group.status === "ACTIVE");
    expect(group.healthIssues).toEqual([]);
  });

  it("none for pods that did not leave", async () => {
    const { start, until, group } = await stage(workshop({ cluster: { workloads: [guarded] } }));
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(group).toMatchObject({ status: "ACTIVE", healthIssues: [] });
  });

  it("those that the scenario began with stay", async () => {
    const given = { code: "InsufficientFreeAddresses", message: "", resourceIds: ["subnet-1"] };
    const { world, start, until, group } = await stage(workshop({ group: { healthIssues: [given] } }));
    world.launchFault = () => nodeLost;
    const update = start();
    await until(() => update.status !== "InProgress");
    world.launchFault = () => undefined;
    await until(() => group.status === "ACTIVE");
    expect(group.healthIssues).toEqual([given]);
  });

  it("the same update is refused until the new nodes have joined, and then ends well", async () => {
    const { world, start, until, group, scaling } = await stage();
    world.launchFault = ({ subnet }) => (subnet.zone === "us-west-2b" ? nodeLost : undefined);
    const first = start({ clientRequestToken: "first" });
    await until(() => first.status === "Failed");
    expect(() => start({ clientRequestToken: "second" })).toThrowError(
      expect.objectContaining({ code: "InvalidRequestException" }),
    );
    world.launchFault = () => undefined;
    await until(() => group.status === "ACTIVE");
    const second = start({ clientRequestToken: "second" });
    await until(() => second.status !== "InProgress");
    expect(second.status).toBe("Successful");
    expect(scaling).toMatchObject({ desired: 3, max: 6 });
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

  it.each([
    ["a budget that allows nothing", guarded],
    [
      "two budgets over one pod",
      {
        ...guarded,
        replicas: 2,
        budgets: [
          { name: "one", maxUnavailable: 1 },
          { name: "two", maxUnavailable: 1 },
        ],
      },
    ],
  ])(
    "%s: under force they are deleted after 15 minutes, and the update goes on",
    async (_sentence, workload) => {
      const { start, until, changes } = await stage(workshop({ cluster: { workloads: [workload] } }));
      const update = start({ force: true });
      await until(() => update.status !== "InProgress");
      expect(update.status).toBe("Successful");
      const began = changes("draining").map(({ at }) => at);
      const lasted = changes("drained").map(({ at }, index) => at - (began[index] ?? 0));
      expect(lasted.filter((time) => time >= 15 * minute)).toHaveLength(workload.replicas ?? 0);
    },
  );

  it("names every node that is stuck at once, and replaces the ones that are not", async () => {
    const vaults = { ...guarded, replicas: 2, budgets: [{ name: "vault", minAvailable: 2 }] };
    const { start, until, world, scaling, cluster } = await stage(
      workshop({
        group: { updateConfig: { maxUnavailable: 3, updateStrategy: "DEFAULT" } },
        cluster: { workloads: [vaults] },
      }),
    );
    const update = start();
    await until(() => update.status !== "InProgress");
    const stuck = cluster.kubernetes.store.list("pods").map(({ spec }) => spec.nodeName);
    expect(update.errors[0]?.resourceIds.toSorted()).toEqual(stuck.toSorted());
    const old = activeMembersOf(world, scaling).filter(({ image }) => image !== update.target.image);
    expect(old.map(({ nodeName }) => nodeName).toSorted()).toEqual(stuck.toSorted());
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

  it.each([1, 2, 3, 4])(
    "the same update again keeps the larger group until it scales down (seed %i)",
    async (seed) => {
      const { start, until, scaling, cluster, changes } = await stage({ ...scenario, seed });
      const first = start();
      await until(() => first.status !== "InProgress");
      expect(scaling.desired).toBe(6);
      cluster.kubernetes.store.update("deployments", { namespace: "vault", name: "vault" }, ({ spec }) => {
        spec.replicas = 2;
      });
      const second = start();
      let least = scaling.desired;
      const goesDown = () => changes("phase").filter(({ what }) => what === "scale down").length > 0;
      await until(goesDown, () => {
        if (!goesDown()) least = Math.min(least, scaling.desired);
      });
      expect(least).toBe(6);
      await until(() => second.status !== "InProgress");
      expect(second.status).toBe("Successful");
    },
  );
});
