import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approve, failedStage, on } from "./acting.js";
import { said } from "./stage.js";

describe("after a drain that failed", () => {
  let failed: Awaited<ReturnType<typeof failedStage>>;
  beforeEach(async () => {
    failed = await failedStage();
  });
  afterEach(async () => failed.stage.close());

  it("Retry makes a new attempt with a new token; with room made for the pod it succeeds, and one thread tells both", async () => {
    const { live } = failed;
    const { slack, world } = failed.stage.playground;
    const { has, types, top, writes } = on(failed.stage);
    // Somebody scales the Deployment whose budget lets none go.
    world.clusters
      .get("eks-workshop")
      ?.kubernetes.store.update("deployments", { namespace: "orders", name: "orders" }, ({ spec }) => {
        spec.replicas = 4;
      });
    // Twice: the second click comes too late.
    await Promise.all([1, 2].map(() => slack.as(slack.users.operator).click(live, "eks-upgrade:retry")));
    await has("RunSucceeded");
    expect((await types()).filter((type) => type === "RetryRequested")).toHaveLength(1);
    expect(new Set(writes().map((call) => call.input.clientRequestToken)).size).toBe(2);
    expect(world.clusters.get("eks-workshop")?.updates.map((update) => update.status)).toEqual([
      "Failed",
      "Successful",
    ]);
    await slack.waitFor(() => top().filter((message) => message.broadcast).length === 2, {
      timeoutMs: 15_000,
    });
    const ends = top().filter((message) => message.broadcast);
    expect(ends[0]?.text).toContain("failed");
    expect(ends[1]?.text).toContain("Upgraded");
  });

  it("Retry with force is a plan of its own, with an approval of its own, and deletes what cannot be evicted", async () => {
    const { live } = failed;
    const { slack, world } = failed.stage.playground;
    const { has, top, writes } = on(failed.stage);
    await slack.as(slack.users.operator).click(live, "eks-upgrade:retry-force");
    const card = await slack.waitFor(
      () => top().find((message) => said(message).includes(approve) && said(message).includes("Force")),
      { timeoutMs: 10_000, what: "the card of the forced plan" },
    );
    expect(writes()).toHaveLength(1);
    await slack.as(slack.users.approver).click(card, approve);
    await has("RunSucceeded", 30_000);
    expect(writes().at(-1)?.input).toMatchObject({ force: true });
    expect(world.clusters.get("eks-workshop")?.updates.at(-1)?.status).toBe("Successful");
  });
});
