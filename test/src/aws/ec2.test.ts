import { describe, expect, it } from "vitest";
import type { Ec2 } from "../../../src/aws/ec2.js";
import { type Answer, openAnswering } from "./answering.js";

const instance = (id: string) => `<item><instancesSet><item>
  <instanceId>${id}</instanceId><imageId>ami-1</imageId><instanceState><code>16</code><name>running</name></instanceState>
  <instanceType>m5.large</instanceType><launchTime>2026-07-20T09:00:00.000Z</launchTime><architecture>x86_64</architecture>
  <placement><availabilityZone>us-west-2a</availabilityZone></placement><subnetId>subnet-1</subnetId>
</item></instancesSet></item>`;
const instances = (...ids: string[]): Answer =>
  `<reservationSet>${ids.map(instance).join("")}</reservationSet>`;

describe("what is asked by id", () => {
  it("instances: those that exist, by filter, which takes ids that do not", async () => {
    const wire = await openAnswering({ DescribeInstances: [instances("i-1")] });
    expect(await wire.region.ec2.instances(["i-1", "i-gone"])).toEqual([
      {
        id: "i-1",
        image: "ami-1",
        zone: "us-west-2a",
        subnet: "subnet-1",
        instanceType: "m5.large",
        architecture: "x86_64",
        state: "running",
        launchedAt: Date.parse("2026-07-20T09:00:00Z"),
      },
    ]);
    expect(wire.sent).toEqual([
      {
        Action: "DescribeInstances",
        "Filter.1.Name": "instance-id",
        "Filter.1.Value.1": "i-1",
        "Filter.1.Value.2": "i-gone",
        MaxResults: "1000",
      },
    ]);
  });

  it("images: deprecated ones too, with an owner by alias where there is one", async () => {
    const images = `<imagesSet>
      <item><imageId>ami-1</imageId><name>amazon-eks-node-1.32-v20251120</name><imageState>available</imageState><architecture>x86_64</architecture>
        <imageOwnerId>602401143452</imageOwnerId><imageOwnerAlias>amazon</imageOwnerAlias>
        <creationDate>2025-11-20T00:00:00.000Z</creationDate><deprecationTime>2027-11-20T00:00:00.000Z</deprecationTime></item>
      <item><imageId>ami-2</imageId><name>golden</name><imageState>pending</imageState><architecture>arm64</architecture>
        <imageOwnerId>123456789012</imageOwnerId><creationDate>2026-07-14T00:00:00.000Z</creationDate><platform>windows</platform></item>
    </imagesSet>`;
    const wire = await openAnswering({ DescribeImages: [images] });
    expect(await wire.region.ec2.images(["ami-1", "ami-2"])).toEqual([
      {
        id: "ami-1",
        name: "amazon-eks-node-1.32-v20251120",
        architecture: "x86_64",
        state: "available",
        createdAt: Date.parse("2025-11-20"),
        deprecatedAt: Date.parse("2027-11-20"),
        owner: "amazon",
      },
      {
        id: "ami-2",
        name: "golden",
        architecture: "arm64",
        state: "pending",
        createdAt: Date.parse("2026-07-14"),
        owner: "123456789012",
        platform: "windows",
      },
    ]);
    expect(wire.sent).toMatchObject([{ "Filter.1.Name": "image-id", IncludeDeprecated: "true" }]);
  });

  it("subnets, with the addresses that are left", async () => {
    const subnets =
      "<subnetSet><item><subnetId>subnet-1</subnetId><availabilityZone>us-west-2a</availabilityZone><availableIpAddressCount>7</availableIpAddressCount></item></subnetSet>";
    const wire = await openAnswering({ DescribeSubnets: [subnets] });
    expect(await wire.region.ec2.subnets(["subnet-1"])).toEqual([
      { id: "subnet-1", zone: "us-west-2a", freeAddresses: 7 },
    ]);
  });

  it.each<[string, (ec2: Ec2, ids: string[]) => Promise<unknown>]>([
    ["instances", (ec2, ids) => ec2.instances(ids)],
    ["images", (ec2, ids) => ec2.images(ids)],
    ["subnets", (ec2, ids) => ec2.subnets(ids)],
  ])("%s: none, no call; 200 in one; 201 in two", async (_, read) => {
    const wire = await openAnswering({
      DescribeInstances: [""],
      DescribeImages: [""],
      DescribeSubnets: [""],
    });
    const ids = Array.from({ length: 201 }, (_each, index) => `id-${index}`);
    for (const [count, calls] of [
      [0, 0],
      [200, 1],
      [201, 3],
    ] as const) {
      await read(wire.region.ec2, ids.slice(0, count));
      expect(wire.sent).toHaveLength(calls);
    }
  });

  it("follows pages", async () => {
    const first = `${instances("i-1")}<nextToken>more</nextToken>`;
    const wire = await openAnswering({ DescribeInstances: [first, instances("i-2")] });
    expect((await wire.region.ec2.instances(["i-1", "i-2"])).map(({ id }) => id)).toEqual(["i-1", "i-2"]);
    expect(wire.sent[1]).toMatchObject({ NextToken: "more" });
  });
});

