-- What is remembered from one packet to the next: which end is the client, the calls of each
-- connection, and messages that came in fragments. It grows in the first pass over a capture alone,
-- so that a packet looks the same whenever it is shown.

local connections, assembled, visits = {}, {}, {}

function fio.proto.init()
  connections, assembled, visits = {}, {}, {}
end

local tcp_stream = Field.new("tcp.stream")

local function end_of(address, port) return tostring(address) .. " " .. port end

function fio.connection(pinfo)
  local number = tcp_stream()
  local source, target = end_of(pinfo.src, pinfo.src_port), end_of(pinfo.dst, pinfo.dst_port)
  local key = number and number.value or (source < target and source .. target or target .. source)
  local connection = connections[key]
  if not connection then
    connection = { key = tostring(key), calls = {}, fragments = {} }
    connections[key] = connection
  end
  return connection, source, target
end

-- Learns from a frame that only one end sends who is who.
function fio.learn_client(connection, header, source, target)
  if connection.client then return end
  local type = header.type
  local is_reply = bit32.band(header.flags, 0x10) ~= 0
  if type == 2 or type == 5 or (type == 1 or type == 3) and not is_reply then
    connection.client = source
  elseif type == 4 or type == 9 or (type == 1 or type == 3) and is_reply then
    connection.client = target
  end
end

-- The call that a frame belongs to; CALL makes it, END closes it.
function fio.call_of(connection, header, pinfo)
  local call = connection.calls[header.stream]
  if pinfo.visited then return call end
  if header.type == 2 then
    call = { call_in = pinfo.number, called_at = pinfo.rel_ts }
    connection.calls[header.stream] = call
  elseif header.type == 4 and call and not call.end_in then
    call.end_in = pinfo.number
  end
  return call
end

function fio.show_links(tree, call, header, pinfo)
  if not call then return end
  if header.type == 2 then
    if call.end_in then tree:add(fio.f.response_in, call.end_in):set_generated() end
    return
  end
  tree:add(fio.f.response_to, call.call_in):set_generated()
  if header.type == 4 then
    local seconds = math.max(0, pinfo.rel_ts - call.called_at)
    local whole = math.floor(seconds)
    tree:add(fio.f.time, NSTime.new(whole, math.floor((seconds - whole) * 1e9 + 0.5))):set_generated()
  end
end

-- A name for this frame that is the same on each visit. A packet may hold several frames that look
-- alike (TLS records begin at 0 each), so they are counted; a later visit counts around.
local function visit_key(connection, header, pinfo, offset)
  local key = table.concat({ connection.key, pinfo.number, header.stream, header.flags, offset, header.length }, ":")
  local visit = visits[key] or { total = 0, seen = 0 }
  visits[key] = visit
  if not pinfo.visited then visit.total = visit.total + 1 end
  visit.seen = visit.seen % math.max(visit.total, 1) + 1
  return key .. ":" .. visit.seen
end

-- Takes a fragment. Returns what is known of its message: { bytes, last_in, compressed, headless };
-- `bytes` and `last_in` once the last one has come, which is this frame if is_last is returned true.
function fio.take_fragment(connection, header, pinfo, payload)
  local key = visit_key(connection, header, pinfo, payload:offset())
  local has = function(bit) return bit32.band(header.flags, bit) ~= 0 end
  if not pinfo.visited and not assembled[key] then
    local way = (has(0x10) and "s" or "c") .. header.stream
    local message = connection.fragments[way]
    if has(0x04) or not message then
      message = { parts = {}, compressed = has(0x08), headless = not has(0x04) }
      connection.fragments[way] = message
    end
    message.parts[#message.parts + 1] = payload:raw()
    local is_last = not has(0x02)
    if is_last then
      message.bytes, message.last_in = table.concat(message.parts), pinfo.number
      message.count, message.parts = #message.parts, nil
      connection.fragments[way] = nil
    end
    assembled[key] = { message = message, is_last = is_last }
  end
  local known = assembled[key]
  if not known then return { headless = true }, false end
  return known.message, known.is_last
end
