import { describe, expect, it } from "vitest";
import { compareMinors, isMinor, nextMinor, parseKubelet } from "../../../src/core/versions.js";

describe("compareMinors", () => {
  it.each([
    ["the same", "1.34", "1.34", 0],
    ["older", "1.33", "1.34", -1],
    ["newer", "1.34", "1.33", 1],
    ["as numbers, not as texts", "1.9", "1.34", -1],
    ["the major before the minor", "2.0", "1.34", 1],
  ])("%s", (_, a, b, sign) => {
    expect(Math.sign(compareMinors(a, b))).toBe(sign);
  });

  it.each([
    ["a patch version", "1.34.9"],
    ["a letter in front", "v1.34"],
    ["nothing", ""],
    ["a single number", "1"],
  ])("refuses %s and says how to write it", (_, text) => {
    expect(isMinor(text)).toBe(false);
    expect(() => compareMinors(text, "1.34")).toThrow('Write it like "1.34"');
  });
});

describe("nextMinor", () => {
  it.each([
    ["1.34", "1.35"],
    ["1.9", "1.10"],
  ])("after %s comes %s", (version, next) => {
    expect(nextMinor(version)).toBe(next);
  });
});

describe("parseKubelet", () => {
  it.each([
    ["EKS' kubelet", "v1.34.9-eks-1a2b3c4", { minor: "1.34", patch: 9 }],
    ["a plain kubelet", "v1.35.0", { minor: "1.35", patch: 0 }],
    ["a kubelet with build metadata", "v1.33.13+abc", { minor: "1.33", patch: 13 }],
    ["two digits of patch", "v1.33.13-eks-3cfe0ce", { minor: "1.33", patch: 13 }],
    ["a node that has not reported", "", undefined],
    ["no patch", "v1.34", undefined],
    ["some other text", "unknown", undefined],
  ])("reads %s", (_, text, version) => {
    expect(parseKubelet(text)).toEqual(version);
  });
});
