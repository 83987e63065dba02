import type { Instant } from "../core/instant.js";
import type { DigestContent, DigestRecord, DigestRow, ShownDigest, Snooze } from "../core/scan/digest.js";
import { newsIn } from "../core/scan/news.js";
import { contentOf, isAllUpToDate } from "../core/scan/rows.js";
import type { DigestOptions } from "../digests.js";
import type { Environment, Fleet } from "../fleet.js";
import { look } from "./look.js";
import { sameNames } from "./names.js";
import { rulesOf } from "./rules.js";

/**
 * Scans for what is due, and decides in the record whether that is a new message or the old one anew. Whoever dies
 * before the record is saved has decided nothing; of two who do it at once, one does.
 */
export async function make(
  options: DigestOptions,
  series: string,
  signal: AbortSignal,
): Promise<"made" | "nothing due"> {
  const { digests, snoozes, fleet, clock, changed } = options;
  let stored = await digests.load(series);
  const due = stored?.record.due;
  if (!stored || due === undefined) return "nothing due";
  const { environments } = stored.record;
  const clusters = await look(options, environmentsOf(fleet, environments), signal);
  for (;;) {
    const { record, revision } = stored;
    const { snoozes: kept } = await snoozes.kept();
    const now = clock.now();
    const content = contentOf(clusters, rulesOf(fleet), now);
    signal.throwIfAborted();
    if (await digests.save(made(record, due, content, kept, now), revision)) {
      await changed(series);
      return "made";
    }
    stored = await digests.load(series);
    if (!stored) return "nothing due";
    // Somebody else made it meanwhile; or we did, and the answer was lost.
    if ((stored.record.doneFor ?? Number.NEGATIVE_INFINITY) >= due) {
      await changed(series);
      return "nothing due";
    }
    // Its next time has come meanwhile, which is left for another look; or it is about other environments now.
    if (!sameNames(stored.record.environments, environments)) return make(options, series, signal);
  }
}

/** @throws where this process was started with another fleet: it would take the clusters of the rest for gone */
function environmentsOf(fleet: Fleet, names: readonly string[]): Environment[] {
  return names.map((name) => {
    const found = fleet.environments.find((each) => each.name === name);
    if (!found) throw new Error(`Environment ${name} has a digest, and is not in this bot's fleet.yaml.`);
    return found;
  });
}

/**
 * The record after the digest that was due then. News make a new message, and so does what cannot be looked at any more:
 * of that nobody would hear otherwise. Without either, the old one says what is so now. Rows that are snoozed are no news,
 * and those whose snooze has ended since are.
 */
export function made(
  record: DigestRecord,
  done: Instant,
  content: DigestContent,
  kept: readonly Snooze[],
  now: Instant,
): DigestRecord {
  const { due, unseen: _, former, shown, ...rest } = record;
  const told = [...(shown?.content.rows ?? []), ...(record.unseen ?? [])];
  const news = newsOf(content, shown && { since: shown.content.scannedAt, told }, kept, now);
  const next = shownNext(record, content, news, now);
  const unseen = unseenIn(content, told);
  const before = next?.number === shown?.number ? former : shown;
  return {
    ...rest,
    // A later time that came during the scan is still to be made.
    ...(due !== undefined && due > done && { due }),
    doneFor: done,
    ...(next && { shown: next }),
    ...(before && { former: before }),
    ...(unseen.length > 0 && { unseen }),
  };
}

function newsOf(
  content: DigestContent,
  last: { readonly since: Instant; readonly told: readonly DigestRow[] } | undefined,
  kept: readonly Snooze[],
  now: Instant,
): string[] {
  const asleep = new Set(kept.filter(({ until }) => until > now).map(({ key }) => key));
  const awake = kept.filter(({ until }) => last && until > last.since && until <= now).map(({ key }) => key);
  const news = new Set([...newsIn(content, last && { rows: last.told }), ...awake]);
  return content.rows.map(({ key }) => key).filter((key) => news.has(key) && !asleep.has(key));
}

function shownNext(
  { shown, whenUpToDate }: DigestRecord,
  content: DigestContent,
  news: readonly string[],
  now: Instant,
): ShownDigest | undefined {
  if (shown && news.length === 0 && !isDarker(content, shown.content)) return { ...shown, content };
  if (!shown && whenUpToDate === "silent" && isAllUpToDate(content)) return undefined;
  return { number: (shown?.number ?? 0) + 1, madeAt: now, content, news };
}

/** Something cannot be looked at, or not in full, that could be before. */
function isDarker({ problems }: DigestContent, before: DigestContent): boolean {
  const nameOf = ({ environment, name }: DigestContent["problems"][number]) => `${environment}/${name}`;
  const known = new Set(before.problems.map(nameOf));
  return problems.some((each) => !known.has(nameOf(each)));
}

/** Rows that were told and that may be there still: something of their environment could not be looked at. */
function unseenIn({ rows, problems }: DigestContent, told: readonly DigestRow[]): DigestRow[] {
  const seen = new Set(rows.map(({ key }) => key));
  const dark = new Set(problems.map(({ environment }) => environment));
  const missing = told.filter(({ key, environment }) => !seen.has(key) && dark.has(environment));
  return [...new Map(missing.map((row) => [row.key, row])).values()];
}
