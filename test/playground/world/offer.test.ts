import { describe, expect, it, onTestFinished } from "vitest";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { startClock } from "../../../playground/world/clock.js";
import { imageFacts, releaseOfImage } from "../../../playground/world/images.js";
import { publicParameters } from "../../../playground/world/public-parameters.js";
import { latestRelease, offerIn } from "../../../playground/world/releases.js";
import { requestUpdate } from "../../../playground/world/request-update.js";
import { createWorld } from "../../../playground/world/world.js";
import { stage } from "./stage.js";

const standard = "AL2023_x86_64_STANDARD";
const rocket = "BOTTLEROCKET_x86_64";
const windows = "WINDOWS_CORE_2022_x86_64";
const day = 24 * 3600_000;

/** The fleet on some day of the world, standing still. */
function fleetOn(date: string) {
  const clock = startClock({ speed: 0, worldOrigin: Date.parse(date) });
  const world = createWorld({ scenario: fleet, clock });
  onTestFinished(() => world.stop());
  const newest = (amiType: string, version = "1.34") => latestRelease(world, version, amiType)?.release;
  return { world, clock, newest };
}

describe("the next release", () => {
  it.each([
    ["of Amazon Linux has the day in its name", standard, "1.34.10-20261122", /^v1\.34\.10-eks-[0-9a-f]{7}$/],
    ["of Bottlerocket is a minor further", rocket, /^1\.51\.0-[0-9a-f]{8}$/, /^v1\.34\.10-eks-/],
    ["of Windows has the day in its name too", windows, "1.34-2026.11.22", /^v1\.34\.10-eks-/],
  ])("%s", (_sentence, amiType, release, kubelet) => {
    const { world } = fleetOn("2026-11-22T10:00:00Z");
    expect(world.nextRelease("1.34", amiType)).toEqual({
      version: "1.34",
      amiType,
      release: typeof release === "string" ? release : expect.stringMatching(release),
      publishedOn: "2026-11-22",
      image: expect.stringMatching(/^ami-0[0-9a-f]{16}$/),
      kubelet: expect.stringMatching(kubelet),
    });
  });

  it.each([standard, rocket, windows])("of %s is another one each time, even within a day", (amiType) => {
    const { world, newest } = fleetOn("2026-11-22T10:00:00Z");
    const names = new Set([newest(amiType)]);
    for (let time = 0; time < 4; time++) {
      const next = world.nextRelease("1.34", amiType);
      world.publish(next);
      expect(newest(amiType)).toBe(next.release);
      names.add(next.release);
      if (time === 1) world.withdraw("1.34", amiType);
    }
    expect(names.size).toBe(5);
    expect(new Set(world.releases.map(({ image }) => image)).size).toBe(world.releases.length);
  });

  it("is not offered before it is published", () => {
    const { world, newest } = fleetOn("2026-11-22T10:00:00Z");
    const before = newest(standard);
    world.nextRelease("1.34", standard);
    expect(newest(standard)).toBe(before);
  });

  it.each([
    ["of Amazon Linux 2 does not come", "1.32", "AL2_x86_64", "Nothing more is published for AL2_x86_64"],
    ["of what was never published does not come", "1.35", standard, "Nothing was ever published"],
  ])("%s", (_sentence, version, amiType, why) => {
    const { world } = fleetOn("2026-11-22T10:00:00Z");
    expect(() => world.nextRelease(version, amiType)).toThrow(why);
  });
});

