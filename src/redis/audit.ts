import { beginning, type Head } from "../core/audit/chain.js";
import { readLine } from "../core/audit/line.js";
import { keyPrefix, type Redis } from "./connection.js";
import { runKeys } from "./runs.js";

/**
 * The audit: a stream of lines, each tied to the one before it, and beside it the head that the next one has to follow.
 * Rejects when Redis does not answer.
 */
export interface AuditStore {
  /** All lines or none. May be called again with the same batch when its answer was lost: it is kept once. */
  append(batch: AuditBatch): Promise<Appended>;
  /** What a run has told that is not in the audit; undefined: there is no such run. */
  behind(runId: string): Promise<RunBehind | undefined>;
  /** Ids of runs that may have told something that is not in the audit. */
  unaudited(): Promise<string[]>;
  /** Not unaudited any more, if there is nothing of it to add. */
  forget(runId: string): Promise<void>;
  /** Oldest first, from after that position on. One look: head, anchor and lines belong together. */
  page(after?: string): Promise<AuditPage>;
  /** Newest first, from before that position on. */
  pageBack(before?: string): Promise<readonly Placed[]>;
  /** Removes what is older than that in real milliseconds, and keeps as anchor what the rest has to follow. */
  trim(keep: number): Promise<number>;
}

export interface AuditBatch {
  /** Whoever writes: a batch of theirs is known by its last hash. */
  readonly writer: string;
  /** What the first line follows, and what the last one is. */
  readonly from: Head;
  readonly to: Head;
  readonly lines: readonly string[];
  /** The lines are a run's events from this one on, up to before that. */
  readonly run?: { readonly id: string; readonly from: number; readonly to: number };
}

/** `moved`: somebody else was first, and the head is this. `followed`: these events of the run are in the audit already. */
export type Appended =
  | { readonly outcome: "kept" }
  | { readonly outcome: "moved"; readonly head: Head }
  | { readonly outcome: "followed" };

export interface RunBehind {
  readonly record: string;
  /** How many of the events are in the audit. */
  readonly audited: number;
  /** The others, the oldest first. */
  readonly events: readonly string[];
  /** Those that are, where one of the others is about the plan: it is told with each what was planned then. */
  readonly earlier?: readonly string[];
}

/** A line as it was kept, and where it stands in the stream. */
export interface Placed {
  readonly position: string;
  readonly text: string;
}

export interface AuditPage {
  readonly lines: readonly Placed[];
  /** What the first line that was not removed for its age has to follow. */
  readonly anchor: Head;
  /** Undefined: nothing was ever kept, or somebody took it away. */
  readonly head?: Head;
}

/** Lines of a page. */
export const pageSize = 500;

/** Real milliseconds for which it is known which batch of a writer was kept last: as long as its answer may be lost. */
const markerLives = 7 * 24 * 3_600_000;

const keys = {
  stream: `${keyPrefix}:audit`,
  head: `${keyPrefix}:audit:head`,
  anchor: `${keyPrefix}:audit:anchor`,
  /** The last hash of the writer's last batch. */
  marker: (writer: string) => `${keyPrefix}:audit:writer:${writer}`,
};

/**
 * KEYS: stream, head, marker; for a run's events also unaudited, run, events.
 * ARGV: expected head hash, new seq, new hash, marker's life, run id or '', events audited before, and after; lines….
 * Without a head the stream's last line is one. What was checked is not written in part: Redis refuses a script for want
 * of memory before its first write.
 */
const appendLua = `
if redis.call('GET', KEYS[3]) == ARGV[3] then return {'kept'} end
local run = ARGV[5]
if run ~= '' and (redis.call('HGET', KEYS[5], 'audited') or '0') ~= ARGV[6] then return {'followed'} end
local head = redis.call('HMGET', KEYS[2], 'seq', 'hash')
local seq, hash = head[1] or '${beginning.seq}', head[2] or '${beginning.hash}'
if not head[1] then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local readable, line = pcall(cjson.decode, last and last[2][2] or '')
  if readable and line.seq then seq, hash = string.format('%.0f', line.seq), line.hash end
end
if hash ~= ARGV[1] then return {'moved', seq, hash} end
for i = 8, #ARGV do redis.call('XADD', KEYS[1], '*', 'line', ARGV[i]) end
redis.call('HSET', KEYS[2], 'seq', ARGV[2], 'hash', ARGV[3])
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
if run ~= '' then
  redis.call('HSET', KEYS[5], 'audited', ARGV[7])
  if redis.call('LLEN', KEYS[6]) <= tonumber(ARGV[7]) then redis.call('SREM', KEYS[4], run) end
end
return {'kept'}`;

