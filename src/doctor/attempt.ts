import { isTrouble } from "../core/problems.js";
import { isSlackTrouble } from "../slack/trouble.js";
import { type Finding, failed, postponed } from "./finding.js";

/** Real milliseconds for one check. */
const usualPatience = 10_000;

/** How one check went; `got` is for the checks that build on it, and absent where it failed. */
export interface Attempt<T> {
  readonly findings: readonly Finding[];
  readonly got?: T;
  readonly error?: unknown;
}

/** What to say of it; the title is put before everything. */
export interface Telling<T> {
  /** What is tried: "eks:DescribeCluster". */
  readonly title: string;
  readonly found: (got: T) => Finding | readonly Finding[];
  /** Undefined: the error's own words will do. */
  readonly failed?: (error: unknown) => Finding | undefined;
}

/** Tries one thing for as long as `patience` (10 s), and says how it went. Never throws. */
export async function attempt<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { title, found, failed: explain = () => undefined }: Telling<T>,
  patience = usualPatience,
): Promise<Attempt<T>> {
  const signal = AbortSignal.timeout(patience);
  const titled = (finding: Finding) => ({ ...finding, what: `${title}: ${finding.what}` });
  try {
    const got = await Promise.race([ask(signal), timeOf(signal)]);
    return { findings: [found(got)].flat().map(titled), got };
  } catch (error) {
    return { findings: [titled(explain(error) ?? inWords(error, patience))], error };
  }
}

function timeOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function inWords(error: unknown, patience: number): Finding {
  if (isTrouble(error)) return failed(`could not ${error.call}: ${error.code}`, error.next || again);
  if (isSlackTrouble(error, "rate limited")) {
    return postponed("not tried, because Slack allows few tries", "Look again in a minute.");
  }
  if (isSlackTrouble(error)) return failed(`${error.method} failed: ${error.code}`, error.next || again);
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return failed(`no answer within ${patience / 1000} s`, again);
  }
  return failed(error instanceof Error ? error.message : String(error), "");
}

const again = "Try again; if it stays, look at the way there: DNS, proxy, firewall.";
