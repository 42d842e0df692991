-- The buckets of rate limits that all replicas share. One call looks at many scopes; it is atomic, as every script is.
--
-- KEYS: a hash for each scope. Its fields: r, t, d: "level's end, limit" of the buckets of requests a minute, tokens a
-- minute, requests a day; p and a replica's name: "places, end" of what that replica was granted; b: when it was made.
-- ARGV: the replica's name, the number of replicas, then for each scope the b it last heard of, for each of its buckets
--   limit (0: none), need, want, owe, hint, own
-- and for the places of each scope
--   limit (0: none), open, need, want.
-- need is taken of all or of none; want is drawn ahead as far as there is room; owe is what was used beyond what was
-- drawn, or below zero what comes back. hint is the level the replica last heard of: where that was in another hash
-- than this one the highest holds, so that levels survive the loss of all data. own is what it took while it was cut
-- off. Both are microseconds.
-- Answer: 1 or 0 (whether need was taken), then for each scope thrice drawn, level (microseconds), then the places
-- (-1 - open where none was left) and b.

-- Redis's clock, the one clock of all replicas: microseconds since 2026, so that fractions keep their digits.
local time = redis.call('TIME')
local now = (time[1] - 1767225600) * 1000000 + time[2]

local names = {'r', 't', 'd'}
local periods = {60000000, 60000000, 86400000000}
local grantFor = 1000000
local keepFor = 5000

local me, live = ARGV[1], math.max(1, tonumber(ARGV[2]))
local at = 2

local function take()
  at = at + 1
  return tonumber(ARGV[at])
end

-- A changed limit creates no room: what was free stays free, up to the new limit.
local function rescale(level, old, limit, period)
  if old == limit then
    return level
  end
  local room = math.min((period - level) * old / period, limit)
  return period - room * period / limit
end

local function levelOf(stored, limit, period, hint, isOther)
  if not stored then
    return hint
  end
  local last, old = string.match(stored, '^(%S+) (%S+)$')
  local level = math.max(0, tonumber(last) - now)
  -- A clock that was set back must not close a bucket for as long; whoever knows of a greater debt says so.
  level = math.min(level, math.max(2 * period, hint))
  level = rescale(level, tonumber(old), limit, period)
  return isOther and math.max(hint, level) or level
end

local function readBucket(stored, index, isOther)
  local bucket = {
    limit = take(), need = take(), want = take(), owe = take(), hint = take(), own = take(),
    name = names[index], period = periods[index], level = 0, fits = true,
  }
  if bucket.limit > 0 then
    bucket.unit = bucket.period / bucket.limit
    local level = levelOf(stored, bucket.limit, bucket.period, bucket.hint, isOther)
    bucket.level = math.max(0, level + bucket.own + bucket.owe * bucket.unit)
    -- Some nanoseconds' grace, for the last unit of a limit is a sum of fractions.
    bucket.fits = bucket.level + bucket.need * bucket.unit <= bucket.period + 0.01
  end
  return bucket
end

local function readPlaces(key)
  local places = {limit = take(), open = take(), need = take(), want = take(), others = 0, fits = true, gone = {}}
  if places.limit > 0 then
    local fields = redis.call('HGETALL', key)
    for i = 1, #fields, 2 do
      if string.sub(fields[i], 1, 1) == 'p' and fields[i] ~= 'p' .. me then
        local count, last = string.match(fields[i + 1], '^(%S+) (%S+)$')
        local left = tonumber(last) - now
        if left > 0 and left <= grantFor then
          places.others = places.others + tonumber(count)
        else
          places.gone[#places.gone + 1] = fields[i]
        end
      end
    end
    places.fits = places.need == 0 or places.others + places.open + places.need <= places.limit
  end
  return places
end

local fits, scopes = true, {}
for i, key in ipairs(KEYS) do
  local stored = redis.call('HMGET', key, 'r', 't', 'd', 'b')
  local scope = {key = key, isNew = not stored[4], born = tonumber(stored[4] or now)}
  local isOther = take() ~= scope.born
  for index = 1, 3 do
    scope[index] = readBucket(stored[index], index, isOther)
    fits = fits and scope[index].fits
  end
  scope.places = readPlaces(key)
  fits = fits and scope.places.fits
  scopes[i] = scope
end

-- A replica draws at most its part of half of what is left, so that near the end it is where the next request is.
local function share(room, want)
  return math.max(0, math.floor(math.min(want, room / (2 * live))))
end

local function write(scope, answer)
  local fields, keep = {}, keepFor
  for index = 1, 3 do
    local bucket, drawn = scope[index], 0
    if bucket.limit > 0 then
      if fits then
        bucket.level = bucket.level + bucket.need * bucket.unit
        drawn = share((bucket.period - bucket.level) / bucket.unit, bucket.want)
        bucket.level = bucket.level + drawn * bucket.unit
      end
      fields[#fields + 1] = bucket.name
      fields[#fields + 1] = string.format('%.3f %d', now + bucket.level, bucket.limit)
      keep = math.max(keep, bucket.level / 1000 + keepFor)
    end
    answer[#answer + 1] = drawn
    answer[#answer + 1] = math.ceil(bucket.level)
  end
  local places = scope.places
  local granted = places.open
  if places.limit > 0 then
    if fits then
      granted = granted + places.need
      granted = granted + share(places.limit - places.others - granted, places.want)
    end
    fields[#fields + 1] = 'p' .. me
    fields[#fields + 1] = string.format('%d %.0f', granted, now + grantFor)
    if #places.gone > 0 then
      redis.call('HDEL', scope.key, unpack(places.gone))
    end
  end
  answer[#answer + 1] = places.fits and granted or -1 - granted
  answer[#answer + 1] = scope.born
  if #fields > 0 then
    if scope.isNew then
      fields[#fields + 1] = 'b'
      fields[#fields + 1] = string.format('%.0f', scope.born)
    end
    redis.call('HSET', scope.key, unpack(fields))
    redis.call('PEXPIRE', scope.key, math.ceil(keep))
  end
end

local answer = {fits and 1 or 0}
for _, scope in ipairs(scopes) do
  write(scope, answer)
end
return answer
