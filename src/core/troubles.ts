import type { Fact } from "./events.js";
import { type Instant, type Milliseconds, minute } from "./instant.js";
import type { Problem, TroubleKind } from "./problems.js";
import type { StandingTrouble } from "./run.js";

/** Trouble as one look met it. */
export interface TroubleMet {
  readonly kind: TroubleKind;
  readonly problem: Problem;
  /** The look ended there: nothing beyond it was seen. */
  readonly cutShort: boolean;
  /** When the run fails over it. */
  readonly givesUpAt?: Instant;
}

/**
 * How long trouble may last before a person is called. EKS gives a drain 15 minutes: whoever is to see what blocks it
 * must have some of them left. What was denied passes by nobody's waiting.
 */
const patience: Readonly<Record<TroubleKind, Milliseconds>> = {
  denied: 0,
  refused: 0,
  unreachable: 5 * minute,
  "not found": 5 * minute,
  busy: 15 * minute,
  conflict: 15 * minute,
};

/** A network that is down shows as now one, now the other: they are one trouble, and so are several refusals. */
function idOf(kind: TroubleKind): StandingTrouble["id"] {
  return kind === "busy" || kind === "unreachable" ? "no answer" : "refusal";
}

/**
 * What became of trouble since the last look, if this one met any: told when it begins, once more when it has lasted
 * so long that a person must look, and when it is over.
 */
export function followTroubles(
  before: readonly StandingTrouble[],
  met: TroubleMet | undefined,
  now: Instant,
): { troubles: readonly StandingTrouble[]; facts: readonly Fact[] } {
  const others = before.filter((each) => !met || each.id !== idOf(met.kind));
  const over = others.filter((each) => !met || showsOver(met, each));
  const facts: Fact[] = over.map(({ id, problem }) => ({ type: "ProblemCleared", id, code: problem.code }));
  const standing = others.filter((each) => !over.includes(each));
  if (!met) return { troubles: standing, facts };

  const id = idOf(met.kind);
  const known = before.find((each) => each.id === id);
  const since = known?.since ?? now;
  const called = known?.called === true || now - since >= patience[met.kind];
  const { problem, cutShort, givesUpAt } = met;
  if (!known || !isSame(known.problem, problem)) facts.push({ type: "ProblemMet", id, problem });
  if (called && !known?.called) facts.push({ type: "ProblemLasts", id });
  const trouble = { id, problem, since, called, cutShort, ...(givesUpAt !== undefined && { givesUpAt }) };
  return { troubles: [trouble, ...standing], facts };
}

/** Whether a look that met other trouble went far enough to show that this one is over. */
function showsOver(met: TroubleMet, { id, cutShort }: StandingTrouble): boolean {
  if (cutShort !== met.cutShort) return cutShort;
  return id === "no answer";
}

function isSame(one: Problem, other: Problem): boolean {
  return one.code === other.code && one.what === other.what;
}
