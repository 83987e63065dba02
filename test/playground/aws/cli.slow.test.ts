import { expect, it } from "vitest";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { expectation } from "../../../playground/world/expectation.js";
import { describeWith } from "../programs.js";
import { latest } from "../world/stage.js";
import { commandLine, defaultGroup, standardAmi } from "./command-line.js";

/** The `aws` command checks every answer against its own model of the services: an outside judge of our wire. */
describeWith("aws", () => {
  it.each([
    ["clusters", "eks list-clusters --output text", /^CLUSTERS\teks-workshop\n$/],
    [
      "a node group as a table",
      `eks describe-nodegroup ${defaultGroup.join(" ")} --output table`,
      /releaseVersion\| +1.34.4-20260224 /,
    ],
    [
      "an AMI's id",
      `ssm get-parameter --name ${standardAmi}/recommended/image_id`,
      /"Value": "ami-0e6f1b2d9385ca740"/,
    ],
    [
      "the Auto Scaling group",
      "autoscaling describe-auto-scaling-groups --query AutoScalingGroups[].[MinSize,MaxSize,DesiredCapacity] --output text",
      /^3\t6\t3\n$/,
    ],
    [
      "instances",
      "ec2 describe-instances --filters Name=instance-state-name,Values=running --query length(Reservations)",
      /^3\n$/,
    ],
    ["who it is", "sts get-caller-identity --query Account --output text", /^111122223333\n$/],
    [
      "a cluster",
      "eks describe-cluster --name eks-workshop --query cluster.[status,version] --output text",
      /^ACTIVE\t1.34\n$/,
    ],
    [
      "node groups",
      "eks list-nodegroups --cluster-name eks-workshop --output text",
      /^NODEGROUPS\tdefault\n$/,
    ],
    ["no updates", "eks list-updates --name eks-workshop --nodegroup-name default", /"updateIds": \[\]/],
    [
      "versions, a page of them",
      "eks describe-cluster-versions --max-items 2 --query clusterVersions[].clusterVersion --output text",
      /^1.36\t1.35\n/,
    ],
    [
      "a release and its absence",
      `ssm get-parameters --names ${standardAmi}/recommended/release_version /nope --output text`,
      /INVALIDPARAMETERS\t\/nope\n[\s\S]*1.34.9-20260714/,
    ],
    [
      "parameters below a path, page by page",
      `ssm get-parameters-by-path --path ${standardAmi} --recursive --page-size 2 --query length(Parameters)`,
      /^[1-9]\d+\n$/,
    ],
    ["no scaling activities", "autoscaling describe-scaling-activities", /"Activities": \[\]/],
    [
      "instances, one at a time",
      "ec2 describe-instances --page-size 5 --max-items 1 --query length(Reservations)",
      /^1\n$/,
    ],
    [
      "AMIs",
      "ec2 describe-images --owners amazon --query Images[].Name --output text",
      /amazon-eks-node-al2023-x86_64-standard-1.34-v20260714/,
    ],
    [
      "launch templates",
      "ec2 describe-launch-templates --query LaunchTemplates[].LatestVersionNumber",
      /^\[\n +1\n\]\n$/,
    ],
    [
      "subnets",
      "ec2 describe-subnets --query Subnets[].AvailabilityZone --output text",
      /^us-west-2a\tus-west-2b\tus-west-2c\n$/,
    ],
  ])("reads %s", async (_what, words, answer) => {
    const { aws } = await commandLine(1);
    expect(await aws(...words.split(" "))).toMatch(answer);
  });

  it("reads a launch template's latest version", async () => {
    const { json, world } = await commandLine(1);
    const [id = ""] = world.launchTemplates.keys();
    const words = [
      "ec2",
      "describe-launch-template-versions",
      "--launch-template-id",
      id,
      "--versions",
      "$Latest",
    ];
    expect(await json(...words)).toMatchObject({
      LaunchTemplateVersions: [{ VersionNumber: 1, DefaultVersion: true }],
    });
  });

  it.each([
    [
      "an unknown cluster",
      "eks describe-cluster --name nope",
      "(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: nope.",
    ],
    [
      "an unknown node group",
      "eks describe-nodegroup --cluster-name eks-workshop --nodegroup-name nope",
      "No node group found for name: nope.",
    ],
    ["an unknown parameter", "ssm get-parameter --name /nope", "(ParameterNotFound)"],
    [
      "an unknown instance",
      "ec2 describe-instances --instance-ids i-0",
      "The instance ID 'i-0' does not exist",
    ],
    ["a launch template that nobody names", "ec2 describe-launch-template-versions", "(MissingParameter)"],
    ["what is not simulated", "ec2 describe-vpcs", "The simulated ec2 does not know DescribeVpcs."],
    [
      "a release of another version",
      "eks update-nodegroup-version --cluster-name eks-workshop --nodegroup-name default --release-version 1.33.1-20200101",
      "(InvalidParameterException) when calling the UpdateNodegroupVersion operation: Requested release version 1.33.1-20200101 is not valid for kubernetes version 1.34.",
    ],
    [
      "a launch template for a group without one",
      "eks update-nodegroup-version --cluster-name eks-workshop --nodegroup-name default --launch-template name=mine,version=2",
      "(InvalidParameterException)",
    ],
  ])("is told of %s", async (_what, words, error) => {
    const { aws } = await commandLine(1);
    await expect(aws(...words.split(" "))).rejects.toThrow(error);
  });

  it("takes a role of another account, unless the external id is wrong", async () => {
    const { aws, json } = await commandLine(1, fleet);
    const role = "arn:aws:iam::444455556666:role/eks-upgrade-bot";
    const take = ["sts", "assume-role", "--role-arn", role, "--role-session-name", "me"];
    await expect(aws(...take, "--external-id", "wrong")).rejects.toThrow(
      "(AccessDenied) when calling the AssumeRole operation: User: arn:aws:sts::111122223333:assumed-role/eks-upgrade-bot/playground is not authorized to perform: sts:AssumeRole on resource:",
    );
    expect(await json(...take, "--external-id", "playground-fleet")).toMatchObject({
      Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
      AssumedRoleUser: { Arn: "arn:aws:sts::444455556666:assumed-role/eks-upgrade-bot/me" },
    });
    expect(await aws("eks", "list-clusters", "--region", "eu-west-1", "--output", "text")).toBe(
      "CLUSTERS\tlab-test\n",
    );
  });

  it("updates the node group and waits for it with its own waiter, which looks every 30 s", async () => {
    const { aws, json, world } = await commandLine(60);
    const update = ["eks", "update-nodegroup-version", ...defaultGroup, "--release-version", latest];
    expect(await json(...update)).toMatchObject({ update: { status: "InProgress", type: "VersionUpdate" } });
    await aws("eks", "wait", "nodegroup-active", ...defaultGroup);
    await expect
      .poll(() => expectation(world), { timeout: 60_000, interval: 250 })
      .toMatchObject({ met: true });
    const { nodegroup } = await json("eks", "describe-nodegroup", ...defaultGroup);
    expect(nodegroup).toMatchObject({ status: "ACTIVE", releaseVersion: latest });
    const { Activities } = await json("autoscaling", "describe-scaling-activities");
    expect(Activities).toContainEqual(expect.objectContaining({ StatusCode: "Successful" }));
  });

  it("is told of an unknown cluster", async () => {
    const { aws } = await commandLine(1);
    await expect(aws("eks", "describe-cluster", "--name", "nope")).rejects.toThrow(
      "(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: nope.",
    );
  });

  it("starts an update, forced, once per token, and is told that it runs", async () => {
    const { json, aws, world } = await commandLine(1);
    const update = ["eks", "update-nodegroup-version", ...defaultGroup];
    const forced = [...update, "--release-version", latest, "--force", "--client-request-token", "mine"];
    const first = await json(...forced);
    expect(first).toMatchObject({ update: { status: "InProgress", type: "VersionUpdate" } });
    expect(await json(...forced)).toMatchObject({
      update: { id: world.clusters.get("eks-workshop")?.updates[0]?.id },
    });
    await expect(aws(...update)).rejects.toThrow("(ResourceInUseException)");
    const named = ["--name", "eks-workshop", "--nodegroup-name", "default"];
    const { updateIds } = await json("eks", "list-updates", ...named);
    const [id] = updateIds as string[];
    expect(await json("eks", "describe-update", ...named, "--update-id", id ?? "")).toEqual(first);
  });
});
