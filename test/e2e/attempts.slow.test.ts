import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requestUpdate } from "../../playground/world/request-update.js";
import { approve, failedStage, on } from "./acting.js";
import { openStage, type Stage, said } from "./stage.js";

describe("after the first attempt, and before it", () => {
  let stage: Stage;
  afterEach(async () => stage.close());

  it("a request is called off by its run's name, and its target is free again", async () => {
    stage = await openStage({ speed: 20 });
    await stage.startBot();
    await stage.types("start eks-workshop");
    await stage.card();
    const [id = ""] = await stage.runs.recent(1);
    expect((await stage.types(`cancel ${id}`, stage.playground.slack.users.bystander)).text).toContain(
      "I know no run",
    );
    expect((await stage.types(`cancel ${id}`)).text).toMatch(/called off/i);
    expect((await stage.types(`cancel ${id}`)).text).not.toMatch(/^Called off/i);
    expect(await on(stage).types()).toEqual(["RunRequested", "RunCancelled"]);
    expect((await stage.types("start eks-workshop")).text).toContain("Asked for approval");
    expect(on(stage).writes()).toEqual([]);
  });

  it("a run that EKS has begun cannot be called off, and says why", async () => {
    stage = await openStage({ speed: 50 });
    await stage.startBot();
    await on(stage).started();
    await on(stage).has("UpdateStarted");
    const [id = ""] = await stage.runs.recent(1);
    expect((await stage.types(`cancel ${id}`)).text).toMatch(/EKS .*cannot|cannot .*EKS/);
    expect(await on(stage).types()).not.toContain("RunCancelled");
  });

  it("says which pod and which budget block the drain long before EKS gives up", async () => {
    const failed = await failedStage();
    stage = failed.stage;
    const { live } = failed;
    const events = await stage.events();
    const at = (type: string) => events.find((event) => event.type === type)?.at ?? 0;
    expect(at("DrainBlocked")).toBeGreaterThan(0);
    expect(at("RunFailed") - at("DrainBlocked")).toBeGreaterThan(10 * 60_000);
    expect(said(live)).toContain("disruption budget orders needs 3 healthy pods and has 3");
  });

  it("Retry by a bystander does nothing", async () => {
    const failed = await failedStage();
    stage = failed.stage;
    const { live } = failed;
    const { slack } = stage.playground;
    await slack.as(slack.users.bystander).click(live, "eks-upgrade:retry");
    await stage.ephemeral(slack.users.bystander, "Only the operators of prod may");
    expect(await on(stage).types()).not.toContain("RetryRequested");
  });

  it("watch follows an update that was started elsewhere, and writes nothing to AWS", async () => {
    stage = await openStage({ speed: 400 });
    const { world, slack } = stage.playground;
    await stage.startBot();
    expect((await stage.types("watch eks-workshop/default")).text).toMatch(/no .*update/i);
    requestUpdate(world, {
      clusterName: "eks-workshop",
      nodegroupName: "default",
      version: "1.34",
      releaseVersion: "1.34.9-20260714",
      clientRequestToken: "console",
    });
    await stage.types("watch eks-workshop/default");
    await on(stage).has("RunSucceeded");
    expect((await on(stage).types())[0]).toBe("UpdateAdopted");
    expect(on(stage).writes()).toEqual([]);
    await slack.waitFor(() =>
      on(stage)
        .top()
        .find((message) => message.broadcast),
    );
    expect(
      on(stage)
        .top()
        .filter((message) => said(message).includes(approve)),
    ).toEqual([]);
  });
});

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
    await slack.waitFor(() => top().filter((message) => message.broadcast).length === 2);
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
      { what: "the card of the forced plan" },
    );
    expect(writes()).toHaveLength(1);
    await slack.as(slack.users.approver).click(card, approve);
    await has("RunSucceeded", 30_000);
    expect(writes().at(-1)?.input).toMatchObject({ force: true });
    expect(world.clusters.get("eks-workshop")?.updates.at(-1)?.status).toBe("Successful");
  });
});
