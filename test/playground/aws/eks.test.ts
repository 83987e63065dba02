import {
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  EKSClient,
  ListClustersCommand,
  ListNodegroupsCommand,
  ListUpdatesCommand,
  paginateListNodegroups,
  UpdateNodegroupVersionCommand,
} from "@aws-sdk/client-eks";
import { describe, expect, it } from "vitest";
import { latest, origin, workshop } from "../world/stage.js";
import { serving } from "./serving.js";

const clusterName = "eks-workshop";
const group = { clusterName, nodegroupName: "default" };
const toLatest = { ...group, version: "1.34", releaseVersion: latest };

describe("EKS, reading", () => {
  it("ListClusters and DescribeCluster, with what its Kubernetes API is reached and trusted by", async () => {
    const { eks, world } = await serving();
    world.setKubernetesAccess(clusterName, {
      endpoint: "https://127.0.0.1:6443",
      certificateAuthorityData: "Q0E=",
    });
    expect((await eks.send(new ListClustersCommand())).clusters).toEqual([clusterName]);
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
    expect(cluster).toMatchObject({
      name: clusterName,
      version: "1.34",
      status: "ACTIVE",
      endpoint: "https://127.0.0.1:6443",
      certificateAuthority: { data: "Q0E=" },
      health: { issues: [] },
      createdAt: new Date("2025-11-12"),
    });
  });

  it("ListNodegroups and DescribeNodegroup", async () => {
    const { eks, scaling } = await serving();
    expect((await eks.send(new ListNodegroupsCommand({ clusterName }))).nodegroups).toEqual(["default"]);
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand(group));
    expect(nodegroup).toMatchObject({
      nodegroupName: "default",
      status: "ACTIVE",
      version: "1.34",
      releaseVersion: "1.34.4-20260224",
      amiType: "AL2023_x86_64_STANDARD",
      scalingConfig: { minSize: 3, maxSize: 6, desiredSize: 3 },
      updateConfig: { maxUnavailable: 1, updateStrategy: "DEFAULT" },
      resources: { autoScalingGroups: [{ name: scaling.name }] },
      health: { issues: [] },
    });
  });

  it("health issues are told", async () => {
    const issue = {
      code: "AccessDenied",
      message: "The aws-auth ConfigMap is wrong.",
      resourceIds: ["default"],
    };
    const { eks } = await serving(workshop({ group: { healthIssues: [issue] } }));
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand(group));
    expect(nodegroup?.health?.issues).toEqual([issue]);
  });

  it("ListNodegroups in pages", async () => {
    const given = workshop({}).clusters[0]?.nodeGroups[0];
    const nodeGroups = given ? ["a", "b", "c", "d", "e"].map((name) => ({ ...given, name })) : [];
    const { eks } = await serving(
      workshop({ cluster: { nodeGroups: [...nodeGroups, ...(given ? [given] : [])] } }),
    );
    const pages: unknown[] = [];
    for await (const page of paginateListNodegroups({ client: eks, pageSize: 4 }, { clusterName }))
      pages.push(page.nodegroups);
    expect(pages).toEqual([
      ["a", "b", "c", "d"],
      ["e", "default"],
    ]);
  });

  it.each([
    ["a page size of 0", { maxResults: 0 }],
    ["a page size above 100", { maxResults: 101 }],
    ["a token that is none", { nextToken: "what" }],
  ])("%s is refused", async (_sentence, paging) => {
    const { eks } = await serving();
    await expect(eks.send(new ListNodegroupsCommand({ clusterName, ...paging }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it.each([
    ["by default those that are supported", {}, ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31"]],
    ["all when asked", { includeAll: true }, ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31", "1.30"]],
    ["those named", { clusterVersions: ["1.34", "1.30"] }, ["1.34", "1.30"]],
    ["one named", { clusterVersions: ["1.35"] }, ["1.35"]],
    ["those in standard support", { versionStatus: "STANDARD_SUPPORT" as const }, ["1.36", "1.35", "1.34"]],
    ["the default one", { defaultOnly: true }, ["1.36"]],
  ])("DescribeClusterVersions: %s", async (_sentence, input, versions) => {
    const { eks } = await serving();
    const answer = await eks.send(new DescribeClusterVersionsCommand(input));
    expect(answer.clusterVersions?.map(({ clusterVersion }) => clusterVersion)).toEqual(versions);
  });
});

describe("EKS, updating a node group", () => {
  it("UpdateNodegroupVersion is followed by DescribeUpdate and ListUpdates to its end", async () => {
    const { eks, until, cluster } = await serving();
    const { update } = await eks.send(new UpdateNodegroupVersionCommand(toLatest));
    expect(update).toMatchObject({
      status: "InProgress",
      type: "VersionUpdate",
      params: [
        { type: "Version", value: "1.34" },
        { type: "ReleaseVersion", value: latest },
      ],
      createdAt: new Date(origin + 60_000),
      errors: [],
    });
    const updateId = update?.id ?? "";
    const scope = { name: clusterName, nodegroupName: "default" };
    expect((await eks.send(new ListUpdatesCommand(scope))).updateIds).toEqual([updateId]);
    expect((await eks.send(new ListUpdatesCommand({ name: clusterName }))).updateIds).toEqual([]);
    await until(() => cluster.updates[0]?.status === "Successful");
    const seen = await eks.send(new DescribeUpdateCommand({ ...scope, updateId }));
    expect(seen.update?.status).toBe("Successful");
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand(group));
    expect(nodegroup).toMatchObject({ status: "ACTIVE", releaseVersion: latest });
  });

  it("a failed update says why, and which nodes", async () => {
    const { eks, until, world, cluster } = await serving();
    world.launchFault = () => ({ kind: "never joins" });
    const { update } = await eks.send(new UpdateNodegroupVersionCommand(toLatest));
    await until(() => cluster.updates[0]?.status === "Failed");
    const seen = await eks.send(
      new DescribeUpdateCommand({ name: clusterName, nodegroupName: "default", updateId: update?.id ?? "" }),
    );
    expect(seen.update?.errors).toEqual([
      {
        errorCode: "NodeCreationFailure",
        errorMessage: expect.stringContaining("not joining node group default"),
        resourceIds: [
          expect.stringMatching(/^i-0/),
          expect.stringMatching(/^i-0/),
          expect.stringMatching(/^i-0/),
        ],
      },
    ]);
  });

  it("every call with its token is kept, and one token starts one update", async () => {
    const { eks, world, cluster } = await serving();
    const input = { ...toLatest, clientRequestToken: "run-1/step-0/attempt-1" };
    const first = await eks.send(new UpdateNodegroupVersionCommand(input));
    const second = await eks.send(new UpdateNodegroupVersionCommand(input));
    expect(second.update?.id).toBe(first.update?.id);
    expect(cluster.updates).toHaveLength(1);
    const calls = world.calls.filter(({ operation }) => operation === "UpdateNodegroupVersion");
    expect(calls).toEqual(
      Array.from({ length: 2 }, () => ({
        at: world.clock.now(),
        region: "us-west-2",
        account: "111122223333",
        caller: "arn:aws:sts::111122223333:assumed-role/eks-upgrade-bot/playground",
        client: expect.stringContaining("aws-sdk-js"),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        service: "eks",
        operation: "UpdateNodegroupVersion",
        input,
        status: 200,
      })),
    );
  });

  it.each([
    ["an unknown cluster", { ...toLatest, clusterName: "nope" }, "ResourceNotFoundException", 404],
    ["an unknown node group", { ...toLatest, nodegroupName: "nope" }, "ResourceNotFoundException", 404],
    [
      "an unknown release",
      { ...toLatest, releaseVersion: "1.34.1-20250101" },
      "InvalidParameterException",
      400,
    ],
    [
      "a minor the cluster does not have yet",
      { ...group, version: "1.35" },
      "InvalidParameterException",
      400,
    ],
  ])("%s is refused", async (_sentence, input, name, status) => {
    const { eks, world } = await serving();
    await expect(eks.send(new UpdateNodegroupVersionCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
    expect(world.calls.at(-1)).toMatchObject({ status, errorCode: name });
  });

  it("a second update meanwhile is refused, and says for which group", async () => {
    const { eks } = await serving();
    await eks.send(new UpdateNodegroupVersionCommand(toLatest));
    await expect(eks.send(new UpdateNodegroupVersionCommand(toLatest))).rejects.toMatchObject({
      name: "ResourceInUseException",
      $metadata: { httpStatusCode: 409 },
      clusterName,
      nodegroupName: "default",
    });
  });

  it.each([
    ["without the node group's name", { name: clusterName }],
    ["under another node group's name", { name: clusterName, nodegroupName: "other" }],
  ])("DescribeUpdate %s does not find it", async (_sentence, scope) => {
    const { eks, start } = await serving();
    const update = start();
    await expect(
      eks.send(new DescribeUpdateCommand({ ...scope, updateId: update.id })),
    ).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("who may call", () => {
  it("a client of another region is turned away", async () => {
    const { config } = await serving();
    const elsewhere = new EKSClient({ ...config, region: "eu-west-1" });
    await expect(elsewhere.send(new ListClustersCommand())).rejects.toMatchObject({
      name: "InvalidSignatureException",
      $metadata: { httpStatusCode: 403 },
    });
    elsewhere.destroy();
  });

  it.each([
    ["not signed at all", undefined, "MissingAuthenticationTokenException"],
    ["a bearer token", "Bearer abc", "IncompleteSignatureException"],
    ["a signature without a scope", "AWS4-HMAC-SHA256 Credential=AKID", "IncompleteSignatureException"],
  ])("%s: 403", async (_sentence, header, code) => {
    const { server } = await serving();
    const response = await fetch(
      `${server.url}/clusters`,
      header ? { headers: { authorization: header } } : {},
    );
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([403, code]);
  });
});

it("a fault answers in the world's place, and is in the log", async () => {
  const { eks, server, world, cluster } = await serving();
  server.faults = ({ operation }) =>
    operation === "UpdateNodegroupVersion"
      ? {
          status: 429,
          headers: { "x-amzn-errortype": "ThrottlingException" },
          body: '{"message":"Rate exceeded"}',
        }
      : undefined;
  await expect(eks.send(new UpdateNodegroupVersionCommand(toLatest))).rejects.toMatchObject({
    name: "ThrottlingException",
  });
  expect(cluster.updates).toEqual([]);
  expect(world.calls.at(-1)).toMatchObject({ operation: "UpdateNodegroupVersion", status: 429 });
  expect((await eks.send(new ListClustersCommand())).clusters).toEqual([clusterName]);
});
