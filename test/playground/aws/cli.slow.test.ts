import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveAws } from "../../../playground/aws/server.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import { startClock } from "../../../playground/world/clock.js";
import { expectation } from "../../../playground/world/expectation.js";
import { createWorld } from "../../../playground/world/world.js";
import { latest, origin } from "../world/stage.js";

/** The `aws` command checks every answer against its own model of the services: an outside judge of our wire. */
describe.skipIf(!installed("aws"))("the real aws command", () => {
  it("reads the world through every service", async () => {
    const { aws, world } = await commandLine(1);
    const named = ["--cluster-name", "eks-workshop", "--nodegroup-name", "default"];
    const { nodegroup } = await aws("eks", "describe-nodegroup", ...named);
    expect(nodegroup).toMatchObject({ status: "ACTIVE", releaseVersion: "1.34.4-20260224" });
    const [group] = world.autoScalingGroups.keys();
    const { AutoScalingGroups } = await aws("autoscaling", "describe-auto-scaling-groups");
    expect(AutoScalingGroups).toMatchObject([{ AutoScalingGroupName: group, DesiredCapacity: 3 }]);
    const { Reservations } = await aws(
      "ec2",
      "describe-instances",
      "--filters",
      "Name=instance-state-name,Values=running",
    );
    expect(Reservations).toHaveLength(3);
    const name =
      "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/release_version";
    const { Parameter } = await aws("ssm", "get-parameter", "--name", name);
    expect(Parameter).toMatchObject({ Value: latest });
    expect(await aws("sts", "get-caller-identity")).toMatchObject({ Account: "111122223333" });
  }, 60_000);

  it("is told errors by their names", async () => {
    const { aws } = await commandLine(1);
    await expect(aws("eks", "describe-cluster", "--name", "nope")).rejects.toThrow(
      "(ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: nope.",
    );
    await expect(aws("ssm", "get-parameter", "--name", "/nope")).rejects.toThrow("(ParameterNotFound)");
  }, 60_000);

  it("updates the node group and waits for it with its own waiter", async () => {
    const { aws, world } = await commandLine(60);
    const named = ["--cluster-name", "eks-workshop", "--nodegroup-name", "default"];
    const { update } = await aws("eks", "update-nodegroup-version", ...named, "--release-version", latest);
    expect(update).toMatchObject({ status: "InProgress", type: "VersionUpdate" });
    await aws("eks", "wait", "nodegroup-active", ...named);
    await expect
      .poll(() => expectation(world), { timeout: 60_000, interval: 250 })
      .toMatchObject({ met: true });
  }, 120_000);
});

function installed(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function commandLine(speed: number) {
  const clock = startClock({ speed, worldOrigin: origin });
  const world = createWorld({ scenario: eksWorkshop, clock });
  const server = await serveAws(world);
  onTestFinished(async () => {
    await server.close();
    world.stop();
  });
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: "us-west-2",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
  };
  const aws = async (...words: string[]): Promise<Record<string, unknown>> => {
    const { stdout } = await promisify(execFile)("aws", words, { env });
    return stdout === "" ? {} : JSON.parse(stdout);
  };
  return { aws, world };
}
