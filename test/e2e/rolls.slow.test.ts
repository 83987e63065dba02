import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { kubeconfigOf } from "../../playground/kubernetes/kubeconfig.js";
import { capacityMissing } from "../../playground/scenarios/capacity-missing.js";
import { allRolled, ownWorkers } from "../../playground/scenarios/own-workers.js";
import { workshopImages } from "../../playground/scenarios/retail-store.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import type { RollEnd, Scenario } from "../../playground/scenarios/types.js";
import { perform } from "../../playground/world/acts.js";
import { expectation } from "../../playground/world/expectation.js";
import { findCluster } from "../../playground/world/lookup.js";
import { beforeTag, marksAnnotation, runTag } from "../../src/core/roll/seen.js";
import { describeWith, runner } from "../playground/programs.js";
import { openRolling, type Rolling } from "./rolling.js";

/** Rolls of self-managed node groups, with people at the buttons: what Slack says, and what became of the world. */

const stopped: RollEnd = { end: "stopped", cluster: allRolled.cluster, nodeGroup: allRolled.nodeGroup };
const untouched = { min: 3, max: 8, desired: 6, suspended: [], tags: [] };

/** Two budgets over one pod: Kubernetes refuses every eviction. */
const twoBudgets: Scenario = {
  ...ownWorkers({
    services: {
      assets: {
        budgets: [
          { name: "assets", maxUnavailable: 1 },
          { name: "assets-from-the-old-chart", minAvailable: 0 },
        ],
      },
    },
  }),
  ...{ name: "two-budgets", story: "Two budgets cover the one pod of assets.", expected: allRolled },
};
/** Every pod of ui is needed. */
const everyPodNeeded: Scenario = {
  ...ownWorkers({ services: { ui: { replicas: 3, budgets: [{ name: "ui", minAvailable: 3 }] } } }),
  ...{ name: "every-pod-needed", story: "A budget wants every pod of ui.", expected: allRolled },
};
/** No pod of ui may be evicted, however many there are. */
const noneMayGo: Scenario = {
  ...ownWorkers({ services: { ui: { replicas: 3, budgets: [{ name: "ui", maxUnavailable: 0 }] } } }),
  ...{ name: "none-may-go", story: "A budget lets no pod of ui go.", expected: allRolled },
};

let rolling: Rolling | undefined;
afterEach(async () => {
  await rolling?.close();
  rolling = undefined;
});

async function open(scenario: Scenario): Promise<Rolling> {
  rolling = await openRolling(scenario);
  return rolling;
}

const whyNot = ({ stage }: Rolling, end: RollEnd) => {
  const { met, why } = expectation(stage.playground.world, end);
  return met ? "as it should be" : why;
};

