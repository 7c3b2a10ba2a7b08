-- Messages: bytes -> tree and one line of text, by the tables that `fio stubs --wireshark` writes.
-- docs/PROTOCOL.md §7.1 and §7.2. A broken message raises a table { violation, text }.

local TEXT_CHARS_MAX, STRING_CHARS_MAX = 160, 40
local ITEMS_MAX = 20000 -- of a message in the tree: Wireshark gives up at a million
local SAFE_MAX = 2 ^ 53 - 1

local function broken(name, text, ...)
  error({ violation = name, text = string.format(text, ...) })
end

-- A cursor over tvb from `at` to `stop`; `text` is what it has read so far, for the info column.
local function reader(tvb, at, stop)
  return { tvb = tvb, at = at, stop = stop, depth = 1, items = 0 }
end

local function take(r, length)
  local at = r.at
  if length > r.stop - at then
    broken("FIELD_CUT", "a field wants %d bytes, the message has %d left", length, r.stop - at)
  end
  r.at = at + length
  return r.tvb(at, length)
end

local function enter(r)
  local length = take(r, 4):uint()
  local start = take(r, length):offset()
  r.depth = r.depth + 1
  if r.depth > fio.MESSAGE_DEPTH_MAX then
    broken("DEPTH_EXCEEDED", "messages nest deeper than %d", fio.MESSAGE_DEPTH_MAX)
  end
  local outer = r.stop
  r.at, r.stop = r.at - length, r.at
  return outer, start
end

local function leave(r, outer)
  r.at, r.stop, r.depth = r.stop, outer, r.depth - 1
end

-- Adds to the tree, up to a limit: the message is read to its end all the same.
local function may_add(r)
  r.items = r.items + 1
  return r.items <= ITEMS_MAX
end

local function add(r, tree, field, range, ...)
  if may_add(r) then return tree:add(field, range, ...) end
  return tree
end

-- ---- scalars: each reads, adds to the tree, returns its text and what compares it as a key ------

local function is_utf8(s)
  local i, n = 1, #s
  while i <= n do
    local a, b, c, d = s:byte(i, i + 3)
    local function tail(x, low, high) return x and x >= (low or 0x80) and x <= (high or 0xBF) end
    if a < 0x80 then i = i + 1
    elseif a >= 0xC2 and a <= 0xDF and tail(b) then i = i + 2
    elseif a >= 0xE0 and a <= 0xEF and tail(c)
      and tail(b, a == 0xE0 and 0xA0, a == 0xED and 0x9F) then i = i + 3
    elseif a >= 0xF0 and a <= 0xF4 and tail(c) and tail(d)
      and tail(b, a == 0xF0 and 0x90, a == 0xF4 and 0x8F) then i = i + 4
    else return false end
  end
  return true
end
fio.is_utf8 = is_utf8

-- At most so many bytes, not cut within a character.
local function clip(s, max)
  if #s <= max then return s end
  while max > 0 and s:byte(max + 1) >= 0x80 and s:byte(max + 1) < 0xC0 do max = max - 1 end
  return s:sub(1, max) .. "…"
end
fio.clip = clip

-- Quoted, without control characters, for the info column.
function fio.quote(s, max)
  local shown = clip(s, max or STRING_CHARS_MAX):gsub('[%c"\\]', function(c)
    if c == '"' or c == "\\" then return "\\" .. c end
    return string.format("\\x%02x", c:byte())
  end)
  return '"' .. shown .. '"'
end

local function fixed(length, text_of, check)
  return function(r, tree, field)
    local range = take(r, length)
    if check then check(range) end
    add(r, tree, field, range)
    return text_of(range), range:raw()
  end
end

local function check_safe(high_of)
  return function(range)
    local value = high_of(range(0, 4)) * 2 ^ 32 + range(4, 4):uint()
    if value > SAFE_MAX or value < -SAFE_MAX then
      broken("NUMBER_UNSAFE", "an integer beyond ±(2^53 - 1)")
    end
  end
end

local function check_bool(range)
  if range:uint() > 1 then broken("BOOL_INVALID", "a bool is 0 or 1, not %d", range:uint()) end
end

local function text_i64(range) return tostring(range:int64()) end
local function text_u64(range) return tostring(range:uint64()) end
local int32 = fixed(4, function(range) return tostring(range:int()) end)
local uint32 = fixed(4, function(range) return string.format("%.0f", range:uint()) end)
local int64, uint64 = fixed(8, text_i64), fixed(8, text_u64)

local SCALARS = {
  bool = fixed(1, function(range) return range:uint() == 1 and "true" or "false" end, check_bool),
  int32 = int32, sint32 = int32, sfixed32 = int32,
  uint32 = uint32, fixed32 = uint32,
  int64 = int64, sint64 = int64, sfixed64 = int64,
  uint64 = uint64, fixed64 = uint64,
  float = fixed(4, function(range) return string.format("%.7g", range:float()) end),
  double = fixed(8, function(range) return string.format("%.15g", range:float()) end),
  string = function(r, tree, field)
    local length = take(r, 4):uint()
    local range = take(r, length)
    local raw = range:raw()
    if not is_utf8(raw) then broken("UTF8_INVALID", "a string of %d bytes is not UTF-8", length) end
    if may_add(r) then tree:add_packet_field(field, range, ENC_UTF_8) end
    return fio.quote(raw), raw
  end,
  bytes = function(r, tree, field)
    local range = take(r, take(r, 4):uint())
    add(r, tree, field, range)
    if range:len() > 16 then return string.format("(%d bytes)", range:len()) end
    return "<" .. range:bytes():tohex(true) .. ">"
  end,
}
-- [jstype = JS_NUMBER]: the same bytes, but a program may hold less.
local SAFE = {
  int64 = fixed(8, text_i64, check_safe(function(high) return high:int() end)),
  uint64 = fixed(8, text_u64, check_safe(function(high) return high:uint() end)),
}
SAFE.sint64, SAFE.sfixed64, SAFE.fixed64 = SAFE.int64, SAFE.int64, SAFE.uint64

