import { expect, it } from "vitest";
import { fleetFile } from "../../playground/fleet-file.js";
import { scenarios } from "../../playground/scenarios/index.js";
import { rules } from "../../playground/scenarios/rules.js";
import { channels, groups, users } from "../../playground/slack/contents.js";
import { parseFleet } from "../../src/fleet.js";

const slack = { channel: channels.environment, testChannel: channels.test, groups };
/** A Monday, 8:22 in Berlin. */
const origin = Date.parse("2026-10-19T06:22:00Z");
const day = 24 * 3600_000;

it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  "the bot takes the fleet of %s",
  (_name, scenario) => {
    expect(parseFleet(fleetFile(scenario, slack, origin), "fleet.yaml")).toHaveProperty("fleet");
  },
);

it("rules are written in the bot's own words, a freeze by the days on which it will be", () => {
  const [test, prod] = JSON.parse(fleetFile(rules, slack, origin)).environments;
  expect(test).toEqual({
    name: "test",
    channel: channels.test,
    operators: { groups: [groups.operators], users: [] },
    approvers: { groups: [groups.approvers], users: [] },
    approvals: { required: 0 },
    clusters: [{ name: "shop-test", region: "us-west-2" }],
  });
  expect(prod).toMatchObject({
    approvers: { groups: [groups.approvers, groups.security] },
    may: { breakGlass: { users: [users.secondApprover] } },
    approvals: { required: 2, oneFromEach: [groups.security] },
    freezes: [{ from: "2026-11-02", until: "2026-11-04", reason: "The shop's anniversary sale" }],
    after: { environment: "test", soak: "30m" },
  });
});

it("the bot reads the hours as the page shows them", () => {
  const read = parseFleet(fleetFile(rules, slack, origin), "fleet.yaml");
  const prod = "fleet" in read ? read.fleet.environments.find(({ name }) => name === "prod") : undefined;
  // By the clocks of winter, which begin in between.
  const begins = Date.parse("2026-11-01T23:00:00Z");
  expect(prod?.freezes).toEqual([
    { from: begins, until: begins + 3 * day, reason: "The shop's anniversary sale" },
  ]);
  expect(prod?.windows).toMatchObject({ timeZone: "Europe/Berlin", noStartWithin: 2 * 3600_000 });
});
