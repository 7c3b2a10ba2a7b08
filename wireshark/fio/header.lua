-- The header's 16 bytes and every check that needs only them, in the sequence of docs/PROTOCOL.md §4.

local LAST, MORE, MSG, COMPRESSED, REPLY, NOT_PROCESSED = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
local ANY = fio.FRAME_BYTES_MAX

local function rule(sender, on_stream, flags, has_code, bytes_min, bytes_max)
  return { sender = sender, on_stream = on_stream, flags = flags, has_code = has_code, bytes_min = bytes_min, bytes_max = bytes_max }
end

-- The table of §5.
local RULES = {
  rule(nil, false, REPLY, false, 22, ANY),
  rule("client", true, LAST + MSG + COMPRESSED, false, 6, ANY),
  rule(nil, true, LAST + MORE + MSG + COMPRESSED + REPLY, false, 0, ANY),
  rule("server", true, MSG + COMPRESSED + NOT_PROCESSED, true, 2, ANY),
  rule("client", true, 0, true, 2, ANY),
  rule(nil, true, 0, false, 4, 4),
  rule(nil, false, REPLY, false, 8, 8),
  rule(nil, false, 0, true, 10, ANY),
  rule("server", true, 0, false, 2, ANY),
}

function fio.read_header(tvb, at)
  return {
    length = tvb(at, 4):uint(), stream = tvb(at + 4, 4):uint(),
    type = tvb(at + 8, 1):uint(), flags = tvb(at + 9, 1):uint(), code = tvb(at + 10, 2):uint(),
    service = tvb(at + 12, 2):uint(), method = tvb(at + 14, 2):uint(),
  }
end

local function flags_fit(h, known, sender)
  local function has(flag) return bit32.band(h.flags, flag) ~= 0 end
  if bit32.band(h.flags, bit32.bnot(known.flags + 0xC0)) ~= 0 then return false end
  if has(COMPRESSED) and not has(MSG) then return false end
  if h.type == 3 and has(LAST) and (has(MORE) or has(REPLY)) then return false end
  if h.type == 4 and has(NOT_PROCESSED) and h.code == 0 then return false end
  -- Whose frame it is cannot be told from HELLO and DATA alone.
  if sender and (h.type == 1 or h.type == 3) then return has(REPLY) == (sender == "server") end
  return true
end

-- The name of the first rule that a header breaks, nil if it breaks none.
-- @param sender "client", "server" or nil if that is not known
function fio.check_header(h, sender)
  if h.length > fio.FRAME_BYTES_MAX then return "FRAME_TOO_LONG" end
  if h.type >= fio.FIRST_IGNORABLE_TYPE then return nil end
  local known = RULES[h.type]
  if not known then return "TYPE_UNKNOWN" end
  if sender and known.sender and known.sender ~= sender then return "TYPE_OUT_OF_PLACE" end
  local stream_fits = h.stream == 0
  if known.on_stream then stream_fits = h.stream % 2 == 1 and h.stream < 2 ^ 31 end
  if not stream_fits then return "STREAM_OUT_OF_PLACE" end
  if not flags_fit(h, known, sender) then return "FLAG_OUT_OF_PLACE" end
  local code_fits = h.code == 0
  if known.has_code then code_fits = h.type ~= 5 or h.code ~= 0 end
  if not code_fits then return "CODE_OUT_OF_PLACE" end
  if h.stream == 0 and h.service + h.method ~= 0 then return "METHOD_OUT_OF_PLACE" end
  if h.length < known.bytes_min or h.length > known.bytes_max then return "LENGTH_OUT_OF_PLACE" end
  return nil
end

-- Whether a status is in `code` of this type.
function fio.has_code(type)
  return RULES[type] ~= nil and RULES[type].has_code
end

function fio.show_header(tvb, tree, h)
  tree:add(fio.f.length, tvb(0, 4))
  local stream = tree:add(fio.f.stream, tvb(4, 4))
  if h.stream == 0 then stream:append_text(" (the connection)") end
  tree:add(fio.f.type, tvb(8, 1))
  local flags = tree:add(fio.f.flags, tvb(9, 1))
  local names = fio.flag_names(h.flags)
  flags:append_text(names == "" and " (none)" or " (" .. names .. ")")
  for _, flag in ipairs(fio.FLAGS) do
    flags:add(fio.f["flag_" .. flag[2]:lower()], tvb(9, 1))
  end
  local code = tree:add(fio.f.code, tvb(10, 2))
  if not fio.has_code(h.type) then code:set_text("Code: " .. h.code) end
  local service = tree:add(fio.f.service, tvb(12, 2))
  local method = tree:add(fio.f.method, tvb(14, 2))
  if h.stream == 0 then return end
  local _, full_name, known, service_name = fio.method_names(h.service, h.method)
  if not full_name then return end
  service:append_text(" (" .. service_name .. ")")
  method:append_text(" (" .. known.name .. ")")
  tree:add(fio.f.name, tvb(12, 4), full_name):set_generated()
end