describe("a drain that does not go on", () => {
  it("is asked about again when waiting did not help, put off, and forced by two people", async () => {
    const roll = await open(twoBudgets);
    await roll.start();
    const card = await roll.message("eks-upgrade:answer-wait");
    expect(card.text).toContain(
      "Until then no other node is begun: *Skip this node for now* lets them go on.",
    );
    await roll.press("answer-wait");
    await roll.has("DrainBlockLasts");
    await roll.message("call1-");
    await roll.answerEach((_, nth) => (nth === 0 ? "skip node" : "force"));
    expect(await roll.over()).toMatchObject({ state: "succeeded" });
    expect(whyNot(roll, allRolled)).toBe("as it should be");
    await roll.message("it came back last, and left");
    expect((await roll.message("against budgets*")).text).toMatch(
      /as <@U0OPERATOR> and <@U0APPROVER> decided/,
    );
  });

  it("one replica more frees a budget that wants every pod, and is taken back; then back to the former AMI", async () => {
    const roll = await open(everyPodNeeded);
    await roll.start();
    await roll.answerEach(() => "surge owner");
    const { state, words } = await roll.over();
    expect(state).toBe("succeeded");
    expect(whyNot(roll, allRolled)).toBe("as it should be");
    expect(roll.replicas("ui")).toBe(3);
    const [, back = ""] = /back to the former one: `\/eks-upgrade ([^`]+)`/.exec(words) ?? [];
    await roll.start(back);
    await roll.answerEach(() => "surge owner");
    expect(await roll.over()).toMatchObject({ state: "succeeded" });
    expect(whyNot(roll, { ...allRolled, image: workshopImages.current })).toBe("as it should be");
    expect(roll.replicas("ui")).toBe(3);
  });

  it("a restart moves what no budget lets go; stopped, the extra node that is blocked may be left", async () => {
    const roll = await open(noneMayGo);
    await roll.start();
    const card = await roll.message("eks-upgrade:answer-restart-owner");
    expect(JSON.stringify(card.blocks)).not.toContain("answer-surge-owner");
    await roll.press("answer-restart-owner");
    await roll.has("OwnerRestarted");
    await roll.has("NodeGone");
    const { id } = await roll.run();
    expect(await roll.types(`cancel ${id}`)).toContain("Calling off upgrading eks-workshop/workers");
    await roll.answerEach(() => "skip node");
    const { state, words } = await roll.over();
    expect(state).toBe("cancelled");
    expect(words).toContain("called the upgrade off");
    const left = roll.group();
    expect(left).toMatchObject({ suspended: [], tags: [], template: "3" });
    if (left.desired > untouched.desired) expect(words).toMatch(/extra nodes? stays?: a person left/);
    expect(await roll.types(`retry ${id}`)).toContain("did not fail: somebody called it off already");
    expect(await roll.types("repair eks-workshop")).toContain("Nothing of mine is left behind");
  });
});

describe("new nodes that do not come", () => {
  it("are waited for when a person says so, and come", async () => {
    const roll = await open(capacityMissing);
    await roll.start();
    const { text } = await roll.message("eks-upgrade:answer-stop");
    expect(text).toContain("We currently do not have sufficient m5.large capacity");
    const { world } = roll.stage.playground;
    perform(world, findCluster(world, "eks-workshop"), { kind: "capacity" });
    await roll.press("answer-wait");
    expect(await roll.over()).toMatchObject({ state: "succeeded" });
    expect(whyNot(roll, allRolled)).toBe("as it should be");
  });

  it("end the upgrade when a person says so", async () => {
    const roll = await open(capacityMissing);
    await roll.start();
    await roll.press("answer-stop");
    const { state, words } = await roll.over();
    expect(state).toBe("cancelled");
    expect(words).toMatch(/\*Put back:\*[\s\S]*set max from \d+ to 8 of workers[\s\S]*resumed AZRebalance/);
    expect(whyNot(roll, stopped)).toBe("as it should be");
  });
});

describeWith("kubectl", () => {
  it("puts back what no record knows of, by the very lines that repair shows", async () => {
    const { stage, types } = await open(selfManaged);
    const { kubernetes, world } = stage.playground;
    const { store } = findCluster(world, "eks-workshop").kubernetes;
    const [node] = store.list("nodes");
    const name = node?.metadata.name ?? "";
    store.update("nodes", { name }, ({ metadata, spec }) => {
      spec.unschedulable = true;
      spec.taints = [{ key: "eks.amazonaws.com/nodegroup", value: "unschedulable", effect: "NoSchedule" }];
      metadata.labels = {
        ...metadata.labels,
        "node.kubernetes.io/exclude-from-external-load-balancers": "true",
      };
      metadata.annotations = {
        "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true",
        [marksAnnotation]: "brave-otter-7 taint,load balancers,keep,cordon",
      };
    });
    const words = await types("repair eks-workshop");
    const lines = [...words.matchAll(/`kubectl ([^`]+)`/g)].map(([, line = ""]) => line);
    const folder = mkdtempSync(join(tmpdir(), "repair-"));
    const kubeconfig = join(folder, "config");
    writeFileSync(kubeconfig, kubeconfigOf(kubernetes));
    const kubectl = runner("kubectl", { ...process.env, KUBECONFIG: kubeconfig, HOME: folder });
    for (const line of new Set(lines)) await kubectl(...line.split(" "));
    rmSync(folder, { recursive: true });
    const now = store.get("nodes", { name });
    expect(new Set(lines).size).toBe(5);
    expect([now?.spec.unschedulable ?? false, now?.spec.taints ?? []]).toEqual([false, []]);
    expect(now?.metadata.annotations ?? {}).toEqual({});
    expect(await types("repair eks-workshop")).toContain("Nothing of mine is left behind");
  });
});