describe("templateVersion", () => {
  const version = (name: string, createdBy: string, data: string): Answer =>
    `<launchTemplateVersionSet><item><launchTemplateId>lt-1</launchTemplateId><launchTemplateName>${name}</launchTemplateName>
     <versionNumber>7</versionNumber><createdBy>${createdBy}</createdBy><launchTemplateData>${data}</launchTemplateData></item></launchTemplateVersionSet>`;
  const person = "arn:aws:sts::123456789012:assumed-role/admin/ann";
  const eks = "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS";
  const uuid = "eks-64c2e1f8-4b7c-5d9e-a0f1-0123456789ab";

  it.each<[string, string, string, string, Record<string, unknown>]>([
    [
      "a person's",
      "workers",
      person,
      "<imageId>ami-1</imageId><instanceType>m5.large</instanceType>",
      { name: "workers", image: "ami-1", instanceType: "m5.large", madeByEks: false },
    ],
    ["one that names no AMI", "workers", person, "", { name: "workers", madeByEks: false }],
    ["one that EKS made, by its name", uuid, person, "", { name: uuid, madeByEks: true }],
    ["one that EKS made, by its maker", "workers", eks, "", { name: "workers", madeByEks: true }],
    [
      "a person's that begins like EKS' own",
      "eks-workers",
      person,
      "",
      { name: "eks-workers", madeByEks: false },
    ],
  ])("%s", async (_, name, createdBy, data, seen) => {
    const wire = await openAnswering({ DescribeLaunchTemplateVersions: [version(name, createdBy, data)] });
    expect(await wire.region.ec2.templateVersion("lt-1", "$Default")).toEqual({
      template: "lt-1",
      number: 7,
      ...seen,
    });
    expect(wire.sent).toEqual([
      {
        Action: "DescribeLaunchTemplateVersions",
        LaunchTemplateId: "lt-1",
        "LaunchTemplateVersion.1": "$Default",
      },
    ]);
  });

  it.each<[string, Answer]>([
    ["the template is gone", { status: 400, code: "InvalidLaunchTemplateId.NotFound" }],
    ["the version is gone", { status: 400, code: "InvalidLaunchTemplateId.VersionNotFound" }],
    ["nothing is listed", "<launchTemplateVersionSet/>"],
  ])("not found where %s", async (_, answer) => {
    const { region } = await openAnswering({ DescribeLaunchTemplateVersions: [answer] });
    await expect(region.ec2.templateVersion("lt-1", "7")).rejects.toMatchObject({ kind: "not found" });
  });
});

describe("createTemplateVersion", () => {
  const wanted = {
    template: "lt-1",
    source: "7",
    image: "ami-2",
    token: "calm-heron-42-1",
    description: "by a run",
  };
  const form = {
    Action: "CreateLaunchTemplateVersion",
    LaunchTemplateId: "lt-1",
    SourceVersion: "7",
    "LaunchTemplateData.ImageId": "ami-2",
    VersionDescription: "by a run",
    ClientToken: "calm-heron-42-1",
  };
  const made: Answer =
    "<launchTemplateVersion><launchTemplateId>lt-1</launchTemplateId><versionNumber>8</versionNumber></launchTemplateVersion>";

  it("differs from its source in the AMI alone, and answers with its number", async () => {
    const wire = await openAnswering({ CreateLaunchTemplateVersion: [made] });
    expect(await wire.region.ec2.createTemplateVersion(wanted)).toBe("8");
    expect(wire.sent).toEqual([form]);
  });

  it("is repeated with the same token where EC2 throttles", async () => {
    const throttled: Answer = { status: 503, code: "RequestLimitExceeded" };
    const wire = await openAnswering({ CreateLaunchTemplateVersion: [throttled, made] });
    expect(await wire.region.ec2.createTemplateVersion(wanted)).toBe("8");
    expect(wire.sent).toEqual([form, form]);
  });

  it.each<[string, Answer, Record<string, unknown>]>([
    [
      "denied, naming the action",
      {
        status: 403,
        code: "UnauthorizedOperation",
        message: "You are not authorized to perform this operation.",
      },
      { kind: "denied", next: expect.stringContaining("ec2:CreateLaunchTemplateVersion") },
    ],
    [
      "denied for credentials",
      { status: 401, code: "AuthFailure" },
      { kind: "denied", next: expect.stringContaining("valid AWS credentials") },
    ],
    [
      "refused, in AWS' words",
      { status: 400, code: "InvalidAMIID.Malformed", message: 'Invalid id: "x"' },
      { kind: "refused", next: 'AWS says: Invalid id: "x"' },
    ],
    ["not found", { status: 400, code: "InvalidLaunchTemplateId.NotFound" }, { kind: "not found" }],
  ])("%s", async (_, answer, trouble) => {
    const { region } = await openAnswering({ CreateLaunchTemplateVersion: [answer] });
    await expect(region.ec2.createTemplateVersion(wanted)).rejects.toMatchObject(trouble);
  });
});

describe("mayCreateTemplateVersion", () => {
  it.each<[string, Answer, boolean]>([
    ["where the dry run would have succeeded", { status: 412, code: "DryRunOperation" }, true],
    ["not where IAM denies it", { status: 403, code: "UnauthorizedOperation" }, false],
  ])("%s", async (_, answer, may) => {
    const wire = await openAnswering({ CreateLaunchTemplateVersion: [answer] });
    expect(await wire.region.ec2.mayCreateTemplateVersion("lt-1")).toBe(may);
    expect(wire.sent).toMatchObject([{ LaunchTemplateId: "lt-1", DryRun: "true" }]);
  });

  it.each<[string, Answer, string]>([
    ["credentials that AWS does not know", { status: 401, code: "AuthFailure" }, "denied"],
    ["a template that is gone", { status: 400, code: "InvalidLaunchTemplateId.NotFound" }, "not found"],
  ])("says nothing about %s", async (_, answer, kind) => {
    const { region } = await openAnswering({ CreateLaunchTemplateVersion: [answer] });
    await expect(region.ec2.mayCreateTemplateVersion("lt-1")).rejects.toMatchObject({ kind });
  });
});
