import type { Clock } from "../clock.js";
import type { BreakGlassRefusal, GlassBreaker } from "../core/break-glass.js";
import type { ApprovalRules, Refusal } from "../core/decide.js";
import type { AnswerRefusal, Asked } from "../core/decide-answer.js";
import type { CancelRefusal, PauseRefusal, ResumeRefusal } from "../core/decide-control.js";
import type { RepairRefusal } from "../core/decide-repair.js";
import type { GoOnRefusal } from "../core/decide-schedule.js";
import type { RunEvent } from "../core/events.js";
import type { Plan, Step, Wish } from "../core/plan.js";
import type { Problem } from "../core/problems.js";
import type { Voice } from "../core/quorum.js";
import type { NodeMark } from "../core/roll/seen.js";
import type { Choice, Run } from "../core/run.js";
import type { NodesLeftAlone } from "../core/self-managed.js";
import type { HoursNow } from "../core/windows.js";
import type { Environment, Fleet } from "../fleet.js";
import type { Outsides } from "../phases/outside.js";
import type { Locks } from "../redis/locks.js";
import type { Runs, Unshown } from "../redis/runs.js";
import type { NodeGroupNames } from "./node-groups.js";

/** A node group by its name; of a self-managed one that is the name of its Auto Scaling group. */
export interface NodeGroupName {
  readonly kind: Step["kind"];
  readonly nodeGroup: string;
}

/** A node group of the fleet, and the environment that rules over it. */
export interface Target extends NodeGroupName {
  readonly environment: Environment;
  readonly cluster: string;
  readonly region: string;
}

export interface UpgradesOptions {
  readonly runs: Runs;
  readonly outsides: Outsides;
  readonly fleet: Fleet;
  readonly locks: Pick<Locks, "all">;
  readonly clock: Clock;
  /** SHA-256 of a text, in hexadecimal. */
  readonly digest: (text: string) => string;
  readonly newRunId: () => string;
  /** The record changed: show it, and if it runs, go on with it. */
  readonly changed: (run: Run) => Promise<void>;
}

/** A click on a card. */
export interface Click extends Voice {
  readonly decision: "approve" | "reject";
  /** Of the plan that the reader saw. */
  readonly hash: string;
  readonly rules: ApprovalRules;
  /** Of a rejection, in the person's own words. */
  readonly reason?: string;
}

/** Who asks, and why. */
export interface Asker {
  readonly by: string;
  readonly reason?: string;
  /** Not now, but when the environment's window opens next. */
  readonly whenOpen?: true;
  /** At once, without the approvals that are asked for, whatever windows and order say: `reason` tells why. */
  readonly breakGlass?: true;
}

/** Why nothing may start now, by the hours of the environment. */
export type Closed = Extract<HoursNow, { open: false }>;

/**
 * `open`: the target has an open request or run already. `blocked`: the plan says why it cannot start. `closed`: not at
 * this hour, and whoever asks may have it scheduled. `reasonMissing`: the environment wants to know why.
 */
export type Requested =
  | { readonly run: Run }
  | { readonly open: Run }
  | { readonly blocked: Plan }
  | { readonly closed: Closed; readonly plan: Plan }
  | { readonly reasonMissing: true };

/**
 * What came of a click: decided, or asked again because the world had changed, or a reason why not. `blocked`: it
 * cannot start now; nothing was saved, and the same button does it when that is over.
 */
export type Decided =
  | { readonly outcome: "blocked"; readonly blockers: readonly Problem[]; readonly run: Run }
  | { readonly outcome: "decided" | "asked again"; readonly run: Run }
  | { readonly outcome: "refused"; readonly refusal: Refusal | "claimed"; readonly run: Run }
  | { readonly outcome: "unknown run" };

/** What came of a person's order, and the run as it is now. */
export type Controlled<Why> =
  | { readonly outcome: "done"; readonly run: Run }
  | { readonly outcome: "refused"; readonly refusal: Why | "claimed"; readonly run: Run };

/**
 * `blocked`: a lock, or the world, does not allow it; nothing was saved. `plan changed`: of a request the record and the
 * card show the plan as it is now.
 */
