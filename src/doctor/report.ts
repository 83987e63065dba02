import type { Finding, Mark } from "./finding.js";

const signs: Readonly<Record<Mark, string>> = { ok: "✓", failed: "✗", lacking: "–", untried: "?" };

export function lineOf({ mark, what, next }: Finding): string {
  return next ? `  ${signs[mark]} ${what}. ${next}` : `  ${signs[mark]} ${what}`;
}

/** What it all comes to, in one line. */
export function verdictOf(findings: readonly Finding[]): { readonly line: string; readonly well: boolean } {
  const count = (mark: Mark) => findings.filter((finding) => finding.mark === mark).length;
  const wrong = count("failed");
  const rest = [
    ...(count("lacking") > 0 ? [`${count("lacking")} could be better (–)`] : []),
    ...(count("untried") > 0 ? [`${count("untried")} not tried (?)`] : []),
  ];
  const main = wrong === 0 ? "The bot has what it needs" : `${wrong} to correct (✗)`;
  return { line: `${[main, ...rest].join("; ")}.`, well: wrong === 0 };
}
