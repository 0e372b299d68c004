import { RedisScript } from '../redis/redis-script.js';

/*
 * KEYS[1] begins the names of all keys:
 *   <p>:leases     sorted set: process -> ms at which its numbers stop counting
 *   <p>:of:<key>   hash: process -> how many places it holds
 * All names share one hash slot ({…}), so the scripts run on a Redis Cluster too. Times are those of Redis, in ms. What a dead
 * process has left in a hash is dropped by whoever counts there next, and in any case after a day without a write.
 */
const COMMON = `
local p = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function write(process, key, count)
  local hash = p .. ':of:' .. key
  if tonumber(count) == 0 then redis.call('HDEL', hash, process)
  else
    redis.call('HSET', hash, process, count)
    redis.call('EXPIRE', hash, 24 * 3600)
  end
end
`;

/** ARGV: process, ms of a first lease, key, places of this process with the new one, limit. Answers 1 when it was taken. */
export const ENTER = new RedisScript(`${COMMON}
local process, key, count = ARGV[1], ARGV[3], tonumber(ARGV[4])
local lease = tonumber(redis.call('ZSCORE', p .. ':leases', process) or 0)
if lease <= now then redis.call('ZADD', p .. ':leases', now + ARGV[2], process) end
local held = count
local places = redis.call('HGETALL', p .. ':of:' .. key)
for i = 1, #places, 2 do
  if places[i] ~= process then
    local theirs = tonumber(redis.call('ZSCORE', p .. ':leases', places[i]) or 0)
    if theirs > now then held = held + tonumber(places[i + 1]) else redis.call('HDEL', p .. ':of:' .. key, places[i]) end
  end
end
if held > tonumber(ARGV[5]) then return 0 end
write(process, key, count)
return 1
`);

/** ARGV: process, then key and places of this process for each. */
export const WRITE = new RedisScript(`${COMMON}
for i = 2, #ARGV, 2 do write(ARGV[1], ARGV[i], ARGV[i + 1]) end
`);

/** ARGV: process, ms of the lease. Answers 1 when the lease had ended or was never there: numbers may have been dropped. */
export const RENEW = new RedisScript(`${COMMON}
local lease = tonumber(redis.call('ZSCORE', p .. ':leases', ARGV[1]) or 0)
redis.call('ZADD', p .. ':leases', now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', p .. ':leases', '-inf', now)
return lease <= now and 1 or 0
`);
