import type { Problem, Trouble } from "../core/problems.js";

/** Trouble as people see it. */
export function asProblem(error: Trouble): Problem {
  const next = error.next || "It may pass by itself: try again in a minute.";
  return { code: error.code, what: `Could not ${error.call} (${error.code})`, next };
}
