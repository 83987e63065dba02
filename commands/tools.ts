import type { Logger } from "pino";
import type { Clock } from "../src/clock.js";
import type { Fleet } from "../src/fleet.js";
import type { Upgrades } from "../src/upgrades/types.js";
import type { Authority } from "./authorize.js";

/** What every command and button works with. */
export interface Tools {
  readonly fleet: Fleet;
  readonly upgrades: Upgrades;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly log: Logger;
  /** Permalink of the run's live message, else of its card; undefined while neither is posted or Slack does not tell. */
  readonly linkTo: (runId: string) => Promise<string | undefined>;
}
