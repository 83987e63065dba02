import { describe, expect, it } from "vitest";
import { publicImage } from "../../../playground/world/ami-families.js";
import { amiOfName, daysBetween, releaseOnNode } from "../../../src/core/ami-names.js";
import { amiTypes, familyOf } from "../../../src/core/releases.js";

describe("amiOfName", () => {
  const july = Date.UTC(2026, 6, 14);
  it.each<[string, string, unknown]>([
    [
      "Amazon Linux 2023",
      "amazon-eks-node-al2023-x86_64-standard-1.34-v20260714",
      { amiType: "AL2023_x86_64_STANDARD", minor: "1.34", label: "v20260714", date: july },
    ],
    [
      "Amazon Linux 2023 for Arm with GPUs",
      "amazon-eks-node-al2023-arm64-nvidia-1.34-v20260714",
      { amiType: "AL2023_ARM_64_NVIDIA", minor: "1.34", label: "v20260714", date: july },
    ],
    [
      "Amazon Linux 2, which does not say so",
      "amazon-eks-node-1.32-v20260714",
      { amiType: "AL2_x86_64", minor: "1.32", label: "v20260714", date: july },
    ],
    [
      "Amazon Linux 2 for Arm",
      "amazon-eks-arm64-node-1.32-v20260714",
      { amiType: "AL2_ARM_64", minor: "1.32", label: "v20260714", date: july },
    ],
    [
      "Bottlerocket",
      "bottlerocket-aws-k8s-1.34-x86_64-v1.52.0-7b1f0e8c",
      { amiType: "BOTTLEROCKET_x86_64", minor: "1.34", release: "1.52.0-7b1f0e8c", label: "1.52.0-7b1f0e8c" },
    ],
    [
      "Bottlerocket for Arm, as its builders spell it",
      "bottlerocket-aws-k8s-1.34-nvidia-aarch64-v1.52.0-7b1f0e8c",
      {
        amiType: "BOTTLEROCKET_ARM_64_NVIDIA",
        minor: "1.34",
        release: "1.52.0-7b1f0e8c",
        label: "1.52.0-7b1f0e8c",
      },
    ],
    [
      "Windows",
      "Windows_Server-2022-English-Core-EKS_Optimized-1.34-2026.07.14",
      {
        amiType: "WINDOWS_CORE_2022_x86_64",
        minor: "1.34",
        release: "1.34-2026.07.14",
        label: "1.34-2026.07.14",
        date: july,
      },
    ],
  ])("%s", (_, name, ami) => {
    expect(amiOfName(name, "amazon")).toEqual(ami);
  });

  it.each([
    ["a kind that EKS does not have", "amazon-eks-node-al2023-arm64-neuron-1.34-v20260714"],
    ["a day that the calendar does not have", "amazon-eks-node-al2023-x86_64-standard-1.34-v20260231"],
    ["no release", "bottlerocket-aws-k8s-1.34-x86_64-vnext"],
    ["a Bottlerocket for ECS", "bottlerocket-aws-ecs-2-x86_64-v1.52.0-7b1f0e8c"],
    ["an Amazon Linux that is no node", "al2023-ami-2023.6.20260714.0-kernel-6.1-x86_64"],
    ["something behind the name", "amazon-eks-node-1.32-v20260714-copy"],
    [
      "an Amazon Linux 2023 named like a GPU's Amazon Linux 2",
      "amazon-eks-gpu-node-al2023-x86_64-standard-1.34-v20260714",
    ],
    ["nothing", ""],
  ])("is none: %s", (_, name) => {
    expect(amiOfName(name, "amazon")).toBeUndefined();
  });

  it.each(["123456789012", "self", "aws-marketplace", ""])("a name proves nothing of owner %j", (owner) => {
    expect(amiOfName("amazon-eks-node-al2023-x86_64-standard-1.34-v20260714", owner)).toBeUndefined();
  });

  const published = amiTypes.filter((amiType) => familyOf(amiType));
  it.each(published)("reads back the name under which AWS publishes %s", (amiType) => {
    const release = {
      "Amazon Linux 2": "1.32.9-20260714",
      "Amazon Linux 2023": "1.32.9-20260714",
      Bottlerocket: "1.52.0-7b1f0e8c",
      Windows: "1.32-2026.07.14",
    }[familyOf(amiType) ?? "Windows"];
    const what = {
      version: "1.32",
      kubelet: "v1.32.9-eks-3c60543",
      amiType,
      release,
      image: "ami-1",
      publishedOn: "2026-07-14",
    };
    const ami = amiOfName(publicImage(what)?.imageName ?? "", "amazon");
    expect(ami).toMatchObject({ amiType, minor: "1.32" });
    expect(ami && releaseOnNode(ami, "v1.32.9-eks-3c60543")).toBe(release);
  });
});

describe("releaseOnNode", () => {
  const ami = { amiType: "AL2023_x86_64_STANDARD", minor: "1.34", label: "v20260714" };
  it.each([
    ["has the kubelet's patch and the AMI's day", ami, "v1.34.9-eks-3c60543", "1.34.9-20260714"],
    ["is unknown on a node that has not reported", ami, "", undefined],
    ["is unknown where the kubelet is of another minor", ami, "v1.33.9-eks-3c60543", undefined],
    ["does not need the kubelet where the name says it all", { ...ami, release: "1.52.0" }, "", "1.52.0"],
  ])("%s", (_, of, kubelet, release) => {
    expect(releaseOnNode(of, kubelet)).toBe(release);
  });
});

describe("daysBetween", () => {
  it.each([
    ["none within a day", "2026-07-14T00:00:00Z", "2026-07-14T23:59:59Z", 0],
    ["whole ones", "2026-02-24T00:00:00Z", "2026-07-14T12:00:00Z", 140],
    ["negative backwards", "2026-07-14T00:00:00Z", "2026-07-07T00:00:00Z", -7],
  ])("%s", (_, from, to, days) => {
    expect(daysBetween(Date.parse(from), Date.parse(to))).toBe(days);
  });
});
