import { describe, expect, it } from "vitest";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { connectRegions, type Region, type RegionOptions } from "../../../src/aws/region.js";
import type { AwsWrite } from "../../../src/aws/writes.js";
import { openAnswering } from "./answering.js";
import { pointSdkAt } from "./sdk.js";
import { eksAnswer, openWire } from "./wire.js";

/** A region of a simulated AWS, and what is told of its writes. */
async function telling(options: RegionOptions = {}) {
  const wire = await openWire(selfManaged);
  const told: AwsWrite[] = [];
  const region = connectRegions({ ...options, onWrite: (write) => told.push(write) })("us-west-2");
  const idOf = (operation: string) =>
    wire.world.calls.find((call) => call.operation === operation)?.requestId ?? "none";
  return { ...wire, region, told, idOf };
}

/** By hand, for answers that no world gives. */
async function tellingOf(answers: Parameters<typeof openAnswering>[0]) {
  await openAnswering(answers);
  const told: AwsWrite[] = [];
  return { told, region: connectRegions({ onWrite: (write) => told.push(write) })("us-west-2") };
}

const update = {
  cluster: "eks-workshop",
  nodeGroup: "default",
  version: "1.34",
  force: false,
  token: "calm-heron-42-0-1",
};

const done = { region: "us-west-2", outcome: "done", answered: true, attempts: 1 };

describe("what is told of a write", () => {
  it("of EKS: the call, the node group, what was asked, and by which id AWS knows it", async () => {
    const { region, told, idOf } = await telling();
    await region.eks.startNodeGroupUpdate(update).catch(() => {});
    expect(told).toEqual([
      expect.objectContaining({
        what: "eks:UpdateNodegroupVersion",
        on: "eks-workshop/default",
        cluster: "eks-workshop",
        requestIds: [idOf("UpdateNodegroupVersion")],
        asked: { version: "1.34", force: false },
      }),
    ]);
  });

  type Act = (region: Region) => Promise<unknown>;
  it.each<[string, Act, Partial<AwsWrite>]>([
    [
      "a group's sizes",
      ({ autoScaling }) => autoScaling.resize("workers", { max: 9, desired: 7 }),
      {
        what: "autoscaling:UpdateAutoScalingGroup",
        on: "auto-scaling-group/workers",
        asked: { MaxSize: 9, DesiredCapacity: 7 },
      },
    ],
    [
      "suspended processes",
      ({ autoScaling }) => autoScaling.suspend("workers", ["AZRebalance", "ReplaceUnhealthy"]),
      {
        what: "autoscaling:SuspendProcesses",
        on: "auto-scaling-group/workers",
        asked: { ScalingProcesses: "AZRebalance ReplaceUnhealthy" },
      },
    ],
    [
      "resumed processes",
      ({ autoScaling }) => autoScaling.resume("workers", ["AZRebalance"]),
      {
        what: "autoscaling:ResumeProcesses",
        on: "auto-scaling-group/workers",
        asked: { ScalingProcesses: "AZRebalance" },
      },
    ],
    [
      "tags, but not what is in them",
      ({ autoScaling }) => autoScaling.tag("workers", { "eks-upgrade-bot:run": "calm-heron-42" }),
      { what: "autoscaling:CreateOrUpdateTags", on: "auto-scaling-group/workers", asked: {} },
    ],
    [
      "removed tags",
      ({ autoScaling }) => autoScaling.untag("workers", ["eks-upgrade-bot:run"]),
      { what: "autoscaling:DeleteTags", on: "auto-scaling-group/workers", asked: {} },
    ],
  ])("of Auto Scaling: %s", async (_, act, expected) => {
    const { region, told, idOf } = await telling();
    await act(region);
    const id = idOf(expected.what?.split(":")[1] ?? "");
    expect(told).toEqual([{ ...done, ...expected, requestIds: [id] }]);
  });

  it("of Auto Scaling: an instance that is ended, and not the looks before it", async () => {
    const { region, told } = await telling();
    const [group] = await region.autoScaling.groups(["workers"]);
    const id = group?.instances[0]?.id ?? "";
    await region.autoScaling.terminate(id, { decrement: true });
    expect(told).toEqual([
      expect.objectContaining({
        ...done,
        what: "autoscaling:TerminateInstanceInAutoScalingGroup",
        on: `instance/${id}`,
        asked: { ShouldDecrementDesiredCapacity: true },
      }),
    ]);
  });

  it("of EC2: a template's version, but not its token", async () => {
    const { region, told } = await telling();
    const [group] = await region.autoScaling.groups(["workers"]);
    const { template } = group ?? {};
    if (template?.kind !== "launch template") throw new Error("The scenario has no plain group workers.");
    const { id } = template.template;
    await region.ec2.createTemplateVersion({
      ...{ template: id, source: "1", image: "ami-0123456789abcdef0", token: "a-token", description: "ours" },
    });
    expect(told).toEqual([
      expect.objectContaining({
        what: "ec2:CreateLaunchTemplateVersion",
        on: `launch-template/${id}`,
        asked: {
          SourceVersion: "1",
          VersionDescription: "ours",
          "LaunchTemplateData.ImageId": "ami-0123456789abcdef0",
        },
      }),
    ]);
  });

  it("nothing of what reads alone, nor of a dry run", async () => {
    const { region, told, calls } = await telling();
    const [group] = await region.autoScaling.groups(["workers"]);
    await region.eks.nodeGroupNames("eks-workshop");
    await region.releases.latest("AL2023_x86_64_STANDARD", "1.34");
    const { template } = group ?? {};
    await region.ec2.mayCreateTemplateVersion(
      template?.kind === "launch template" ? template.template.id : "",
    );
    expect(calls("CreateLaunchTemplateVersion")).toBe(1);
    expect(told).toEqual([]);
  });
});

