-- The payloads, docs/PROTOCOL.md §5. Each returns what the info column says of its frame.

local MSG, MORE, COMPRESSED, REPLY, NOT_PROCESSED = 0x04, 0x02, 0x08, 0x10, 0x20

local function has(frame, flag) return bit32.band(frame.flags, flag) ~= 0 end

-- The message type of a frame's message, nil when the method is not in the tables.
local function message_type(frame, is_request)
  local _, _, method = fio.method_names(frame.service, frame.method)
  return method and (is_request and method.input or method.output)
end

-- A message that lies whole in tvb from `at` to `stop`.
local function show_plain(tvb, at, stop, tree, type)
  local item = tree:add(fio.f.message, tvb(at, stop - at))
  if not type or not fio.messages[type] then
    item:set_text(string.format("Message, %d bytes", stop - at))
    return string.format("(%d bytes)", stop - at)
  end
  item:set_text("Message: " .. type)
  local text = fio.show_message(tvb, at, stop, item, type)
  if not text then return "(broken message)" end
  if text ~= "" then item:append_text(" {" .. text .. "}") end
  return text
end

-- u32 length, then raw DEFLATE; Wireshark wants zlib's two bytes in front of it.
local function inflate(range, length)
  if length == 0 then return ByteArray.new("", true):tvb("Inflated Fio message") end
  local ok, inflated = pcall(function()
    local zlib = ByteArray.new("789c") .. range:bytes()
    return zlib:tvb("DEFLATE"):range():uncompress("Inflated Fio message")
  end)
  if ok and inflated and inflated:len() == length then return inflated:tvb() end
  return nil
end

local function show_compressed(tvb, at, stop, tree, type)
  local range = tvb(at, stop - at)
  if stop - at < 4 then
    fio.violation(tree, range, "COMPRESSION_INVALID", "a compressed message has no length")
    return "(broken message)"
  end
  local length = tvb(at, 4):uint()
  local item = tree:add(fio.f.inflated_length, tvb(at, 4))
  local inflated = stop - at > 4 and inflate(tvb(at + 4, stop - at - 4), length)
  if not inflated then
    fio.violation(item, range, "COMPRESSION_INVALID", string.format("it does not inflate to %.0f bytes", length))
    return "(broken message)"
  end
  return show_plain(inflated, 0, length, tree, type) .. " deflated"
end

local function show_message(frame, at, tree, type, compressed)
  local show = compressed and show_compressed or show_plain
  return show(frame.tvb, at, frame.stop, tree, type)
end

local PAYLOADS = {}

PAYLOADS[1] = function(frame, tree, at)
  local tvb = frame.tvb
  local low, high = tvb(at, 2):uint(), tvb(at + 2, 2):uint()
  tree:add(fio.f.version_min, tvb(at, 2))
  local item = tree:add(fio.f.version_max, tvb(at + 2, 2))
  if low == 0 or low > high then
    fio.violation(item, tvb(at, 4), "HELLO_INVALID", string.format("versions %d to %d are no range", low, high))
  end
  tree:add(fio.f.message_max, tvb(at + 4, 4))
  tree:add(fio.f.streams_max, tvb(at + 8, 4))
  tree:add(fio.f.ping_min, tvb(at + 12, 4))
  tree:add(fio.f.capabilities, tvb(at + 16, 4)):add(fio.f.deflate, tvb(at + 16, 4))
  fio.show_options(tvb, tree, at + 20, frame.stop)
  local text = string.format("version %d", low)
  if high ~= low then text = string.format("versions %d to %d", low, high) end
  return bit32.band(tvb(at + 16, 4):uint(), 1) == 1 and text .. " deflate" or text
end

PAYLOADS[2] = function(frame, tree, at)
  local timeout = frame.tvb(at, 4):uint()
  local item = tree:add(fio.f.timeout, frame.tvb(at, 4))
  if timeout == 0 then item:append_text(" (none)") end
  if timeout >= 2 ^ 31 then
    fio.violation(item, frame.tvb(at, 4), "TIMEOUT_INVALID", string.format("a time limit of %.0f ms", timeout))
  end
  local next, found = fio.show_options(frame.tvb, tree, at + 4, frame.stop)
  if not next or not has(frame, MSG) then return "" end
  local text = show_message(frame, next, tree, message_type(frame, true), has(frame, COMPRESSED))
  return found.attempt and string.format("%s (try %d)", text, found.attempt + 1) or text
end

