import { z } from "zod";
import type { EvictionAnswer } from "../core/seen.js";
import { allowInRole } from "./trouble.js";
import { given } from "./values.js";

/** What we read of a Status object. */
const statusSchema = z
  .object({
    reason: z.string().catch(""),
    message: z.string().catch(""),
    details: z
      .object({
        name: z.string().catch(""),
        causes: z.array(z.object({ reason: z.string().catch(""), message: z.string().catch("") })).catch([]),
      })
      .catch({ name: "", causes: [] }),
  })
  .catch({ reason: "", message: "", details: { name: "", causes: [] } });

type Status = z.infer<typeof statusSchema>;

/**
 * What a refused eviction says. Undefined where it says nothing of the pod: throttled, signed out, broken, no answer.
 * (Answers and texts as kube-apiserver 1.36 gives them.)
 */
export function evictionAnswer(code: number | undefined, body: unknown): EvictionAnswer | undefined {
  if (code === undefined || code === 401) return undefined;
  const status = statusSchema.parse(body);
  const stopped = stoppedByWebhook(status);
  if (stopped) return { kind: "no answer", why: stopped };
  if (code === 403) return forbidden(status);
  if (code === 404) return notFound(status);
  if (code === 409 && isOfAnotherUid(status)) return { kind: "another pod" };
  if (code === 429) return tooMany(status);
  if (code >= 500) return broken(status);
  return { kind: "no answer", why: `the API server answered HTTP ${code}` };
}

/** A webhook chooses its status itself, so it is known by its words; what it goes on to say stays out of ours. */
function stoppedByWebhook({ message }: Status): string | undefined {
  const [, denying, how] =
    /^admission webhook "([^"]+)" (denied|does not support dry run)/.exec(message) ?? [];
  if (denying) return `admission webhook "${denying}" ${how === "denied" ? "said no" : "takes no dry run"}`;
  const [, failing] = /failed calling webhook "([^"]+)"/.exec(message) ?? [];
  return failing && `admission webhook "${failing}" could not be asked`;
}

function forbidden(status: Status): EvictionAnswer {
  // Nothing can be created in a namespace that is being deleted, an Eviction included; its pods go by themselves.
  if (causeOf(status, "NamespaceTerminating") !== undefined) return { kind: "would go" };
  if (!status.message.includes("cannot create resource"))
    return { kind: "no answer", why: "the API server forbids it (HTTP 403)" };
  const next = allowInRole("create pods/eviction");
  return { kind: "no answer", why: "the bot may not create pods/eviction", next };
}

/** It has to name what it missed: any web server can say 404. */
function notFound({ reason, details }: Status): EvictionAnswer | undefined {
  return reason === "NotFound" && details.name !== "" ? { kind: "gone" } : undefined;
}

/** Other conflicts are between the API server's own writes. */
function isOfAnotherUid({ message }: Status): boolean {
  return message.includes("UID in precondition");
}

/** Without a cause of this kind the API server throttles. */
function tooMany(status: Status): EvictionAnswer | undefined {
  const cause = causeOf(status, "DisruptionBudget");
  return cause === undefined ? undefined : stoppedByBudget(cause);
}

function stoppedByBudget(cause: string): EvictionAnswer {
  const budget = given("budget", /^The disruption budget (\S+) /.exec(cause)?.[1]);
  if (cause.includes("is still being processed")) return { kind: "budget not yet observed", ...budget };
  const failedSync = /failed sync(?:: (.+))?/s.exec(cause);
  if (failedSync) return { kind: "budget cannot be computed", ...budget, ...given("why", failedSync[1]) };
  const numbers = /needs (\d+) healthy pods and has (\d+) currently/.exec(cause);
  if (!numbers) return { kind: "budget used up", ...budget };
  return { kind: "budget used up", ...budget, needs: Number(numbers[1]), has: Number(numbers[2]) };
}

/** The API gives this refusal no reason of its own, and the status of a failure. */
function broken({ message }: Status): EvictionAnswer | undefined {
  return message.includes("more than one PodDisruptionBudget") ? { kind: "several budgets" } : undefined;
}

function causeOf({ details }: Status, reason: string): string | undefined {
  return details.causes.find((cause) => cause.reason === reason)?.message;
}