describeWith("aws", () => {
  it("takes the tags of a run off that no record knows of, by the very lines that repair shows", async () => {
    const { stage, types } = await open(selfManaged);
    const { environment, world } = stage.playground;
    const { tags } = world.autoScalingGroups.get("workers") ?? {};
    tags?.set(runTag, { value: "brave-otter-7", propagate: false });
    tags?.set(beforeTag, { value: "min=3 max=8 desired=6", propagate: false });
    const words = await types("repair eks-workshop");
    const lines = [...words.matchAll(/`aws ([^`]+)`/g)].map(([, line = ""]) => line);
    const aws = runner("aws", { ...environment, AWS_PAGER: "" });
    for (const line of new Set(lines)) await aws(...line.split(" "));
    expect(new Set(lines).size).toBe(2);
    expect(await types("repair eks-workshop")).toContain("Nothing of mine is left behind");
  });
});

describe("orders about a roll", () => {
  it("held, nothing new is begun; called off while held, all is put back", async () => {
    const roll = await open(selfManaged);
    await roll.start();
    await roll.has("NodeDraining");
    const { id } = await roll.run();
    expect(await roll.types("start eks-workshop/workers")).toContain("has an open run already");
    expect(await roll.types(`pause ${id}`)).toContain("Paused upgrading");
    expect(await roll.types(`pause ${id}`)).toContain("It is paused already");
    expect(await roll.types(`resume ${id}`)).toContain("goes on");
    expect(await roll.types(`resume ${id}`)).toContain("is not paused");
    await roll.has("NodeGone");
    await roll.types(`pause ${id}`);
    expect(await roll.types(`cancel ${id}`)).toContain("Calling off");
    expect(await roll.types(`pause ${id}`)).toContain("is being called off already");
    const { state, words } = await roll.over();
    expect(state).toBe("cancelled");
    expect(words).toMatch(/nodes? on the new release, \d on the old/);
    expect(words).toContain("so I pointed it at the number that $Latest stood for before");
    expect(whyNot(roll, stopped)).toBe("as it should be");
    expect(Object.values((await roll.run()).steps[0]?.phases ?? {})).not.toContainEqual(
      expect.objectContaining({ state: "active" }),
    );
  });

  it("failed, it goes on with the same receipts; failed again, a repair puts everything back", async () => {
    const roll = await open(selfManaged);
    await roll.start();
    await roll.has("NodeJoined");
    const { tags } = roll.stage.playground.world.autoScalingGroups.get("workers") ?? {};
    const mine = tags?.get(runTag);
    if (!tags || !mine) throw new Error("The group has no tag.");
    // Somebody else's hands are on the group.
    const meddle = () => tags.set(runTag, { ...mine, value: "brave-otter-7" });
    const giveBack = () => tags.set(runTag, mine);
    meddle();
    expect(await roll.over()).toMatchObject({
      state: "failed",
      words: expect.stringContaining("Left as it is, for a retry"),
    });
    giveBack();
    const { id } = await roll.run();
    expect(await roll.types(`retry ${id}`)).toContain("Attempt 2");
    await roll.has("NodeDraining");
    meddle();
    expect(await roll.over()).toMatchObject({ state: "failed" });
    giveBack();
    const { operator } = roll.stage.playground.slack.users;
    expect(await roll.types("repair eks-workshop")).toContain("AZRebalance");
    const list = await roll.stage.ephemeral(operator, "eks-upgrade:repair");
    await roll.stage.playground.slack.as(operator).click(list, "eks-upgrade:repair");
    await roll.has("RunCancelled");
    expect(whyNot(roll, stopped)).toBe("as it should be");
    expect(roll.calls("CreateLaunchTemplateVersion")).toBe(1);
  });
});
