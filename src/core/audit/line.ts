import { parsedJson } from "../json.js";
import type { AuditEntry, AuditLine } from "./entry.js";

/** An entry that could not be tied to the others: Redis did not take it, and the process could not wait. */
export type Unchained = AuditEntry & { readonly unchained: true };

/**
 * A line as it was kept, or undefined where it is none. More keys than we know are fine: a newer bot wrote it, and its
 * hash covers them.
 */
export function readLine(text: string): AuditLine | undefined {
  const value = parsedJson(text);
  return isLine(value) ? value : undefined;
}

/** Of a file: also what stdout has, where the line stands under `audit`; and what could not be chained. */
export function readWritten(text: string): AuditLine | "unchained" | undefined {
  const value = parsedJson(text);
  const inner = isObject(value) && isObject(value.audit) ? value.audit : value;
  if (isLine(inner)) return inner;
  return isObject(inner) && inner.unchained === true ? "unchained" : undefined;
}

const sha256Form = /^[0-9a-f]{64}$/;

function isLine(value: unknown): value is AuditLine {
  if (!isObject(value)) return false;
  const { seq, prev, hash, at, kind, who, what, outcome } = value;
  const words = [kind, who, what, outcome].every((each) => typeof each === "string");
  const hashes = [prev, hash].every((each) => typeof each === "string" && sha256Form.test(each));
  return words && hashes && typeof at === "number" && Number.isSafeInteger(seq) && Number(seq) > 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Texts of an entry are no longer than that: whoever types pages into a reason does not fill the store with them. */
const longestText = 1_000;
const mostRequestIds = 100;

/**
 * An entry as it may be kept: of bounded length, with nothing in it that `redact` takes out of a text, and with no
 * characters that other programs write as JSON in another way than we do, which would give it another hash.
 */
export function presentable(entry: AuditEntry, redact: (text: string) => string): AuditEntry {
  const text = <T>(value: T): T | string =>
    typeof value === "string" ? bounded(plain(redact(value))) : value;
  const fields = Object.entries(entry).map(([key, value]): [string, unknown] => {
    if (key === "requestIds") return [key, entry.requestIds?.slice(0, mostRequestIds).map(text)];
    if (key !== "more" || !entry.more) return [key, text(value)];
    return [key, Object.fromEntries(Object.entries(entry.more).map(([name, each]) => [name, text(each)]))];
  });
  return Object.fromEntries(fields) as unknown as AuditEntry;
}

/** Without control characters, and without halves of characters. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]+/gu, " ");
}

function bounded(text: string): string {
  if (text.length <= longestText) return text;
  // Half a character at the end would be none.
  return `${text.slice(0, longestText - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
