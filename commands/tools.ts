import type { Logger } from "pino";
import type { Audit, AuditTrail } from "../src/audit.js";
import type { Authority } from "../src/authority.js";
import type { Clock } from "../src/clock.js";
import type { Clusters } from "../src/clusters.js";
import type { DigestCases } from "../src/digests.js";
import type { Fleet } from "../src/fleet.js";
import type { LockCases } from "../src/locking.js";
import type { OrderRate } from "../src/redis/order-rate.js";
import type { Upgrades } from "../src/upgrades/types.js";
import type { ApprovalLinks } from "./links.js";

/** What every command and button works with. */
export interface Tools {
  readonly fleet: Fleet;
  /** Named in fleet.yaml, or found as it says. */
  readonly clusters: Clusters;
  readonly digests: DigestCases;
  readonly upgrades: Upgrades;
  readonly authority: Authority;
  readonly audit: Audit;
  readonly trail: AuditTrail;
  readonly locks: LockCases;
  /** Absent where the bot has no address of its own (PUBLIC_URL). */
  readonly links?: ApprovalLinks;
  readonly orderRate: OrderRate;
  readonly clock: Clock;
  readonly log: Logger;
  /** Permalink of the run's live message, else of its card; undefined while neither is posted or Slack does not tell. */
  readonly linkTo: (runId: string) => Promise<string | undefined>;
}
