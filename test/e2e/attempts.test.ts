import { afterEach, describe, expect, it } from "vitest";
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
    await slack.waitFor(
      () =>
        on(stage)
          .top()
          .find((message) => message.broadcast),
      { timeoutMs: 15_000 },
    );
    expect(
      on(stage)
        .top()
        .filter((message) => said(message).includes(approve)),
    ).toEqual([]);
  });
});