/** KEYS: unaudited, run, events. ARGV: run id. */
const forgetLua = `
local audited = tonumber(redis.call('HGET', KEYS[2], 'audited') or '0')
if redis.call('LLEN', KEYS[3]) <= audited then redis.call('SREM', KEYS[1], ARGV[1]) end
return 1`;

/** KEYS: stream, anchor. ARGV: first position to stay, seq and hash of the last line to go. An anchor never goes back. */
const trimLua = `
if tonumber(redis.call('HGET', KEYS[2], 'seq') or '0') >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], 'seq', ARGV[2], 'hash', ARGV[3])
return redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])`;

export function redisAudit(redis: Redis): AuditStore {
  const ofRun = (id: string) => [runKeys.unaudited, runKeys.run(id), runKeys.events(id)];
  return {
    async append({ writer, from, to, lines, run }) {
      const all = [keys.stream, keys.head, keys.marker(writer), ...(run ? ofRun(run.id) : [])];
      const told = [run?.id ?? "", run?.from ?? 0, run?.to ?? 0];
      const args = [from.hash, to.seq, to.hash, markerLives, ...told, ...lines];
      const [outcome, seq, hash] = (await redis.eval(appendLua, all.length, ...all, ...args)) as string[];
      if (outcome === "kept" || outcome === "followed") return { outcome };
      return { outcome: "moved", head: { seq: Number(seq), hash: String(hash) } };
    },

    async behind(id) {
      const [record, count] = await redis.hmget(runKeys.run(id), "record", "audited");
      if (!record) return undefined;
      const audited = Number(count ?? 0);
      const events = await redis.lrange(runKeys.events(id), audited, -1);
      const ofPlan = audited > 0 && events.some((event) => event.includes('"planHash"'));
      const earlier = ofPlan ? await redis.lrange(runKeys.events(id), 0, audited - 1) : undefined;
      return { record, audited, events, ...(earlier && { earlier }) };
    },

    unaudited: () => redis.smembers(runKeys.unaudited),
    forget: async (id) => void (await redis.eval(forgetLua, 3, ...ofRun(id), id)),

    async page(after) {
      const from = after === undefined ? "-" : `(${after}`;
      const answers = await redis
        .multi()
        .hmget(keys.head, "seq", "hash")
        .hmget(keys.anchor, "seq", "hash")
        .xrange(keys.stream, from, "+", "COUNT", pageSize)
        .exec();
      const [head, anchor, lines] = (answers ?? []).map(([error, answer]) => {
        if (error) throw error;
        return answer;
      });
      const known = headOf(head);
      return {
        lines: placed(lines),
        anchor: headOf(anchor) ?? beginning,
        ...(known && { head: known }),
      };
    },

    async pageBack(before) {
      const to = before === undefined ? "+" : `(${before}`;
      return placed(await redis.xrevrange(keys.stream, to, "-", "COUNT", pageSize));
    },

    async trim(keep) {
      const [seconds, micros] = (await redis.time()).map(Number);
      const cutoff = Math.max(0, (seconds ?? 0) * 1_000 + Math.floor((micros ?? 0) / 1_000) - keep);
      const oldest = placed(await redis.xrevrange(keys.stream, `${cutoff}`, "-", "COUNT", pageSize));
      for (const { position, text } of oldest) {
        const line = readLine(text);
        if (!line) continue;
        const [milliseconds, number] = position.split("-");
        const stays = `${milliseconds}-${Number(number) + 1}`;
        return Number(await redis.eval(trimLua, 2, keys.stream, keys.anchor, stays, line.seq, line.hash));
      }
      return 0;
    },
  };
}

function headOf(fields: unknown): Head | undefined {
  const [seq, hash] = fields as [string | null, string | null];
  return seq === null || hash === null ? undefined : { seq: Number(seq), hash };
}

function placed(entries: unknown): Placed[] {
  const found = entries as readonly (readonly [position: string, fields: readonly string[]])[];
  return found.map(([position, [, text = ""]]) => ({ position, text }));
}
