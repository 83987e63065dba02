import type { Finding, Mark } from "./finding.js";

const signs: Readonly<Record<Mark, string>> = {
  ok: "✓",
  failed: "✗",
  lacking: "–",
  untried: "?",
  postponed: "?",
};

export function lineOf({ mark, what, next }: Finding): string {
  return next ? `  ${signs[mark]} ${what}. ${next}` : `  ${signs[mark]} ${what}`;
}

/** What it all comes to, in one line. */
export function verdictOf(findings: readonly Finding[]): { readonly line: string; readonly well: boolean } {
  const count = (mark: Mark) => findings.filter((finding) => finding.mark === mark).length;
  const wrong = count("failed");
  const again = count("postponed");
  const rest = [
    ...(again > 0 && wrong > 0 ? [`${again} to try again (?)`] : []),
    ...(count("lacking") > 0 ? [`${count("lacking")} could be better (–)`] : []),
    ...(count("untried") > 0 ? [`${count("untried")} not tried (?)`] : []),
  ];
  const well = wrong === 0 && again === 0;
  const unwell =
    wrong > 0 ? `${wrong} to correct (✗)` : `Run it again in a minute: ${again} could not be tried (?)`;
  const main = well ? "The bot has what it needs" : unwell;
  return { line: `${[main, ...rest].join("; ")}.`, well };
}