export type Broken =
  | Controlled<BreakGlassRefusal>
  | { readonly outcome: "blocked"; readonly blockers: readonly Problem[]; readonly run: Run };

/** A node that says that a run of ours marked it. */
export interface MarkedNode {
  readonly name: string;
  readonly run: string;
  /** Those that are still as we made them. */
  readonly marks: readonly NodeMark[];
}

/** An Auto Scaling group that says that a run of ours changed it. */
export interface TaggedGroup {
  readonly name: string;
  readonly run: string;
  /** How it was before, as the tag beside it says. */
  readonly before?: string;
}

/** What dead runs left behind in a cluster. */
export interface Leftovers {
  /** Runs whose records say what is to be put back: a repair does it. */
  readonly runs: readonly Run[];
  /** What no such record accounts for: a person has to put it back. */
  readonly nodes: readonly MarkedNode[];
  readonly groups: readonly TaggedGroup[];
  /** Why nodes and groups could not be looked at. */
  readonly problem?: Problem;
}

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

/** A cluster, and the environment by whose role it is reached. */
export interface ClusterName {
  readonly environment: string;
  readonly name: string;
  readonly region: string;
}

/** What people can ask of the bot. Authorisation happens before, in commands/; every write happens in here. */
export interface Upgrades {
  plan(target: Target, wish: Wish): Promise<Plan>;
  request(target: Target, wish: Wish, asker: Asker): Promise<Requested>;
  decide(id: string, click: Click): Promise<Decided>;
  /** Ends a request that nobody decided in time, and begins what is scheduled for now; leaves anything else alone. */
  due(id: string): Promise<void>;
  /** Starts a request at once without the approvals it asks for, whatever windows and order say. Undefined: no such run. */
  breakGlass(id: string, who: GlassBreaker): Promise<Broken | undefined>;
  /** Has a run that its window holds go on all the same. */
  goOn(id: string, by: string, whose?: string): Promise<Controlled<GoOnRefusal> | undefined>;
  /**
   * At once before anything was begun; a roll of ours is ended in the middle, and what is ours put back; where EKS was to be
   * asked, it is looked for first whether it has begun (`run.stopping`).
   * Undefined, here and below: no such run.
   */
  cancel(id: string, by: string): Promise<Controlled<CancelRefusal> | undefined>;
  pause(id: string, by: string): Promise<Controlled<PauseRefusal> | undefined>;
  resume(id: string, by: string): Promise<Controlled<ResumeRefusal> | undefined>;
  /** To a blocked drain or a question. "force" only asks for a second person, who confirms it. */
  answer(
    id: string,
    answer: { asked: Asked; choice: Choice; by: string },
  ): Promise<Controlled<AnswerRefusal> | undefined>;
  confirmForce(
    id: string,
    confirmation: { asked: Asked; by: string },
  ): Promise<Controlled<AnswerRefusal> | undefined>;
  /** What dead runs left behind. */
  leftovers(cluster: ClusterName): Promise<Leftovers>;
  /** Has workers put back what this dead run left behind. */
  repair(id: string, by: string): Promise<Controlled<RepairRefusal> | undefined>;
  /**
   * A new attempt of a failed run, with the same plan. Undefined: no such run.
   * @param how `breakGlass`: whoever asks may start it without approval, as it was started before
   */
  retry(
    id: string,
    attempt: number,
    by: string,
    how?: { readonly breakGlass: boolean },
  ): Promise<Retried | undefined>;
  /** Follows a version update that was started elsewhere. */
  watch(target: Target, by: string): Promise<Watched>;
  /** `unshown`: why Slack does not show it, where it does not. */
  find(id: string): Promise<{ run: Run; events: RunEvent[]; unshown?: Unshown } | undefined>;
  open(): Promise<Run[]>;
  recent(count: number): Promise<Run[]>;
  /** Of a cluster without managed node groups: nodes that others replace, and who. */
  leftAlone(cluster: ClusterName): Promise<readonly NodesLeftAlone[]>;
  /** Managed ones first. `wanted`: where a managed one has this name, no other is looked for. */
  nodeGroups(cluster: ClusterName, wanted?: string): Promise<NodeGroupNames>;
}
