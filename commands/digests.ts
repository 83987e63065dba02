import type { Actor } from "../src/authority.js";
import type { FleetCluster } from "../src/clusters.js";
import type { Right } from "../src/core/access/rights.js";
import type { DigestRecord, DigestRow } from "../src/core/scan/digest.js";
import { snoozed } from "../src/core/scan/snoozes.js";
import type { View } from "../src/slack/limits.js";
import {
  type DigestName,
  parseRowKey,
  parseSnoozeAllValue,
  parseSnoozeValue,
  parseUpgradeValue,
  parseWakeAllValue,
  parseWakeValue,
  type RowTarget,
} from "../src/slack/views/digest-actions.js";
import { formerDigest, snoozedAnswer, wokenAnswer } from "../src/slack/views/snoozed.js";
import { stale } from "./stale.js";
import { type Found, findCluster } from "./target.js";
import type { Tools } from "./tools.js";

/** The buttons under a digest. They stand under a public message: a refusal names what it is about. */

/** *Upgrade*: what the form is to be filled in with. */
export async function wantedUpgrade(
  value: string,
  actor: Actor,
  tools: Tools,
): Promise<Found<{ cluster: string; nodeGroup: string }>> {
  const target = parseUpgradeValue(value);
  if (!target) return { refused: stale };
  const row = await findRow(target, "start", actor, tools);
  if ("refused" in row) return row;
  return { found: { cluster: target.cluster, nodeGroup: target.group.name } };
}

/** *Snooze 1 day*, and so on. */
export async function snooze(value: string, actor: Actor, tools: Tools): Promise<View> {
  const wish = parseSnoozeValue(value);
  const target = wish && parseRowKey(wish.key);
  if (!wish || !target) return stale;
  const row = await findRow(target, "snooze", actor, tools);
  if ("refused" in row) return row.refused;
  const snoozed = await tools.digests.snooze([wish.key], wish.days, actor.user);
  record("snooze", [{ ...target, environment: row.found.environment.name }], actor, tools, {
    days: wish.days,
  });
  return snoozedAnswer(snoozed);
}

/** *Snooze all*: whatever that digest says, its thread included. */
export async function snoozeAll(value: string, actor: Actor, tools: Tools): Promise<View> {
  const wish = parseSnoozeAllValue(value);
  if (!wish) return stale;
  const found = await findDigest(wish, tools);
  if ("refused" in found) return found.refused;
  const { rows, refused } = await permitted(await shownRows(found.found, tools), actor, tools, "snooze");
  if (rows.length === 0) return refused ?? stale;
  const keys = rows.map(({ key }) => key);
  const asleep = await tools.digests.snooze(keys, wish.days, actor.user);
  record("snooze", rows, actor, tools, { days: wish.days });
  return snoozedAnswer(asleep);
}

/** *Wake*: tell of it again. */
export async function wake(value: string, actor: Actor, tools: Tools): Promise<View> {
  const key = parseWakeValue(value);
  const target = key === undefined ? undefined : parseRowKey(key);
  if (!target) return stale;
  const row = await findRow(target, "snooze", actor, tools, "wake");
  if ("refused" in row) return row.refused;
  await tools.digests.wake([target.key]);
  record("wake", [{ ...target, environment: row.found.environment.name }], actor, tools);
  return wokenAnswer([target.key]);
}

/** *Undo all snoozes* of what that digest says. */
export async function wakeAll(value: string, actor: Actor, tools: Tools): Promise<View> {
  const wish = parseWakeAllValue(value);
  if (!wish) return stale;
  const found = await findDigest(wish, tools);
  if ("refused" in found) return found.refused;
  const asleep = snoozed(rowsOf(found.found), await tools.digests.snoozes(), tools.clock.now()).snoozed;
  const all = asleep.map(({ row }) => row);
  const { rows, refused } = await permitted(all, actor, tools, "wake");
  if (rows.length === 0) return refused ?? stale;
  const keys = rows.map(({ key }) => key);
  await tools.digests.wake(keys);
  record("wake", rows, actor, tools);
  return wokenAnswer(keys);
}

/** The row's cluster, for who may do this with it. One that has moved elsewhere since is another one. */
async function findRow(
  { cluster, region }: RowTarget,
  right: Right,
  actor: Actor,
  tools: Tools,
  doing: string = right,
): Promise<Found<FleetCluster>> {
  const found = await findCluster(cluster, right, actor, tools, { doing, named: true });
  if ("refused" in found) return found;
  return found.found.region === region ? found : { refused: stale };
}

/** The digest under which the button stands, unless there is a newer one. */
async function findDigest({ series, number }: DigestName, { digests }: Tools): Promise<Found<DigestRecord>> {
  const record = await digests.find(series);
  if (!record?.shown) return { refused: stale };
  return record.shown.number === number ? { found: record } : { refused: formerDigest(record.channel) };
}

const rowsOf = ({ shown }: DigestRecord): readonly DigestRow[] => shown?.content.rows ?? [];

async function shownRows(record: DigestRecord, { digests, clock }: Tools): Promise<readonly DigestRow[]> {
  return snoozed(rowsOf(record), await digests.snoozes(), clock.now()).shown;
}

/** Those that this person may snooze, and why the others are left out. */
async function permitted(
  rows: readonly DigestRow[],
  actor: Actor,
  tools: Tools,
  doing: string,
): Promise<{ rows: DigestRow[]; refused?: View }> {
  const clusters = [...new Set(rows.map(({ cluster }) => cluster))];
  const rulings = await Promise.all(
    clusters.map((cluster) => findCluster(cluster, "snooze", actor, tools, { doing, named: true })),
  );
  const allowed = new Set(clusters.filter((_, index) => "found" in (rulings[index] ?? {})));
  const refused = rulings.flatMap((each) => ("refused" in each ? [each.refused] : []))[0];
  return { rows: rows.filter(({ cluster }) => allowed.has(cluster)), ...(refused && { refused }) };
}

/** Once for each cluster. */
function record(
  what: "snooze" | "wake",
  rows: readonly Pick<DigestRow, "environment" | "cluster" | "region" | "key">[],
  { user: who, entry }: Actor,
  { audit }: Tools,
  more: { readonly days?: number } = {},
): void {
  const one = new Map(rows.map((row) => [JSON.stringify([row.region, row.cluster]), row]));
  for (const { environment, cluster, region, key } of one.values()) {
    const count = rows.filter((row) => row.region === region && row.cluster === cluster).length;
    audit.record({
      ...{ kind: "order", who, what, outcome: "done", entry, environment, cluster, region },
      on: count === 1 ? key : cluster,
      more: { ...more, rows: count },
    });
  }
}
