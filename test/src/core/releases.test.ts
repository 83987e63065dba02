import { AMITypes } from "@aws-sdk/client-eks";
import { describe, expect, it } from "vitest";
import {
  amiTypes,
  compareReleases,
  familyOf,
  latestRelease,
  pinnedRelease,
  releaseDate,
  wantedKey,
} from "../../../src/core/releases.js";

const linux = "AL2023_x86_64_STANDARD";
const rocket = "BOTTLEROCKET_x86_64";
const windows = "WINDOWS_CORE_2022_x86_64";
const optimized = "/aws/service/eks/optimized-ami/1.32";
const bottlerocket = "/aws/service/bottlerocket/aws-k8s-1.32";
const windowsServer = "/aws/service/ami-windows-latest/Windows_Server";

it("knows every amiType that the SDK knows, and no other", () => {
  expect([...amiTypes].sort()).toEqual(Object.values(AMITypes).sort());
});

describe("latestRelease", () => {
  it.each([
    ["AL2_x86_64", "Amazon Linux 2", `${optimized}/amazon-linux-2/recommended`],
    ["AL2_x86_64_GPU", "Amazon Linux 2", `${optimized}/amazon-linux-2-gpu/recommended`],
    ["AL2_ARM_64", "Amazon Linux 2", `${optimized}/amazon-linux-2-arm64/recommended`],
    [
      "AL2023_x86_64_STANDARD",
      "Amazon Linux 2023",
      `${optimized}/amazon-linux-2023/x86_64/standard/recommended`,
    ],
    [
      "AL2023_ARM_64_STANDARD",
      "Amazon Linux 2023",
      `${optimized}/amazon-linux-2023/arm64/standard/recommended`,
    ],
    ["AL2023_x86_64_NVIDIA", "Amazon Linux 2023", `${optimized}/amazon-linux-2023/x86_64/nvidia/recommended`],
    ["AL2023_ARM_64_NVIDIA", "Amazon Linux 2023", `${optimized}/amazon-linux-2023/arm64/nvidia/recommended`],
    ["AL2023_x86_64_NEURON", "Amazon Linux 2023", `${optimized}/amazon-linux-2023/x86_64/neuron/recommended`],
    ["BOTTLEROCKET_x86_64", "Bottlerocket", `${bottlerocket}/x86_64/latest`],
    ["BOTTLEROCKET_ARM_64", "Bottlerocket", `${bottlerocket}/arm64/latest`],
    ["BOTTLEROCKET_x86_64_NVIDIA", "Bottlerocket", `${bottlerocket}-nvidia/x86_64/latest`],
    ["BOTTLEROCKET_ARM_64_NVIDIA", "Bottlerocket", `${bottlerocket}-nvidia/arm64/latest`],
    ["BOTTLEROCKET_x86_64_FIPS", "Bottlerocket", `${bottlerocket}-fips/x86_64/latest`],
    ["BOTTLEROCKET_ARM_64_FIPS", "Bottlerocket", `${bottlerocket}-fips/arm64/latest`],
    ["BOTTLEROCKET_x86_64_NVIDIA_FIPS", "Bottlerocket", `${bottlerocket}-nvidia-fips/x86_64/latest`],
    ["BOTTLEROCKET_ARM_64_NVIDIA_FIPS", "Bottlerocket", `${bottlerocket}-nvidia-fips/arm64/latest`],
    ["WINDOWS_CORE_2019_x86_64", "Windows", `${windowsServer}-2019-English-Core-EKS_Optimized-1.32`],
    ["WINDOWS_FULL_2019_x86_64", "Windows", `${windowsServer}-2019-English-Full-EKS_Optimized-1.32`],
    ["WINDOWS_CORE_2022_x86_64", "Windows", `${windowsServer}-2022-English-Core-EKS_Optimized-1.32`],
    ["WINDOWS_FULL_2022_x86_64", "Windows", `${windowsServer}-2022-English-Full-EKS_Optimized-1.32`],
    ["WINDOWS_CORE_2025_x86_64", "Windows", `${windowsServer}-2025-English-Core-EKS_Optimized-1.32`],
    ["WINDOWS_FULL_2025_x86_64", "Windows", `${windowsServer}-2025-English-Full-EKS_Optimized-1.32`],
  ])("%s is %s, found under %s", (amiType, family, folder) => {
    const leaves = {
      "Amazon Linux 2": ["/image_id", "/release_version"],
      "Amazon Linux 2023": ["/image_id", "/release_version"],
      Bottlerocket: ["/image_id", "/image_version"],
      Windows: [""],
    }[family];
    expect(familyOf(amiType)).toBe(family);
    expect(latestRelease(amiType, "1.32")?.parameters).toEqual(leaves?.map((leaf) => `${folder}${leaf}`));
  });

  it.each([
    ["a custom AMI", "CUSTOM", "1.34"],
    ["an amiType of the future", "AL2029_RISCV", "1.34"],
    ["a name that every object has", "constructor", "1.34"],
    ["what is no minor", linux, "1.34/../1.35"],
  ])("has nothing for %s", (_, amiType, minor) => {
    expect(latestRelease(amiType, minor)).toBeUndefined();
  });
});

