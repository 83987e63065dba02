import {
  CreateLaunchTemplateVersionCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  ModifyLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { ownWorkshop } from "../world/stage.js";
import { servingOwn } from "./serving.js";

const LaunchTemplateName = "workers";
const latest = "ami-0e6f1b2d9385ca740";
const change = {
  LaunchTemplateName,
  SourceVersion: "3",
  ClientToken: "a",
  LaunchTemplateData: { ImageId: latest },
};

describe("CreateLaunchTemplateVersion", () => {
  it("inherits from its source what is not given, and leaves the default alone", async () => {
    const { ec2 } = await servingOwn();
    const made = await ec2.send(new CreateLaunchTemplateVersionCommand(change));
    expect(made.LaunchTemplateVersion).toMatchObject({
      LaunchTemplateName,
      VersionNumber: 4,
      DefaultVersion: false,
      LaunchTemplateData: { ImageId: latest, InstanceType: "m5.large" },
    });
    const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({}));
    expect(LaunchTemplates).toMatchObject([{ DefaultVersionNumber: 2, LatestVersionNumber: 4 }]);
  });

  it("without a source inherits nothing", async () => {
    const { ec2 } = await servingOwn();
    const { SourceVersion: _, ...bare } = change;
    const made = await ec2.send(new CreateLaunchTemplateVersionCommand(bare));
    expect(made.LaunchTemplateVersion?.LaunchTemplateData).toEqual({ ImageId: latest });
  });

  it("with a token that was used before answers with the same version, whatever came after it", async () => {
    const { ec2, world } = await servingOwn();
    const make = async (ClientToken: string) => {
      const answer = await ec2.send(new CreateLaunchTemplateVersionCommand({ ...change, ClientToken }));
      return answer.LaunchTemplateVersion?.VersionNumber;
    };
    expect([await make("a"), await make("b"), await make("a")]).toEqual([4, 5, 4]);
    expect([...world.launchTemplates.values()][0]?.versions).toHaveLength(5);
  });

  it("with a token that was used for something else is refused", async () => {
    const { ec2 } = await servingOwn();
    await ec2.send(new CreateLaunchTemplateVersionCommand(change));
    const other = { ...change, LaunchTemplateData: { ImageId: "ami-09c3e5b17fa2d8046" } };
    await expect(ec2.send(new CreateLaunchTemplateVersionCommand(other))).rejects.toMatchObject({
      name: "IdempotentParameterMismatch",
    });
  });

  it.each([
    ["an unknown template", { LaunchTemplateName: "nope" }, "InvalidLaunchTemplateName.NotFoundException"],
    ["an unknown source", { SourceVersion: "9" }, "InvalidLaunchTemplateId.VersionNotFound"],
  ])("refuses %s", async (_sentence, given, name) => {
    const { ec2 } = await servingOwn();
    const make = ec2.send(new CreateLaunchTemplateVersionCommand({ ...change, ...given }));
    await expect(make).rejects.toMatchObject({ name });
  });
});

describe("ModifyLaunchTemplate", () => {
  it("sets the default version, which DescribeLaunchTemplateVersions knows by $Default", async () => {
    const { ec2 } = await servingOwn();
    const read = async () => {
      const answer = await ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions: ["$Default"] }),
      );
      return answer.LaunchTemplateVersions?.map(({ VersionNumber, DefaultVersion, CreatedBy }) => [
        VersionNumber,
        DefaultVersion,
        CreatedBy,
      ]);
    };
    const creator = "arn:aws:iam::111122223333:role/platform";
    expect(await read()).toEqual([[2, true, creator]]);
    await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName, DefaultVersion: "3" }));
    expect(await read()).toEqual([[3, true, creator]]);
  });

  it("refuses a version that does not exist", async () => {
    const { ec2 } = await servingOwn();
    const modify = ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateName, DefaultVersion: "9" }));
    await expect(modify).rejects.toMatchObject({ name: "InvalidLaunchTemplateId.VersionNotFound" });
  });
});

describe("what EC2 knows of a self-managed group's instances", () => {
  it("their AMI, group, subnet, architecture, and when they were launched", async () => {
    const { ec2, members } = await servingOwn();
    const InstanceIds = members().map(({ id }) => id);
    const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
    const [first] = answer.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [];
    expect(first).toMatchObject({
      ImageId: "ami-04f2a9c7d81e6b350",
      SubnetId: "subnet-0a1f3c5e7b9d2486a",
      Architecture: "x86_64",
      LaunchTime: new Date("2026-02-27"),
      State: { Name: "running" },
    });
    const tags = Object.fromEntries(first?.Tags?.map(({ Key = "", Value }) => [Key, Value]) ?? []);
    expect(tags).toMatchObject({
      "aws:autoscaling:groupName": "workers",
      "aws:ec2launchtemplate:version": "3",
      "kubernetes.io/cluster/eks-workshop": "owned",
    });
    expect(Object.keys(tags).filter((key) => key.includes("eks:"))).toEqual([]);
  });

  it("an AMI that the account built, told from Amazon's by its owner", async () => {
    const images = [
      {
        image: "ami-0d1c2b3a4f5e60718",
        name: "workers-1.34-hardened",
        architecture: "arm64",
        createdOn: "2026-08-01",
        kubelet: "v1.34.9-eks-93b80c6",
      },
    ] as const;
    const { ec2 } = await servingOwn(ownWorkshop({ scenario: { images } }));
    const own = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
    expect(own.Images).toMatchObject([
      { ImageId: images[0].image, OwnerId: "111122223333", Architecture: "arm64", State: "available" },
    ]);
    const amazons = await ec2.send(new DescribeImagesCommand({ ImageIds: [latest] }));
    expect(amazons.Images).toMatchObject([{ ImageOwnerAlias: "amazon", OwnerId: "602401143452" }]);
  });

  it("how many addresses their subnets have left", async () => {
    const { ec2 } = await servingOwn();
    const { Subnets } = await ec2.send(
      new DescribeSubnetsCommand({ SubnetIds: ["subnet-0a1f3c5e7b9d2486a"] }),
    );
    expect(Subnets).toMatchObject([{ AvailabilityZone: "us-west-2a", AvailableIpAddressCount: 8185 }]);
  });
});
