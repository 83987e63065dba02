import type { DigestContent, DigestRow, SeverityRule } from "./digest.js";
import type { RulesOf } from "./rows.js";
import { compareSeverities } from "./severity.js";

/** Keys of the rows that somebody should hear of: new ones, those with another newest release, those that became worse. */
export function newsIn(
  { rows }: Pick<DigestContent, "rows">,
  former: Pick<DigestContent, "rows"> | undefined,
): string[] {
  const before = new Map(former?.rows.map((row) => [row.key, row]));
  return rows.filter((row) => isNews(row, before.get(row.key))).map(({ key }) => key);
}

/** That a newest release could not be read for once, or could be again, is none. */
function isNews(row: DigestRow, before: DigestRow | undefined): boolean {
  if (!before) return true;
  const moved = row.to !== undefined && before.to !== undefined && row.to !== before.to;
  return moved || compareSeverities(row.severity, before.severity) < 0;
}

/** Whom to call for the rows that are news, by their environments' rules: each once. */
export function callsFor(
  { rows }: Pick<DigestContent, "rows">,
  news: readonly string[],
  rules: RulesOf,
): SeverityRule["mention"] {
  const keys = new Set(news);
  const calls = rows.flatMap(({ key, environment, severity }) =>
    keys.has(key) && severity !== "notice" ? [rules(environment)[severity].mention] : [],
  );
  return {
    groups: [...new Set(calls.flatMap(({ groups }) => groups))],
    users: [...new Set(calls.flatMap(({ users }) => users))],
  };
}
