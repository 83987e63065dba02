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

/** Tells of requests that are turned away: all of them in the log, and in the audit what somebody who sends thousands cannot fill it with. */
export interface RefusedRequests {
  /** `run`: which one it would have been about, where that is certain. */
  tell(rule: RequestRule, why: string, run?: string): void;
  /** Records what was only counted so far. */
  flush(): void;
}

export function tellRefused(audit: Pick<Audit, "record">, log: Logger): RefusedRequests {
  const tally = openTally(audit);
  return {
    tell(rule, why, run) {
      log.warn({ rule, why, ...(run !== undefined && { run }) }, "refused a request");
      const about = { ...(run !== undefined && { run }) };
      tally.add(rule, {
        ...{
          kind: "refusal",
          who: "nobody",
          what: "request",
          outcome: "refused",
          rule,
          why,
          entry: "address",
        },
        ...about,
      });
    },
    flush: tally.flush,
  };
}
