import { createHash } from "node:crypto";
import type { Logger } from "pino";
import { openTally } from "../src/audit/tally.js";
import type { Audit } from "../src/audit.js";

/**
 * Why something that came to the bot's own address was nobody's order.
 * - signature: it is not from Slack, or not from now
 * - replay: it was here before
 * - no order: Slack signed it, and there is nothing in it to be done
 * - link: the address of an approval that this bot did not make, or that is over, or was used, or is somebody else's
 */
export type RequestRule = "signature" | "replay" | "no order" | "link";

/** What is certain, because this bot made the link; without it nothing is. */
export interface OfLink {
  readonly run: string;
  readonly planHash: string;
  /** Whose link it is, where nobody else is known to have used it. */
  readonly who?: string;
  /** Whom the proxy before the page named. */
  readonly signedInAs?: string;
}

/** Tells of requests that are turned away: all of them in the log, and in the audit what somebody who sends thousands cannot fill it with. */
export interface RefusedRequests {
  tell(rule: RequestRule, why: string, of?: OfLink): void;
  /** Records what was only counted so far. */
  flush(): void;
}

export function tellRefused(audit: Pick<Audit, "record">, log: Logger): RefusedRequests {
  const tally = openTally(audit);
  return {
    tell(rule, why, of) {
      log.warn({ rule, why, ...of }, "refused a request");
      const { who = "nobody", signedInAs, ...about } = of ?? {};
      tally.add(keyOf(rule, why, of), {
        ...{ kind: "refusal", who, outcome: "refused", rule, why, ...about },
        ...(rule === "link" ? { what: "approve", entry: "link" } : { what: "request", entry: "address" }),
        ...(signedInAs !== undefined && { more: { signedInAs } }),
      });
    },
    flush: tally.flush,
  };
}

/** What strangers make up is counted together; the misuse of a link that is ours never under that, nor under another's. */
function keyOf(rule: RequestRule, why: string, of: OfLink | undefined): string {
  return of ? JSON.stringify([rule, why, of.run, of.who, crowdOf(of.signedInAs)]) : rule;
}

/** People are told apart, but only so far: with the header that names them a minute could be filled with entries. */
function crowdOf(signedInAs = ""): number {
  return (createHash("sha256").update(signedInAs).digest()[0] ?? 0) % crowds;
}

const crowds = 16;
