import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  ModifyLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  ListClustersCommand,
  UpdateNodegroupVersionCommand,
} from "@aws-sdk/client-eks";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { servingFleet } from "./serving-fleet.js";

const [oregon, ireland] = ["us-west-2", "eu-west-1"] as const;
const standard134 =
  "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/image_id";

describe("a region of an account has its own", () => {
  it.each([
    [oregon, "test", ["shop-test"]],
    [ireland, "test", ["lab-test"]],
    [oregon, "prod", ["shop-prod", "legacy-prod"]],
    [ireland, "prod", ["ml-prod", "vault-prod"]],
  ] as const)("clusters: %s of %s", async (region, account, names) => {
    const { clients } = await servingFleet();
    const { clusters } = await clients(region, account).eks.send(new ListClustersCommand());
    expect(clusters).toEqual(names);
  });

  it("ARNs, and names of nodes", async () => {
    const { clients, world } = await servingFleet();
    const { eks } = clients(ireland);
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: "lab-test" }));
    expect(cluster?.arn).toBe("arn:aws:eks:eu-west-1:111122223333:cluster/lab-test");
    const there = { clusterName: "lab-test", nodegroupName: "default" };
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand(there));
    expect(nodegroup?.nodegroupArn).toMatch(
      /^arn:aws:eks:eu-west-1:111122223333:nodegroup\/lab-test\/default\//,
    );
    expect(nodegroup?.nodeRole).toBe("arn:aws:iam::111122223333:role/lab-test-nodes");
    const [node] = world.clusters.get("lab-test")?.kubernetes.nodeNames() ?? [];
    expect(node).toMatch(/^ip-10-\d+-\d+-\d+\.eu-west-1\.compute\.internal$/);
  });

  it("Auto Scaling groups and their instances", async () => {
    const { clients } = await servingFleet();
    const names = async (region: string, account: "test" | "prod") => {
      const { AutoScalingGroups: groups = [] } = await clients(region, account).autoScaling.send(
        new DescribeAutoScalingGroupsCommand(),
      );
      return groups.map(({ AutoScalingGroupName: name = "", Instances: members = [] }) => [
        name.replace(/-[0-9a-f]{8}-.*$/, ""),
        members.length,
      ]);
    };
    expect(await names(ireland, "test")).toEqual([["eks-default", 1]]);
    expect(await names(oregon, "prod")).toEqual([
      ["eks-web", 3],
      ["eks-edge", 2],
      ["eks-windows", 1],
      ["eks-al2", 2],
      ["eks-hardened", 1],
      ["legacy-workers", 2],
    ]);
    const { AutoScalingInstances: members = [] } = await clients(ireland, "prod").autoScaling.send(
      new DescribeAutoScalingInstancesCommand(),
    );
    expect(members.map(({ AvailabilityZone: zone }) => zone?.slice(0, -1))).toEqual(Array(4).fill(ireland));
  });

  it("instances, launch templates and subnets", async () => {
    const { clients } = await servingFleet();
    const { ec2 } = clients(ireland);
    const { Reservations: reservations = [] } = await ec2.send(new DescribeInstancesCommand());
    expect(reservations.map(({ OwnerId, Instances = [] }) => [OwnerId, Instances[0]?.Placement])).toEqual([
      ["111122223333", expect.objectContaining({ AvailabilityZone: "eu-west-1a" })],
    ]);
    const { LaunchTemplates: templates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand());
    expect(templates).toHaveLength(1);
    const { Subnets: subnets = [] } = await ec2.send(new DescribeSubnetsCommand());
    expect(subnets.map(({ AvailabilityZone: zone, OwnerId: owner }) => `${zone} ${owner}`)).toEqual([
      "eu-west-1a 111122223333",
      "eu-west-1b 111122223333",
    ]);
    const addresses = reservations.flatMap(({ Instances = [] }) => Instances[0]?.PrivateIpAddress ?? []);
    const [network = ""] = subnets[0]?.CidrBlock?.split(".0/") ?? [];
    expect(addresses[0]).toMatch(new RegExp(`^${network.split(".").slice(0, 2).join("\\.")}\\.`));
  });

  it("AMIs of the same release, which all its answers agree on", async () => {
    const { clients } = await servingFleet();
    const read = async (region: string) => {
      const { ssm, ec2 } = clients(region, "prod");
      const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: standard134 }));
      const { Images: images = [] } = await ec2.send(
        new DescribeImagesCommand({ ImageIds: [parameter?.Value ?? ""] }),
      );
      return { id: parameter?.Value, arn: parameter?.ARN, name: images[0]?.Name };
    };
    const [here, there] = [await read(oregon), await read(ireland)];
    expect(here.id).not.toBe(there.id);
    expect(here.name).toBe("amazon-eks-node-al2023-x86_64-standard-1.34-v20261008");
    expect(there).toMatchObject({ name: here.name, arn: `arn:aws:ssm:eu-west-1::parameter${standard134}` });
    await expect(
      clients(ireland).ec2.send(new DescribeImagesCommand({ ImageIds: [here.id ?? ""] })),
    ).rejects.toMatchObject({ name: "InvalidAMIID.NotFound" });
  });

  it("AMIs that its nodes run", async () => {
    const { clients, world } = await servingFleet();
    const { ec2 } = clients(ireland);
    const { Reservations: reservations = [] } = await ec2.send(new DescribeInstancesCommand());
    const image = reservations[0]?.Instances?.[0]?.ImageId ?? "";
    const { Images: images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [image] }));
    expect(images[0]?.Name).toBe("amazon-eks-node-al2023-x86_64-standard-1.31-v20260917");
    const node = world.clusters.get("lab-test")?.kubernetes.store.list("nodes")[0];
    expect(node?.metadata.labels).toMatchObject({ "eks.amazonaws.com/nodegroup-image": image });
  });

  it("AMIs that a customer built", async () => {
    const { clients } = await servingFleet();
    const own = async (region: string, account: "test" | "prod") =>
      (await clients(region, account).ec2.send(new DescribeImagesCommand({ Owners: ["self"] }))).Images?.map(
        ({ Name }) => Name,
      );
    expect(await own(oregon, "prod")).toEqual(["hardened-eks-1.32-20260310"]);
    expect(await own(oregon, "test")).toEqual([]);
    expect(await own(ireland, "prod")).toEqual([]);
  });

  it("updates go to the region's own AMI", async () => {
    const { clients, world } = await servingFleet();
    const { eks, ssm } = clients(ireland);
    const name = standard134.replace("1.34", "1.31");
    const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
    const group = { clusterName: "lab-test", nodegroupName: "default" };
    await eks.send(new UpdateNodegroupVersionCommand(group));
    expect(world.clusters.get("lab-test")?.updates[0]?.target).toMatchObject({
      release: "1.31.14-20261008",
      image: parameter?.Value,
    });
  });
});

