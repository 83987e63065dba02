import { request } from "undici";
import { type Milliseconds, second } from "../core/instant.js";
import { type ClusterConnection, dispatcherOf, headersOf } from "./connection.js";

/** Reads of the API that the generated client has no form for: watches, and lists that say which version they show. */
export interface Reader {
  /** The answer's JSON, with dates as the generated client has them. Throws the client's ApiException where it is a refusal. */
  get(path: string, query: Query, signal: AbortSignal): Promise<unknown>;
  /** One JSON value after the other, as they come, until the server ends it. */
  stream(path: string, query: Query, signal: AbortSignal): AsyncGenerator<unknown>;
}

export type Query = Readonly<Record<string, string>>;

/** The server ends a watch after so many seconds; one that is silent for longer is dead. */
const watchSeconds = 60;
const silentAtMost: Milliseconds = (watchSeconds + 10) * second;

/** What the generated client's types have as a Date, of all that we read. */
const dates = new Set(["creationTimestamp", "deletionTimestamp", "lastTransitionTime"]);

function asClient(key: string, value: unknown): unknown {
  return dates.has(key) && typeof value === "string" ? new Date(value) : value;
}

type Answer = Awaited<ReturnType<typeof request>>;

export function connectReader(connection: ClusterConnection): Reader {
  const { access, token, requestTimeout = 15 * second } = connection;
  const dispatcher = dispatcherOf(connection);
  const own = Object.fromEntries(headersOf(connection));

  async function ask(path: string, query: Query, signal: AbortSignal, renew = false): Promise<Answer> {
    const bearer = await token(renew ? { renew } : {});
    const answer = await request(`${access.endpoint}${path}?${new URLSearchParams(query)}`, {
      dispatcher,
      signal,
      headersTimeout: requestTimeout,
      bodyTimeout: silentAtMost,
      headers: { ...own, accept: "application/json", authorization: `Bearer ${bearer}` },
    });
    if (answer.statusCode === 200) return answer;
    const body = await answer.body.text();
    // It may only have been too old.
    if (answer.statusCode === 401 && !renew) return ask(path, query, signal, true);
    return refuse(answer.statusCode, body);
  }

  return {
    async get(path, query, signal) {
      const answer = await ask(path, query, AbortSignal.any([signal, AbortSignal.timeout(requestTimeout)]));
      return JSON.parse(await answer.body.text(), asClient);
    },
    async *stream(path, query, signal) {
      const answer = await ask(path, { ...query, watch: "true", timeoutSeconds: `${watchSeconds}` }, signal);
      const decoder = new TextDecoder();
      let rest = "";
      for await (const chunk of answer.body) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") yield JSON.parse(line, asClient);
      }
    },
  };
}

async function refuse(status: number, body: string): Promise<never> {
  const { ApiException } = await import("@kubernetes/client-node");
  throw new ApiException(status, "refused", body, {});
}
