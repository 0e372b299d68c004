import { RedisScript } from '../redis/redis-script.js';

/*
 * KEYS[1] begins the names of all keys:
 *   <p>:leases          sorted set: gateway -> ms at which its connections stop counting
 *   <p>:gateway:<id>    hash: socket -> user
 *   <p>:user:<id>       hash: "<gateway> <socket>" -> "online" | "away", and "seen" -> ms at which the last connection went
 * All names share one hash slot ({…}), so the scripts run on a Redis Cluster too. Times are those of Redis, in ms.
 */
const COMMON = `
local p = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local REMEMBERED_S = 90 * 24 * 3600

local function drop(user, gateway, socket, at)
  local key = p .. ':user:' .. user
  if redis.call('HDEL', key, gateway .. ' ' .. socket) == 0 then return end
  local seen = math.max(at, tonumber(redis.call('HGET', key, 'seen') or 0))
  redis.call('HSET', key, 'seen', string.format('%.0f', seen))
  if redis.call('HLEN', key) == 1 then redis.call('EXPIRE', key, REMEMBERED_S) end
end
`;

/** ARGV: gateway, ms of a first lease, then socket, user and state of each connection. */
export const CONNECT = new RedisScript(`${COMMON}
local gateway = ARGV[1]
local lease = tonumber(redis.call('ZSCORE', p .. ':leases', gateway) or 0)
if lease <= now then redis.call('ZADD', p .. ':leases', now + ARGV[2], gateway) end
for i = 3, #ARGV, 3 do
  local socket, user, state = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  redis.call('HSET', p .. ':gateway:' .. gateway, socket, user)
  redis.call('HSET', p .. ':user:' .. user, gateway .. ' ' .. socket, state)
  redis.call('PERSIST', p .. ':user:' .. user)
end
`);

/** ARGV: gateway, socket. */
export const DISCONNECT = new RedisScript(`${COMMON}
local gateway, socket = ARGV[1], ARGV[2]
local user = redis.call('HGET', p .. ':gateway:' .. gateway, socket)
if not user then return end
redis.call('HDEL', p .. ':gateway:' .. gateway, socket)
local lease = tonumber(redis.call('ZSCORE', p .. ':leases', gateway) or 0)
drop(user, gateway, socket, math.min(now, lease))
`);

/**
 * ARGV: gateway, ms of the lease. Answers whether the lease had ended or was never there. Cleans up behind one dead gateway at
 * a time, some connections a call, so that no call takes long.
 */
export const RENEW = new RedisScript(`${COMMON}
local gateway = ARGV[1]
local lease = tonumber(redis.call('ZSCORE', p .. ':leases', gateway) or 0)
redis.call('ZADD', p .. ':leases', now + ARGV[2], gateway)
local dead = redis.call('ZRANGEBYSCORE', p .. ':leases', '-inf', now, 'WITHSCORES', 'LIMIT', 0, 1)
if dead[1] then
  local key = p .. ':gateway:' .. dead[1]
  local gone = redis.call('HRANDFIELD', key, 500, 'WITHVALUES')
  for i = 1, #gone, 2 do
    drop(gone[i + 1], dead[1], gone[i], tonumber(dead[2]))
    redis.call('HDEL', key, gone[i])
  end
  if redis.call('EXISTS', key) == 0 then redis.call('ZREM', p .. ':leases', dead[1]) end
end
return lease <= now and 1 or 0
`);

/** ARGV: users. Answers state and ms of the last sign of each, both as text, '' where there is none. */
export const FIND = new RedisScript(`${COMMON}
local leases, found = {}, {}
for i = 1, #ARGV do
  local fields = redis.call('HGETALL', p .. ':user:' .. ARGV[i])
  local state, seen = 'offline', 0
  for f = 1, #fields, 2 do
    if fields[f] == 'seen' then seen = math.max(seen, tonumber(fields[f + 1]))
    else
      local gateway = string.match(fields[f], '^(%S+) ')
      if leases[gateway] == nil then leases[gateway] = tonumber(redis.call('ZSCORE', p .. ':leases', gateway) or 0) end
      if leases[gateway] <= now then seen = math.max(seen, leases[gateway])
      elseif state ~= 'online' then state = fields[f + 1] end
    end
  end
  if state ~= 'offline' then seen = now end
  found[2 * i - 1] = state
  found[2 * i] = seen > 0 and string.format('%.0f', seen) or ''
end
return found
`);
