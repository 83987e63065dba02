import { describe, expect, it } from "vitest";
import { expectation } from "../../../playground/world/expectation.js";
import { membersOf } from "../../../playground/world/lookup.js";
import { latest, minute, stage, workshop } from "./stage.js";

const zones = ["us-west-2a", "us-west-2b", "us-west-2c"];
const [subnetA, subnetB, subnetC] = [
  "subnet-0a1f3c5e7b9d2486a",
  "subnet-0b2e4d6f8a1c3597b",
  "subnet-0c3d5e7f9b2a4608c",
];

describe("an update of the workshop's node group", () => {
  it("goes through the four phases in order and ends within 12 to 20 minutes", async () => {
    const { start, until, changes, world, clock } = await stage();
    const begun = clock.now();
    const update = start();
    await until(() => update.status !== "InProgress");
    expect(changes("phase").map(({ what }) => what)).toEqual(["setup", "scale up", "upgrade", "scale down"]);
    expect(update.status).toBe("Successful");
    expect(expectation(world)).toEqual({ met: true, why: `3 nodes run ${latest}` });
    expect(clock.now() - begun).toBeGreaterThan(12 * minute);
    expect(clock.now() - begun).toBeLessThan(20 * minute);
  });

  it("points the Auto Scaling group at a new launch template version before it grows", async () => {
    const { start, until, changes, scaling, world } = await stage();
    const update = start();
    await until(() => changes("sizes").length > 0);
    expect(changes("template", "sizes").map(({ type }) => type)).toEqual(["template", "sizes"]);
    expect(scaling.launchTemplateVersion).toBe(2);
    expect(world.launchTemplates.get(scaling.launchTemplate)?.versions[1]?.image).toBe(update.target.image);
  });

  it("raises max and desired at once, and gives them back one by one", async () => {
    const { start, until, scaling } = await stage();
    const update = start();
    const sizes: string[] = [];
    await until(
      () => update.status !== "InProgress",
      () => {
        const now = `${scaling.desired}/${scaling.max}`;
        if (sizes.at(-1) !== now) sizes.push(now);
      },
    );
    expect(sizes).toEqual(["3/6", "6/9", "5/8", "4/7", "3/6"]);
  });

  it("drains no node before every zone has a new Ready one and the old ones take no pods", async () => {
    const { start, until, changes, world, cluster, scaling } = await stage();
    const old = membersOf(world, scaling);
    start();
    await until(() => changes("draining").length > 0);
    const fresh = membersOf(world, scaling).filter((instance) => !old.includes(instance));
    expect(fresh.map(({ node, subnet }) => [node, subnet.zone])).toEqual(
      zones.map((zone) => ["ready", zone]),
    );
    for (const { nodeName } of old) {
      const node = cluster.kubernetes.store.list("nodes").find(({ metadata }) => metadata.name === nodeName);
      expect(node?.spec.unschedulable).toBe(true);
      expect(node?.metadata.labels).toMatchObject({
        "node.kubernetes.io/exclude-from-external-load-balancers": "true",
      });
    }
  });

  it("replaces one old node after the other, a minute between empty and terminated", async () => {
    const { start, until, changes } = await stage();
    const update = start();
    await until(() => changes("phase").some(({ what }) => what === "scale down"));
    const story = changes("draining", "drained", "terminating", "terminated");
    expect(story.map(({ type }) => type)).toEqual(
      Array.from({ length: 3 }, () => ["draining", "drained", "terminating", "terminated"]).flat(),
    );
    const [, drained, terminating] = story;
    expect((terminating?.at ?? 0) - (drained?.at ?? 0)).toBe(60_000);
    await until(() => update.status !== "InProgress");
  });

  it("never takes more pods than the budgets allow", async () => {
    const { start, until, cluster } = await stage();
    const update = start();
    const ready = (namespace: string, name: string) =>
      cluster.kubernetes.store
        .list("pods")
        .filter((pod) => pod.metadata.namespace === namespace && pod.metadata.name.startsWith(name))
        .filter((pod) =>
          pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
        ).length;
    const least = { ui: 3, catalog: 2, coredns: 2 };
    await until(
      () => update.status !== "InProgress",
      () => {
        least.ui = Math.min(least.ui, ready("ui", "ui"));
        least.catalog = Math.min(least.catalog, ready("catalog", "catalog"));
        least.coredns = Math.min(least.coredns, ready("kube-system", "coredns"));
      },
    );
    expect(least).toEqual({ ui: 2, catalog: 1, coredns: 1 });
  });

  it("shows UPDATING a little late, and the new release once it is over", async () => {
    const { start, clock, until, group } = await stage();
    const update = start();
    expect(group.status).toBe("ACTIVE");
    await clock.advance(5_000);
    expect(group).toMatchObject({ status: "UPDATING", release: "1.34.4-20260224" });
    await until(() => update.status === "Successful");
    expect(group).toMatchObject({ status: "ACTIVE", version: "1.34", release: latest });
  });

  it("is the same update again with the same seed, and another with another", async () => {
    const story = async (seed: number) => {
      const { start, until, changes } = await stage(workshop({ scenario: { seed } }));
      const update = start();
      await until(() => update.status !== "InProgress");
      return changes("draining").map(({ subject }) => subject);
    };
    const first = await story(1);
    expect(await story(1)).toEqual(first);
    expect(await story(2)).not.toEqual(first);
  });
});

