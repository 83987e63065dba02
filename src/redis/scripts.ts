/**
 * The writes of a run's record, each one atomic script: record, events, claims and lists change together or not at all.
 * KEYS 1–6 are always: run, events, open, all, unannounced, unaudited.
 */

/** Real milliseconds by Redis' own clock, in `now`. */
export const nowLua = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/** A write that Redis comes to after the deadline, by its own clock, changes nothing. */
export function refuseLateLua(deadline: string, answer: string): string {
  return `if ${deadline} ~= '' then
  ${nowLua}
  if now > tonumber(${deadline}) then return ${answer} end
end`;
}

/**
 * KEYS 7…: the request keys of the targets, and where it runs from the start (adopted) their claim keys too.
 * ARGV: id, record, at, deadline or '', events…. Answers "created", "taken", "late" or the open run's id.
 */
export const createLua = `
${refuseLateLua("ARGV[4]", "'late'")}
for i = 7, #KEYS do
  local other = redis.call('GET', KEYS[i])
  if other then return other end
end
if redis.call('EXISTS', KEYS[1]) == 1 then return 'taken' end
redis.call('HSET', KEYS[1], 'record', ARGV[2], 'revision', 1)
for i = 5, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
redis.call('SADD', KEYS[5], ARGV[1])
redis.call('SADD', KEYS[6], ARGV[1])
for i = 7, #KEYS do redis.call('SET', KEYS[i], ARGV[1]) end
return 'created'`;

/**
 * KEYS 7: the lease; then as many claim keys as targets, then as many request keys.
 * ARGV: id, record, expected revision, lease holder or '', number of targets, 'open' | 'claim' | 'over', deadline or '',
 * events….
 */
export const saveLua = `
${refuseLateLua("ARGV[7]", "{'late', ''}")}
local id, targets = ARGV[1], tonumber(ARGV[5])
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[3] then return {'conflict', ''} end
if ARGV[4] ~= '' and redis.call('HGET', KEYS[7], 'holder') ~= ARGV[4] then return {'lease lost', ''} end
if ARGV[6] == 'claim' then
  for i = 8, 7 + 2 * targets do
    local holder = redis.call('GET', KEYS[i])
    if holder and holder ~= id then return {'claimed', holder} end
  end
  for i = 8, 7 + 2 * targets do redis.call('SET', KEYS[i], id) end
  redis.call('SADD', KEYS[3], id)
end
local revision = redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('HSET', KEYS[1], 'record', ARGV[2])
for i = 8, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
redis.call('SADD', KEYS[5], id)
if #ARGV >= 8 then redis.call('SADD', KEYS[6], id) end
if ARGV[6] == 'over' then
  redis.call('SREM', KEYS[3], id)
  for i = 8, 7 + 2 * targets do
    if redis.call('GET', KEYS[i]) == id then redis.call('DEL', KEYS[i]) end
  end
end
return {'saved', tostring(revision)}`;

/** KEYS: run, unannounced. ARGV: id, revision that Slack shows. */
export const settleLua = `
if redis.call('HGET', KEYS[1], 'revision') == ARGV[2] then redis.call('SREM', KEYS[2], ARGV[1]) end
return 1`;