-- A whole message, the last fragment of one (with all of it), another fragment, or nothing.
PAYLOADS[3] = function(frame, tree, at)
  local length = frame.stop - at
  if length == 0 and has(frame, MORE) then
    fio.violation(tree, frame.tvb(0, fio.HEADER_SIZE), "FRAGMENT_EMPTY", "MORE without payload")
    return ""
  end
  if length == 0 and not has(frame, MSG) then return "" end
  local type = message_type(frame, not has(frame, REPLY))
  if has(frame, MSG) and not has(frame, MORE) then
    return show_message(frame, at, tree, type, has(frame, COMPRESSED))
  end
  local payload = frame.tvb(at, length)
  local message, is_last = fio.take_fragment(frame.connection, frame, frame.pinfo, payload)
  local item = tree:add(fio.f.fragment, payload):set_text(string.format("Fragment, %d bytes", length))
  if message.headless then
    item:add_proto_expert_info(fio.e.cut, "The beginning of this message is not in the capture")
    return string.format("fragment (%d bytes)", length)
  end
  if not is_last then
    if message.last_in then tree:add(fio.f.reassembled_in, message.last_in):set_generated() end
    return string.format("fragment (%d bytes)", length)
  end
  local whole = ByteArray.new(message.bytes, true):tvb("Reassembled Fio message")
  local show = message.compressed and show_compressed or show_plain
  local text = show(whole, 0, #message.bytes, tree, type)
  return string.format("%s (%d fragments)", text, message.count)
end

PAYLOADS[4] = function(frame, tree, at)
  local next, found = fio.show_options(frame.tvb, tree, at, frame.stop)
  local status = fio.status_name(frame.code)
  local text = status
  if found.text then text = text .. " " .. fio.quote(found.text, 200) end
  if has(frame, NOT_PROCESSED) then text = text .. " not processed" end
  if found.retry_after then text = text .. string.format(" retry after %d ms", found.retry_after) end
  if frame.code ~= 0 then
    local expert = fio.FAULTS[frame.code] and fio.e.failed_badly or fio.e.failed
    frame.item:add_proto_expert_info(expert, status .. (found.text and ": " .. fio.clip(found.text, 200) or ""))
  end
  if not next or not has(frame, MSG) then return text end
  if frame.code ~= 0 then
    local detail = frame.stop - next
    tree:add(fio.f.message, frame.tvb(next, detail)):set_text(string.format("Detail of the error, %d bytes", detail))
    return found.error_id and string.format("%s error %d", text, found.error_id) or text
  end
  local shown = show_message(frame, next, tree, message_type(frame, false), has(frame, COMPRESSED))
  return shown == "" and text or text .. " " .. shown
end

PAYLOADS[5] = function(frame, tree, at)
  local _, found = fio.show_options(frame.tvb, tree, at, frame.stop)
  local status = fio.status_name(frame.code)
  return found.text and status .. " " .. fio.quote(found.text, 200) or status
end

PAYLOADS[6] = function(frame, tree, at)
  local range = frame.tvb(at, 4)
  local item = tree:add(fio.f.credit, range)
  if range:uint() == 0 then fio.violation(item, range, "CREDIT_ZERO", "CREDIT of 0 bytes") end
  return string.format("+%.0f bytes", range:uint())
end

PAYLOADS[7] = function(frame, tree, at)
  tree:add(fio.f.ping, frame.tvb(at, 8))
  return has(frame, REPLY) and "answer" or ""
end

PAYLOADS[8] = function(frame, tree, at)
  local last = frame.tvb(at, 4):uint()
  tree:add(fio.f.last_stream, frame.tvb(at, 4))
  tree:add(fio.f.drain, frame.tvb(at + 4, 4))
  local _, found = fio.show_options(frame.tvb, tree, at + 8, frame.stop)
  if frame.code == 0 then
    local text = string.format("no new calls, %.0f ms to drain", frame.tvb(at + 4, 4):uint())
    frame.item:add_proto_expert_info(fio.e.drain, text)
    return text
  end
  local text = fio.status_name(frame.code) .. (found.text and " " .. fio.quote(found.text, 200) or "")
  frame.item:add_proto_expert_info(fio.e.goaway, fio.clip(found.text or text, 200))
  return string.format("%s last stream %.0f", text, last)
end

PAYLOADS[9] = function(frame, tree, at)
  local _, found = fio.show_options(frame.tvb, tree, at, frame.stop)
  return string.format("%d metadata", found.metadata or 0)
end

fio.PAYLOADS = PAYLOADS
