import type { Actor, Authority } from "../src/authority.js";
import type { AuditLine } from "../src/core/audit/entry.js";
import { gatherer } from "../src/core/audit/gather.js";
import type { View } from "../src/slack/limits.js";
import { historyAnswer } from "../src/slack/views/history.js";
import type { Tools } from "./tools.js";

/** What is shown, and how many entries are looked at for it: small ones are put together. */
const shown = 20;
const within = 5_000;

export interface HistoryWish {
  readonly cluster?: string;
  readonly user?: string;
}

export interface HistoryTools extends Pick<Tools, "fleet" | "trail"> {
  readonly authority: Pick<Authority, "visible">;
}

/** `history [cluster] [--user @somebody]`: what was done where this person may look, and what they did themselves. */
export async function history(
  wish: HistoryWish,
  actor: Actor,
  { authority, fleet, trail }: HistoryTools,
): Promise<View> {
  const environments = (await authority.visible(actor, { what: "history" })).map(({ name }) => name);
  const everywhere = fleet.environments.every(({ name }) => environments.includes(name));
  const visible = new Set(environments);
  const maySee = ({ who, environment }: AuditLine) =>
    who === actor.user || (environment === undefined ? everywhere : visible.has(environment));
  const gathered = gatherer();
  let looked = 0;
  const fits = (line: AuditLine) => {
    looked += 1;
    return maySee(line) && isMeant(line, wish) && gathered.take(line);
  };
  // One more than is shown: by then the last one is complete.
  const { lines, lookedBackTo } = await trail.recent(fits, { count: shown + 1, within });
  return historyAnswer({
    ...wish,
    items: gathered.all().slice(0, shown),
    more: lines.length > shown,
    looked,
    ...(lookedBackTo !== undefined && { lookedBackTo }),
  });
}

/** What somebody typed or pressed is told by what came of it, unless it is asked what they did. */
function isMeant({ kind, what, who, cluster, on }: AuditLine, wish: HistoryWish): boolean {
  if (wish.user === undefined && kind === "request" && what !== "RunRequested") return false;
  if (wish.user !== undefined && who !== wish.user) return false;
  return wish.cluster === undefined || cluster === wish.cluster || on === wish.cluster;
}
