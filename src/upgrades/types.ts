import type { Clock } from "../clock.js";
import type { ApprovalRules, CancelRefusal, Refusal } from "../core/decide.js";
import type { RunEvent } from "../core/events.js";
import type { Plan, Wish } from "../core/plan.js";
import type { Problem } from "../core/problems.js";
import type { Run } from "../core/run.js";
import type { ClusterSeen, NodeGroupSeen, ReleaseSeen } from "../core/seen.js";
import type { Environment } from "../fleet.js";
import type { Outside } from "../phases/outside.js";
import type { Runs, Unshown } from "../redis/runs.js";

/** A node group of the fleet, and the environment that rules over it. */
export interface Target {
  readonly environment: Environment;
  readonly cluster: string;
  readonly region: string;
  readonly nodeGroup: string;
}

export interface UpgradesOptions {
  readonly runs: Runs;
  readonly outside: Outside;
  readonly clock: Clock;
  /** SHA-256 of a text, in hexadecimal. */
  readonly digest: (text: string) => string;
  readonly newRunId: () => string;
  /** The record changed: show it, and if it runs, go on with it. */
  readonly changed: (run: Run) => Promise<void>;
}

/** A click on a card. */
export interface Click {
  readonly decision: "approve" | "reject";
  readonly by: string;
  /** Of the plan that the reader saw. */
  readonly hash: string;
  readonly rules: ApprovalRules;
}

/** Who asks, and why. */
export interface Asker {
  readonly by: string;
  readonly reason?: string;
}

/** `open`: the target has an open request or run already. `blocked`: the plan says why it cannot start. */
export type Requested = { readonly run: Run } | { readonly open: Run } | { readonly blocked: Plan };

/**
 * What came of a click: decided, or asked again because the world had changed, or a reason why not. `blocked`: it
 * cannot start now; nothing was saved, and the same button does it when that is over.
 */
export type Decided =
  | { readonly outcome: "blocked"; readonly blockers: readonly Problem[]; readonly run: Run }
  | { readonly outcome: "decided" | "asked again"; readonly run: Run }
  | { readonly outcome: "refused"; readonly refusal: Refusal | "claimed"; readonly run: Run }
  | { readonly outcome: "unknown run" };

export type Cancelled =
  | { readonly outcome: "cancelled"; readonly run: Run }
  | { readonly outcome: "refused"; readonly refusal: CancelRefusal; readonly run: Run };

/**
 * `stale`: it is not the attempt that failed last. `claimed`: another run has the target now. `not approved`: nobody
 * said yes to it, or that was too long ago: it has to be asked for anew.
 */
export type Retried = {
  readonly outcome: "running" | "stale" | "claimed" | "not approved";
  readonly run: Run;
};

/** `none`: no version update of the group is in progress. `unknown release`: AWS does not list what it goes to. */
export type Watched =
  | { readonly run: Run }
  | { readonly open: Run }
  | { readonly none: true }
  | { readonly unknownRelease: string };

export interface NodeGroupOverview {
  readonly nodeGroup: NodeGroupSeen;
  /** Absent where AWS lists none (custom AMIs). */
  readonly latest?: ReleaseSeen;
}

type ClusterName = { readonly name: string; readonly region: string };

/** What people can ask of the bot. Authorisation happens before, in commands/; every write happens in here. */
export interface Upgrades {
  plan(target: Target, wish: Wish): Promise<Plan>;
  request(target: Target, wish: Wish, asker: Asker): Promise<Requested>;
  decide(id: string, click: Click): Promise<Decided>;
  /** Ends a request that nobody decided in time; leaves anything else alone. */
  expire(id: string): Promise<void>;
  /** Only before EKS was asked. Undefined: no such run. */
  cancel(id: string, by: string): Promise<Cancelled | undefined>;
  /** A new attempt of a failed run, with the same plan. Undefined: no such run. */
  retry(id: string, attempt: number, by: string): Promise<Retried | undefined>;
  /** Follows a version update that was started elsewhere. */
  watch(target: Target, by: string): Promise<Watched>;
  /** `unshown`: why Slack does not show it, where it does not. */
  find(id: string): Promise<{ run: Run; events: RunEvent[]; unshown?: Unshown } | undefined>;
  open(): Promise<Run[]>;
  recent(count: number): Promise<Run[]>;
  overview(cluster: ClusterName): Promise<{ cluster: ClusterSeen; nodeGroups: NodeGroupOverview[] }>;
  nodeGroups(cluster: ClusterName): Promise<string[]>;
}
