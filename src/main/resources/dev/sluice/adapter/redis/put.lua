-- Writes a row unless the entity's event time in this view is another than the one that the caller compared with.
-- KEYS[1] the entity's hash
-- ARGV[1] the view's field of the event time
-- ARGV[2] what that field held when the caller looked; '-' when it was not there
-- ARGV[3] what it is to hold
-- ARGV[4] when the row ends, in milliseconds since 1970; '' when it never does
-- ARGV[5] '+' to put fields with their values, '-' to take fields away: the entity is deleted
-- ARGV[6...] fields, with values where they are put
-- Answers 1 when it wrote.
local key, timeField, ends = KEYS[1], ARGV[1], tonumber(ARGV[4])
if (redis.call('HGET', key, timeField) or '-') ~= ARGV[2] then
  return 0
end
local ended = ends and redis.call('PEXPIRETIME', key) -- -2: there is no such hash, -1: it never ends

local command = ARGV[5] == '+' and 'HSET' or 'HDEL'
for i = 6, #ARGV, 1000 do -- of what unpack can take
  redis.call(command, key, unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
redis.call('HSET', key, timeField, ARGV[3])

local function isOfThisViewAlone()
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if #field > 4 and string.sub(field, 1, 4) == '_ts:' and field ~= timeField then
      return false
    end
  end
  return true
end

-- The hash ends when the view that ends last does.
if not ends then
  redis.call('PERSIST', key)
elseif ended == -2 or (ended >= 0 and ended < ends) or isOfThisViewAlone() then
  redis.call('PEXPIREAT', key, ARGV[4])
end
return 1
