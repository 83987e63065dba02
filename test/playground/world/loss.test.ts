import { describe, expect, it } from "vitest";
import { activeMembersOf } from "../../../playground/world/lookup.js";
import { loseNode } from "../../../playground/world/loss.js";
import { latest, minute, stage, workshop } from "./stage.js";

const current = "1.34.4-20260224";

describe("a node that is lost", () => {
  it.each([
    ["while nothing is under way", undefined],
    ["while the group is being scaled up", "scale up"],
    ["while nodes are being replaced", "upgrade"],
    ["while the group is being scaled down", "scale down"],
  ])("%s: another one comes up in its place", async (_sentence, phase) => {
    const { world, cluster, group, scaling, start, until, changes } = await stage();
    const update = phase && start();
    if (phase) await until(() => changes("phase").some(({ what }) => what === phase));
    const lost = loseNode(world, cluster, group);
    expect(lost).toMatchObject({ node: "ready", state: "terminated" });
    await until(() => lost?.lifecycle === "gone" && !(update && update.status === "InProgress"));
    await until(() => activeMembersOf(world, scaling).filter(({ node }) => node === "ready").length === 3);
    if (update) expect(update.status).toBe("Successful");
    expect(group.release).toBe(update ? latest : current);
    expect(cluster.kubernetes.nodeNames()).toHaveLength(3);
    expect(cluster.kubernetes.nodeNames()).not.toContain(lost?.nodeName);
  });

  it("turns up in Kubernetes first, and in its Auto Scaling group a minute later", async () => {
    const { world, cluster, group, clock, until } = await stage();
    const lost = loseNode(world, cluster, group);
    const ready = () =>
      cluster.kubernetes.store
        .get("nodes", { name: lost?.nodeName ?? "" })
        ?.status.conditions.find(({ type }) => type === "Ready")?.status;
    const lostAt = clock.now();
    expect([ready(), lost?.lifecycle]).toEqual(["True", "InService"]);
    await until(() => ready() === "Unknown");
    expect([clock.now() - lostAt, lost?.lifecycle]).toEqual([40_000, "InService"]);
    await until(() => lost?.lifecycle === "gone");
    expect([clock.now() - lostAt, ready()]).toEqual([minute, undefined]);
  });

  it.each([1, 2, 3, 4, 5, 6])("never stops an update, whenever it happens (seed %i)", async (seed) => {
    const { world, cluster, group, start, until, clock } = await stage(workshop({ scenario: { seed } }));
    const update = start();
    const at = clock.now() + (seed * 2 + 1) * minute;
    await until(() => clock.now() >= at);
    loseNode(world, cluster, group);
    await until(() => update.status !== "InProgress");
    expect(update.status).toBe("Successful");
  });
});