describe("how far it scales up", () => {
  it.each([
    ["one node per zone where one may be missing", [subnetA, subnetB, subnetC], 3, { maxUnavailable: 1 }, 6],
    [
      "as many as may be missing where that is more",
      [subnetA, subnetB, subnetC],
      3,
      { maxUnavailable: 5 },
      8,
    ],
    ["one where all nodes are in one zone", [subnetA], 2, { maxUnavailable: 1 }, 3],
    ["a share of the nodes, rounded up", [subnetA], 5, { maxUnavailablePercentage: 50 }, 8],
    ["one per zone that has nodes", [subnetA, subnetB, subnetC], 2, { maxUnavailable: 1 }, 5],
    ["nothing where there is no node", [subnetA, subnetB, subnetC], 0, { maxUnavailable: 1 }, 0],
  ])("%s", async (_sentence, subnets, desired, count, peak) => {
    const scenario = workshop({
      group: {
        subnets,
        sizes: { min: 0, max: 10, desired },
        updateConfig: { ...count, updateStrategy: "DEFAULT" },
      },
      cluster: { workloads: [] },
    });
    const { start, until, scaling } = await stage(scenario);
    const update = start();
    let most = 0;
    await until(
      () => update.status !== "InProgress",
      () => {
        most = Math.max(most, scaling.desired);
      },
    );
    expect(update.status).toBe("Successful");
    expect(most).toBe(peak);
    expect(scaling).toMatchObject({ desired, max: 10 });
  });
});

describe("the MINIMAL strategy", () => {
  it("cordons all nodes first, never has more than before, and waits for each replacement", async () => {
    const scenario = workshop({ group: { updateConfig: { maxUnavailable: 1, updateStrategy: "MINIMAL" } } });
    const { start, until, changes, world, scaling } = await stage(scenario);
    const update = start();
    let most = 0;
    await until(
      () => update.status !== "InProgress",
      () => {
        most = Math.max(most, membersOf(world, scaling).filter(({ state }) => state === "running").length);
      },
    );
    expect(update.status).toBe("Successful");
    expect(changes("phase").map(({ what }) => what)).toEqual(["setup", "upgrade"]);
    expect(changes("unschedulable", "draining").map(({ type }) => type)).toEqual([
      ...["unschedulable", "unschedulable", "unschedulable"],
      ...["draining", "draining", "draining"],
    ]);
    expect(changes("draining", "ready").map(({ type }) => type)).toEqual(
      Array.from({ length: 3 }, () => ["draining", "ready"]).flat(),
    );
    expect(most).toBe(3);
  });
});
