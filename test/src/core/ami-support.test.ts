import { describe, expect, it } from "vitest";
import {
  amazonLinux2End,
  whyNoNewReleases,
  whyNoReleases,
  whyOnlyLatest,
} from "../../../src/core/ami-support.js";
import { amiTypes } from "../../../src/core/releases.js";

describe("whyNoReleases", () => {
  it.each([
    ["AL2023 has releases", "AL2023_x86_64_STANDARD", "1.36", undefined],
    ["AL2 has them to 1.32", "AL2_x86_64", "1.32", undefined],
    ["AL2 has none from 1.33", "AL2_ARM_64", "1.33", "AmazonLinux2HasNoAmi"],
    ["Windows 2025 has them from 1.35", "WINDOWS_FULL_2025_x86_64", "1.35", undefined],
    ["Windows 2025 has none before", "WINDOWS_CORE_2025_x86_64", "1.34", "Windows2025HasNoAmi"],
    ["Windows 2022 has them before", "WINDOWS_CORE_2022_x86_64", "1.34", undefined],
    ["a custom AMI is in the launch template", "CUSTOM", "1.34", "AmiTypeCustom"],
    ["an amiType of the future is unknown", "AL2029_RISCV", "1.34", "AmiTypeUnknown"],
    ["a missing amiType is unknown", "", "1.34", "AmiTypeUnknown"],
    ["a minor is not just any text", "AL2023_x86_64_STANDARD", "latest", "VersionInvalid"],
  ])("%s", (_, amiType, minor, code) => {
    expect(whyNoReleases(amiType, minor)?.code).toBe(code);
  });

  it("explains a custom AMI and says what to do", () => {
    expect(whyNoReleases("CUSTOM", "1.34")).toMatchObject({
      what: expect.stringContaining("the launch template carries the AMI"),
      next: expect.stringContaining("launch template with the new AMI"),
    });
  });
});

describe("whyOnlyLatest", () => {
  it("holds for Windows and nothing else", () => {
    const only = amiTypes.filter((amiType) => whyOnlyLatest(amiType));
    expect(only).toEqual(amiTypes.filter((amiType) => amiType.startsWith("WINDOWS_")));
  });
});

describe("whyNoNewReleases", () => {
  it.each([
    ["AL2 got AMIs to the end of its days", "AL2_x86_64", amazonLinux2End, undefined],
    ["AL2 gets none after", "AL2_x86_64", amazonLinux2End + 1, "AmazonLinux2Ended"],
    ["AL2023 goes on", "AL2023_x86_64_STANDARD", amazonLinux2End + 1, undefined],
  ])("%s", (_, amiType, now, code) => {
    expect(whyNoNewReleases(amiType, now)?.code).toBe(code);
  });

  it("counts from 26 Nov 2025", () => {
    expect(new Date(amazonLinux2End).toISOString()).toBe("2025-11-26T00:00:00.000Z");
  });
});
