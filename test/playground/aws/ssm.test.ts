import { GetParameterCommand, GetParametersCommand, paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import { describe, expect, it } from "vitest";
import type { PublishedRelease } from "../../../playground/scenarios/types.js";
import { publicParameters } from "../../../playground/world/public-parameters.js";
import { latest } from "../world/stage.js";
import { serving } from "./serving.js";

const tree = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard";

describe("SSM over the wire", () => {
  it("GetParameter reads the recommended release", async () => {
    const { ssm } = await serving();
    const { Parameter } = await ssm.send(
      new GetParameterCommand({ Name: `${tree}/recommended/release_version` }),
    );
    expect(Parameter).toEqual({
      Name: `${tree}/recommended/release_version`,
      Type: "String",
      Value: latest,
      Version: 3,
      LastModifiedDate: new Date("2026-07-14"),
      ARN: `arn:aws:ssm:us-west-2::parameter${tree}/recommended/release_version`,
      DataType: "text",
    });
  });

  it("GetParameter of nothing is ParameterNotFound", async () => {
    const { ssm } = await serving();
    await expect(ssm.send(new GetParameterCommand({ Name: "/nope" }))).rejects.toMatchObject({
      name: "ParameterNotFound",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("GetParameters lists missing names apart", async () => {
    const { ssm } = await serving();
    const Names = [`${tree}/recommended/image_id`, "/nope"];
    const answer = await ssm.send(new GetParametersCommand({ Names }));
    expect(answer.Parameters?.map(({ Value }) => Value)).toEqual(["ami-0e6f1b2d9385ca740"]);
    expect(answer.InvalidParameters).toEqual(["/nope"]);
  });

  it("GetParameters takes ten names at most", async () => {
    const { ssm } = await serving();
    const Names = Array.from({ length: 11 }, (_, index) => `/${index}`);
    await expect(ssm.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("GetParametersByPath pages through all below a path", async () => {
    const { ssm } = await serving();
    const names: string[] = [];
    for await (const { Parameters = [] } of paginateGetParametersByPath(
      { client: ssm },
      { Path: tree, Recursive: true },
    )) {
      expect(Parameters.length).toBeLessThanOrEqual(10);
      names.push(...Parameters.map(({ Name = "" }) => Name));
    }
    expect(names).toHaveLength(13);
    expect(names).toContain(`${tree}/amazon-eks-node-al2023-x86_64-standard-1.34-v20260415/image_id`);
  });

  it("and without recursion only what is directly there", async () => {
    const { ssm } = await serving();
    const names: unknown[] = [];
    for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: `${tree}/` }))
      names.push(...(page.Parameters ?? []).map(({ Name }) => Name));
    expect(names).toEqual([`${tree}/recommended`]);
  });
});

const al2023 = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023";
const al2 = "/aws/service/eks/optimized-ami/1.32";
const bottlerocket = "/aws/service/bottlerocket";
const windows = "/aws/service/ami-windows-latest";

describe("where an amiType's latest AMI is found", () => {
  it.each([
    ["AL2_x86_64", "1.32", "1.32.9-20251112", `${al2}/amazon-linux-2/recommended/image_id`],
    ["AL2_x86_64_GPU", "1.32", "1.32.9-20251112", `${al2}/amazon-linux-2-gpu/recommended/image_id`],
    ["AL2_ARM_64", "1.32", "1.32.9-20251112", `${al2}/amazon-linux-2-arm64/recommended/image_id`],
    ["AL2023_x86_64_STANDARD", "1.34", latest, `${al2023}/x86_64/standard/recommended/image_id`],
    ["AL2023_ARM_64_STANDARD", "1.34", latest, `${al2023}/arm64/standard/recommended/image_id`],
    ["AL2023_x86_64_NVIDIA", "1.34", latest, `${al2023}/x86_64/nvidia/recommended/image_id`],
    ["AL2023_ARM_64_NVIDIA", "1.34", latest, `${al2023}/arm64/nvidia/recommended/image_id`],
    ["AL2023_x86_64_NEURON", "1.34", latest, `${al2023}/x86_64/neuron/recommended/image_id`],
    ["BOTTLEROCKET_x86_64", "1.34", "1.52.0-7b1f0e8c", `${bottlerocket}/aws-k8s-1.34/x86_64/latest/image_id`],
    ["BOTTLEROCKET_ARM_64", "1.34", "1.52.0-7b1f0e8c", `${bottlerocket}/aws-k8s-1.34/arm64/latest/image_id`],
    [
      "BOTTLEROCKET_x86_64_NVIDIA",
      "1.34",
      "1.52.0-7b1f0e8c",
      `${bottlerocket}/aws-k8s-1.34-nvidia/x86_64/latest/image_id`,
    ],
    [
      "BOTTLEROCKET_ARM_64_NVIDIA",
      "1.34",
      "1.52.0-7b1f0e8c",
      `${bottlerocket}/aws-k8s-1.34-nvidia/arm64/latest/image_id`,
    ],
    [
      "BOTTLEROCKET_x86_64_FIPS",
      "1.34",
      "1.52.0-7b1f0e8c",
      `${bottlerocket}/aws-k8s-1.34-fips/x86_64/latest/image_id`,
    ],
    [
      "BOTTLEROCKET_ARM_64_FIPS",
      "1.34",
      "1.52.0-7b1f0e8c",
      `${bottlerocket}/aws-k8s-1.34-fips/arm64/latest/image_id`,
    ],
    [
      "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
      "1.34",
      "1.52.0-7b1f0e8c",
      `${bottlerocket}/aws-k8s-1.34-nvidia-fips/x86_64/latest/image_id`,
    ],
    [
      "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
      "1.34",
      "1.52.0-7b1f0e8c",
      `${bottlerocket}/aws-k8s-1.34-nvidia-fips/arm64/latest/image_id`,
    ],
    [
      "WINDOWS_CORE_2019_x86_64",
      "1.34",
      "1.34-2026.07.14",
      `${windows}/Windows_Server-2019-English-Core-EKS_Optimized-1.34/image_id`,
    ],
    [
      "WINDOWS_FULL_2019_x86_64",
      "1.34",
      "1.34-2026.07.14",
      `${windows}/Windows_Server-2019-English-Full-EKS_Optimized-1.34/image_id`,
    ],
    [
      "WINDOWS_CORE_2022_x86_64",
      "1.34",
      "1.34-2026.07.14",
      `${windows}/Windows_Server-2022-English-Core-EKS_Optimized-1.34/image_id`,
    ],
    [
      "WINDOWS_FULL_2022_x86_64",
      "1.34",
      "1.34-2026.07.14",
      `${windows}/Windows_Server-2022-English-Full-EKS_Optimized-1.34/image_id`,
    ],
    [
      "WINDOWS_CORE_2025_x86_64",
      "1.35",
      "1.35-2026.07.14",
      `${windows}/Windows_Server-2025-English-Core-EKS_Optimized-1.35/image_id`,
    ],
    [
      "WINDOWS_FULL_2025_x86_64",
      "1.35",
      "1.35-2026.07.14",
      `${windows}/Windows_Server-2025-English-Full-EKS_Optimized-1.35/image_id`,
    ],
  ])("%s on %s", (amiType, version, release, name) => {
    const parameters = publicParameters({ releases: [published({ amiType, version, release })] });
    expect(parameters.get(name)?.value).toBe("ami-1");
  });

  it("CUSTOM has no parameters", () => {
    expect(publicParameters({ releases: [published({ amiType: "CUSTOM" })] }).size).toBe(0);
  });

  it.each([
    [
      "the release of Linux has a leaf",
      "AL2023_x86_64_STANDARD",
      `${al2023}/x86_64/standard/recommended/release_version`,
      latest,
    ],
    [
      "and one by its date",
      "AL2023_x86_64_STANDARD",
      `${al2023}/x86_64/standard/amazon-eks-node-al2023-x86_64-standard-1.34-v20260714/release_version`,
      latest,
    ],
    [
      "that of Bottlerocket is called version",
      "BOTTLEROCKET_x86_64",
      `${bottlerocket}/aws-k8s-1.34/x86_64/latest/image_version`,
      latest,
    ],
    [
      "that of Windows has none",
      "WINDOWS_CORE_2022_x86_64",
      `${windows}/Windows_Server-2022-English-Core-EKS_Optimized-1.34/release_version`,
      undefined,
    ],
    [
      "it is in the JSON of its folder",
      "WINDOWS_CORE_2022_x86_64",
      `${windows}/Windows_Server-2022-English-Core-EKS_Optimized-1.34`,
      expect.stringContaining(`"release_version":"${latest}"`),
    ],
  ])("%s", (_sentence, amiType, name, value) => {
    expect(publicParameters({ releases: [published({ amiType })] }).get(name)?.value).toEqual(value);
  });

  it("the one published last is recommended, wherever it stands in the list", () => {
    const older = published({ release: "1.34.6-20260415", publishedOn: "2026-04-15", image: "ami-0" });
    const name = `${al2023}/x86_64/standard/recommended/image_id`;
    expect(publicParameters({ releases: [published({}), older] }).get(name)).toMatchObject({
      value: "ami-1",
      version: 2,
    });
  });
});

function published(changes: Partial<PublishedRelease>): PublishedRelease {
  return {
    version: "1.34",
    amiType: "AL2023_x86_64_STANDARD",
    release: latest,
    publishedOn: "2026-07-14",
    image: "ami-1",
    kubelet: "v1.34.9-eks-1a2b3c4",
    ...changes,
  };
}
