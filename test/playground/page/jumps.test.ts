import { describe, expect, it, onTestFinished } from "vitest";
import { momentOf, moveForward, nextTime, timeZoneOf } from "../../../playground/page/jumps.js";
import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { Scenario } from "../../../playground/scenarios/types.js";
import { startClock } from "../../../playground/world/clock.js";
import { requestUpdate } from "../../../playground/world/request-update.js";
import { createWorld } from "../../../playground/world/world.js";
import { minute, origin } from "../world/stage.js";

const iso = (at: number) => new Date(at).toISOString();

describe("the next 09:00", () => {
  it.each([
    ["is today's", "2026-10-22T08:59:59.999Z", "UTC", "2026-10-22T09:00:00.000Z"],
    ["is tomorrow's at nine sharp", "2026-10-22T09:00:00Z", "UTC", "2026-10-23T09:00:00.000Z"],
    ["is tomorrow's after that", "2026-10-22T17:23:45Z", "UTC", "2026-10-23T09:00:00.000Z"],
    ["is that of summer time", "2026-10-24T06:59:00Z", "Europe/Berlin", "2026-10-24T07:00:00.000Z"],
    [
      "is a 25-hour day later as it ends",
      "2026-10-24T07:00:00Z",
      "Europe/Berlin",
      "2026-10-25T08:00:00.000Z",
    ],
    [
      "is a 23-hour day later as it begins",
      "2027-03-27T08:00:00Z",
      "Europe/Berlin",
      "2027-03-28T07:00:00.000Z",
    ],
    ["is of a zone of half hours", "2026-10-22T03:00:00Z", "Asia/Kolkata", "2026-10-22T03:30:00.000Z"],
    ["is of a zone of quarters", "2026-10-22T03:00:00Z", "Asia/Kathmandu", "2026-10-22T03:15:00.000Z"],
  ])("%s", (_sentence, now, zone, next) => {
    expect(iso(nextTime(Date.parse(now), "09:00", zone))).toBe(next);
  });
});

const known = { timeZone: "UTC", opensAt: Date.parse("2026-10-22T10:00:00Z") };

it.each([
  ["opening", "2026-10-22T10:00:00.000Z"],
  ["1 hour", "2026-10-22T09:10:00.000Z"],
  ["1 day", "2026-10-23T08:10:00.000Z"],
  ["09:00", "2026-10-22T09:00:00.000Z"],
] as const)("the button for %s moves the time there", (to, moment) => {
  expect(iso(momentOf(to, Date.parse("2026-10-22T08:10:00Z"), known))).toBe(moment);
});

const digest = { schedule: "0 9 * * 1-5", timeZone: "Europe/Berlin" };
it.each<[string, Scenario["environments"], string]>([
  ["UTC where nothing is scheduled", undefined, "UTC"],
  ["UTC where the schedule names none", [{ name: "prod", digest: { schedule: "0 9 * * *" } }], "UTC"],
  ["that of the first schedule", [{ name: "test" }, { name: "prod", digest }], "Europe/Berlin"],
])("the zone of nine o'clock is %s", (_sentence, environments, zone) => {
  const scenario = { ...eksWorkshop, ...(environments && { environments }) };
  const world = createWorld({ scenario, clock: startClock({ speed: 0, worldOrigin: origin }) });
  onTestFinished(() => world.stop());
  expect(timeZoneOf(world)).toBe(zone);
});

it("all that was due meanwhile has happened, and the record ends with the jump", async () => {
  const clock = startClock({ speed: 0.0001, worldOrigin: origin });
  const world = createWorld({ scenario: eksWorkshop, clock });
  onTestFinished(() => world.stop());
  const update = requestUpdate(world, { clusterName: "eks-workshop", nodegroupName: "default" });
  await moveForward(world, origin + 25 * 60 * minute);
  expect(update.status).toBe("Successful");
  expect(world.history.at(-1)).toMatchObject({
    type: "act",
    what: "Somebody moves the time forward by 1 day 1 hour.",
  });
  const before = world.history.filter(({ type }) => type !== "act");
  expect(Math.max(...before.map(({ at }) => at))).toBeLessThan(origin + 2 * 60 * minute);
});
