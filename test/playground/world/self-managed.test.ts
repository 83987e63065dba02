import { describe, expect, it } from "vitest";
import type { ScalingProcess } from "../../../playground/scenarios/scaling-groups.js";
import { setSizes } from "../../../playground/world/auto-scaling.js";
import { createVersion } from "../../../playground/world/launch-templates.js";
import { templateOf } from "../../../playground/world/lookup.js";
import { loseNode } from "../../../playground/world/loss.js";
import { resume, suspend, terminateByRequest } from "../../../playground/world/scaling-requests.js";
import { latestImage } from "./own-roll.js";
import { minute, type OwnStage, ownStage, ownWorkshop } from "./stage.js";

const current = "ami-04f2a9c7d81e6b350";
const zones = ({ members }: OwnStage) =>
  members()
    .map(({ subnet }) => subnet.zone.at(-1))
    .sort()
    .join("");
const more = (stage: OwnStage, by: number) =>
  setSizes(stage.world, stage.scaling, { max: 20, desired: stage.scaling.desired + by });
const allReady = ({ members, scaling }: OwnStage) =>
  members().length === scaling.desired && members().every(({ node }) => node === "ready");

describe("nodes that EKS does not manage", () => {
  it("carry the instance, zone and type of their own, and no label of a managed node group", async () => {
    const { members, cluster } = await ownStage();
    for (const { id, nodeName, subnet } of members()) {
      const node = cluster.kubernetes.store.get("nodes", { name: nodeName });
      expect(node?.spec.providerID).toBe(`aws:///${subnet.zone}/${id}`);
      expect(node?.metadata.labels).toMatchObject({
        "topology.kubernetes.io/zone": subnet.zone,
        "node.kubernetes.io/instance-type": "m5.large",
      });
      expect(Object.keys(node?.metadata.labels ?? {}).join()).not.toContain("eks.amazonaws.com");
    }
  });

  it("die with their pods when they are terminated undrained, and the record says so", async () => {
    const { world, members, until, changes, cluster } = await ownStage();
    const victim = members().find(({ nodeName }) => cluster.kubernetes.podsToEvict(nodeName).length > 0);
    terminateByRequest(world, [victim?.id ?? ""], false);
    await until(() => changes("terminated").length === 1);
    expect(changes("undrained").map(({ subject }) => subject)).toEqual([victim?.nodeName]);
  });

  it("are terminated without a word where a drain emptied them", async () => {
    const { world, members, until, changes, cluster } = await ownStage();
    const [victim] = members();
    const pods = () => cluster.kubernetes.podsToEvict(victim?.nodeName ?? "");
    cluster.kubernetes.changeNode(victim?.nodeName ?? "", { unschedulable: true });
    await until(
      () => pods().length === 0,
      () => {
        for (const pod of pods()) cluster.kubernetes.evict(pod);
      },
    );
    terminateByRequest(world, [victim?.id ?? ""], false);
    await until(() => changes("terminated").length === 1);
    expect(changes("undrained")).toEqual([]);
  });
});

describe("what a new instance is launched from", () => {
  it.each([
    ["$Latest, made since the group was pointed at it", "$Latest", latestImage],
    ["$Default, which stays when a version is made", "$Default", current],
    ["a number", 3, current],
  ] as const)("%s", async (_sentence, version, image) => {
    const stage = await ownStage(ownWorkshop({ group: { version } }));
    const template = templateOf(stage.world, stage.scaling);
    createVersion(stage.world, { template, source: 3, image: latestImage, token: "t" });
    more(stage, 1);
    await stage.until(() => stage.members().length === 7);
    expect(stage.members().map((member) => member.image)).toEqual([...Array(6).fill(current), image]);
  });

  it("$Default, changed since", async () => {
    const stage = await ownStage(ownWorkshop({ group: { version: "$Default" } }));
    templateOf(stage.world, stage.scaling).defaultVersion = 1;
    more(stage, 1);
    await stage.until(() => stage.members().length === 7);
    expect(stage.members().at(-1)?.image).toBe("ami-0b8d4f6a2c1e93057");
  });

  it("an AMI that an SSM parameter leads to", async () => {
    const parameter =
      "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/image_id";
    const versions = [{ image: current }, { image: `resolve:ssm:${parameter}` }];
    const stage = await ownStage(
      ownWorkshop({ group: { template: { name: "workers", versions }, nodesVersion: 1 } }),
    );
    more(stage, 1);
    await stage.until(() => stage.members().length === 7);
    expect(stage.members().at(-1)?.image).toBe(latestImage);
  });

  it("overrides of a MixedInstancesPolicy in turn, each from its own template where it has one", async () => {
    const own = { name: "workers-amd", versions: [{ image: latestImage }] };
    const overrides = [{ instanceType: "m5.large" }, { instanceType: "m5a.large", template: own }];
    const stage = await ownStage(ownWorkshop({ group: { overrides } }));
    more(stage, 2);
    await stage.until(() => stage.members().length === 8);
    const fresh = stage.members().slice(6);
    expect(fresh.map(({ instanceType, image }) => [instanceType, image])).toEqual([
      ["m5.large", current],
      ["m5a.large", latestImage],
    ]);
  });

  it("an AMI that does not exist: nothing, and the activities say why", async () => {
    const stage = await ownStage();
    createVersion(stage.world, { template: templateOf(stage.world, stage.scaling), image: "ami-0" });
    more(stage, 1);
    await stage.until(() => stage.scaling.activities.length > 0);
    expect(stage.scaling.activities[0]).toMatchObject({
      status: "Failed",
      message: "The image id '[ami-0]' does not exist. Launching EC2 instance failed.",
    });
    expect(stage.members()).toHaveLength(6);
  });
});

