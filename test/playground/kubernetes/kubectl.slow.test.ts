import { expect, it } from "vitest";
import { describeWith } from "../programs.js";
import { openShop } from "./kubectl.js";
import { podsOf } from "./town.js";

describeWith("kubectl", () => {
  it("drains a node once the budget that blocks it gives way", async () => {
    const { town, kubectl, follow } = await openShop(3);
    const draining = follow("drain", "a", "--ignore-daemonsets");
    await expect.poll(draining, { timeout: 30_000 }).toContain("(will retry after 5s): Cannot evict pod");
    expect(town.cluster.podsToEvict("a")).toHaveLength(1);
    await kubectl("patch", "pdb", "-n", "shop", "ui", "-p", '{"spec":{"minAvailable":2}}');
    await expect.poll(draining, { timeout: 30_000 }).toContain("node/a drained");
    expect(town.cluster.podsToEvict("a")).toEqual([]);
    expect(podsOf(town)).toHaveLength(3);
  });

  it("restarts a deployment, pod by pod", async () => {
    const { town, kubectl } = await openShop();
    const before = podsOf(town).map(({ metadata }) => metadata.name);
    await kubectl("rollout", "restart", "-n", "shop", "deployment/ui");
    await kubectl("rollout", "status", "-n", "shop", "deployment/ui");
    await expect.poll(() => podsOf(town).length, { timeout: 10_000 }).toBe(3);
    expect(podsOf(town).some(({ metadata }) => before.includes(metadata.name))).toBe(false);
  });
});
