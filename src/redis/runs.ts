import type { Fact, RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import { targetsOf } from "../core/plan.js";
import type { Run } from "../core/run.js";
import { isOver } from "../core/transitions.js";
import { keyPrefix, type Redis, type RedisUse } from "./connection.js";
import { order } from "./orders.js";
import { readRun } from "./run-schema.js";
import { createLua, saveLua, settleLua } from "./scripts.js";
import { turnKey } from "./turns.js";

/** A run as it was read: `revision` is what a change must be based on. */
export interface StoredRun {
  readonly run: Run;
  readonly revision: number;
  readonly unshown?: Unshown;
}

/** Why Slack does not show a run: the channel cannot say it, so whoever asks is told. */
export interface Unshown {
  /** Slack's own word: "not_in_channel". */
  readonly code: string;
  /** What a person can do about it. */
  readonly next: string;
}

export interface RunChange {
  readonly run: Run;
  readonly facts: readonly Fact[];
  /** The revision the change was made from. */
  readonly revision: number;
  readonly at: Instant;
  /** The lease a worker must still hold; a click needs none. */
  readonly lease?: { readonly name: string; readonly holder: string };
}

/**
 * - `saved`: record, events, claims and lists changed together
 * - `conflict`: somebody changed the run since it was read; read it again
 * - `lease lost`: another worker has the turn
 * - `claimed`: another run holds the target
 */
export type Saved =
  | { readonly outcome: "saved"; readonly revision: number }
  | { readonly outcome: "conflict" }
  | { readonly outcome: "lease lost" }
  | { readonly outcome: "claimed"; readonly by: string };

/**
 * The records of all runs: the truth. Rejects when Redis does not answer; nothing is then changed in part. What a person
 * ordered is then not saved later either.
 */
export interface Runs {
  /** `open`: the target has an open request or run already, and this is its id. `taken`: the id is in use. */
  create(run: Run, facts: readonly Fact[], at: Instant): Promise<"created" | "taken" | { open: string }>;
  load(id: string): Promise<StoredRun | undefined>;
  /** Undefined: there is none of this id. */
  revision(id: string): Promise<number | undefined>;
  events(id: string): Promise<RunEvent[]>;
  save(change: RunChange): Promise<Saved>;
  /** Ids of runs that are not over. */
  open(): Promise<string[]>;
  /** Ids, newest first. */
  recent(count: number): Promise<string[]>;
  /** Runs whose picture in Slack may be behind the record. */
  unannounced(): Promise<string[]>;
  /** Slack shows this revision. Has no effect when the run moved on. */
  announced(id: string, revision: number): Promise<void>;
  /** Keeps, or with undefined forgets, why Slack does not show the run. Not a change of the run: no new revision. */
  markUnshown(id: string, why: Unshown | undefined): Promise<void>;
}

/** Keys of runs. Of a run's hash, `audited` says how many of its events the audit has (`audit.ts`). */
export const runKeys = {
  run: (id: string) => `${keyPrefix}:run:${id}`,
  events: (id: string) => `${keyPrefix}:events:${id}`,
  open: `${keyPrefix}:open`,
  all: `${keyPrefix}:all`,
  unannounced: `${keyPrefix}:unannounced`,
  /** Ids of runs with events that may not be in the audit yet. */
  unaudited: `${keyPrefix}:unaudited`,
  /** The open request or run of a target. */
  request: (target: string) => `${keyPrefix}:request:${target}`,
  /** The run that may change a target. */
  claim: (target: string) => `${keyPrefix}:claim:${target}`,
};

/** @param use of the connection: a producer's writes are orders of people */
export function redisRuns(redis: Redis, use: RedisUse = "worker"): Runs {
  const write = (run: (deadline: number | "") => Promise<unknown>) =>
    use === "producer" ? order(redis, run) : run("");
  const { open, all, unannounced, unaudited } = runKeys;
  const lists = (id: string) => [runKeys.run(id), runKeys.events(id), open, all, unannounced, unaudited];
  return {
    async create(run, facts, at) {
      const targets = targetsOf(run.plan);
      const claims = run.state === "running" ? targets.map(runKeys.claim) : [];
      const keys = [...lists(run.id), ...targets.map(runKeys.request), ...claims];
      const args = [run.id, JSON.stringify(run), at];
      const events = eventsOf(facts, at);
      const answer = await write((deadline) =>
        redis.eval(createLua, keys.length, ...keys, ...args, deadline, ...events),
      );
      if (answer === "created" || answer === "taken") return answer;
      return { open: String(answer) };
    },

    async load(id) {
      const [record, revision, unshown] = await redis.hmget(runKeys.run(id), "record", "revision", "unshown");
      if (!record) return undefined;
      return {
        run: readRun(record),
        revision: Number(revision),
        ...(unshown && { unshown: JSON.parse(unshown) as Unshown }),
      };
    },

    async revision(id) {
      const revision = await redis.hget(runKeys.run(id), "revision");
      return revision === null ? undefined : Number(revision);
    },

    async events(id) {
      const lines = await redis.lrange(runKeys.events(id), 0, -1);
      return lines.map((line) => JSON.parse(line) as RunEvent);
    },

    async save({ run, facts, revision, at, lease }) {
      const targets = targetsOf(run.plan);
      const keys = [
        ...lists(run.id),
        turnKey(lease?.name ?? run.id),
        ...targets.map(runKeys.claim),
        ...targets.map(runKeys.request),
      ];
      const args = [
        run.id,
        JSON.stringify(run),
        revision,
        lease?.holder ?? "",
        targets.length,
        isOver(run.state) ? "over" : run.state === "running" ? "claim" : "open",
      ];
      const events = eventsOf(facts, at);
      const answer = await write((deadline) =>
        redis.eval(saveLua, keys.length, ...keys, ...args, deadline, ...events),
      );
      const [outcome, detail] = answer as [string, string];
      if (outcome === "saved") return { outcome, revision: Number(detail) };
      if (outcome === "claimed") return { outcome, by: detail };
      return { outcome: outcome === "conflict" ? "conflict" : "lease lost" };
    },

    open: () => redis.smembers(runKeys.open),
    recent: (count) => redis.zrevrange(runKeys.all, 0, count - 1),
    unannounced: () => redis.smembers(runKeys.unannounced),

    async announced(id, revision) {
      await redis.eval(settleLua, 2, runKeys.run(id), runKeys.unannounced, id, revision);
    },

    async markUnshown(id, why) {
      if (why) await redis.hset(runKeys.run(id), "unshown", JSON.stringify(why));
      else await redis.hdel(runKeys.run(id), "unshown");
    },
  };
}

function eventsOf(facts: readonly Fact[], at: Instant): string[] {
  return facts.map((fact) => JSON.stringify({ ...fact, at } satisfies RunEvent));
}