describe("the answer to latestRelease", () => {
  const folder = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended";
  const parent = "/aws/service/ami-windows-latest/Windows_Server-2022-English-Core-EKS_Optimized-1.34";
  const seen = { image: "ami-1", release: "1.34.9-20260714" };
  it.each<[string, string, Record<string, string>, unknown]>([
    [
      "is read from two leaves",
      linux,
      { [`${folder}/image_id`]: "ami-1", [`${folder}/release_version`]: "1.34.9-20260714" },
      seen,
    ],
    ["is none without the release", linux, { [`${folder}/image_id`]: "ami-1" }, undefined],
    ["is none without the image", linux, { [`${folder}/release_version`]: "1.34.9-20260714" }, undefined],
    [
      "is read from Windows' JSON",
      windows,
      { [parent]: '{"image_id":"ami-2","release_version":"1.34-2026.01.22"}' },
      { image: "ami-2", release: "1.34-2026.01.22" },
    ],
    ["is none where the JSON lacks a field", windows, { [parent]: '{"image_id":"ami-2"}' }, undefined],
    ["is none where the JSON is broken", windows, { [parent]: "ami-2" }, undefined],
    ["is none where the JSON is null", windows, { [parent]: "null" }, undefined],
  ])("%s", (_, amiType, values, release) => {
    expect(latestRelease(amiType, "1.34")?.read(new Map(Object.entries(values)))).toEqual(release);
  });
});

describe("pinnedRelease", () => {
  it.each([
    [
      "AL2023 by the AMI's name",
      "AL2023_ARM_64_NVIDIA",
      "1.34",
      "1.34.9-20260714",
      "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/arm64/nvidia/amazon-eks-node-al2023-arm64-nvidia-1.34-v20260714/image_id",
    ],
    [
      "AL2 by the AMI's name",
      "AL2_x86_64",
      "1.32",
      "1.32.9-20251120",
      `${optimized}/amazon-linux-2/amazon-eks-node-1.32-v20251120/image_id`,
    ],
    [
      "AL2 for GPUs",
      "AL2_x86_64_GPU",
      "1.32",
      "1.32.9-20251120",
      `${optimized}/amazon-linux-2-gpu/amazon-eks-gpu-node-1.32-v20251120/image_id`,
    ],
    [
      "AL2 on arm64",
      "AL2_ARM_64",
      "1.32",
      "1.32.9-20251120",
      `${optimized}/amazon-linux-2-arm64/amazon-eks-arm64-node-1.32-v20251120/image_id`,
    ],
    [
      "Bottlerocket by its version",
      "BOTTLEROCKET_ARM_64_FIPS",
      "1.34",
      "1.50.0-1602f3a8",
      "/aws/service/bottlerocket/aws-k8s-1.34-fips/arm64/1.50.0-1602f3a8/image_id",
    ],
    [
      "Bottlerocket without its commit",
      rocket,
      "1.34",
      "1.50.0",
      "/aws/service/bottlerocket/aws-k8s-1.34/x86_64/1.50.0/image_id",
    ],
  ])("finds %s", (_, amiType, minor, release, parameter) => {
    expect(pinnedRelease(amiType, minor, release)?.parameters).toContain(parameter);
  });

  it.each([
    ["Windows: SSM keeps no history", windows, "1.34", "1.34-2026.01.22"],
    ["a custom AMI", "CUSTOM", "1.34", "ami-0123456789abcdef0"],
    ["a release of another minor", linux, "1.34", "1.33.13-20260714"],
    ["a release of another family", linux, "1.34", "1.50.0-1602f3a8"],
    ["a day the calendar lacks", linux, "1.34", "1.34.9-20260231"],
    ["a path", rocket, "1.34", "1.50.0/../latest"],
  ])("has nothing for %s", (_, amiType, minor, release) => {
    expect(pinnedRelease(amiType, minor, release)).toBeUndefined();
  });

  it.each([
    ["the release asked for", linux, "1.34.9-20260714", "1.34.9-20260714", true],
    ["another patch of the same day", linux, "1.34.8-20260714", "1.34.9-20260714", false],
    ["a commit that was left out", rocket, "1.50.0", "1.50.0-1602f3a8", true],
    ["another commit", rocket, "1.50.0-00000000", "1.50.0-1602f3a8", false],
  ])("reads %s", (_, amiType, wanted, published, found) => {
    const lookup = pinnedRelease(amiType, "1.34", wanted);
    const [image = "", release = ""] = lookup?.parameters ?? [];
    const answer = lookup?.read(
      new Map([
        [image, "ami-1"],
        [release, published],
      ]),
    );
    expect(answer).toEqual(found ? { image: "ami-1", release: published } : undefined);
  });
});