-- ---- members: { name, type, label, key, field, key_field, safe } or { name, cases } ------------

local BYTES_MIN = { bool = 1, int64 = 8, sint64 = 8, sfixed64 = 8, uint64 = 8, fixed64 = 8, double = 8 }
local function bytes_min(type) return BYTES_MIN[type] or 4 end

local read_message

-- A value as an element, a case or behind its presence byte.
local function read_value(r, tree, member)
  local message = fio.messages[member.type]
  if message then
    local outer, start = enter(r)
    local item = tree
    if may_add(r) then
      item = tree:add(member.field, r.tvb(start, r.stop - start)):set_text(member.name)
      if r.stop == start then item:append_text(": empty") end
    end
    local text = read_message(r, item, message)
    leave(r, outer)
    return "{" .. text .. "}"
  end
  local read = member.safe and SAFE[member.type] or SCALARS[member.type] or SCALARS.int32
  local text, key = read(r, tree, member.field)
  local names = fio.enums[member.type]
  if names then text = names[tonumber(text)] or text end
  return text, key
end

local function read_count(r, least)
  local range = take(r, 4)
  local count, left = range:uint(), r.stop - r.at
  if count * least > left then
    broken("COUNT_TOO_BIG", "%.0f elements of %d bytes and more do not fit into %d bytes", count, least, left)
  end
  return count, range
end

local function join(texts, text)
  if texts.chars <= TEXT_CHARS_MAX then texts[#texts + 1] = text end
  texts.chars = texts.chars + #text + 1
end

-- Elements of a list, or pairs of a map.
local function read_elements(r, tree, member)
  local key = member.key
  local start = r.at
  local count, range = read_count(r, bytes_min(member.type) + (key and bytes_min(key) or 0))
  local item = tree
  if may_add(r) then
    item = tree:add(fio.f.count, range):set_text(string.format("%s: %.0f", member.name, count))
  end
  local texts, seen = { chars = 0 }, {}
  for _ = 1, count do
    local prefix = ""
    if key then
      local shown, raw = SCALARS[key](r, item, member.key_field)
      if seen[raw] then broken("MAP_KEY_REPEATED", "a map has the key %s twice", shown) end
      seen[raw] = true
      prefix = shown .. ":"
    end
    join(texts, prefix .. read_value(r, item, member))
  end
  if item ~= tree then item:set_len(r.at - start) end
  return "[" .. table.concat(texts, ",") .. (texts.chars > TEXT_CHARS_MAX and "…" or "") .. "]"
end

local function read_presence(r)
  local present = take(r, 1):uint()
  if present > 1 then broken("PRESENCE_INVALID", "presence is 0 or 1, not %d", present) end
  return present == 1
end

-- A case has a length of its own: what is behind its value is newer than we are.
local function read_oneof(r, tree, member)
  local number = take(r, 2):uint()
  if number == 0 then return nil end
  local outer, start = enter(r)
  local case, text = member.cases[number], nil
  if case and r.at < r.stop then
    text = case.name .. "=" .. read_value(r, tree, case)
  elseif case then
    if may_add(r) then tree:add(fio.f.skipped, r.tvb(start, 0)):set_text(case.name .. ": default") end
    text = case.name
  elseif may_add(r) then
    tree:add(fio.f.skipped, r.tvb(start, r.stop - start)):prepend_text(member.name .. " " .. number .. " unknown, ")
  end
  leave(r, outer)
  return text
end

local function read_member(r, tree, member)
  if member.cases then return read_oneof(r, tree, member) end
  if member.label == "repeated" or member.label == "map" then
    return member.name .. "=" .. read_elements(r, tree, member)
  end
  if member.label == "optional" and not read_presence(r) then return nil end
  return member.name .. "=" .. read_value(r, tree, member)
end

-- Fields of a message; one that ends early has defaults for the rest, one that goes on is newer.
function read_message(r, tree, message)
  local texts = { chars = 0 }
  for i, member in ipairs(message) do
    if r.at >= r.stop then
      if may_add(r) then
        tree:add(fio.f.skipped, r.tvb(r.stop, 0)):set_text(
          string.format("%s and what follows: not sent, at defaults (field %d of %d)", member.name, i, #message))
      end
      break
    end
    local text = read_member(r, tree, member)
    if text then join(texts, text) end
  end
  if r.at < r.stop then add(r, tree, fio.f.skipped, r.tvb(r.at, r.stop - r.at)) end
  return table.concat(texts, " ") .. (texts.chars > TEXT_CHARS_MAX and " …" or "")
end

-- The message from `at` to `stop` as a tree, and its line of text. nil when it is broken.
function fio.show_message(tvb, at, stop, tree, type)
  local message = fio.messages[type]
  local r = reader(tvb, at, stop)
  local ok, result = pcall(read_message, r, tree, message)
  if ok then return result end
  if _G.type(result) ~= "table" then error(result, 0) end
  fio.violation(tree, tvb(r.at, 0), result.violation, result.text)
  return nil
end
