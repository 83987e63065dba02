import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Leak {
  readonly file: string;
  readonly line: number;
  /** What it is; never the secret itself. */
  readonly what: string;
}

/** What may be in no log, whoever made it. Written down here once more: a shared mistake must not cancel out. */
const shapes: readonly (readonly [what: string, shape: RegExp])[] = [
  ["a token of Slack's", /xox[a-z]-[A-Za-z0-9]|xapp-[A-Za-z0-9]/],
  ["a cluster's token", /k8s-aws-v1\.[A-Za-z0-9_-]/],
  ["an address where Slack takes answers", /hooks\.slack(-gov)?\.com|127\.0\.0\.1:\d+\/response\/\d/],
  ["a signed request", /X-Amz-(Signature|Security-Token|Credential)=[^[]|AWS4-HMAC-SHA256 [^[]/i],
  ["a bearer's token", /Bearer [^["\\\s]{8}/],
  ["a secret of the playground's", /playground-(signing-)?secret/],
  ["an access key", /\b(AKIA|ASIA)[A-Z0-9]{12}/],
];

/** Looks through every log of the directory, for these shapes and for the secrets that are listed there. */
export function findLeaks(directory: string): Leak[] {
  const names = readdirSync(directory);
  const read = (name: string) => readFileSync(join(directory, name), "utf8");
  const secrets = new Set(
    names.filter((name) => name.endsWith(".secrets")).flatMap((name) => read(name).split("\n")),
  );
  secrets.delete("");
  const logs = names.filter((name) => name.endsWith(".log"));
  return logs.flatMap((name) => leaksIn(join(directory, name), read(name), [...secrets]));
}

function leaksIn(file: string, text: string, secrets: readonly string[]): Leak[] {
  const known = secrets.filter((secret) => text.includes(secret));
  const shaped = shapes.filter(([, shape]) => shape.test(text));
  if (known.length === 0 && shaped.length === 0) return [];
  return text.split("\n").flatMap((line, index) => {
    const whats = shaped.filter(([, shape]) => shape.test(line)).map(([what]) => what);
    if (known.some((secret) => line.includes(secret))) whats.push("a secret that the tests use");
    return whats.map((what) => ({ file, line: index + 1, what }));
  });
}

/** What to tell whoever ran the tests. */
export function leakWords(leaks: readonly Leak[]): string {
  const lines = leaks.slice(0, 50).map(({ file, line, what }) => `  ${file}:${line}  ${what}`);
  if (leaks.length > lines.length) lines.push(`  and ${leaks.length - lines.length} more`);
  return ["Secrets were logged:", ...lines].join("\n");
}