describe("a zone without capacity", () => {
  it("gets none, the others get its share, and the activities tell both", async () => {
    const stage = await ownStage();
    const message =
      "We currently do not have sufficient m5.large capacity in the Availability Zone you requested.";
    stage.world.launchFault = ({ subnet }) =>
      subnet.zone === "us-west-2c" ? { kind: "launch fails", message } : undefined;
    suspend(stage.world, stage.scaling, ["AZRebalance"]);
    more(stage, 6);
    await stage.until(() => allReady(stage));
    expect(zones(stage)).toBe("aaaaabbbbbcc");
    expect(stage.scaling.activities.find(({ status }) => status === "Failed")).toMatchObject({
      description: `Launching a new EC2 instance.  Status Reason: ${message}`,
      message,
    });
  });
});

describe("a process that is suspended", () => {
  const shrink = (stage: OwnStage) => setSizes(stage.world, stage.scaling, { max: 8, desired: 4 });
  const grow = (stage: OwnStage) => setSizes(stage.world, stage.scaling, { max: 8, desired: 8 });
  const lose = (stage: OwnStage) =>
    void loseNode(stage.world, stage.cluster, { autoScalingGroup: stage.scaling.name });

  it.each<[ScalingProcess, (stage: OwnStage) => void, (stage: OwnStage) => boolean]>([
    ["Launch", grow, ({ members }) => members().length === 8],
    ["Terminate", shrink, ({ members }) => members().length === 4],
    [
      "HealthCheck",
      lose,
      (stage) => allReady(stage) && stage.members().every(({ state }) => state === "running"),
    ],
    [
      "ReplaceUnhealthy",
      lose,
      (stage) => allReady(stage) && stage.members().every(({ isHealthy }) => isHealthy),
    ],
  ])("%s does not happen before it is resumed", async (process, does, hasHappened) => {
    const stage = await ownStage();
    suspend(stage.world, stage.scaling, [process]);
    does(stage);
    await stage.clock.advance(10 * minute);
    expect(stage.members()).toHaveLength(6);
    expect(stage.changes("launch", "terminating")).toEqual([]);
    resume(stage.world, stage.scaling, [process]);
    await stage.until(() => stage.changes("launch", "terminating").length > 0 && hasHappened(stage));
  });

  it("ReplaceUnhealthy: the instance is listed as unhealthy meanwhile", async () => {
    const stage = await ownStage();
    suspend(stage.world, stage.scaling, ["ReplaceUnhealthy"]);
    lose(stage);
    await stage.until(() => stage.members().some(({ isHealthy }) => !isHealthy));
    expect(stage.members().filter(({ isHealthy }) => !isHealthy)).toHaveLength(1);
    expect(stage.changes("undrained")).toEqual([]);
  });
});

describe("AZRebalance", () => {
  /** Two of a zone go for good: 0, 2 and 2 nodes stay. */
  const uneven = async (suspended: readonly ScalingProcess[]) => {
    const stage = await ownStage();
    suspend(stage.world, stage.scaling, suspended);
    const ids = stage.members().filter(({ subnet }) => subnet.zone === "us-west-2a");
    terminateByRequest(
      stage.world,
      ids.map(({ id }) => id),
      true,
    );
    await stage.until(() => stage.changes("terminated").length === 2);
    return stage;
  };

  it("launches in the emptiest zone first, then terminates in the fullest, undrained", async () => {
    const stage = await uneven([]);
    await stage.until(() => stage.changes("terminated").length === 3);
    const [rebalanced] = stage.changes("rebalance");
    const [fresh] = stage.changes("running");
    const third = stage.changes("terminating")[2];
    expect(fresh?.what).toContain("us-west-2a");
    expect([rebalanced?.at ?? 0, fresh?.at ?? 0, third?.at ?? 0]).toEqual(
      [rebalanced?.at, fresh?.at, third?.at].sort(),
    );
    expect(["abbc", "abcc"]).toContain(zones(stage));
    expect(stage.scaling.desired).toBe(4);
    expect(stage.changes("undrained").map(({ subject }) => subject)).toContain(third?.subject);
  });

  it.each<[ScalingProcess]>([["AZRebalance"], ["Launch"], ["Terminate"]])(
    "leaves zones uneven while %s is suspended",
    async (process) => {
      const stage = await uneven([process]);
      await stage.clock.advance(30 * minute);
      expect([zones(stage), stage.changes("rebalance")]).toEqual(["bbcc", []]);
    },
  );

  it("tries a zone without capacity again, and takes nothing away meanwhile", async () => {
    const stage = await uneven(["AZRebalance"]);
    stage.world.launchFault = () => ({ kind: "launch fails", message: "No capacity." });
    resume(stage.world, stage.scaling, ["AZRebalance"]);
    await stage.clock.advance(10 * minute);
    expect(zones(stage)).toBe("bbcc");
    stage.world.launchFault = () => undefined;
    await stage.until(() => zones(stage).includes("a") && stage.members().length === 4);
  });
});

it("whoever lowers desired leaves the choice to Auto Scaling: the fullest zone, undrained, and never a protected one", async () => {
  const stage = await ownStage(ownWorkshop({ group: { spread: [3, 2, 1] } }));
  const [first, second, third] = stage.members();
  for (const member of [first, second]) if (member) member.isProtected = true;
  setSizes(stage.world, stage.scaling, { max: 8, desired: 5 });
  await stage.until(() => stage.members().length === 5);
  expect(zones(stage)).toBe("aabbc");
  expect(stage.members()).not.toContain(third);
});
