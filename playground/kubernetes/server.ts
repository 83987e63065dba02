import { randomBytes, randomUUID } from "node:crypto";
import { type IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { type Access, type Authorize, accessOf, fullName } from "./api/access.js";
import { discover } from "./api/discovery.js";
import { ApiError, answerJson, answerStatus, readBody } from "./api/http.js";
import { routeOf } from "./api/routes.js";
import { createCertificates } from "./certificates.js";
import type { SimulatedCluster } from "./cluster.js";
import { RequestCounts } from "./request-counts.js";
import { failure, type Status } from "./status.js";
import { refusalOfToken, type TokenRules } from "./token.js";

export interface ServeOptions {
  readonly region?: string;
  /** The keys that sign good tokens. Without them a token's form and age are checked, but not for which cluster it is. */
  readonly credentials?: TokenRules["credentials"];
  /** Let in as it is: for kubectl by hand. A random one, unless it is given. */
  readonly staticToken?: string;
  /** RBAC. Everything is allowed by default. */
  readonly authorize?: Authorize;
  /** Told why a token was refused; the client only gets 401, as from EKS. */
  readonly onRefused?: (why: string) => void;
  /** Real milliseconds by which every answer comes later; none unless told otherwise. */
  readonly latency?: number;
}

/**
 * May answer a request about objects with a failure, instead of the cluster. "no answer" drops the connection, "answer lost" does so
 * when what was asked is done; "throttled" is what API priority and fairness says. `client` is the User-Agent.
 */
export type Fault = (
  request: Access,
  client: string,
) => Status | "no answer" | "answer lost" | "throttled" | undefined;

export interface KubernetesServer {
  /** "https://127.0.0.1:<port>". */
  readonly endpoint: string;
  /** Base64 of a PEM, as DescribeCluster has it. */
  readonly certificateAuthorityData: string;
  /** Accepted beside EKS tokens, for as long as the server runs. */
  readonly staticToken: string;
  /** Settable at any time. */
  faults: Fault;
  /** What clients have asked for: `requests.total("node-fetch")`. */
  readonly requests: RequestCounts;
  /** RBAC for everybody who comes in; settable at any time. */
  authorize: Authorize;
  close(): Promise<void>;
}

/** Real milliseconds for which an idle connection is kept (kube-apiserver's IdleTimeout). */
const idleFor = 90_000;

/** Serves a simulated cluster's API over HTTPS on a free port of the loopback. */
export async function serveKubernetes(
  cluster: SimulatedCluster,
  options: ServeOptions = {},
): Promise<KubernetesServer> {
  const { authority, certificate, key } = createCertificates();
  const { staticToken = randomBytes(16).toString("hex") } = options;
  const server = createServer({ cert: certificate, key, keepAliveTimeout: idleFor }, (request, response) => {
    handle(cluster, { ...options, ...served }, request, response).catch((error: unknown) =>
      refuse(response, error),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const served: KubernetesServer = {
    endpoint: `https://127.0.0.1:${port}`,
    certificateAuthorityData: Buffer.from(authority).toString("base64"),
    staticToken,
    faults: () => undefined,
    requests: new RequestCounts(),
    authorize: options.authorize ?? (() => true),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // One that was on its way is there only now, and would be kept as long as any other.
        server.on("secureConnection", (socket) => socket.destroy());
        server.closeAllConnections();
      }),
  };
  return served;
}

type Served = ServeOptions & Pick<KubernetesServer, "authorize" | "faults" | "requests" | "staticToken">;

const health = ["/healthz", "/livez", "/readyz"];

async function handle(
  cluster: SimulatedCluster,
  options: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", headers } = request;
  // By this the audit log of a real one has the request.
  response.setHeader("audit-id", randomUUID());
  if (options.latency) await after(options.latency);
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "https://127.0.0.1");
  if (health.includes(pathname)) {
    response.writeHead(200, { "content-type": "text/plain" });
    response.end("ok");
    return;
  }
  const access = accessOf(method, pathname, query);
  const client = headers["user-agent"] ?? "";
  options.requests.count(client, access ? verbAndResource(access) : `get ${pathname}`);
  const fault = access && options.faults(access, client);
  if (fault === "no answer") return void response.destroy();
  if (fault === "throttled") return void throttle(response);
  if (fault && fault !== "answer lost") throw new ApiError(fault);
  authenticate(cluster, options, headers.authorization);
  const page = method === "GET" ? discover(pathname, cluster) : undefined;
  if (page) answerJson(response, 200, page);
  else if (access) {
    const { answer } = routeOf(access, options.authorize);
    const body = await readBody(request);
    const heard = fault ? new ServerResponse(request) : response;
    try {
      answer({ cluster, query, headers, body, response: heard }, access, options.authorize);
    } finally {
      if (fault) response.destroy();
    }
  } else throw new ApiError(failure(404, "NotFound", "the server could not find the requested resource"));
}

const verbAndResource = (access: Access) => `${access.verb} ${fullName(access)}`;

/** API priority and fairness answers in plain text, without a Status. */
function throttle(response: ServerResponse): void {
  response.writeHead(429, { "content-type": "text/plain; charset=utf-8", "retry-after": "1" });
  response.end("Too many requests, please try again later.\n");
}

function authenticate(cluster: SimulatedCluster, options: Served, header = ""): void {
  const { region = "us-west-2", credentials, staticToken, onRefused } = options;
  const token = header.match(/^Bearer (.+)$/i)?.[1] ?? "";
  if (token === staticToken) return;
  const refusal = refusalOfToken(token, { cluster: cluster.name, region, credentials, now: Date.now() });
  if (!refusal) return;
  onRefused?.(refusal);
  throw new ApiError(failure(401, "Unauthorized", "Unauthorized"));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else if (error instanceof ApiError) answerStatus(response, error.status);
  else
    answerStatus(
      response,
      failure(500, "InternalError", error instanceof Error ? error.message : String(error)),
    );
}
