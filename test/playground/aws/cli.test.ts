import { expect, it } from "vitest";
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
  ])("reads %s", async (_what, words, answer) => {
    const { aws } = await commandLine(1);
    expect(await aws(...words.split(" "))).toMatch(answer);
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
