import type { z } from "zod";
import type { Issue } from "./issue.js";

const examples: Readonly<Record<string, string>> = {
  operators: "write { groups: [S…], users: [U…] }",
  approvers: "write { groups: [S…], users: [U…] }",
  mention: "write { groups: [S…], users: [U…] }",
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
