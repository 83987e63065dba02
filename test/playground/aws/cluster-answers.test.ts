import {
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListClustersCommand,
  ListNodegroupsCommand,
} from "@aws-sdk/client-eks";
import { describe, expect, it } from "vitest";
import { serveAws } from "../../../playground/aws/server.js";
import { servingFleet } from "./serving-fleet.js";

describe("a cluster that answers nobody", () => {
  const clusterName = "vault-prod";

  it.each([
    [
      "DescribeCluster",
      (eks: EKSClient) => eks.send(new DescribeClusterCommand({ name: clusterName })),
      "cluster/vault-prod",
    ],
    [
      "ListNodegroups",
      (eks: EKSClient) => eks.send(new ListNodegroupsCommand({ clusterName })),
      "cluster/vault-prod",
    ],
    [
      "DescribeNodegroup",
      (eks: EKSClient) => eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName: "default" })),
      "nodegroup/vault-prod/default/*",
    ],
  ])("%s is AccessDeniedException, in AWS' words", async (operation, call, resource) => {
    const { clients } = await servingFleet();
    const { eks } = clients("eu-west-1", "prod");
    await expect(call(eks)).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
      message: `User: arn:aws:sts::444455556666:assumed-role/eks-upgrade-bot/bot is not authorized to perform: eks:${operation} on resource: arn:aws:eks:eu-west-1:444455556666:${resource}`,
    });
  });

  it("is listed all the same, and does not exist elsewhere", async () => {
    const { clients } = await servingFleet();
    const { clusters } = await clients("eu-west-1", "prod").eks.send(new ListClustersCommand());
    expect(clusters).toContain("vault-prod");
    await expect(
      clients("eu-west-1", "test").eks.send(new DescribeClusterCommand({ name: "vault-prod" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

describe("a cluster that is throttled", () => {
  const name = "ml-prod";

  it("turns the same call away twice, then lets it through, again and again", async () => {
    const { clients } = await servingFleet();
    const { eks } = clients("eu-west-1", "prod");
    const outcome = () =>
      eks.send(new DescribeClusterCommand({ name })).then(
        ({ cluster }) => cluster?.name,
        (error: Error) => error.name,
      );
    const seen: unknown[] = [];
    for (let call = 0; call < 6; call++) seen.push(await outcome());
    const throttled = "ThrottlingException";
    expect(seen).toEqual([throttled, throttled, name, throttled, throttled, name]);
  });

  it("lets calls that are made at once through, by the SDK's own retries", async () => {
    const { clients, world } = await servingFleet();
    const { eks } = clients("eu-west-1", "prod", 3);
    const answers = await Promise.all([
      eks.send(new DescribeClusterCommand({ name })),
      eks.send(new ListNodegroupsCommand({ clusterName: name })),
      eks.send(new DescribeNodegroupCommand({ clusterName: name, nodegroupName: "gpu" })),
      eks.send(new DescribeNodegroupCommand({ clusterName: name, nodegroupName: "batch" })),
    ]);
    expect(answers.map(({ $metadata }) => $metadata.attempts)).toEqual([3, 3, 3, 3]);
    const throttled = world.calls.filter(({ status }) => status === 429);
    expect(throttled.map(({ errorCode }) => errorCode)).toEqual(Array(8).fill("ThrottlingException"));
  });
});

it("answers come later by the latency that was asked for, many at once", async () => {
  const { world, clients } = await servingFleet();
  const slow = await serveAws(world, { latency: 100 });
  const { credentials } = clients("us-west-2").eks.config;
  const eks = new EKSClient({ region: "us-west-2", endpoint: slow.url, credentials });
  const before = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => eks.send(new ListClustersCommand())));
  const took = performance.now() - before;
  eks.destroy();
  await slow.close();
  expect(took).toBeGreaterThan(99);
  expect(took).toBeLessThan(20 * 100);
});
