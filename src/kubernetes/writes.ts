import type { RequestContext, ResponseContext } from "@kubernetes/client-node";
import { networkCode, statusOf } from "./trouble.js";

/** A request that changes something, and what came of it. In our words: nothing secret, and no text of the API server's. */
export interface KubernetesWrite {
  /** "kubernetes:evict", "kubernetes:patch" */
  readonly what: string;
  /** "pod/shop/cart-1", "node/ip-10-42-1-5" */
  readonly on: string;
  /** "failed", too, where no answer came: then it may have been carried out all the same. */
  readonly outcome: "done" | "failed";
  /** Why it failed: "HTTP 409", "ECONNRESET". */
  readonly code?: string;
  readonly answered: boolean;
  /** By these the cluster's audit log has it: of every attempt that was answered. */
  readonly auditIds: readonly string[];
  /** How often it was sent. */
  readonly attempts: number;
  /** Of a patch: "add /spec/unschedulable true". Only numbers and yes or no are shown. */
  readonly changes?: string;
}

export type OnKubernetesWrite = (write: KubernetesWrite) => void;

/** One request on its way, which may be sent twice. */
export interface Trace {
  sent(request: RequestContext): void;
  answered(response: ResponseContext): void;
  /** It is over, and has failed with this error if there is one. */
  over(error?: unknown): void;
}

/** Tells of a request that changes something when it is over. */
export function traceWrite(onWrite: OnKubernetesWrite): Trace {
  let write: Pick<KubernetesWrite, "what" | "on" | "changes"> | undefined;
  let attempts = 0;
  const auditIds: string[] = [];
  return {
    sent(request) {
      write = writeOf(request);
      attempts += 1;
    },
    answered({ headers }) {
      const id = headers["audit-id"];
      if (id !== undefined) auditIds.push(id.slice(0, longestId));
    },
    over(error) {
      if (!write) return;
      const all = { ...write, attempts, auditIds };
      if (error === undefined) return onWrite({ ...all, outcome: "done", answered: true });
      const status = statusOf(error);
      // A budget, or the API server, asks to come again later: nothing was changed, and it is asked every few seconds.
      if (status === 429 && write.what === eviction) return;
      const code = status === undefined ? networkCode(error) : `HTTP ${status}`;
      onWrite({ ...all, outcome: "failed", code, answered: status !== undefined });
    },
  };
}

const eviction = "kubernetes:evict";
const longestId = 100;

/** Undefined: it changes nothing. */
function writeOf(request: RequestContext): Pick<KubernetesWrite, "what" | "on" | "changes"> | undefined {
  const method = request.getHttpMethod().toString();
  const { pathname, searchParams } = new URL(request.getUrl());
  if (method === "GET" || searchParams.get("dryRun") === "All") return undefined;
  const { kind, subresource, ...rest } = objectOf(pathname);
  const changes = changesOf(request.getBody());
  return {
    what:
      subresource === "eviction"
        ? eviction
        : `kubernetes:${[verbs[method] ?? method, subresource].filter(Boolean).join(" ")}`,
    on: [kind, rest.namespace, rest.name].filter(Boolean).join("/"),
    ...(changes !== undefined && { changes }),
  };
}

const verbs: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

const objectPath =
  /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<subresource>[^/]+))?)?$/;

interface ObjectNamed {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** What a path of the API is about; resources are named for one of them: "pods" is "pod". */
function objectOf(path: string): ObjectNamed {
  const { resource = path, ...rest } = objectPath.exec(path)?.groups ?? {};
  return { kind: resource.replace(/s$/, ""), ...rest };
}

const longestChanges = 300;

/** A JSON patch in words. Values may be what somebody wrote into an annotation: of those only the place is told. */
function changesOf(body: unknown): string | undefined {
  const operations = typeof body === "string" ? parsed(body) : undefined;
  if (!Array.isArray(operations)) return undefined;
  const words = operations.flatMap(changeOf).join("; ");
  return words.slice(0, longestChanges);
}

/** Not being able to tell of a write may not keep it from being made. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function changeOf(operation: unknown): string[] {
  if (typeof operation !== "object" || operation === null) return [];
  const { op, path, value }: { op?: unknown; path?: unknown; value?: unknown } = operation;
  if (op === "test" || path === "/metadata/resourceVersion") return [];
  const shown = typeof value === "number" || typeof value === "boolean" ? ` ${value}` : "";
  return [`${String(op)} ${String(path)}${shown}`];
}
