import { expect, it } from "vitest";
import type { ScenarioRules } from "../../../playground/scenarios/environments.js";
import { hoursThen } from "../../../playground/world/hours.js";

/** A Monday, 8:22 in Berlin. Its clocks go back in the night to the Sunday. */
const origin = Date.parse("2026-10-19T06:22:00Z");
const rules: ScenarioRules = {
  windows: {
    timeZone: "Europe/Berlin",
    open: [
      { days: ["mon", "tue", "wed", "thu"], from: "10:00", to: "16:00" },
      { days: ["sat"], from: "22:00", to: "24:00" },
      { days: ["sun"], from: "00:00", to: "01:00" },
    ],
    noStartWithin: "2h",
  },
  freezes: [{ inDays: 7, days: 2, reason: "A sale" }],
};

it.each([
  ["before it opens", "19T06:30:00", { state: "closed", until: "19T08:00:00" }],
  ["at the minute it opens", "19T08:00:00", { state: "open", until: "19T14:00:00" }],
  ["two hours before its end", "19T12:00:00", { state: "open", until: "19T14:00:00" }],
  ["a second later", "19T12:00:01", { state: "ends soon", until: "20T08:00:00" }],
  ["at its end", "19T14:00:00", { state: "closed", until: "20T08:00:00" }],
  ["on a Friday", "23T10:00:00", { state: "closed", until: "24T20:00:00" }],
  ["in one that goes on over midnight", "24T20:30:00", { state: "open", until: "24T23:00:00" }],
  ["in a freeze", "26T10:00:00", { state: "frozen", reason: "A sale", until: "28T09:00:00" }],
  ["at a freeze's end, by the clocks of winter", "27T23:00:00", { state: "closed", until: "28T09:00:00" }],
])("the window %s", (_, now, { until, ...expected }) => {
  const then = hoursThen(rules, origin, Date.parse(`2026-10-${now}Z`));
  expect(then).toEqual({ ...expected, until: Date.parse(`2026-10-${until}Z`) });
});

it("without a window it is always open, but for freezes", () => {
  const { freezes = [] } = rules;
  expect(hoursThen({}, origin, origin)).toEqual({ state: "open" });
  const begins = Date.parse("2026-10-26T00:00:00Z");
  expect(hoursThen({ freezes }, origin, origin)).toEqual({ state: "open", until: begins });
  const ends = Date.parse("2026-10-28T00:00:00Z");
  expect(hoursThen({ freezes }, origin, begins)).toEqual({ state: "frozen", reason: "A sale", until: ends });
});
