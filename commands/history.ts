import type { Actor, Authority } from "../src/authority.js";
import type { AuditLine } from "../src/core/audit/entry.js";
import { gatherer } from "../src/core/audit/gather.js";
import type { View } from "../src/slack/limits.js";
import { historyAnswer } from "../src/slack/views/history.js";
import { nearestName } from "./parse.js";
import type { Tools } from "./tools.js";

/** What is shown, and how many entries are looked at for it: small ones are put together. */
const shown = 20;
const within = 5_000;

export interface HistoryWish {
  /** Or an environment, or a run's id. */
  readonly cluster?: string;
  readonly user?: string;
}

export interface HistoryTools extends Pick<Tools, "fleet" | "trail"> {
  readonly authority: Pick<Authority, "visible">;
}

/** `history [cluster|environment|run] [--user @somebody]`: what was done where this person may look, and what they did themselves. */
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
  const names = new Set(environments);
  let looked = 0;
  const fits = (line: AuditLine) => {
    looked += 1;
    // Their own deeds elsewhere are theirs to see, but are no proof that there is what they named.
    if (line.environment !== undefined && visible.has(line.environment)) namesIn(line, names);
    return maySee(line) && isMeant(line, wish) && gathered.take(line);
  };
  // One more than is shown: by then the last one is complete.
  const { lines, lookedBackTo } = await trail.recent(fits, { count: shown + 1, within });
  const items = gathered.all().slice(0, shown);
  const nearest = items.length === 0 ? nearestTo(wish.cluster, [...names]) : undefined;
  return historyAnswer({
    ...wish,
    ...(nearest !== undefined && { nearest }),
    items,
    more: lines.length > shown,
    looked,
    ...(lookedBackTo !== undefined && { lookedBackTo }),
  });
}

/** What somebody typed or pressed is told by what came of it, unless it is asked what they did. */
function isMeant(line: AuditLine, wish: HistoryWish): boolean {
  const { kind, what, who } = line;
  if (wish.user === undefined && kind === "request" && what !== "RunRequested") return false;
  if (wish.user !== undefined && who !== wish.user) return false;
  return wish.cluster === undefined || wish.cluster === line.on || placesIn(line).includes(wish.cluster);
}

const placesIn = ({ cluster, environment, run }: AuditLine) => [cluster, environment, run];

function namesIn(line: AuditLine, names: Set<string>): void {
  for (const name of placesIn(line)) if (name !== undefined) names.add(name);
}

/** Undefined where the name itself is one of them: of that nothing more is known. */
function nearestTo(name: string | undefined, names: readonly string[]): string | undefined {
  return name === undefined || names.includes(name) ? undefined : nearestName(name, names);
}
