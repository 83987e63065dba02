import type { Problem } from "./problems.js";
import type { Run } from "./run.js";

/** Said where nothing was begun, and nothing will be: what earlier attempts and other groups came to stays as it is. */
export function unchanged({ steps }: Pick<Run, "steps">, problem: Problem): Problem {
  const before = steps.some(
    ({ attempt, phases }) => attempt > 1 || phases["scale down"].endedAt !== undefined,
  );
  return {
    ...problem,
    next: `${before ? "Nothing more was changed." : "Nothing was changed."} ${problem.next}`,
  };
}
