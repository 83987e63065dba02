import type { Instant } from "../core/instant.js";
import { lockProblem, locksOver } from "../core/locks.js";
import type { Plan } from "../core/plan.js";
import { goalsOf, judgePromotion, type Promotion, promotionProblem } from "../core/promotion.js";
import type { Run } from "../core/run.js";
import type { Environment } from "../fleet.js";
import type { Locks } from "../redis/locks.js";
import type { Runs } from "../redis/runs.js";

/**
 * How many of the latest runs are looked through: what is older is no evidence, and has to be shown anew. That takes
 * 0.1 s where node groups have 30 nodes, and 1 s where they have 100.
 */
const remembered = 1_000;

/** At once: what is parsed in one go keeps everybody waiting. */
const perTurn = 50;

/** What is known of locks and runs. */
interface Known {
  readonly locks: Pick<Locks, "all">;
  readonly runs: Pick<Runs, "recent" | "load">;
}

/**
 * The plan with what people and the environment's order forbid: locks over its cluster, and a release that has not run
 * where it goes first. Its hash stays: neither changes what would be done. What is up to date is left alone.
 * Rejects when the store does not answer: what cannot be known is not taken for allowed.
 */
export async function withConditions(
  options: Known,
  environment: Pick<Environment, "name" | "after">,
  plan: Plan,
  now: Instant,
): Promise<Plan> {
  if (isUpToDate(plan)) return plan;
  const [locks, promotion] = await Promise.all([
    options.locks.all(),
    promotionOf(options, environment, plan),
  ]);
  const notSoaked = promotion && promotionProblem(promotion, now, environment.name);
  return {
    ...plan,
    blockers: [
      ...plan.blockers,
      ...locksOver(locks, plan).map(lockProblem),
      ...(notSoaked ? [notSoaked] : []),
    ],
    ...(promotion && { promotion }),
  };
}

function isUpToDate({ blockers }: Plan): boolean {
  return blockers.length > 0 && blockers.every(({ code }) => code === "AlreadyAtTarget");
}

/** What was seen where its releases go first; undefined where nothing has to be. Rejects when the store does not answer. */
export async function promotionOf(
  { runs }: Pick<Known, "runs">,
  { after }: Pick<Environment, "after">,
  { steps }: Plan,
): Promise<Promotion | undefined> {
  if (!after || steps.length === 0) return undefined;
  return judgePromotion(after, goalsOf(steps), await latest(runs));
}

/** All of them, or none: one that could not be read may be the one that failed. */
async function latest(runs: Known["runs"]): Promise<Run[]> {
  const ids = await runs.recent(remembered);
  const found: Run[] = [];
  for (let at = 0; at < ids.length; at += perTurn) {
    const stored = await Promise.all(ids.slice(at, at + perTurn).map((id) => runs.load(id)));
    found.push(...stored.flatMap((each) => (each ? [each.run] : [])));
  }
  return found;
}
