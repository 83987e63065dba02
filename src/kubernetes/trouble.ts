import { z } from "zod";
import { type Milliseconds, second } from "../core/instant.js";
import { Trouble, type TroubleKind } from "../core/problems.js";

/** One call to a Kubernetes API: what RBAC calls it, and what we do with it, in words. */
export interface KubernetesCall {
  /** "list pods" */
  readonly permission: string;
  /** "list the pods on 3 nodes" */
  readonly doing: string;
}

export function troubleOf(error: unknown, call: KubernetesCall): Trouble {
  if (error instanceof Trouble) return error;
  const status = statusOf(error);
  const kind = kindOf(status);
  const code = status === undefined ? networkCode(error) : `HTTP ${status}`;
  return new Trouble(kind, call.doing, code, nextStep(kind, status, call), { cause: error });
}

/**
 * The API server's HTTP status, where it answered. The client's ApiException is known by its shape, so that the client
 * need not be loaded for it; a DOMException has a number for a code, too, but no headers.
 */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "code" in error && "headers" in error)) return undefined;
  return typeof error.code === "number" ? error.code : undefined;
}

/** The API server's JSON answer, where it is one. The client hands over a refusal's text as it came, and drops a 401's. */
export function bodyOf(error: unknown): unknown {
  if (!(error instanceof Error && "body" in error && typeof error.body === "string")) return undefined;
  try {
    return JSON.parse(error.body);
  } catch {
    return undefined;
  }
}

/** Only an answer that names what it missed is about an object: any web server can say 404. */
export function isNotFound(error: unknown): boolean {
  if (statusOf(error) !== 404) return false;
  const { success, data } = namesWhatItMissed.safeParse(bodyOf(error));
  return success && data.details.name !== "";
}

const namesWhatItMissed = z.object({
  reason: z.literal("NotFound"),
  details: z.object({ name: z.string() }),
});

/** Somebody changed it since it was read, or a precondition does not hold. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

/** A patch of values that are not there any more cannot be carried out. */
export function isUnfit(error: unknown): boolean {
  return statusOf(error) === 422;
}

/** What the API server asks to wait for, where it says so (never as a date). */
export function retryAfter(error: unknown): Milliseconds | undefined {
  if (!(error instanceof Error && "headers" in error)) return undefined;
  const { success, data } = saysWhen.safeParse(error.headers);
  return success ? data["retry-after"] * second : undefined;
}

const saysWhen = z.object({ "retry-after": z.coerce.number().nonnegative() });

function kindOf(status: number | undefined): TroubleKind {
  if (status === undefined) return "unreachable";
  if (status === 401 || status === 403) return "denied";
  if (status === 404) return "not found";
  if (status === 409) return "conflict";
  // 410: the list moved on while its pages were read.
  if (status === 410 || status === 429 || status >= 500) return "busy";
  return "refused";
}

function nextStep(kind: TroubleKind, status: number | undefined, call: KubernetesCall): string {
  switch (kind) {
    case "denied":
      return status === 401
        ? "Map the bot's IAM principal to the cluster with an access entry."
        : allowInRole(call.permission);
    case "not found":
      return "Check that the cluster's endpoint is a Kubernetes API.";
    case "unreachable":
      return "Check the bot's way to the cluster's API endpoint: DNS, firewall, private endpoint, proxy, certificate.";
    case "refused":
      return "Look for the request in the cluster's audit log.";
    case "conflict":
    case "busy":
      return "";
  }
}

/** "list pods", "create pods/eviction" */
export function allowInRole(permission: string): string {
  return `Allow "${permission}" in the ClusterRole of the bot's Kubernetes group.`;
}

/** fetch() says only "fetch failed"; what failed ("ECONNREFUSED", "CERT_HAS_EXPIRED") is in its cause. */
export function networkCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
    if (at.cause === undefined) return at.name;
  }
  return "NoAnswer";
}
