import { describe, expect, it } from "vitest";
import { beforeText, parseBefore, withOurs } from "../../../../src/core/roll/before-tag.js";
import type { LedgerEntry } from "../../../../src/core/roll/ledger.js";
import type { Member } from "../../../../src/core/roll/members.js";
import { lostEntries } from "../../../../src/core/roll/recover.js";
import {
  beforeTag,
  type GroupTemplate,
  marksAnnotation,
  runTag,
  type TemplateVersionSeen,
} from "../../../../src/core/roll/seen.js";
import type { AutoScalingGroupSeen } from "../../../../src/core/seen.js";
import { start } from "../../../builders.js";
import { aLedger, aRollStep } from "../../../rolls.js";
import { aScalingGroup } from "../../../seen.js";
import { member } from "./some-members.js";

const run = "calm-heron-42";
const template = (version: string): GroupTemplate => ({
  kind: "launch template",
  template: { id: "lt-0123456789abcdef0", name: "workers", version },
});
const sizes = { min: 3, max: 6, desired: 3 };
const before = beforeText({ sizes, suspended: ["ScheduledActions"], template: template("$Latest") });
const three = ["AZRebalance", "AlarmNotification"];

interface Seen {
  readonly group?: Partial<AutoScalingGroupSeen>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly members?: readonly Member[];
  readonly ledger?: readonly LedgerEntry[];
}

function lost({ group, tags, image, members = [], ledger = [] }: Seen) {
  const version: TemplateVersionSeen = {
    ...{ template: "lt-0123456789abcdef0", name: "workers", number: 8, madeByEks: false },
    ...(image !== undefined && { image }),
  };
  return lostEntries({
    look: {
      group: aScalingGroup({
        ...{ sizes, template: template("$Latest"), suspended: ["ScheduledActions"] },
        tags: tags ?? { [runTag]: run, [beforeTag]: before },
        ...group,
      }),
      ...{ members, nodes: new Map(), pods: [], attached: new Set<string>() },
      templates: new Map([["lt-0123456789abcdef0:8", version]]),
    },
    roll: { intents: [], ledger, drains: {} },
    ...{ run, step: aRollStep(), now: start },
  }).map(({ at: _at, ...entry }) => entry);
}

const target = aRollStep().to.image;
const tagged = { kind: "tags" };
const marked = member("a1", { node: { annotations: { [marksAnnotation]: `${run} keep` } } });

describe("receipts that the record has lost", () => {
  it.each<[string, Seen, object[]]>([
    ["a group of nobody's tells nothing", { tags: {} }, []],
    ["nor one of another run's", { tags: { [runTag]: "brave-otter-7", [beforeTag]: before } }, []],
    ["nor one whose tag cannot be read", { tags: { [runTag]: run, [beforeTag]: "as it was" } }, []],
    ["the tags are ours", {}, [tagged]],
    [
      "processes that were not suspended before are ours, and the others are not",
      { group: { suspended: ["ScheduledActions", ...three] } },
      [tagged, { kind: "processes", suspended: three }],
    ],
    [
      "where one of ours runs, somebody else suspended the other",
      { group: { suspended: ["ScheduledActions", "AZRebalance"] } },
      [tagged],
    ],
    [
      "a group that points at the AMI was pointed there by us",
      { group: { template: template("8") }, image: target },
      [tagged, { kind: "group template", before: template("$Latest"), after: template("8") }],
    ],
    [
      "one that points at another AMI was not",
      { group: { template: template("8") }, image: "ami-0aaaabbbbccccdddd" },
      [tagged],
    ],
    ["marks on nodes say so themselves", { members: [marked] }, [tagged, { kind: "node marks" }]],
    [
      "what was added to its sizes is ours",
      {
        tags: { [runTag]: run, [beforeTag]: withOurs(before, 6) },
        group: { sizes: { min: 3, max: 12, desired: 9 } },
      },
      [tagged, { kind: "sizes", before: sizes, ours: 6, maxRaisedBy: 6, done: start }],
    ],
    [
      "and what others added on top is not",
      {
        tags: { [runTag]: run, [beforeTag]: withOurs(before, 6) },
        group: { sizes: { min: 3, max: 12, desired: 11 } },
      },
      [tagged, { kind: "sizes", before: sizes, ours: 6, maxRaisedBy: 6, done: start }],
    ],
    [
      "though others took most of it away",
      {
        tags: { [runTag]: run, [beforeTag]: withOurs(before, 6) },
        group: { sizes: { min: 3, max: 12, desired: 4 } },
      },
      [tagged, { kind: "sizes", before: sizes, ours: 6, maxRaisedBy: 6, done: start }],
    ],
    [
      "noted and not made: nothing is to be given back",
      { tags: { [runTag]: run, [beforeTag]: withOurs(before, 6) } },
      [tagged],
    ],
    [
      "nor where others added as many meanwhile",
      {
        tags: { [runTag]: run, [beforeTag]: withOurs("min=3 max=16 desired=3", 6) },
        group: { sizes: { min: 3, max: 16, desired: 9 } },
      },
      [tagged],
    ],
    [
      "an older bot raised max by what was missing",
      {
        tags: { [runTag]: run, [beforeTag]: `${before} ours=6` },
        group: { sizes: { min: 3, max: 9, desired: 9 } },
      },
      [tagged, { kind: "sizes", before: sizes, ours: 6, maxRaisedBy: 3, done: start }],
    ],
    [
      "somebody else's nodes: we had not noted that we add any",
      { group: { sizes: { min: 3, max: 9, desired: 9 } } },
      [tagged],
    ],
    [
      "a record that knows of them is not told twice",
      {
        tags: { [runTag]: run, [beforeTag]: withOurs(before, 6) },
        group: { suspended: three, sizes: { min: 3, max: 9, desired: 9 }, template: template("8") },
        ...{ image: target, members: [marked], ledger: aLedger },
      },
      [],
    ],
  ])("%s", (_, seen, entries) => {
    expect(lost(seen)).toEqual(entries);
  });
});

it.each<[string, string, ReturnType<typeof parseBefore>]>([
  [
    "whole",
    withOurs(withOurs(before, 6), 7),
    {
      sizes,
      template: { id: "lt-0123456789abcdef0", version: "$Latest" },
      ...{ suspended: ["ScheduledActions"], ours: 7, withMax: true },
    },
  ],
  [
    "by an older bot",
    "min=0 max=2 desired=1 ours=2",
    { sizes: { min: 0, max: 2, desired: 1 }, suspended: [], ours: 2, withMax: false },
  ],
  ["without a template", "min=0 max=2 desired=1", { sizes: { min: 0, max: 2, desired: 1 }, suspended: [] }],
  ["cut off", `${before} ${"x".repeat(300)}`.slice(0, 256), undefined],
  ["by somebody else", "do not touch", undefined],
])("a group's tag is read: %s", (_, text, expected) => {
  expect(parseBefore(text)).toEqual(expected);
});
