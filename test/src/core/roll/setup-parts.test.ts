import { expect, it } from "vitest";
import type {
  GroupTemplate,
  TemplateReference,
  TemplateVersionSeen,
} from "../../../../src/core/roll/seen.js";
import {
  pointedAt,
  pointsAlike,
  processesToSuspend,
  referencesOf,
  templatesToMake,
} from "../../../../src/core/roll/setup-parts.js";
import { newImage, oldImage } from "../../../seen.js";

const reference = (id: string, version = "7"): TemplateReference => ({ id, name: `name-${id}`, version });
const plain = (version = "7"): GroupTemplate => ({
  kind: "launch template",
  template: reference("lt-1", version),
});
const mixed = (...own: TemplateReference[]): GroupTemplate => ({
  kind: "mixed instances",
  template: reference("lt-1"),
  overrides: own.map((template, index) => ({ index, instanceType: "m6i.large", template })),
});
const configuration: GroupTemplate = { kind: "launch configuration", name: "old-style" };

const balanced = ["arn:targets"];

it.each<[string, suspended: string[], targetGroups: string[], string[]]>([
  [
    "all that interfere",
    [],
    balanced,
    ["AZRebalance", "ReplaceUnhealthy", "ScheduledActions", "AlarmNotification"],
  ],
  [
    "broken machines are still replaced, where no load balancer judges them",
    [],
    [],
    ["AZRebalance", "ScheduledActions", "AlarmNotification"],
  ],
  [
    "only those that are not suspended yet",
    ["AZRebalance", "AlarmNotification"],
    balanced,
    ["ReplaceUnhealthy", "ScheduledActions"],
  ],
  [
    "others that a person suspended change nothing",
    ["HealthCheck"],
    [],
    ["AZRebalance", "ScheduledActions", "AlarmNotification"],
  ],
])("suspended: %s", (_, suspended, targetGroups, processes) => {
  expect(processesToSuspend({ suspended, targetGroups })).toEqual(processes);
});

const seen =
  (image: string) =>
  (of: TemplateReference): TemplateVersionSeen => ({
    template: of.id,
    name: of.name,
    number: of.version === "$Latest" ? 7 : Number(of.version),
    image,
    madeByEks: false,
  });

it.each<[string, GroupTemplate, image: string, [template: string, source: string][]]>([
  ["one of the group's template", plain(), oldImage, [["lt-1", "7"]]],
  ["from the number that $Latest stands for now", plain("$Latest"), oldImage, [["lt-1", "7"]]],
  ["none where it names the AMI already", plain(), newImage, []],
  [
    "one of each override's own template",
    mixed(reference("lt-2")),
    oldImage,
    [
      ["lt-1", "7"],
      ["lt-2", "7"],
    ],
  ],
  [
    "one for overrides that share a template",
    mixed(reference("lt-2"), reference("lt-2")),
    oldImage,
    [
      ["lt-1", "7"],
      ["lt-2", "7"],
    ],
  ],
  [
    "two of one template in two versions",
    mixed(reference("lt-1", "3")),
    oldImage,
    [
      ["lt-1", "7"],
      ["lt-1", "3"],
    ],
  ],
  ["one where $Latest is the other's number", mixed(reference("lt-1", "$Latest")), oldImage, [["lt-1", "7"]]],
  ["none of a launch configuration", configuration, oldImage, []],
])("template versions to make: %s", (_, template, image, made) => {
  const found = templatesToMake(template, seen(image), newImage);
  expect(found).toEqual(made.map(([id, source]) => ({ template: id, source, image: newImage })));
});

it("points every reference at its own new number", () => {
  const to = pointedAt(
    mixed(reference("lt-2"), reference("lt-1", "3")),
    ({ id, version }) => `${id}-${version}-new`,
  );
  expect(referencesOf(to).map(({ version }) => version)).toEqual(["lt-1-7-new", "lt-2-7-new", "lt-1-3-new"]);
  expect(to).toMatchObject({ kind: "mixed instances", overrides: [{ index: 0 }, { index: 1 }] });
});

it.each<[string, GroupTemplate, GroupTemplate, boolean]>([
  ["the same version", plain(), plain(), true],
  ["another version", plain(), plain("8"), false],
  ["$Latest is not the number it stands for", plain(), plain("$Latest"), false],
  ["another override", mixed(reference("lt-2")), mixed(reference("lt-2", "8")), false],
  ["one override more", mixed(reference("lt-2")), mixed(reference("lt-2"), reference("lt-2")), false],
  ["plain and mixed", plain(), mixed(), false],
  ["the same overrides", mixed(reference("lt-2")), mixed(reference("lt-2")), true],
  ["launch configurations are never ours", configuration, configuration, false],
])("points alike: %s", (_, a, b, alike) => {
  expect(pointsAlike(a, b)).toBe(alike);
});
