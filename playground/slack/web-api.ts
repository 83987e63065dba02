import type { IncomingMessage, ServerResponse } from "node:http";
import { type Arguments, readArguments } from "./arguments.js";
import type { Faults } from "./faults.js";
import { isObject, type JsonObject, parseJson } from "./json.js";
import { methods } from "./methods/index.js";
import { type Backstage, requireScope } from "./methods/method.js";
import { Refusal } from "./refusal.js";
import { respond } from "./respond.js";
import type { Call } from "./types.js";

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface WebApiOptions {
  readonly backstage: Backstage;
  readonly faults: Faults;
  readonly calls: Call[];
  readonly botToken: string;
  readonly appToken: string;
}

/** Slack's HTTP side: the Web API under /api/ and the response URLs. */
export class WebApi {
  constructor(private readonly options: WebApiOptions) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, name = ""] = new URL(request.url ?? "/", "http://127.0.0.1").pathname.split("/");
    const body = await readBody(request);
    const known = (kind === "api" || kind === "response") && request.method === "POST";
    if (!known) send(response, { status: 404, body: { ok: false, error: "not_found" } });
    else this.#serve(kind, name, request, body, response);
  }

  #serve(kind: string, name: string, request: IncomingMessage, body: string, response: ServerResponse): void {
    const { backstage, calls, faults } = this.options;
    const method = kind === "response" ? "response_url" : name;
    const contentType = request.headers["content-type"] ?? "";
    const call: Call = { method, arguments: loggable(contentType, body), at: backstage.workspace.now() };
    const fault = faults.of(call);
    const carryOut = () =>
      kind === "response"
        ? this.#respond(name, contentType, body)
        : this.#answer(name, request.headers.authorization, contentType, body);
    const real = fault?.when === "instead" ? undefined : carryOut();
    const answer = fault ? fault.answer && { body: {}, ...fault.answer } : real;
    const logged = { ...call, ...(answer && { answer: answer.body }) };
    calls.push(logged);
    backstage.workspace.tell({ type: "called", call: logged });
    if (answer) send(response, answer);
    else response.destroy();
  }

  /** Slack asks in this order: which method, who calls, may they, how often, with what. */
  #answer(name: string, authorization: string | undefined, contentType: string, body: string): Answer {
    const { backstage } = this.options;
    const method = methods.get(name);
    const answer = refusalsAnswered(() => {
      if (!method) throw new Refusal("unknown_method", { req_method: name });
      const args = readArguments(contentType, body);
      this.#authenticate(method.token, authorization, args);
      requireScope(backstage, ...method.scopes);
      const wait = backstage.limiter.take(name, method.rates, args);
      if (wait > 0) throw new Refusal("ratelimited", { retry_after: wait });
      return { ok: true, ...method.answer(args, backstage) };
    });
    // A token that was taken is told what it may do.
    const unknown = ["unknown_method", "not_authed", "invalid_auth", "not_allowed_token_type"];
    if (method?.token !== "bot" || unknown.includes(String(answer.body.error))) return answer;
    const scopes = { "x-oauth-scopes": [...backstage.scopes].join(",") };
    return { ...answer, headers: { ...answer.headers, ...scopes } };
  }

  #authenticate(kind: "bot" | "app", authorization: string | undefined, args: Arguments): void {
    const token = authorization?.replace(/^Bearer /, "") ?? args.text("token");
    if (!token) throw new Refusal("not_authed");
    const { botToken, appToken } = this.options;
    if (token !== botToken && token !== appToken) throw new Refusal("invalid_auth");
    if (token !== (kind === "bot" ? botToken : appToken)) throw new Refusal("not_allowed_token_type");
  }

  /** Unlike the Web API, a response URL says no with an HTTP status. */
  #respond(id: string, contentType: string, body: string): Answer {
    const answer = refusalsAnswered(() => {
      respond(id, readArguments(contentType, body), this.options.backstage);
      return { ok: true };
    });
    if (answer.status !== 200 || answer.body.ok) return answer;
    const gone = ["used_url", "expired_url", "invalid_url"].includes(String(answer.body.error));
    return { ...answer, status: gone ? 404 : 400 };
  }
}

function refusalsAnswered(carryOut: () => JsonObject): Answer {
  try {
    return { status: 200, body: carryOut() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { retry_after: wait, ...body } = error.answer;
    if (error.code !== "ratelimited") return { status: 200, body };
    return { status: 429, headers: { "retry-after": String(wait) }, body };
  }
}

/** The arguments for the log; empty where they cannot be read. */
function loggable(contentType: string, body: string): JsonObject {
  try {
    const { token: _secret, ...values } = readArguments(contentType, body).values;
    return values;
  } catch {
    const parsed = parseJson(body);
    return isObject(parsed) ? parsed : {};
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}
