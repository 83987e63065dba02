import fc from "fast-check";
import { hour, minute, second } from "../../../../../src/core/instant.js";
import { choices } from "../../../../../src/core/run.js";
import type { Happening, Setting, WorkloadSetting } from "./setting.js";

/** Random clusters with random budgets, in which people, autoscalers and machines interfere. */

/** Most of what matters happens in the first minutes of a small group's roll. */
const soon = fc.integer({ min: 1, max: 600 }).map((seconds) => seconds * second);
const at = fc.oneof(
  soon,
  fc.integer({ min: 10, max: 45 }).map((minutes) => minutes * minute),
);

export const hold = fc.record({
  at,
  what: fc.constant("held" as const),
  for: fc.constantFrom(second, minute, 20 * minute, 18 * hour),
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ at, what: fc.constant("desired raised" as const), by: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ at, what: fc.constant("desired lowered" as const), by: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    at,
    what: fc.constantFrom("instance dies" as const, "node goes silent" as const, "pod fails" as const),
  }),
  fc.record({
    at,
    what: fc.constant("zone has no capacity" as const),
    for: fc.constantFrom(5 * minute, 40 * minute, 100 * hour),
  }),
  fc.record({
    at,
    what: fc.constant("person marks a node" as const),
    mark: fc.constantFrom("cordon" as const, "taint" as const, "label" as const, "keep" as const),
  }),
  fc.record({
    at: soon,
    what: fc.constantFrom(
      "person takes marks off a node" as const,
      "person uncordons an empty node" as const,
    ),
  }),
  fc.record({ at, what: fc.constant("person points the group elsewhere" as const) }),
  fc.record({ at, what: fc.constant("owner scaled" as const), by: fc.constantFrom(1 as const, -1 as const) }),
  hold,
  fc.record({ at: soon, what: fc.constant("stop" as const) }),
);

const workload: fc.Arbitrary<WorkloadSetting> = fc.record({
  replicas: fc.integer({ min: 1, max: 8 }),
  budget: fc.constantFrom("none", "one away", "half", "all but one stay", "none may go", "two at once"),
  kind: fc.constantFrom("Deployment", "StatefulSet"),
});

export const setting: fc.Arbitrary<Setting> = fc
  .record({
    seed: fc.nat(),
    zones: fc.integer({ min: 1, max: 4 }),
    nodes: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 8 }) },
      { weight: 1, arbitrary: fc.integer({ min: 9, max: 40 }) },
    ),
    newAlready: fc.integer({ min: 0, max: 2 }),
    podsPerNode: fc.integer({ min: 4, max: 20 }),
    maxUnavailable: fc.integer({ min: 1, max: 5 }),
    surge: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
    roomBelow: fc.integer({ min: 0, max: 4 }),
    roomAbove: fc.integer({ min: 0, max: 10 }),
    workloads: fc.array(workload, { maxLength: 4 }),
    happenings: fc.array(happening, { maxLength: 4 }),
    answers: fc.array(fc.constantFrom(...choices, "force", "skip node"), { maxLength: 4 }),
    confirms: fc.boolean(),
    faults: fc.constantFrom(0, 0, 3),
    losses: fc.constantFrom(0, 0, 5),
    doubles: fc.constantFrom(0, 0, 10),
  })
  .map((each) => ({ ...each, newAlready: Math.min(each.newAlready, each.nodes - 1) }));