describe("a write that fails", () => {
  const refusal = { status: 400, code: "ValidationError", message: "arn:aws:iam::111122223333:role/secret" };

  it("is told by AWS' code, without AWS' words", async () => {
    const { region, told } = await tellingOf({ UpdateAutoScalingGroup: [refusal] });
    await expect(region.autoScaling.resize("workers", { max: 9 })).rejects.toThrow();
    expect(told).toMatchObject([{ outcome: "failed", code: "ValidationError", answered: true, attempts: 1 }]);
    expect(JSON.stringify(told)).not.toContain("secret");
  });

  it("and is tried again is told once, with every attempt and its id", async () => {
    const { region, told, server, world } = await telling();
    let ids = 0;
    server.faults = ({ operation }, perform) => {
      if (operation !== "UpdateNodegroupVersion" || ++ids > 2) return undefined;
      return ids === 1 ? "no answer" : { ...perform(), ...eksAnswer(503, {}, "ServiceUnavailableException") };
    };
    await region.eks.startNodeGroupUpdate(update).catch(() => {});
    expect(told).toMatchObject([{ attempts: 3 }]);
    const last = world.calls.filter(({ operation }) => operation === "UpdateNodegroupVersion").at(-1);
    expect(told[0]?.requestIds).toEqual([last?.requestId]);
  });

  it("without an answer may have been carried out", async () => {
    const { region, told } = await tellingOf({ TerminateInstanceInAutoScalingGroup: [undefined] });
    await region.autoScaling.terminate("i-1", { decrement: false }).catch(() => {});
    expect(told).toMatchObject([{ outcome: "failed", code: "ECONNRESET", answered: false, requestIds: [] }]);
  });

  it("because nobody lets us in was never sent", async () => {
    const told: AwsWrite[] = [];
    const role = { arn: "arn:aws:iam::111122223333:role/nobody", sessionName: "calm-heron-42@U1" };
    await openAnswering({ AssumeRole: [{ status: 403, code: "AccessDenied" }] });
    const region = connectRegions({ role, onWrite: (write) => told.push(write) })("us-west-2");
    await expect(region.autoScaling.resize("workers", { max: 9 })).rejects.toThrow();
    expect(told).toMatchObject([{ outcome: "failed", code: "AccessDenied", attempts: 0 }]);
  });
});

describe("a region's clients", () => {
  it("say who asks with every request", async () => {
    const { region, world } = await telling({ userAgent: ["eks-upgrade-bot", "run/calm-heron-42", "by/U1"] });
    await region.eks.clusterNames();
    await region.autoScaling.groups(["workers"]);
    expect(world.calls.map(({ client }) => client)).toEqual([
      expect.stringMatching(/ eks-upgrade-bot run\/calm-heron-42 by\/U1$/),
      expect.stringMatching(/ eks-upgrade-bot run\/calm-heron-42 by\/U1$/),
    ]);
  });

  it("are handed over to be closed, each once it is opened", async () => {
    const wire = await openWire();
    pointSdkAt(wire.server.url);
    const closers: (() => void)[] = [];
    const region = connectRegions({ opened: (close) => closers.push(close) })("us-west-2");
    expect(closers).toHaveLength(0);
    await region.eks.clusterNames();
    await region.eks.clusterNames();
    expect(closers).toHaveLength(1);
    for (const close of closers) close();
  });
});
