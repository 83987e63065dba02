import { describe, expect, it } from "vitest";
import { ownWorkers, workerVersions } from "../../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import type { GroupTemplate } from "../../../src/core/roll/seen.js";
import { openWire, type Wire } from "./wire.js";

/** Against the simulated world: that what is sent does what it should. What is sent is looked at beside this file. */

const open = () => openWire(selfManaged);

async function workers({ region }: Wire) {
  const [group] = await region.autoScaling.groups(["workers"]);
  if (group?.template?.kind !== "launch template")
    throw new Error("The scenario has no plain group workers.");
  return { ...group, template: group.template };
}

async function target({ region }: Wire): Promise<string> {
  const latest = await region.releases.latest("AL2023_x86_64_STANDARD", "1.34");
  if (!latest) throw new Error("The scenario has no release.");
  return latest.image;
}

describe("a self-managed group", () => {
  it("is found by the cluster's tag, and by its instances", async () => {
    const wire = await open();
    const { autoScaling } = wire.region;
    const found = await autoScaling.groupsOfCluster("eks-workshop");
    expect(found.map(({ name }) => name)).toEqual(["workers"]);
    expect(await autoScaling.groupsOfCluster("eks")).toEqual([]);
    const ids = found.flatMap(({ instances }) => instances.map(({ id }) => id));
    expect(ids).toHaveLength(6);
    const groups = await autoScaling.groupsOf([...ids, "i-00000000000000000"]);
    expect([...groups]).toEqual(ids.map((id) => [id, "workers"]));
  });

  it("its instances are seen with the AMI, place and age that only EC2 knows", async () => {
    const wire = await open();
    const { instances, subnets, zones } = await workers(wire);
    const seen = await wire.region.ec2.instances([...instances.map(({ id }) => id), "i-00000000000000000"]);
    expect(seen).toHaveLength(6);
    const [image = ""] = new Set(seen.map((each) => each.image));
    for (const each of seen) {
      expect(each).toMatchObject({
        image,
        architecture: "x86_64",
        state: "running",
        instanceType: "m5.large",
      });
      expect(subnets).toContain(each.subnet);
      expect(zones).toContain(each.zone);
      expect(each.launchedAt).toBe(Date.parse("2026-02-27"));
    }
    expect(await wire.region.ec2.images([image, "ami-00000000000000000"])).toEqual([
      expect.objectContaining({
        id: image,
        name: expect.stringMatching(/^amazon-eks-node-al2023/),
        owner: "amazon",
      }),
    ]);
    const free = await wire.region.ec2.subnets(subnets);
    expect(free.map(({ zone }) => zone)).toEqual(zones);
    expect(Math.min(...free.map(({ freeAddresses }) => freeAddresses))).toBeGreaterThan(100);
  });

  it("gets a template version with another AMI, one for the same token however often it is made", async () => {
    const wire = await open();
    const { ec2 } = wire.region;
    const { template } = (await workers(wire)).template;
    const source = await ec2.templateVersion(template.id, template.version);
    expect(source).toMatchObject({ name: "workers", number: 3, instanceType: "m5.large", madeByEks: false });
    const image = await target(wire);
    const wanted = {
      template: template.id,
      source: "3",
      image,
      token: "calm-heron-42-1",
      description: "by a run",
    };
    expect(await Promise.all([1, 2].map(() => ec2.createTemplateVersion(wanted)))).toEqual(["4", "4"]);
    expect(await ec2.templateVersion(template.id, "4")).toEqual({ ...source, number: 4, image });
    expect((await ec2.templateVersion(template.id, "$Latest")).number).toBe(4);
    expect((await ec2.templateVersion(template.id, "$Default")).number, "the default stays").toBe(2);
  });

  it("is pointed at a number, and back at what it was", async () => {
    const wire = await open();
    const { autoScaling } = wire.region;
    const before = (await workers(wire)).template;
    const to: GroupTemplate = { ...before, template: { ...before.template, version: "2" } };
    await autoScaling.pointAt("workers", to);
    expect((await workers(wire)).template).toEqual(to);
    await autoScaling.pointAt("workers", before);
    expect((await workers(wire)).template).toEqual(before);
  });

  it("with a mixed instances policy is pointed at a version of each template, and keeps the rest", async () => {
    const own = { name: "large", versions: [workerVersions[1] ?? {}, workerVersions[2] ?? {}] };
    const overrides = [
      { instanceType: "m5.large" },
      { instanceType: "m5.xlarge", template: own, version: 1 },
    ];
    const { region, world } = await openWire({ ...selfManaged, ...ownWorkers({ group: { overrides } }) });
    const [group] = await region.autoScaling.groups(["workers"]);
    const before = group?.template;
    if (before?.kind !== "mixed instances") throw new Error("The group has no mixed instances policy.");
    const [large] = before.overrides;
    expect(large).toMatchObject({
      index: 1,
      instanceType: "m5.xlarge",
      template: { name: "large", version: "1" },
    });
    const to: GroupTemplate = {
      ...before,
      template: { ...before.template, version: "2" },
      overrides: before.overrides.map((each) => ({ ...each, template: { ...each.template, version: "2" } })),
    };
    await region.autoScaling.pointAt("workers", to);
    expect((await region.autoScaling.groups(["workers"]))[0]?.template).toEqual(to);
    expect(world.autoScalingGroups.get("workers")?.overrides).toHaveLength(2);
    await region.autoScaling.pointAt("workers", before);
    expect((await region.autoScaling.groups(["workers"]))[0]?.template).toEqual(before);
  });

  it("is resized, its processes suspended and resumed, its tags put on and taken off", async () => {
    const wire = await open();
    const { autoScaling } = wire.region;
    const before = await workers(wire);
    for (const _twice of [1, 2]) {
      await autoScaling.resize("workers", { max: 12, desired: 9 });
      await autoScaling.suspend("workers", ["AZRebalance", "ReplaceUnhealthy"]);
      await autoScaling.tag("workers", { "eks-upgrade-bot:run": "calm-heron-42" });
    }
    const changed = await workers(wire);
    expect(changed.sizes).toEqual({ min: 3, max: 12, desired: 9 });
    expect([...changed.suspended].sort()).toEqual(["AZRebalance", "ReplaceUnhealthy"]);
    expect(changed.tags).toEqual({ ...before.tags, "eks-upgrade-bot:run": "calm-heron-42" });
    for (const _twice of [1, 2]) {
      await autoScaling.resume("workers", ["AZRebalance"]);
      await autoScaling.untag("workers", ["eks-upgrade-bot:run"]);
    }
    const after = await workers(wire);
    expect(after.suspended).toEqual(["ReplaceUnhealthy"]);
    expect(after.tags).toEqual(before.tags);
  });

  it("loses an instance once, however often that is asked", async () => {
    const wire = await open();
    const { autoScaling } = wire.region;
    const [victim = { id: "" }] = (await workers(wire)).instances;
    expect(await autoScaling.terminate(victim.id, { decrement: true })).toBe("terminating");
    expect(await autoScaling.terminate(victim.id, { decrement: true })).toBe("not there");
    expect((await workers(wire)).sizes.desired).toBe(5);
    expect(await autoScaling.terminate("i-00000000000000000", { decrement: false })).toBe("not there");
  });

  it("at its minimum is told as refused", async () => {
    const wire = await open();
    const { autoScaling } = wire.region;
    await autoScaling.resize("workers", { min: 6 });
    const [victim = { id: "" }] = (await workers(wire)).instances;
    await expect(autoScaling.terminate(victim.id, { decrement: true })).rejects.toMatchObject({
      kind: "refused",
    });
    expect((await workers(wire)).sizes.desired).toBe(6);
  });

  it("tells its activities, and that nothing is being refreshed", async () => {
    const wire = await open();
    const { autoScaling } = wire.region;
    const [victim = { id: "" }] = (await workers(wire)).instances;
    await autoScaling.terminate(victim.id, { decrement: false });
    const [latest] = await autoScaling.activities("workers");
    expect(latest).toMatchObject({
      description: expect.stringContaining(victim.id),
      startedAt: wire.clock.now(),
    });
    expect(await autoScaling.isRefreshing("workers")).toBe(false);
  });
});
