import pino, { type DestinationStream, type Logger } from "pino";
import { jsonRedactor, redactor } from "./redact.js";

/** Under it stand entries of the audit: they lost their secrets before they got their hashes, and must stay as they are. */
export const auditKey = "audit";

/**
 * JSON lines on stdout. Whatever error is logged, under `error` or `err`, is cut down to what may be read by
 * anybody who reads logs; and no line leaves with one of these secrets in it, or with anything that looks like one.
 */
export function openLog(
  level: string,
  destination?: DestinationStream,
  secrets: readonly string[] = [],
): Logger {
  const options = {
    level,
    base: null,
    serializers: { error: safeError, err: safeError },
    hooks: { streamWrite: jsonRedactor(redactor(secrets), auditKey) },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * An error as far as it is ours to show. Errors of clients carry what they were about in further keys (ioredis: the
 * command's arguments, which are whole records; AWS: the raw answer), and a cause's message is a service's own text,
 * with an account's data in it: neither may reach a log. Of a cause there is its type and code.
 */
function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? error : { type: typeOf(error) };
  const { message, stack, cause } = error;
  return {
    ...labels(error),
    message,
    stack,
    ...(cause !== undefined && { cause: labels(cause) }),
  };
}

/** Its type, and the words that tell it from others of that type. */
function labels(error: unknown): Record<string, string | number> {
  const named: Record<string, string | number> = { type: typeOf(error) };
  for (const key of ["code", "kind"] as const) {
    const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, key) : undefined;
    if (typeof value === "string" || typeof value === "number") named[key] = value;
  }
  return named;
}

function typeOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
