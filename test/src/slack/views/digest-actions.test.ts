import type { ActionsBlock, Button } from "@slack/types";
import { describe, expect, it } from "vitest";
import { rowKey } from "../../../../src/core/scan/rows.js";
import {
  canUpgrade,
  parseRowKey,
  parseSnoozeAllValue,
  parseSnoozeValue,
  parseUpgradeValue,
  parseWakeAllValue,
  parseWakeValue,
  rowButtons,
  snoozeActions,
  snoozeAllActions,
  snoozeAllButtons,
  wakeAllButton,
  wakeButton,
} from "../../../../src/slack/views/digest-actions.js";
import { aPlane, aRow, aStillRow } from "./digest-facts.js";

const managed = { kind: "managed node group", name: "default" } as const;
const own = { kind: "self-managed node group", name: "workers" } as const;
const digest = { series: "C0PROD-weekdays", number: 7 };

const buttonsOf = ({ elements }: ActionsBlock) => elements as Button[];
const valuesOf = (block: ActionsBlock) => buttonsOf(block).map(({ value = "" }) => value);

describe("a row's key", () => {
  it.each([
    ["a managed node group", managed],
    ["a self-managed one", own],
    ["a managed one that is called asg", { ...managed, name: "asg" }],
    ["an Auto Scaling group with slashes and spaces", { ...own, name: "team a/asg/workers (old)" }],
    ["an Auto Scaling group with a name of 255 characters", { ...own, name: "w".repeat(255) }],
    ["a control plane", undefined],
  ] as const)("tells of %s", (_, group) => {
    const key = rowKey("us-west-2", "shop", group);
    expect(parseRowKey(key)).toEqual({ key, region: "us-west-2", cluster: "shop", ...(group && { group }) });
  });

  it.each([
    ["nothing", ""],
    ["no cluster", "us-west-2"],
    ["no group after the slash", "us-west-2/shop/"],
    ["no Auto Scaling group after the slash", "us-west-2/shop/asg/"],
    ["a managed group with a slash", "us-west-2/shop/a/b"],
    ["a region that is none", "US WEST/shop/default"],
    ["a line break", "us-west-2/shop/de\nfault"],
    ["a name that is too long", `us-west-2/shop/${"w".repeat(300)}`],
  ])("is not %s", (_, key) => {
    expect(parseRowKey(key)).toBeUndefined();
    expect(parseWakeValue(key)).toBeUndefined();
    expect(parseSnoozeValue(`7 ${key}`)).toBeUndefined();
    expect(parseUpgradeValue(key)).toBeUndefined();
  });
});

describe("a click", () => {
  it("on a row's buttons says what is to be done with which row", () => {
    const row = aRow();
    const [upgrade = "", ...snoozes] = valuesOf(rowButtons(row));
    expect(parseUpgradeValue(upgrade)).toMatchObject({ cluster: "shop", group: managed });
    expect(snoozes.map(parseSnoozeValue)).toEqual([1, 7, 30].map((days) => ({ days, key: row.key })));
    expect(buttonsOf(rowButtons(row)).map((button) => button.action_id)).toEqual([
      "eks-upgrade:digest-upgrade",
      ...snoozeActions.map(([action]) => action),
    ]);
    expect(parseWakeValue(wakeButton(row).value ?? "")).toBe(row.key);
  });

  it.each([
    ["a series", digest],
    ["a series with a space in it", { series: "C0PROD prod 9", number: 12 }],
  ])("on the buttons for all names %s and the message", (_, name) => {
    const block = snoozeAllButtons(name, 3);
    expect(valuesOf(block).map(parseSnoozeAllValue)).toEqual([1, 7, 30].map((days) => ({ days, ...name })));
    expect(buttonsOf(block).map((button) => button.action_id)).toEqual(
      snoozeAllActions.map(([action]) => action),
    );
    expect(valuesOf(wakeAllButton(name)).map(parseWakeAllValue)).toEqual([name]);
  });

  it.each([
    ["a length that nobody offered", "8 us-west-2/shop/default"],
    ["a length that is no number", "seven us-west-2/shop/default"],
    ["no length", "us-west-2/shop/default"],
  ])("with %s is not taken", (_, value) => {
    expect(parseSnoozeValue(value)).toBeUndefined();
    expect(parseSnoozeAllValue(`${value} 7`)).toBeUndefined();
  });

  it.each([
    ["no message", "C0PROD-weekdays"],
    ["a message that cannot be", "C0PROD-weekdays 0"],
    ["a message that is no number", "C0PROD-weekdays seven"],
    ["no series", " 7"],
    ["nothing", ""],
  ])("for all with %s is not taken", (_, value) => {
    expect(parseWakeAllValue(value)).toBeUndefined();
    expect(parseSnoozeAllValue(`7 ${value}`)).toBeUndefined();
  });

  it("does not upgrade a control plane", () => {
    expect(parseUpgradeValue(aPlane().key)).toBeUndefined();
  });
});

it.each([
  ["a group that is behind", aRow(), true],
  ["a group with nothing to go to", aStillRow(), false],
  ["a control plane", aPlane({ to: "1.32" }), false],
  [
    "a group whose release was taken back",
    aRow({ concerns: [{ kind: "withdrawn", release: "x", runs: true }] }),
    false,
  ],
  [
    "a group whose newest was taken back",
    aRow({ concerns: [{ kind: "withdrawn", release: "x", runs: false }] }),
    true,
  ],
])("offers an upgrade of %s: %#", (_, row, offered) => {
  expect(canUpgrade(row)).toBe(offered);
  expect(valuesOf(rowButtons(row))).toHaveLength(offered ? 4 : 3);
});
