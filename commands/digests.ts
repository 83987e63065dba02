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
import { keptIfUnanswered, type Ordered } from "../src/unanswered.js";
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
  const rows = [{ ...target, environment: row.found.environment.name }];
  return putToSleep(rows, wish.days, actor, tools);
}

/** *Snooze all*: whatever that digest says, its thread included. */
export async function snoozeAll(value: string, actor: Actor, tools: Tools): Promise<View> {
  const wish = parseSnoozeAllValue(value);
  if (!wish) return stale;
  const found = await findDigest(wish, tools);
  if ("refused" in found) return found.refused;
  const { rows, refused } = await permitted(await shownRows(found.found, tools), actor, tools, "snooze");
  if (rows.length === 0) return refused ?? stale;
  return putToSleep(rows, wish.days, actor, tools);
}

/** *Wake*: tell of it again. */
export async function wake(value: string, actor: Actor, tools: Tools): Promise<View> {
  const key = parseWakeValue(value);
  const target = key === undefined ? undefined : parseRowKey(key);
  if (!target) return stale;
  const row = await findRow(target, "snooze", actor, tools, "wake");
  if ("refused" in row) return row.refused;
  return wakeUp([{ ...target, environment: row.found.environment.name }], actor, tools);
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
  return wakeUp(rows, actor, tools);
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

type Row = Pick<DigestRow, "environment" | "cluster" | "region" | "key">;

async function putToSleep(rows: readonly Row[], days: number, actor: Actor, tools: Tools): Promise<View> {
  const keys = rows.map(({ key }) => key);
  const orders = ordersOf("snooze", rows, actor, { days });
  return snoozedAnswer(await recorded(orders, tools, () => tools.digests.snooze(keys, days, actor.user)));
}

async function wakeUp(rows: readonly Row[], actor: Actor, tools: Tools): Promise<View> {
  const keys = rows.map(({ key }) => key);
  await recorded(ordersOf("wake", rows, actor), tools, () => tools.digests.wake(keys));
  return wokenAnswer(keys);
}

async function recorded<T>(
  orders: readonly Ordered[],
  { audit }: Tools,
  write: () => Promise<T>,
): Promise<T> {
  const done = await keptIfUnanswered(audit, orders, write);
  for (const each of orders) audit.record({ ...each, outcome: "done" });
  return done;
}

/** Once for each cluster. */
function ordersOf(
  what: "snooze" | "wake",
  rows: readonly Row[],
  { user: who, entry }: Actor,
  more: { readonly days?: number } = {},
): Ordered[] {
  const one = new Map(rows.map((row) => [JSON.stringify([row.region, row.cluster]), row]));
  return [...one.values()].map(({ environment, cluster, region, key }) => {
    const count = rows.filter((row) => row.region === region && row.cluster === cluster).length;
    return {
      ...{ kind: "order", who, what, entry, environment, cluster, region },
      on: count === 1 ? key : cluster,
      more: { ...more, rows: count },
    };
  });
}
