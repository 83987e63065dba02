import type { Instant } from "../core/instant.js";
import type { DigestContent, DigestRow } from "../core/scan/digest.js";
import { newsIn } from "../core/scan/news.js";
import { inOrder, type RulesOf, rowsOf } from "../core/scan/rows.js";
import type { ScannedCluster } from "../core/scan/scanned.js";
import type { DigestOptions } from "../digests.js";
import { rulesOf } from "./rules.js";

/** After a look between digests: what they say of these clusters is brought up to date in their messages. */
export async function freshen(
  { digests, fleet, clock, changed }: Pick<DigestOptions, "digests" | "fleet" | "clock" | "changed">,
  clusters: readonly ScannedCluster[],
): Promise<void> {
  for (const series of await digests.series()) {
    for (;;) {
      const stored = await digests.load(series);
      const shown = stored?.record.shown;
      if (!stored || !shown) break;
      const content = freshened(shown.content, clusters, rulesOf(fleet), clock.now());
      if (content === shown.content) break;
      const record = { ...stored.record, shown: { ...shown, content } };
      if (!(await digests.save(record, stored.revision))) continue;
      await changed(series);
      break;
    }
  }
}

/**
 * What is over goes, and what is told says what is so now. What would be news is left as it is: the next digest tells it,
 * and calls people. The same content where nothing changes.
 */
export function freshened(
  content: DigestContent,
  clusters: readonly ScannedCluster[],
  rules: RulesOf,
  now: Instant,
): DigestContent {
  const looked = new Set(clusters.filter(({ found, problem }) => found && !problem).map(placeOf));
  const fresh = new Map(rowsOf(clusters, rules, now).map((row) => [row.key, row]));
  const rows = content.rows.flatMap((row) =>
    looked.has(placeOfRow(row)) ? nowOf(row, fresh.get(row.key)) : row,
  );
  const same = rows.length === content.rows.length && rows.every((row, index) => row === content.rows[index]);
  return same ? content : { ...content, rows: inOrder(rows) };
}

function nowOf(row: DigestRow, fresh: DigestRow | undefined): DigestRow[] {
  if (!fresh) return [];
  const isNews = newsIn({ rows: [fresh] }, { rows: [row] }).length > 0;
  return [isNews || JSON.stringify(fresh) === JSON.stringify(row) ? row : fresh];
}

type Place = Pick<ScannedCluster, "environment" | "region" | "name">;

const placeOf = ({ environment, region, name }: Place): string => JSON.stringify([environment, region, name]);
const placeOfRow = ({ environment, region, cluster }: DigestRow): string =>
  placeOf({ environment, region, name: cluster });
