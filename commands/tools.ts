import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import type { Clusters } from "../src/clusters.js";
import type { DigestCases } from "../src/digests.js";
import type { Fleet } from "../src/fleet.js";
import type { Upgrades } from "../src/upgrades/types.js";
import type { Authority } from "./authorize.js";

/** What every command and button works with. */
export interface Tools {
  readonly fleet: Fleet;
  /** Named in fleet.yaml, or found as it says. */
  readonly clusters: Clusters;
  readonly digests: DigestCases;
  readonly upgrades: Upgrades;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly log: Logger;
  /** Permalink of the run's live message, else of its card; undefined while neither is posted or Slack does not tell. */
  readonly linkTo: (runId: string) => Promise<string | undefined>;
}
