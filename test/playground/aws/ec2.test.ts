import { describe, expect, it } from "vitest";
import { authorization, query, serving } from "./serving.js";

const valuesOf = (body: string, name: string) =>
  [...body.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, value]) => value);

describe("EC2 over the wire", () => {
  it.each([
    ["all", {}, 3],
    ["those in a zone", { "Filter.1.Name": "availability-zone", "Filter.1.Value.1": "us-west-2b" }, 1],
    [
      "those in one of two zones",
      {
        "Filter.1.Name": "availability-zone",
        "Filter.1.Value.1": "us-west-2b",
        "Filter.1.Value.2": "us-west-2c",
      },
      2,
    ],
    ["those of a node group", { "Filter.1.Name": "tag:eks:nodegroup-name", "Filter.1.Value.1": "def*" }, 3],
    [
      "those that match two filters",
      {
        "Filter.1.Name": "tag-key",
        "Filter.1.Value.1": "eks:*",
        "Filter.2.Name": "instance-state-name",
        "Filter.2.Value.1": "terminated",
      },
      0,
    ],
  ])("DescribeInstances: %s", async (_sentence, form, count) => {
    const { server } = await serving();
    const { status, body } = await query(server.url, "ec2", { Action: "DescribeInstances", ...form });
    expect(status).toBe(200);
    expect(valuesOf(body, "instanceId")).toHaveLength(count);
  });

  it("DescribeInstances shows a terminated instance for an hour, without its name", async () => {
    const { server, start, until, changes, clock, world } = await serving();
    start();
    await until(() => changes("terminated").length === 1);
    const gone = [...world.instances.values()].find(({ state }) => state === "terminated");
    const describeIt = () =>
      query(server.url, "ec2", { Action: "DescribeInstances", "InstanceId.1": gone?.id ?? "" });
    const { body } = await describeIt();
    expect([valuesOf(body, "name"), valuesOf(body, "privateDnsName")]).toEqual([["terminated"], [""]]);
    await clock.advance(60 * 60_000);
    expect(await describeIt()).toMatchObject({
      status: 400,
      body: expect.stringContaining("<Code>InvalidInstanceID.NotFound</Code>"),
    });
  });

  it("DescribeInstances in pages", async () => {
    const { server } = await serving();
    const first = await query(server.url, "ec2", { Action: "DescribeInstances", MaxResults: "2" });
    const [NextToken = ""] = valuesOf(first.body, "nextToken");
    const second = await query(server.url, "ec2", {
      Action: "DescribeInstances",
      MaxResults: "2",
      NextToken,
    });
    expect([first, second].map(({ body }) => valuesOf(body, "instanceId").length)).toEqual([2, 1]);
    expect(valuesOf(second.body, "nextToken")).toEqual([]);
  });

  it.each([
    ["the latest", "$Latest", ["2"], ["ami-0e6f1b2d9385ca740"]],
    ["the default", "$Default", ["1"], ["ami-04f2a9c7d81e6b350"]],
    ["one by number", "1", ["1"], ["ami-04f2a9c7d81e6b350"]],
    ["all, newest first", undefined, ["2", "1"], ["ami-0e6f1b2d9385ca740", "ami-04f2a9c7d81e6b350"]],
  ])("DescribeLaunchTemplateVersions: %s", async (_sentence, version, numbers, images) => {
    const { server, start, until, changes, scaling } = await serving();
    start();
    await until(() => changes("template").length === 1);
    const { body } = await query(server.url, "ec2", {
      Action: "DescribeLaunchTemplateVersions",
      LaunchTemplateId: scaling.launchTemplate,
      ...(version !== undefined && { "LaunchTemplateVersion.1": version }),
    });
    expect([valuesOf(body, "versionNumber"), valuesOf(body, "imageId")]).toEqual([numbers, images]);
  });

  it("DescribeLaunchTemplates tells the newest version's number", async () => {
    const { server, group } = await serving();
    const { body } = await query(server.url, "ec2", {
      Action: "DescribeLaunchTemplates",
      "LaunchTemplateId.1": group.launchTemplate,
    });
    expect([valuesOf(body, "launchTemplateId"), valuesOf(body, "latestVersionNumber")]).toEqual([
      [group.launchTemplate],
      ["1"],
    ]);
  });

  it.each([
    ["by id", { "ImageId.1": "ami-04f2a9c7d81e6b350" }, ["ami-04f2a9c7d81e6b350"]],
    [
      "by name",
      { "Filter.1.Name": "name", "Filter.1.Value.1": "*-1.35-v20260714" },
      ["ami-07a5d3c9e4f81b263"],
    ],
    ["of the caller's own account", { "Owner.1": "self" }, []],
  ])("DescribeImages %s", async (_sentence, form, images) => {
    const { server } = await serving();
    const { body } = await query(server.url, "ec2", { Action: "DescribeImages", ...form });
    expect(valuesOf(body, "imageId")).toEqual(images);
  });

  it("DescribeSubnets counts free addresses down with the instances", async () => {
    const { server } = await serving();
    const { body } = await query(server.url, "ec2", { Action: "DescribeSubnets" });
    expect(valuesOf(body, "availabilityZone")).toEqual(["us-west-2a", "us-west-2b", "us-west-2c"]);
    expect(valuesOf(body, "availableIpAddressCount")).toEqual(["8186", "8186", "8186"]);
  });

  it.each([
    [
      "an unknown filter",
      { Action: "DescribeInstances", "Filter.1.Name": "colour" },
      "InvalidParameterValue",
    ],
    ["an unknown AMI", { Action: "DescribeImages", "ImageId.1": "ami-0" }, "InvalidAMIID.NotFound"],
    [
      "an unknown template",
      { Action: "DescribeLaunchTemplateVersions", LaunchTemplateId: "lt-0" },
      "InvalidLaunchTemplateId.NotFound",
    ],
    ["an operation that is not simulated", { Action: "RunInstances" }, "UnknownOperationException"],
  ])("%s is refused in EC2's own form", async (_sentence, form, code) => {
    const { server } = await serving();
    const { status, body } = await query(server.url, "ec2", form);
    expect([status, valuesOf(body, "Code")]).toEqual([400, [code]]);
    expect(body).toMatch(/^<Response><Errors><Error>/);
  });
});

describe("STS over the wire", () => {
  it("GetCallerIdentity", async () => {
    const { server } = await serving();
    const { body } = await query(server.url, "sts", { Action: "GetCallerIdentity" });
    expect(valuesOf(body, "Account")).toEqual(["111122223333"]);
  });

  it("a service that is not simulated says so", async () => {
    const { server } = await serving();
    const response = await fetch(server.url, {
      method: "POST",
      headers: { authorization: authorization("s3") },
    });
    expect(await response.text()).toContain("has no service s3");
  });
});
