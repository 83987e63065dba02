import { type Milliseconds, second } from "./instant.js";
import type { Problem } from "./problems.js";
import type { UpdateConfig } from "./seen.js";

/** Tags of an Auto Scaling group by which its owners say how it is to be rolled, and what may be written there. */
const settings = {
  "eks-upgrade-bot:max-unavailable": 'a number such as 2, or a share such as "33%"',
  "eks-upgrade-bot:surge": "a number such as 6, or 0 for none",
  "eks-upgrade-bot:drain-pause": 'seconds, such as "90s"',
  "eks-upgrade-bot:watch-targets": "true or false",
} as const;

type Tag = keyof typeof settings;

export interface RollSettings {
  readonly updateConfig: UpdateConfig;
  /** Absent: as many as the default is. */
  readonly surge?: number;
  readonly drainPause?: Milliseconds;
  readonly watchTargets?: boolean;
  /** Tags that cannot be read: no reason to guess. */
  readonly problems: readonly Problem[];
}

/** What the tags say; without them one node at a time, as EKS does. */
export function settingsOf(tags: Readonly<Record<string, string>>): RollSettings {
  const problems: Problem[] = [];
  function read<T>(tag: Tag, parse: (text: string) => T | undefined): T | undefined {
    const text = tags[tag]?.trim();
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) problems.push(unreadable(tag, text));
    return value;
  }
  const unavailable = read("eks-upgrade-bot:max-unavailable", readUnavailable);
  const surge = read("eks-upgrade-bot:surge", readNumber);
  const drainPause = read("eks-upgrade-bot:drain-pause", readSeconds);
  const watchTargets = read("eks-upgrade-bot:watch-targets", readSwitch);
  return {
    updateConfig: { ...(unavailable ?? { maxUnavailable: 1 }), strategy: "DEFAULT" },
    ...(surge !== undefined && { surge }),
    ...(drainPause !== undefined && { drainPause }),
    ...(watchTargets !== undefined && { watchTargets }),
    problems,
  };
}

function readUnavailable(text: string): Omit<UpdateConfig, "strategy"> | undefined {
  const number = readNumber(text.replace(/\s*%$/, ""));
  if (number === undefined || number < 1 || number > 100) return undefined;
  return text.endsWith("%") ? { maxUnavailablePercentage: number } : { maxUnavailable: number };
}

function readNumber(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

function readSeconds(text: string): Milliseconds | undefined {
  const digits = /^(\d{1,4})s?$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits) * second;
}

function readSwitch(text: string): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}

function unreadable(tag: Tag, text: string): Problem {
  const what = `Tag ${tag} of the Auto Scaling group is "${text}"`;
  return { code: "TagUnreadable", what, next: `Write ${settings[tag]}.` };
}
