import { describe, expect, it } from "vitest";
import type { Wish } from "../../../src/core/plan.js";
import { type NodeGroupLook, planNodeGroup, wishedVersion } from "../../../src/core/planner.js";
import { start } from "../../builders.js";
import { aCluster, aLook, aNodeGroup, aRelease, noWish } from "../../seen.js";

const codes = (look: NodeGroupLook, wish: Wish) =>
  planNodeGroup(look, wish, start).blockers.map(({ code }) => code);

const al2 = (over: Parameters<typeof aNodeGroup>[0]) => aNodeGroup({ amiType: "AL2_x86_64", ...over });
const windows = (amiType: string) => aNodeGroup({ amiType, release: "1.34-2026.01.22" });
const nothingListed = (over: Partial<NodeGroupLook> = {}): NodeGroupLook => {
  const { target: _, ...look } = aLook(over);
  return look;
};

describe("the target of a plan", () => {
  it.each<[string, NodeGroupLook, Wish, string[]]>([
    ["already at the latest", aLook({ target: aRelease("1.34.7-20260301") }), {}, ["AlreadyAtTarget"]],
    [
      "a withdrawn release: latest went back",
      aLook({ target: aRelease("1.34.7-20260215") }),
      {},
      ["ReleaseDowngrade"],
    ],
    ["older patch, later day", aLook({ target: aRelease("1.34.6-20260714") }), {}, ["ReleaseDowngrade"]],
    [
      "older release by name",
      aLook({ target: aRelease("1.34.6-20260101") }),
      { release: "1.34.6-20260101" },
      ["ReleaseDowngrade"],
    ],
    ["a release that cannot be compared", aLook({ target: aRelease("brand-new-spelling") }), {}, []],
    [
      "version of the control plane",
      aLook({ cluster: aCluster({ version: "1.35" }), target: aRelease("1.35.6-20260714") }),
      { version: "1.35" },
      [],
    ],
    [
      "two minors up to the control plane",
      aLook({ cluster: aCluster({ version: "1.36" }), target: aRelease("1.36.2-20260714") }),
      { version: "1.36" },
      [],
    ],
    [
      "version ahead of the control plane",
      aLook({ target: aRelease("1.35.6-20260714") }),
      { version: "1.35" },
      ["AheadOfControlPlane"],
    ],
    ["1.100 is ahead of 1.34, not behind it", nothingListed(), { version: "1.100" }, ["AheadOfControlPlane"]],
    [
      "version downgrade",
      aLook({ target: aRelease("1.33.13-20260714") }),
      { version: "1.33" },
      ["VersionDowngrade"],
    ],
    ["1.9 is older than 1.34", nothingListed(), { version: "1.9" }, ["VersionDowngrade"]],
    ["what is no version", nothingListed(), { version: "latest" }, ["VersionInvalid"]],
    ["AWS lists nothing", nothingListed(), {}, ["NoRelease"]],
    [
      "AWS does not list the release that was named",
      nothingListed(),
      { release: "1.34.9-20260715" },
      ["ReleaseUnknown"],
    ],
    [
      "a release of a newer minor than the control plane",
      nothingListed(),
      { release: "1.35.6-20260714" },
      ["AheadOfControlPlane"],
    ],
    [
      "a release of an older minor than the group",
      nothingListed(),
      { release: "1.33.13-20260714" },
      ["VersionDowngrade"],
    ],
    [
      "an old Windows release by name",
      nothingListed({ nodeGroup: windows("WINDOWS_CORE_2022_x86_64") }),
      { release: "1.34-2026.01.01" },
      ["ReleaseNotListed"],
    ],
    [
      "Windows 2025 before 1.35",
      nothingListed({ nodeGroup: windows("WINDOWS_CORE_2025_x86_64") }),
      {},
      ["Windows2025HasNoAmi"],
    ],
    [
      "a custom AMI",
      nothingListed({ nodeGroup: aNodeGroup({ amiType: "CUSTOM", release: "ami-1" }) }),
      {},
      ["AmiTypeCustom"],
    ],
    [
      "an amiType AWS adds",
      nothingListed({ nodeGroup: aNodeGroup({ amiType: "AL2030_RISCV" }) }),
      {},
      ["AmiTypeUnknown"],
    ],
    ["no amiType at all", nothingListed({ nodeGroup: aNodeGroup({ amiType: "" }) }), {}, ["AmiTypeUnknown"]],
    [
      "AL2 on 1.32, newer release of before the end",
      aLook({
        cluster: aCluster({ version: "1.32" }),
        nodeGroup: al2({ version: "1.32", release: "1.32.3-20250519" }),
        target: aRelease("1.32.9-20251112"),
      }),
      {},
      [],
    ],
    [
      "AL2 to 1.33",
      nothingListed({
        cluster: aCluster({ version: "1.33" }),
        nodeGroup: al2({ version: "1.32", release: "1.32.9-20251112" }),
      }),
      { version: "1.33" },
      ["AmazonLinux2HasNoAmi"],
    ],
  ])("blockers of the target: %s", (_, look, wish, blockers) => {
    expect(codes(look, wish)).toEqual(blockers);
  });

  it("without a release there is no step, only reasons", () => {
    expect(planNodeGroup(nothingListed(), noWish, start).step).toBeUndefined();
  });

  describe("Bottlerocket, whose releases do not say for which Kubernetes version they are", () => {
    const nodeGroup = aNodeGroup({ amiType: "BOTTLEROCKET_x86_64", release: "1.50.0-1602f3a8" });
    const cluster = aCluster({ version: "1.35" });
    it.each([
      ["the same release for the same version: nothing to do", {}, "1.50.0-1602f3a8", ["AlreadyAtTarget"]],
      ["the same version of the OS, another commit: neither is older", {}, "1.50.0-0a1b2c3d", []],
      ["the same release for the next version", { version: "1.35" }, "1.50.0-1602f3a8", []],
      ["a newer release for the next version", { version: "1.35" }, "1.51.0-0a1b2c3d", []],
      ["an older release for the next version", { version: "1.35" }, "1.49.0-0a1b2c3d", ["ReleaseDowngrade"]],
    ])("%s", (_, wish, release, blockers) => {
      expect(codes(aLook({ nodeGroup, cluster, target: aRelease(release) }), wish)).toEqual(blockers);
    });
  });
});

describe("wishedVersion", () => {
  const bottlerocket = aNodeGroup({ amiType: "BOTTLEROCKET_x86_64" });
  it.each([
    ["nothing wished: the group's own", {}, aNodeGroup(), "1.34"],
    ["the version that is named", { version: "1.35" }, aNodeGroup(), "1.35"],
    ["the version of the release that is named", { release: "1.35.6-20260714" }, aNodeGroup(), "1.35"],
    ["Bottlerocket's releases do not say", { release: "1.50.0-1602f3a8" }, bottlerocket, "1.34"],
    ["what is no release says nothing", { release: "latest" }, aNodeGroup(), "1.34"],
    [
      "a version goes before a release",
      { version: "1.34", release: "1.35.6-20260714" },
      aNodeGroup(),
      "1.34",
    ],
  ])("%s", (_, wish, nodeGroup, version) => {
    expect(wishedVersion(wish, nodeGroup)).toBe(version);
  });
});
