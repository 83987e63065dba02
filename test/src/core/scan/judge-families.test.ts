import { describe, expect, it } from "vitest";
import { amiTypes, latestRelease } from "../../../../src/core/releases.js";
import { judgeGroup } from "../../../../src/core/scan/judge.js";
import type { ListedRelease } from "../../../../src/core/scan/scanned.js";
import { listed, someFacts } from "./builders.js";

/** What runs, what is listed, and the days between: as far as names do not tell days, parameters were written on these. */
const linux = ["1.34.7-20260301", "1.34.9-20260714", 135] as const;
const linux2 = ["1.32.3-20250620", "1.32.9-20251120", 153] as const;
const bottlerocket = ["1.9.2-1602f3a8", "1.50.0-7b1f0e8c", 135] as const;
const windows = ["1.34-2025.12.09", "1.34-2026.01.22", 44] as const;
const windows2025 = ["1.35-2026.02.28", "1.35-2026.03.01", 1] as const;

const families = [
  ["AL2_x86_64", "1.32", ...linux2],
  ["AL2_x86_64_GPU", "1.32", ...linux2],
  ["AL2_ARM_64", "1.32", ...linux2],
  ["AL2023_x86_64_STANDARD", "1.34", ...linux],
  ["AL2023_ARM_64_STANDARD", "1.34", ...linux],
  ["AL2023_x86_64_NVIDIA", "1.34", ...linux],
  ["AL2023_ARM_64_NVIDIA", "1.34", ...linux],
  ["AL2023_x86_64_NEURON", "1.34", ...linux],
  ["BOTTLEROCKET_x86_64", "1.34", ...bottlerocket],
  ["BOTTLEROCKET_ARM_64", "1.34", ...bottlerocket],
  ["BOTTLEROCKET_x86_64_NVIDIA", "1.34", ...bottlerocket],
  ["BOTTLEROCKET_ARM_64_NVIDIA", "1.34", ...bottlerocket],
  ["BOTTLEROCKET_x86_64_FIPS", "1.34", ...bottlerocket],
  ["BOTTLEROCKET_ARM_64_FIPS", "1.34", ...bottlerocket],
  ["BOTTLEROCKET_x86_64_NVIDIA_FIPS", "1.34", ...bottlerocket],
  ["BOTTLEROCKET_ARM_64_NVIDIA_FIPS", "1.34", ...bottlerocket],
  ["WINDOWS_CORE_2019_x86_64", "1.34", ...windows],
  ["WINDOWS_FULL_2019_x86_64", "1.34", ...windows],
  ["WINDOWS_CORE_2022_x86_64", "1.34", ...windows],
  ["WINDOWS_FULL_2022_x86_64", "1.34", ...windows],
  ["WINDOWS_CORE_2025_x86_64", "1.35", ...windows2025],
  ["WINDOWS_FULL_2025_x86_64", "1.35", ...windows2025],
] as const;

it("is asked of every amiType; CUSTOM has no releases", () => {
  expect([...families.map(([amiType]) => amiType), "CUSTOM"].sort()).toEqual([...amiTypes].sort());
});

describe.each(families)("%s on %s", (amiType, minor, older, newer, days) => {
  const judge = (current: ListedRelease, newest?: ListedRelease) =>
    judgeGroup(someFacts({ amiType, version: minor, current, ...(newest && { newest }) }));
  const old = listed(older, "2026-03-01", amiType);
  const fresh = listed(newer, "2026-07-14", amiType);

  it("is read from what SSM answers", () => {
    const { parameters = [], read } = latestRelease(amiType, minor) ?? {};
    const json = JSON.stringify({ image_id: "ami-1", image_name: "any", release_version: newer });
    const values = parameters.length === 1 ? [json] : ["ami-1", newer];
    const answer = new Map(parameters.map((name, index) => [name, values[index] ?? ""]));
    expect(read?.(answer)).toEqual({ image: "ami-1", release: newer });
    expect(read?.(new Map())).toBeUndefined();
  });

  it("is so many days behind", () => {
    expect(judge(old, fresh)).toMatchObject({ standing: "behind", daysBehind: days });
  });

  it("is the newest where nothing newer is listed", () => {
    expect(judge(fresh, fresh)).toMatchObject({ standing: "newest", daysBehind: 0, releasesBehind: 0 });
  });

  it("runs what was withdrawn where something older is listed", () => {
    const judged = judge(fresh, old);
    expect(judged.standing).toBe("withdrawn");
    expect(judged).not.toHaveProperty("daysBehind");
  });

  it("is unknown where nothing is listed", () => {
    expect(judge(old).standing).toBe("unknown");
  });

  it.each([
    ["an AMI id", "ami-0123456789abcdef0"],
    ["a day the calendar lacks", "1.34-2026.02.31"],
    ["a release with a letter in its numbers", "1.3a.9-20260714"],
    ["half a release", "1.34."],
    ["nothing", ""],
  ])("is unknown where one of the two is %s", (_, release) => {
    const judged = [judge({ release }, fresh), judge(old, { release })];
    expect(judged.map(({ standing }) => standing)).toEqual(["unknown", "unknown"]);
    for (const each of judged) expect(each).not.toHaveProperty("daysBehind");
  });
});

describe("CUSTOM", () => {
  const facts = someFacts({ amiType: "CUSTOM", current: { release: "ami-0123456789abcdef0" } });

  it("has no parameter", () => {
    expect(latestRelease("CUSTOM", "1.34")).toBeUndefined();
  });

  it("is told as custom, whatever is listed, and is behind nothing", () => {
    const judged = judgeGroup({ ...facts, newest: listed("1.34.9-20260714") });
    expect(judged).toEqual({ ...withoutKnown(facts), standing: "custom" });
  });
});

function withoutKnown({ known, ...rest }: ReturnType<typeof someFacts>) {
  expect(known).toEqual([]);
  return rest;
}