describe("what is elsewhere does not exist", () => {
  const elsewhere = async () => {
    const { world, clients } = await servingFleet();
    const [group] = [...world.autoScalingGroups.values()].filter(({ cluster }) => cluster === "shop-prod");
    const [member] = group?.members.keys() ?? [];
    const { autoScaling, eks, ec2 } = clients(oregon);
    const at = { AutoScalingGroupName: group?.name ?? "" };
    const template = { LaunchTemplateId: group?.launchTemplate ?? "" };
    return { world, autoScaling, eks, ec2, at, template, member: member ?? "", group };
  };
  const missingGroup = expect.stringMatching(/^AutoScalingGroup name not found/);

  it("a cluster, and what is said of it", async () => {
    const { eks, world } = await elsewhere();
    const missing = { name: "ResourceNotFoundException", message: "No cluster found for name: shop-prod." };
    const named = { clusterName: "shop-prod", nodegroupName: "web" };
    await expect(eks.send(new DescribeClusterCommand({ name: "shop-prod" }))).rejects.toMatchObject(missing);
    await expect(eks.send(new DescribeNodegroupCommand(named))).rejects.toMatchObject(missing);
    await expect(eks.send(new UpdateNodegroupVersionCommand(named))).rejects.toMatchObject(missing);
    expect(world.clusters.get("shop-prod")?.updates).toEqual([]);
  });

  it("an Auto Scaling group: it is not listed, and cannot be written to", async () => {
    const { autoScaling, at, member, group } = await elsewhere();
    const listed = await autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [at.AutoScalingGroupName] }),
    );
    expect(listed.AutoScalingGroups).toEqual([]);
    const wanted = group?.desired;
    await expect(
      autoScaling.send(new SetDesiredCapacityCommand({ ...at, DesiredCapacity: 5 })),
    ).rejects.toMatchObject({ message: missingGroup });
    await expect(autoScaling.send(new SuspendProcessesCommand(at))).rejects.toMatchObject({
      message: missingGroup,
    });
    await expect(
      autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({
          InstanceId: member,
          ShouldDecrementDesiredCapacity: false,
        }),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining("No managed instance found") });
    expect(group).toMatchObject({ desired: wanted, suspended: new Set() });
  });

  it("an instance, and a launch template", async () => {
    const { ec2, member, template } = await elsewhere();
    await expect(ec2.send(new DescribeInstancesCommand({ InstanceIds: [member] }))).rejects.toMatchObject({
      name: "InvalidInstanceID.NotFound",
    });
    const missing = { name: "InvalidLaunchTemplateId.NotFound" };
    await expect(ec2.send(new DescribeLaunchTemplateVersionsCommand(template))).rejects.toMatchObject(
      missing,
    );
    await expect(
      ec2.send(new ModifyLaunchTemplateCommand({ ...template, DefaultVersion: "1" })),
    ).rejects.toMatchObject(missing);
  });

  it("a region where the scenario has nothing", async () => {
    const { clients } = await servingFleet();
    await expect(clients("us-east-1").eks.send(new ListClustersCommand())).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
  });
});

it("every subnet of the fleet has addresses of its own", async () => {
  const { clients } = await servingFleet();
  const blocks: (string | undefined)[] = [];
  for (const account of ["test", "prod"] as const)
    for (const region of [oregon, ireland]) {
      const { Subnets: subnets = [] } = await clients(region, account).ec2.send(new DescribeSubnetsCommand());
      blocks.push(...subnets.map(({ CidrBlock }) => CidrBlock));
    }
  expect(new Set(blocks).size).toBe(fleet.clusters.flatMap(({ subnets }) => subnets).length);
  for (const block of blocks) expect(block).toMatch(/^10\.4[23]\.(0|32|64|96|128|160|192|224)\.0\/19$/);
});
