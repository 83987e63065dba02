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
import type { Actor } from "./authorize.js";
import { stale } from "./stale.js";
import { type Found, findCluster } from "./target.js";
import type { Tools } from "./tools.js";

/** The buttons under a digest. Whoever may operate a cluster may put off being told of it. */

/** *Upgrade*: what the form is to be filled in with. */
export async function wantedUpgrade(
  value: string,
  actor: Actor,
  tools: Tools,
): Promise<Found<{ cluster: string; nodeGroup: string }>> {
  const target = parseUpgradeValue(value);
  if (!target) return { refused: stale };
  const row = await findRow(target, actor, tools);
  if ("refused" in row) return row;
  return { found: { cluster: target.cluster, nodeGroup: target.group.name } };
}

/** *Snooze 1 day*, and so on. */
export async function snooze(value: string, actor: Actor, tools: Tools): Promise<View> {
  const wish = parseSnoozeValue(value);
  const target = wish && parseRowKey(wish.key);
  if (!wish || !target) return stale;
  const row = await findRow(target, actor, tools);
  if ("refused" in row) return row.refused;
  return snoozedAnswer(await tools.digests.snooze([wish.key], wish.days, actor.user));
}

/** *Snooze all*: whatever that digest says, its thread included. */
export async function snoozeAll(value: string, actor: Actor, tools: Tools): Promise<View> {
  const wish = parseSnoozeAllValue(value);
  if (!wish) return stale;
  const found = await findDigest(wish, tools);
  if ("refused" in found) return found.refused;
  const { rows, refused } = await operated(await shownRows(found.found, tools), actor, tools);
  if (rows.length === 0) return refused ?? stale;
  const keys = rows.map(({ key }) => key);
  return snoozedAnswer(await tools.digests.snooze(keys, wish.days, actor.user));
}

/** *Wake*: tell of it again. */
export async function wake(value: string, actor: Actor, tools: Tools): Promise<View> {
  const key = parseWakeValue(value);
  const target = key === undefined ? undefined : parseRowKey(key);
  if (!target) return stale;
  const row = await findRow(target, actor, tools);
  if ("refused" in row) return row.refused;
  await tools.digests.wake([target.key]);
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
  const { rows, refused } = await operated(all, actor, tools);
  if (rows.length === 0) return refused ?? stale;
  const keys = rows.map(({ key }) => key);
  await tools.digests.wake(keys);
  return wokenAnswer(keys);
}

/** The row's cluster, for who may operate it. One that has moved elsewhere since is another one. */
async function findRow({ cluster, region }: RowTarget, actor: Actor, tools: Tools): Promise<Found<true>> {
  const found = await findCluster(cluster, actor, tools);
  if ("refused" in found) return found;
  return found.found.region === region ? { found: true } : { refused: stale };
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

/** Those of environments that this person may operate, and why the others are left out. */
async function operated(
  rows: readonly DigestRow[],
  actor: Actor,
  tools: Tools,
): Promise<{ rows: DigestRow[]; refused?: View }> {
  const clusters = [...new Set(rows.map(({ cluster }) => cluster))];
  const rulings = await Promise.all(clusters.map((cluster) => findCluster(cluster, actor, tools)));
  const allowed = new Set(clusters.filter((_, index) => "found" in (rulings[index] ?? {})));
  const refused = rulings.flatMap((each) => ("refused" in each ? [each.refused] : []))[0];
  return { rows: rows.filter(({ cluster }) => allowed.has(cluster)), ...(refused && { refused }) };
}
