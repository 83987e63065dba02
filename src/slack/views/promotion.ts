import { type Instant, sayDuration } from "../../core/instant.js";
import type { Promotion } from "../../core/promotion.js";
import { code, foreign, listed, moment } from "../text.js";

/** More of them are counted. */
const titlesShown = 3;

/**
 * In a plan: what was seen of its release where it goes first, or when it will have run there long enough. Why it may
 * not go on yet is one of the plan's blockers.
 */
export function promotionLines(promotion: Promotion, now: Instant): string[] {
  const { ready, release, environment, soak } = promotion;
  if (ready === undefined) return [];
  const first = foreign(environment, 80);
  if (now < ready)
    return [`:hourglass_flowing_sand: ${first} will have run it long enough ${moment(ready)}.`];
  const since = ready - soak;
  return [
    `:white_check_mark: *${first}* has run ${code(release, 60)} for ${sayDuration(now - since)}, at least ${sayDuration(soak)} as asked: ${titlesOf(promotion)}. No upgrade to it has failed there since.`,
  ];
}

function titlesOf({ seen, more = 0 }: Promotion): string {
  const titles = [...new Set(seen.map(({ title }) => title))];
  const shown = titles.slice(0, titlesShown).map((title) => code(title, 120));
  const rest = titles.length - shown.length + more;
  return listed(rest > 0 ? [...shown, `${rest} more`] : shown, "and");
}
