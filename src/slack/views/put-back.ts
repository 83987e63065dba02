import type { PutBack } from "../story.js";
import { foreign, plural } from "../text.js";

const linesShown = 12;

/** What was put back, and what a person has to put back: the latter first, and with what to do. */
export function putBackLines({ putBack, notPutBack }: PutBack): string[] {
  const failed = notPutBack.map(({ what, next }) => `• ${foreign(what, 200)}: ${foreign(next, 300)}`);
  const done = putBack.map((what) => `• ${foreign(what, 200)}`);
  return [
    ...(failed.length > 0 ? [":warning: *Not put back, a person has to:*", ...fitting(failed)] : []),
    ...(done.length > 0 ? ["*Put back:*", ...fitting(done)] : []),
  ];
}

function fitting(lines: readonly string[]): string[] {
  const rest = lines.length - linesShown;
  return rest > 0 ? [...lines.slice(0, linesShown), `• and ${plural(rest, "more thing")}`] : [...lines];
}
