import type { RealClock } from "./rate-gate.js";

/** Asks Slack, or tells what it said lately. A failure is told to whoever waits for it, and is not kept. */
export interface KeptAnswers<Answer> {
  /** `fresh`: asked now, or by somebody else so shortly before that it makes no difference. */
  (key: string, how: "fresh" | "kept"): Promise<Answer>;
  /** What it said within so many real milliseconds, without asking. */
  lately(key: string, within: number): Promise<Answer | undefined>;
}

/** Real milliseconds. */
const aMinute = 60_000;
/** A call that began so long ago and is still under way serves those who want it fresh, too. */
const shared = 1_000;
/** Ids come from outside: as many as a busy workspace has within a minute. */
const most = 1_000;

interface Asked<Answer> {
  readonly answer: Promise<Answer>;
  readonly at: number;
  underWay: boolean;
}

export function keepAnswers<Answer>(
  ask: (key: string) => Promise<Answer>,
  now: RealClock,
  keptFor = aMinute,
): KeptAnswers<Answer> {
  const kept = new Map<string, Asked<Answer>>();

  function begin(key: string): Promise<Answer> {
    const asked: Asked<Answer> = { answer: ask(key), at: now(), underWay: true };
    kept.delete(key);
    kept.set(key, asked);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    asked.answer.then(
      () => {
        asked.underWay = false;
      },
      // No older answer is used in its place.
      () => {
        if (kept.get(key) === asked) kept.delete(key);
      },
    );
    return asked.answer;
  }

  const answers = (key: string, how: "fresh" | "kept"): Promise<Answer> => {
    const known = kept.get(key);
    if (!known) return begin(key);
    const age = now() - known.at;
    const serves = how === "kept" ? age < keptFor : known.underWay && age < shared;
    return serves ? known.answer : begin(key);
  };
  return Object.assign(answers, {
    async lately(key: string, within: number) {
      const known = kept.get(key);
      if (!known || known.underWay || now() - known.at >= within) return undefined;
      return known.answer;
    },
  });
}
