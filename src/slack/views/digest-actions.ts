import type { ActionsBlock, Button } from "@slack/types";
import type { DigestRow } from "../../core/scan/digest.js";
import { limits, truncate } from "../limits.js";
import { clean, plural } from "../text.js";
import { button } from "./button.js";

/** The buttons of a digest, and what a click on one of them carries. A click's value comes from outside: nothing in it is trusted. */

export const digestUpgradeAction = "eks-upgrade:digest-upgrade";
export const wakeAction = "eks-upgrade:wake";
export const wakeAllAction = "eks-upgrade:wake-all";

/** How long something may be snoozed, in days. */
export const snoozeLengths = [1, 7, 30] as const;
export type SnoozeDays = (typeof snoozeLengths)[number];

/** One action for each length: within a block no two buttons may share one. */
export const snoozeActions: readonly (readonly [action: string, days: SnoozeDays])[] = snoozeLengths.map(
  (days) => [`eks-upgrade:snooze-${days}`, days],
);
export const snoozeAllActions: readonly (readonly [action: string, days: SnoozeDays])[] = snoozeLengths.map(
  (days) => [`eks-upgrade:snooze-all-${days}`, days],
);

/** A digest as its buttons name it: the message of a series that they stand under. */
export interface DigestName {
  readonly series: string;
  readonly number: number;
}

/** What a row is about, as its key tells. */
export interface RowTarget {
  readonly key: string;
  readonly region: string;
  readonly cluster: string;
  /** Absent for a control plane. */
  readonly group?: NonNullable<DigestRow["group"]>;
}

/** Undefined for what is no row's key. */
export function parseRowKey(key: string): RowTarget | undefined {
  const found = /^([a-z0-9-]{1,40})\/([^/\s]{1,100})(?:\/(asg\/)?(\S(?:.{0,254}\S)?))?$/.exec(key);
  const [, region, cluster, own, name] = found ?? [];
  if (region === undefined || cluster === undefined) return undefined;
  if (name === undefined) return { key, region, cluster };
  const kind = own === undefined ? "managed node group" : "self-managed node group";
  // Only Auto Scaling groups may have a slash in their names.
  if (own === undefined && name.includes("/")) return undefined;
  return { key, region, cluster, group: { kind, name } };
}

/** *Upgrade* carries the row's key; undefined for anything else, and for a control plane. */
export function parseUpgradeValue(value: string): Required<RowTarget> | undefined {
  const target = parseRowKey(value);
  return target?.group && { ...target, group: target.group };
}

/** A row's *Snooze* carries for how long, and the row's key. */
export function parseSnoozeValue(value: string): { days: SnoozeDays; key: string } | undefined {
  const [, text, key = ""] = /^(\d{1,2}) (.+)$/.exec(value) ?? [];
  const days = daysOf(text);
  return days !== undefined && parseRowKey(key) ? { days, key } : undefined;
}

/** *Snooze all* carries for how long, and which digest. */
export function parseSnoozeAllValue(value: string): (DigestName & { days: SnoozeDays }) | undefined {
  const [, text, rest = ""] = /^(\d{1,2}) (.+)$/.exec(value) ?? [];
  const [days, name] = [daysOf(text), parseDigestName(rest)];
  return days !== undefined && name ? { days, ...name } : undefined;
}

/** *Wake* carries the row's key. */
export function parseWakeValue(value: string): string | undefined {
  return parseRowKey(value)?.key;
}

/** *Undo all* carries which digest. */
export function parseWakeAllValue(value: string): DigestName | undefined {
  return parseDigestName(value);
}

function parseDigestName(text: string): DigestName | undefined {
  const [, series, number] = /^(\S(?:.{0,498}\S)?) ([1-9]\d{0,8})$/.exec(text) ?? [];
  return series === undefined ? undefined : { series, number: Number(number) };
}

function daysOf(text: string | undefined): SnoozeDays | undefined {
  return snoozeLengths.find((days) => String(days) === text);
}

/** There is a node group, and something newer for it to go to: no plan goes back by itself. */
export function canUpgrade({ group, to, concerns }: DigestRow): boolean {
  const goesBack = concerns.some((concern) => concern.kind === "withdrawn" && concern.runs);
  return group !== undefined && to !== undefined && !goesBack;
}

export function upgradeButton(row: DigestRow): Button {
  const upgrade = button({ action: digestUpgradeAction, text: "Upgrade", value: row.key });
  return labelled(upgrade, `Upgrade ${spoken(row)}`);
}

/** What can be done about one row. */
export function rowButtons(row: DigestRow): ActionsBlock {
  const snoozes = snoozeActions.map(([action, days], index) => {
    const text = `${index === 0 ? "Snooze " : ""}${plural(days, "day")}`;
    const snooze = button({ action, text, value: `${days} ${row.key}` });
    return labelled(snooze, `Snooze ${plural(days, "day")}: ${spoken(row)}`);
  });
  return { type: "actions", elements: [...(canUpgrade(row) ? [upgradeButton(row)] : []), ...snoozes] };
}

/** Snoozes whatever of a digest is not snoozed yet, what stands in its thread included. */
export function snoozeAllButtons({ series, number }: DigestName, count: number): ActionsBlock {
  const elements = snoozeAllActions.map(([action, days], index) => {
    const snooze = button({
      action,
      text: `${index === 0 ? "Snooze all " : "All "}${plural(days, "day")}`,
      value: `${days} ${series} ${number}`,
      confirm: {
        title: `Snooze all ${count} for ${plural(days, "day")}?`,
        text: "Nobody is told of them until then, those in the thread included. It can be undone on this message.",
        yes: "Snooze all",
      },
    });
    return labelled(snooze, `Snooze all ${plural(days, "day")}`);
  });
  return { type: "actions", elements };
}

export function wakeButton(row: DigestRow): Button {
  return labelled(button({ action: wakeAction, text: "Wake", value: row.key }), `Wake ${spoken(row)}`);
}

export function wakeAllButton({ series, number }: DigestName): ActionsBlock {
  const all = button({ action: wakeAllAction, text: "Undo all snoozes", value: `${series} ${number}` });
  return { type: "actions", elements: [all] };
}

/** Buttons of many rows say the same: a screen reader tells which is which. */
function labelled(plain: Button, label: string): Button {
  return { ...plain, accessibility_label: truncate(clean(label.replaceAll(/[<>]/g, "")), limits.buttonText) };
}

function spoken({ cluster, group }: DigestRow): string {
  return group ? `${cluster}/${group.name}` : cluster;
}
