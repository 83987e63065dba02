import type { IncomingMessage, ServerResponse } from "node:http";
import { isDeepStrictEqual } from "node:util";
import type { SimulatedCluster } from "../cluster.js";
import { failure, type Status } from "../status.js";
import { decodeAccessReview } from "./protobuf.js";

/** A request that a route answers, after it was let in. */
export interface ApiRequest {
  readonly cluster: SimulatedCluster;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON; undefined when there was none. */
  readonly body: unknown;
  readonly response: ServerResponse;
}

/** Thrown by routes: answered with its Status. */
export class ApiError extends Error {
  constructor(readonly status: Status) {
    super(status.message);
  }
}

export const badRequest = (message: string) => new ApiError(failure(400, "BadRequest", message));

const maximumBody = 3 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maximumBody) {
      throw new ApiError(failure(413, "RequestEntityTooLarge", `limit is ${maximumBody} bytes`));
    }
    chunks.push(bytes);
  }
  if (size === 0) return undefined;
  return parse(Buffer.concat(chunks), request.headers["content-type"] ?? "application/json");
}

function parse(bytes: Buffer, type: string): unknown {
  const review = type.startsWith("application/vnd.kubernetes.protobuf")
    ? decodeAccessReview(bytes)
    : undefined;
  if (review) return review;
  if (!/^application\/([a-z-]+\+)?json/.test(type)) throw unknownFormat(type);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw badRequest("the body of the request is not JSON");
  }
}

export function unknownFormat(type: string): ApiError {
  const why = type.startsWith("application/apply-patch")
    ? "server-side apply is not simulated: use a patch"
    : `the body of the request was in an unknown format: ${type}`;
  return new ApiError(failure(415, "UnsupportedMediaType", why));
}

/** Asked for in the query, or in the options that a deletion or an eviction carries. */
export const isDryRun = ({ query }: Pick<ApiRequest, "query">, options?: unknown) =>
  query.get("dryRun") === "All" || isDeepStrictEqual(part(options, "dryRun"), ["All"]);

export function answerJson(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(code, { "content-type": "application/json", ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

export function answerStatus(response: ServerResponse, status: Status): void {
  const seconds = status.details?.retryAfterSeconds;
  answerJson(response, status.code, status, seconds ? { "retry-after": `${seconds}` } : {});
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A part of an unknown JSON value. */
export function part(value: unknown, ...path: readonly string[]): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return part((value as Record<string, unknown>)[head], ...rest);
}
