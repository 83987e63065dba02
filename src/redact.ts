import { parsedJson } from "./core/json.js";

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

const hidden = "[redacted]";

/** Whatever looks like one of these is a secret, known to us or not. What stands before it may stay, as the first group. */
const shapes: readonly (readonly [shape: RegExp, instead: string])[] = [
  // Slack's tokens: bot, person, app-level, refresh ("xoxe.xoxb-1-…").
  [/\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-\w[\w-]*/g, hidden],
  // A presigned request, which a cluster takes for a quarter of an hour.
  [/k8s-aws-v1\.[\w-]+/g, `k8s-aws-v1.${hidden}`],
  // Whoever has one may post in our name.
  [/\bhttps?:(?:\\?\/){2}hooks\.slack(?:-gov)?\.com(?:[^\s"'<>\\]|\\\/)*/g, hidden],
  [/("response_urls?\\*"\s*:\s*\[?\\*")[^"\\]+/g, `$1${hidden}`],
  [/(X-Amz-(?:Security-Token|Signature|Credential)\\*"?\s*(?:=|%3D|:)\s*\\*"?)[^&\s"'\\]+/gi, `$1${hidden}`],
  [/(authorization\\*"?\s*[:=]\s*\\*"?)[^"\\\n]+/gi, `$1${hidden}`],
  // A sentence may speak of "Basic Information".
  [/\b((?:Bearer|Basic)\s+)(?=[a-z.~+/_-]*[\d=])[\w.~+/=-]{8,}/gi, `$1${hidden}`],
  [/(AWS4-HMAC-SHA256\s+)[^"\\]+/g, `$1${hidden}`],
  // Of an AWS access key, lasting or of a session: with it nothing can be done, and it names the account.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, hidden],
  // Up to the last @: a password may hold one.
  [/\b(rediss?:\/\/)[^\s"\\]*@/gi, `$1${hidden}@`],
  [/\b([a-z][a-z+.-]{0,20}:\/\/)[^\s/@"\\:]*:[^\s/@"\\]*@/gi, `$1${hidden}@`],
];

/** Shorter ones would be found in ordinary words. */
const shortest = 6;

/**
 * A function that takes out these secrets, however they are written, and all that has the shape of one. Fast enough for
 * every line: a few microseconds.
 */
export function redactor(secrets: readonly string[] = []): Redact {
  const written = secrets.filter((secret) => secret.length >= shortest).flatMap(writings);
  const known = [...new Set(written)].sort((a, b) => b.length - a.length).map(escaped);
  const exact = known.length > 0 ? new RegExp(known.join("|"), "g") : undefined;
  return (text) => {
    let clean = exact ? text.replace(exact, hidden) : text;
    for (const [shape, instead] of shapes) clean = clean.replace(shape, instead);
    return clean;
  };
}

/**
 * The same for a line of JSON, which stays one: text by text, since a shape that ends a text would take its closing quote
 * along. What stands under `untouched` stays as it is.
 */
export function jsonRedactor(redact: Redact, untouched: string): Redact {
  const secretBy = (name: string) => redact(`"${name}":"-"`) !== `"${name}":"-"`;
  const within = (value: unknown, secret: boolean): unknown => {
    if (Array.isArray(value)) return value.map((each) => within(each, secret));
    if (typeof value === "object" && value !== null) {
      const fields = Object.entries(value).map(([name, each]) => [
        redact(name),
        within(each, secret || secretBy(name)),
      ]);
      return Object.fromEntries(fields);
    }
    if (typeof value !== "string" && typeof value !== "number") return value;
    const clean = secret ? hidden : redact(`${value}`);
    return clean === `${value}` ? value : clean;
  };
  return (line) => {
    // Without a backslash every text stands in it as it is. That is so of most lines, and quickly seen.
    if (!line.includes("\\") && redact(line) === line) return line;
    const said = parsedJson(line);
    if (typeof said !== "object" || said === null) return redact(line);
    const left = untouched in said && { [untouched]: Reflect.get(said, untouched) };
    return `${JSON.stringify({ ...(within(said, false) as object), ...left })}\n`;
  };
}

/** As it is, inside JSON, and inside an address. */
function writings(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), encodeURI(secret)];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** What of the process's variables nobody may read: by their names, and passwords in addresses. */
export function secretsIn(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : secretName.test(name) ? [value] : passwordIn(value),
  );
}

/** AWS_WEB_IDENTITY_TOKEN_FILE is where one is, not what it is. */
const secretName = /(?:TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_KEY|SECRET_ACCESS_KEY|SECRET_KEY|_PASS)$/i;

/** As it is written there, and as it is meant. */
function passwordIn(address: string): string[] {
  const [, password] = /^[a-z][a-z+.-]*:\/\/[^:/@\s]*:(.+)@[^@]*$/i.exec(address) ?? [];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** What writes to a terminal or a pipe. */
interface Output {
  write(chunk: string | Uint8Array, ...rest: never[]): boolean;
}

/** From now on, whoever writes text to these streams (console, warnings of libraries) writes it without secrets. */
export function redactOutput(outputs: readonly Output[], redact: Redact): void {
  for (const output of outputs) {
    const write = output.write.bind(output);
    output.write = (chunk, ...rest) => write(typeof chunk === "string" ? redact(chunk) : chunk, ...rest);
  }
}
