import { describe, expect, it } from "vitest";
import type { Fault } from "../../../playground/aws/server.js";
import type { Answer } from "../../../playground/aws/skin.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { PublishedRelease } from "../../../playground/scenarios/types.js";
import { day, second } from "../../../src/core/instant.js";
import { amiTypes, familyOf, wantedKey } from "../../../src/core/releases.js";
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

describe("lookUp", () => {
  const published = { releases: [...eksWorkshop.releases, ...releases] };
  /** AWS writes every parameter two days after the day that the release has by its name. */
  const twoDaysLater: Fault = (_, perform) =>
    changed(perform(), (parameter) => ({
      ...parameter,
      LastModifiedDate: Number(parameter.LastModifiedDate) + (2 * day) / second,
    }));
  /** Bottlerocket's name has none. */
  const publishedAt = (amiType: string, made: string) =>
    Date.parse(made) + (familyOf(amiType) === "Bottlerocket" ? 2 * day : 0);

  it("finds the newest release of every amiType, its image and its day", async () => {
    const { region, server } = await openWire(published);
    server.faults = twoDaysLater;
    const found = await region.releases.lookUp(amiTypes.map((amiType) => ({ amiType, minor: "1.36" })));
    const newest = releases.filter(({ image }) => image.startsWith("ami-new-"));
    expect([...found]).toEqual(
      newest.map(({ amiType, image, release }) => [
        wantedKey({ amiType, minor: "1.36" }),
        { image, release, publishedAt: publishedAt(amiType, "2026-07-14") },
      ]),
    );
  });

  it("finds an older release of every amiType but Windows', and leaves out what is not published", async () => {
    const { region, server } = await openWire(published);
    server.faults = twoDaysLater;
    const old = releases.filter(({ image }) => image.startsWith("ami-old-"));
    const wanted = old.map(({ amiType, release }) => ({ amiType, minor: "1.36", release }));
    const unknown = [
      { amiType: "AL2023_x86_64_STANDARD", minor: "1.36", release: "1.36.6-20260701" },
      { amiType: "AL2023_x86_64_STANDARD", minor: "1.99" },
      { amiType: "CUSTOM", minor: "1.36", release: "ami-0123456789abcdef0" },
    ];
    const found = await region.releases.lookUp([...wanted, ...unknown]);
    const listed = old.filter(({ amiType }) => familyOf(amiType) !== "Windows");
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(
        listed.map(({ amiType, image, release }) => [
          wantedKey({ amiType, minor: "1.36", release }),
          { image, release, publishedAt: publishedAt(amiType, "2026-06-09") },
        ]),
      ),
    );
  });

  /** 12 newest releases by two parameters each, and Windows' by one. */
  const thirteen = [
    ...lookedUp.filter((amiType) => familyOf(amiType) !== "Windows").slice(0, 12),
    "WINDOWS_CORE_2022_x86_64",
  ].map((amiType) => ({ amiType, minor: "1.36" }));

  it("asks for ten parameters that differ by each call", async () => {
    const { region, world } = await openWire(published);
    const found = await region.releases.lookUp([...thirteen, ...thirteen]);
    expect(found.size).toBe(13);
    const asked = world.calls.map(({ input }) => input.Names as string[]);
    expect(asked.map((names) => names.length).toSorted()).toEqual([10, 10, 5]);
    expect(new Set(asked.flat()).size).toBe(25);
  });

  it("reads answers in whatever order they come", async () => {
    const { region, server } = await openWire(published);
    const inOrder = await region.releases.lookUp(thirteen);
    server.faults = (_, perform) => reversed(perform());
    expect(await region.releases.lookUp(thirteen)).toEqual(inOrder);
  });

  it("finds all or nothing: one denied call is told", async () => {
    const { region, server } = await openWire(published);
    server.faults = ({ input }) => ((input.Names as string[]).length < 10 ? denied : undefined);
    await expect(region.releases.lookUp(thirteen)).rejects.toMatchObject({
      kind: "denied",
      call: "look up node AMI releases in us-west-2",
    });
  });

  it("asks for nothing where there is nothing to ask for", async () => {
    const { region, world } = await openWire();
    expect(await region.releases.lookUp([{ amiType: "CUSTOM", minor: "1.36" }])).toEqual(new Map());
    expect(world.calls).toEqual([]);
  });
});

type Parameter = Readonly<Record<string, unknown>>;

function changed(answer: Answer, change: (parameter: Parameter) => Parameter): Answer {
  const body: { Parameters: Parameter[] } = JSON.parse(answer.body);
  return { ...answer, body: JSON.stringify({ ...body, Parameters: body.Parameters.map(change) }) };
}

function reversed(answer: Answer): Answer {
  const body: { Parameters: Parameter[] } = JSON.parse(answer.body);
  return { ...answer, body: JSON.stringify({ ...body, Parameters: body.Parameters.toReversed() }) };
}

const denied = {
  status: 400,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify({ __type: "AccessDeniedException", Message: "" }),
};

it("a denied look-up names the IAM action", async () => {
  const { region, server } = await openWire();
  server.faults = () => denied;
  await expect(region.releases.latest("AL2023_x86_64_STANDARD", "1.34")).rejects.toMatchObject({
    kind: "denied",
    next: expect.stringContaining("ssm:GetParameters"),
  });
});
