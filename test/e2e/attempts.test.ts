import { afterEach, describe, expect, it, vi } from "vitest";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import { requestUpdate } from "../../playground/world/request-update.js";
import { openStage, type Stage, said } from "./stage.js";

const approve = "eks-upgrade:approve";

describe("after the first attempt, and before it", () => {
  let stage: Stage;
  afterEach(async () => stage.close());

  const calls = () =>
    stage.playground.world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
  const types = async () => (await stage.events()).map((event) => event.type);
  const has = (type: string, timeout = 20_000) =>
    vi.waitFor(async () => expect(await types()).toContain(type), { timeout });
  const top = () => stage.playground.slack.workspace.messages(stage.playground.slack.channel);

  /** Somebody scales the Deployment whose budget lets none go. */
  function makeRoom(): void {
    const store = stage.playground.world.clusters.get("eks-workshop")?.kubernetes.store;
    store?.update("deployments", { namespace: "orders", name: "orders" }, ({ spec }) => {
      spec.replicas = 4;
    });
  }

  async function started(): Promise<void> {
    const { slack } = stage.playground;
    await stage.types("start eks-workshop");
    await slack.as(slack.users.approver).click(await stage.card(), approve);
  }

  /** The blocked update has failed, and its live message offers what can be done. */
  async function failed() {
    stage = await openStage({ scenario: pdbBlocks, speed: 500 });
    await stage.startBot();
    await started();
    await has("RunFailed");
    const { slack } = stage.playground;
    return slack.waitFor(() => top().find((message) => said(message).includes("eks-upgrade:retry-force")), {
      timeoutMs: 15_000,
      what: "the live message with its buttons",
    });
  }

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
    expect(await types()).toEqual(["RunRequested", "RunCancelled"]);
    expect((await stage.types("start eks-workshop")).text).toContain("Asked for approval");
    expect(calls()).toEqual([]);
  });

  it("a run that EKS has begun cannot be called off, and says why", async () => {
    stage = await openStage({ speed: 50 });
    await stage.startBot();
    await started();
    await has("UpdateStarted");
    const [id = ""] = await stage.runs.recent(1);
    expect((await stage.types(`cancel ${id}`)).text).toMatch(/EKS .*cannot|cannot .*EKS/);
    expect(await types()).not.toContain("RunCancelled");
  });

  it("says which pod and which budget block the drain long before EKS gives up", async () => {
    const live = await failed();
    const events = await stage.events();
    const at = (type: string) => events.find((event) => event.type === type)?.at ?? 0;
    expect(at("DrainBlocked")).toBeGreaterThan(0);
    expect(at("RunFailed") - at("DrainBlocked")).toBeGreaterThan(10 * 60_000);
    expect(said(live)).toContain("disruption budget orders needs 3 healthy pods and has 3");
  });

  it("Retry makes a new attempt with a new token; with room made for the pod it succeeds, and one thread tells both", async () => {
    const live = await failed();
    const { slack, world } = stage.playground;
    makeRoom();
    // Twice: the second click comes too late.
    await Promise.all([1, 2].map(() => slack.as(slack.users.operator).click(live, "eks-upgrade:retry")));
    await has("RunSucceeded");
    expect((await types()).filter((type) => type === "RetryRequested")).toHaveLength(1);
    expect(new Set(calls().map((call) => call.input.clientRequestToken)).size).toBe(2);
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

  it("Retry by a bystander does nothing", async () => {
    const live = await failed();
    const { slack } = stage.playground;
    await slack.as(slack.users.bystander).click(live, "eks-upgrade:retry");
    await stage.ephemeral(slack.users.bystander, "I know no run");
    expect(await types()).not.toContain("RetryRequested");
  });

  it("Retry with force is a plan of its own, with an approval of its own, and deletes what cannot be evicted", async () => {
    const live = await failed();
    const { slack, world } = stage.playground;
    await slack.as(slack.users.operator).click(live, "eks-upgrade:retry-force");
    const card = await slack.waitFor(
      () => top().find((message) => said(message).includes(approve) && said(message).includes("Force")),
      { timeoutMs: 10_000, what: "the card of the forced plan" },
    );
    expect(calls()).toHaveLength(1);
    await slack.as(slack.users.approver).click(card, approve);
    await has("RunSucceeded", 30_000);
    expect(calls().at(-1)?.input).toMatchObject({ force: true });
    expect(world.clusters.get("eks-workshop")?.updates.at(-1)?.status).toBe("Successful");
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
    await has("RunSucceeded");
    expect((await types())[0]).toBe("UpdateAdopted");
    expect(calls()).toEqual([]);
    await slack.waitFor(() => top().find((message) => message.broadcast), { timeoutMs: 15_000 });
    expect(top().filter((message) => said(message).includes(approve))).toEqual([]);
  });
});
