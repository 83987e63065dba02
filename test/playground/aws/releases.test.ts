import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import {
  DescribeClusterCommand,
  DescribeClusterVersionsCommand,
  DescribeNodegroupCommand,
  paginateDescribeClusterVersions,
} from "@aws-sdk/client-eks";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import { servingFleet } from "./serving-fleet.js";

const arm64 = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/arm64/standard";
const leaf = (folder: string) => `${arm64}/${folder}/release_version`;
const newest = leaf("recommended");
const withdrawn = leaf("amazon-eks-node-al2023-arm64-standard-1.34-v20261008");

type Read = Awaited<ReturnType<typeof servingFleet>>;

async function read({ clients }: Read, region: string, ...names: string[]) {
  const answer = await clients(region).ssm.send(new GetParametersCommand({ Names: names }));
  return {
    found: answer.Parameters?.map(({ Value, Version, LastModifiedDate: date }) => {
      return `${Value}, version ${Version} of ${date?.toISOString().slice(0, 10)}`;
    }),
    missing: answer.InvalidParameters,
  };
}

describe("releases come and go over the wire", () => {
  it("one that was taken back before: the one before it is recommended since that day", async () => {
    const serving = await servingFleet();
    expect(await read(serving, "us-west-2", newest, withdrawn)).toEqual({
      found: ["1.34.9-20260917, version 4 of 2026-10-12"],
      missing: [withdrawn],
    });
    const { eks, ec2 } = serving.clients("us-west-2");
    const group = { clusterName: "shop-test", nodegroupName: "graviton" };
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand(group));
    expect(nodegroup?.releaseVersion).toBe("1.34.10-20261008");
    const { Images: images } = await ec2.send(
      new DescribeImagesCommand({ Filters: [{ Name: "name", Values: ["*-arm64-*-v20261008"] }] }),
    );
    expect(images).toMatchObject([{ Architecture: "arm64", Name: expect.stringContaining("v20261008") }]);
  });

  it("one that is published: in every region, from the day of the world on", async () => {
    const serving = await servingFleet();
    const { world } = serving;
    world.publish(world.nextRelease("1.34", "AL2023_ARM_64_STANDARD"));
    const pinned = leaf("amazon-eks-node-al2023-arm64-standard-1.34-v20261022");
    for (const region of ["us-west-2", "eu-west-1"])
      expect(await read(serving, region, newest, pinned)).toEqual({
        found: ["1.34.10-20261022, version 5 of 2026-10-22", "1.34.10-20261022, version 1 of 2026-10-22"],
        missing: [],
      });
  });

  it("one that is taken back: the one before is back", async () => {
    const serving = await servingFleet();
    const { world } = serving;
    world.publish(world.nextRelease("1.34", "AL2023_ARM_64_STANDARD"));
    world.withdraw("1.34", "AL2023_ARM_64_STANDARD");
    expect((await read(serving, "eu-west-1", newest)).found).toEqual([
      "1.34.9-20260917, version 6 of 2026-10-22",
    ]);
  });
});

describe("how long a version is supported", () => {
  it.each([
    ["shop-prod", "us-west-2", "STANDARD"],
    ["legacy-prod", "us-west-2", "EXTENDED"],
  ] as const)("the policy of %s", async (name, region, supportType) => {
    const { clients } = await servingFleet();
    const { cluster } = await clients(region, "prod").eks.send(new DescribeClusterCommand({ name }));
    expect(cluster?.upgradePolicy).toEqual({ supportType });
  });

  it("all versions come page by page", async () => {
    const { clients } = await servingFleet();
    const { eks } = clients("eu-west-1");
    const seen: string[] = [];
    const pages = paginateDescribeClusterVersions({ client: eks, pageSize: 3 }, { includeAll: true });
    for await (const { clusterVersions = [] } of pages) {
      expect(clusterVersions.length).toBeLessThanOrEqual(3);
      seen.push(
        ...clusterVersions.map(({ clusterVersion, versionStatus }) => `${clusterVersion} ${versionStatus}`),
      );
    }
    expect(seen).toEqual([
      "1.36 STANDARD_SUPPORT",
      "1.35 STANDARD_SUPPORT",
      "1.34 STANDARD_SUPPORT",
      "1.33 EXTENDED_SUPPORT",
      "1.32 EXTENDED_SUPPORT",
      "1.31 EXTENDED_SUPPORT",
      "1.30 UNSUPPORTED",
    ]);
  });

  it("the fleet's oldest ends on 26 November 2026", async () => {
    const { clients } = await servingFleet();
    const { clusterVersions } = await clients("eu-west-1").eks.send(
      new DescribeClusterVersionsCommand({ clusterVersions: ["1.31"] }),
    );
    expect(clusterVersions).toEqual([
      {
        clusterVersion: "1.31",
        clusterType: "eks",
        defaultVersion: false,
        releaseDate: new Date("2024-09-26"),
        endOfStandardSupportDate: new Date("2025-11-26"),
        endOfExtendedSupportDate: new Date("2026-11-26"),
        status: "extended-support",
        versionStatus: "EXTENDED_SUPPORT",
      },
    ]);
  });
});
