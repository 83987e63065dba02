import type { Instant } from "../core/instant.js";
import type { Problem, Trouble } from "../core/problems.js";
import type { TroubleMet } from "../core/troubles.js";

/** Trouble as people see it who asked for something: they have to ask again. */
export function asProblem(error: Trouble): Problem {
  const problem = inTheWay(error);
  return { ...problem, next: problem.next || "It may pass by itself: try again in a minute." };
}

/** Trouble as a run shows it. The run looks again by itself: without a next step nobody need be called. */
export function inTheWay(error: Trouble): Problem {
  return { code: error.code, what: `Could not ${error.call} (${error.code})`, next: error.next };
}

/** Trouble that the rest of the look did not depend on. */
export function metOnTheWay(error: Trouble): TroubleMet {
  return { kind: error.kind, problem: inTheWay(error), cutShort: false };
}

/** Trouble that the look ended with. */
export function metAtTheEnd(error: Trouble, givesUpAt?: Instant): TroubleMet {
  const end = givesUpAt === undefined ? {} : { givesUpAt };
  return { kind: error.kind, problem: inTheWay(error), cutShort: true, ...end };
}
