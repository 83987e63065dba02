import type { z } from "zod";
import type { Issue } from "./issue.js";

const people = "write { groups: [S…], users: [U…] }";
const open = '{ days: [mon, tue], from: "10:00", to: "16:00" }';

const examples: Readonly<Record<string, string>> = {
  ...{ operators: people, approvers: people, mention: people },
  ...{ plan: people, start: people, force: people, cancel: people, snooze: people, lock: people },
  breakGlass: people,
  after: "write { environment: test, soak: 24h }",
  deputies: "write [{ of: U…, deputy: U…, from: 2026-08-01, until: 2026-08-15 }]",
  freezes: "write [{ from: 2026-12-20, until: 2027-01-06, reason: … }]",
  link: "write { userHeader: x-forwarded-email, people: { U…: … } }",
  open: `write [${open}]`,
  timeZone: "write the name of a time zone such as Europe/Berlin, or UTC",
  userHeader: "write the name of a header such as x-forwarded-email",
  windows: `write { timeZone: Europe/Berlin, open: [${open}] }`,
  clusters: "write [{ name: …, region: … }]",
  digest: 'write { schedule: "0 9 * * 1-5" }',
  environments: "begin with fleet.example.yaml",
  regions: "write the regions to look in, such as [us-west-2, eu-west-1]",
  schedule: 'write five fields: minute hour day-of-month month day-of-week, such as "0 9 * * 1-5"',
};

const kinds: Readonly<Record<string, string>> = {
  object: "a map of keys and values",
  array: "a list",
  string: "a text",
  int: "a whole number",
  number: "a whole number",
  boolean: "true or false",
};

/** "is missing: write …" */
export function missing(key: string): string {
  return withExample("is missing", key);
}

function withExample(lack: string, key: string): string {
  const example = examples[key];
  return example ? `${lack}: ${example}` : lack;
}

/** Words for what a rule has none of its own for. */
export function words(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "invalid_type") return undefined;
  const key = String(issue.path?.at(-1) ?? "environments");
  if (issue.input === null) return withExample("is empty", key);
  if (issue.input === undefined) return missing(key);
  return `must be ${kinds[issue.expected] ?? issue.expected}`;
}

/** Keys that nobody knows are told one by one, each with its own line. */
export function apart(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "unrecognized_keys") return [issue];
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message: "is no key that the bot knows: check its spelling and its indentation",
  }));
}