describe("a release that is published", () => {
  it("is recommended, told, and there for updates, in every region with an AMI of its own", () => {
    const { world } = fleetOn("2026-11-22T10:00:00Z");
    const told: string[] = [];
    world.onChange(({ type, subject, what }) => told.push(`${type} ${subject}: ${what}`));
    const next = world.nextRelease("1.31", standard);
    world.publish(next);
    expect(told).toEqual([
      `release 1.31/${standard}: AWS published 1.31.14-20261122 for AL2023_x86_64_STANDARD`,
    ]);
    const update = requestUpdate(world, { clusterName: "lab-test", nodegroupName: "default" });
    expect(update.target).toMatchObject({ release: "1.31.14-20261122" });
    expect(update.target.image).not.toBe(next.image);
    expect(imageFacts(world, update.target.image)?.kubelet).toBe(next.kubelet);
  });

  it("comes once only", () => {
    const { world } = fleetOn("2026-11-22T10:00:00Z");
    const next = world.nextRelease("1.34", standard);
    world.publish(next);
    expect(() => world.publish(next)).toThrow("was published");
    world.withdraw("1.34", standard);
    expect(() => world.publish(next)).toThrow("was published");
  });

  it("leaves the scenario as it is", () => {
    const { world } = fleetOn("2026-11-22T10:00:00Z");
    const before = fleet.releases.length;
    world.publish(world.nextRelease("1.34", standard));
    world.withdraw("1.34", rocket);
    expect(fleet.releases).toHaveLength(before);
  });
});

describe("a release that is taken back", () => {
  it("is recommended no more, and its own parameters are gone; its AMI stays", async () => {
    const { world, clock, newest } = fleetOn("2026-11-22T10:00:00Z");
    await clock.advance(2 * day);
    const parameters = () => publicParameters(offerIn(world, "us-west-2"));
    const recommended = "/aws/service/bottlerocket/aws-k8s-1.34/x86_64/latest/image_version";
    expect(parameters().get(recommended)).toMatchObject({ version: 3, changedOn: "2026-09-29" });
    const gone = world.withdraw("1.34", rocket);
    expect(gone.release).toBe("1.50.0-91d4c8ab");
    expect(newest(rocket)).toBe("1.49.0-e2b70f46");
    expect(parameters().get(recommended)).toMatchObject({
      value: "1.49.0-e2b70f46",
      version: 4,
      changedOn: "2026-11-24",
    });
    const pinned = (release: string) =>
      parameters().has(`/aws/service/bottlerocket/aws-k8s-1.34/x86_64/${release}/image_id`);
    expect([pinned("1.49.0-e2b70f46"), pinned("1.50.0-91d4c8ab"), pinned("1.50.0")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(releaseOfImage(world, gone.image)?.release).toBe(gone.release);
    expect(world.history.at(-1)).toMatchObject({
      type: "release",
      what: "AWS took 1.50.0-91d4c8ab for BOTTLEROCKET_x86_64 back: 1.49.0-e2b70f46 is the newest again",
    });
  });

  it("stays where it is the only one", () => {
    const { world } = fleetOn("2026-11-22T10:00:00Z");
    world.withdraw("1.33", standard);
    expect(() => world.withdraw("1.33", standard)).toThrow("There is no earlier release");
  });

  it("cannot be asked for, nor left for the one before", () => {
    const { world } = fleetOn("2026-11-22T10:00:00Z");
    const graviton = { clusterName: "shop-test", nodegroupName: "graviton" };
    expect(() => requestUpdate(world, graviton)).toThrow(
      "Requested release version 1.34.9-20260917 is older than the current 1.34.10-20261008.",
    );
    expect(() => requestUpdate(world, { ...graviton, releaseVersion: "1.34.10-20261008" })).toThrow(
      "is not valid for kubernetes version 1.34",
    );
    world.publish(world.nextRelease("1.34", "AL2023_ARM_64_STANDARD"));
    expect(requestUpdate(world, graviton).target.release).toBe("1.34.10-20261122");
  });

  it("in the middle of an update to it does not stop that", async () => {
    const { world, start, until, group } = await stage(fleet);
    onTestFinished(() => world.stop());
    const update = start();
    world.withdraw("1.34", rocket);
    await until(() => update.status !== "InProgress");
    expect([update.status, group.release]).toEqual(["Successful", "1.50.0-91d4c8ab"]);
  });
});