describe("compareReleases", () => {
  it.each([
    ["a later day is newer", linux, "1.34.9-20260714", "1.34.9-20260701", 1],
    ["a later patch is newer, days being numbers", linux, "1.34.10-20260714", "1.34.9-20260714", 1],
    ["a later minor is newer, whatever the day", linux, "1.33.13-20260714", "1.34.4-20260224", -1],
    ["the same is the same", linux, "1.34.9-20260714", "1.34.9-20260714", 0],
    ["Bottlerocket goes by the OS version as numbers", rocket, "1.9.2-1602f3a8", "1.50.0-1602f3a8", -1],
    ["Bottlerocket's commit has no order", rocket, "1.50.0-ffffffff", "1.50.0-00000000", 0],
    ["Windows goes by the day", windows, "1.34-2026.01.22", "1.34-2025.12.09", 1],
    ["an AMI id has no order", linux, "ami-0123456789abcdef0", "1.34.9-20260714", undefined],
    ["families have no order", rocket, "1.50.0-1602f3a8", "1.34-2026.01.22", undefined],
    ["custom AMIs have no order", "CUSTOM", "ami-1", "ami-2", undefined],
    ["an unknown amiType has no order", "AL2029_RISCV", "1.34.9-20260714", "1.34.9-20260714", undefined],
  ])("%s", (_, amiType, a, b, sign) => {
    const difference = compareReleases(amiType, a, b);
    expect(difference === undefined ? undefined : Math.sign(difference)).toBe(sign);
  });
});

describe("releaseDate", () => {
  it.each([
    ["Amazon Linux has it", linux, "1.34.9-20260714", "2026-07-14"],
    ["Windows has it", windows, "1.34-2026.01.22", "2026-01-22"],
    [
      "Bottlerocket does not say, even where the commit looks like a day",
      rocket,
      "1.34.9-20260714",
      undefined,
    ],
    ["an AMI id does not say", linux, "ami-0123456789abcdef0", undefined],
    ["a day the calendar lacks is none", linux, "1.34.9-20261301", undefined],
  ])("%s", (_, amiType, release, day) => {
    expect(releaseDate(amiType, release)).toBe(day && Date.parse(day));
  });
});

it("wantedKey tells the newest of a minor from one of its releases, and from another minor's", () => {
  const wanted = [
    { amiType: rocket, minor: "1.36" },
    { amiType: rocket, minor: "1.36", release: "1.50.0" },
    { amiType: rocket, minor: "1.35" },
    { amiType: linux, minor: "1.36" },
  ];
  expect(new Set(wanted.map(wantedKey)).size).toBe(4);
  expect(wantedKey({ amiType: linux, minor: "1.36" })).toBe(wantedKey({ amiType: linux, minor: "1.36" }));
});
