import { describe, expect, it } from "vitest";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { PublishedRelease } from "../../../playground/scenarios/types.js";
import { amiTypes, familyOf } from "../../../src/core/releases.js";
import { openWire } from "./wire.js";

const older: Record<string, string> = { Bottlerocket: "1.49.0-0badcafe", Windows: "1.36-2026.06.09" };
const newer: Record<string, string> = { Bottlerocket: "1.50.0-1602f3a8", Windows: "1.36-2026.07.14" };
const lookedUp = amiTypes.filter((amiType) => amiType !== "CUSTOM");

/** Two releases of every amiType, as the simulated AWS publishes them by its own table. */
const releases: readonly PublishedRelease[] = lookedUp.flatMap((amiType) => {
  const family = familyOf(amiType) ?? "";
  const common = { version: "1.36", amiType, kubelet: "v1.36.2-eks-8f14419" };
  return [
    {
      ...common,
      release: older[family] ?? "1.36.5-20260609",
      publishedOn: "2026-06-09",
      image: `ami-old-${amiType}`,
    },
    {
      ...common,
      release: newer[family] ?? "1.36.6-20260714",
      publishedOn: "2026-07-14",
      image: `ami-new-${amiType}`,
    },
  ];
});

describe("latest", () => {
  it("finds the newest release and its image for every amiType", async () => {
    const { region } = await openWire({ releases: [...eksWorkshop.releases, ...releases] });
    const found = await Promise.all(lookedUp.map((amiType) => region.releases.latest(amiType, "1.36")));
    expect(found).toEqual(
      releases
        .filter(({ image }) => image.startsWith("ami-new-"))
        .map(({ image, release }) => ({ image, release })),
    );
  });

  it.each([
    ["a minor without a release", "AL2023_x86_64_STANDARD", "1.99"],
    ["a custom AMI", "CUSTOM", "1.36"],
  ])("has none for %s", async (_, amiType, minor) => {
    const { region } = await openWire();
    expect(await region.releases.latest(amiType, minor)).toBeUndefined();
  });
});

describe("find", () => {
  it("finds an older release for every amiType but Windows', of which SSM keeps no history", async () => {
    const { region } = await openWire({ releases: [...eksWorkshop.releases, ...releases] });
    const old = releases.filter(({ image }) => image.startsWith("ami-old-"));
    const found = await Promise.all(
      old.map(({ amiType, release }) => region.releases.find(amiType, "1.36", release)),
    );
    expect(found).toEqual(
      old.map(({ amiType, image, release }) =>
        familyOf(amiType) === "Windows" ? undefined : { image, release },
      ),
    );
  });

  it.each([
    ["a Bottlerocket release without its commit", "BOTTLEROCKET_x86_64", "1.49.0", "1.49.0-0badcafe"],
    ["no release of another patch of the day", "AL2023_x86_64_STANDARD", "1.36.4-20260609", undefined],
    ["no release that was never made", "AL2023_x86_64_STANDARD", "1.36.6-20260701", undefined],
  ])("finds %s", async (_, amiType, release, found) => {
    const { region } = await openWire({ releases: [...eksWorkshop.releases, ...releases] });
    expect((await region.releases.find(amiType, "1.36", release))?.release).toBe(found);
  });
});

it("a denied look-up names the IAM action", async () => {
  const { region, server } = await openWire();
  server.faults = () => ({
    status: 400,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify({ __type: "AccessDeniedException", Message: "" }),
  });
  await expect(region.releases.latest("AL2023_x86_64_STANDARD", "1.34")).rejects.toMatchObject({
    kind: "denied",
    next: expect.stringContaining("ssm:GetParameters"),
  });
});
