-- From TCP's bytes to frames. A frame's length is in its first four bytes, and the first byte of
-- the preface can be none of a length, so four bytes tell how many to wait for.

local LENGTH_SIZE = 4

local function show_preface(tvb, pinfo, tree)
  local item = tree:add(fio.proto, tvb())
  item:append_text(", preface")
  item:add(fio.f.preface, tvb())
  if tvb:raw() ~= fio.PREFACE then
    fio.violation(item, tvb(), "PREFACE_MISMATCH", "a byte of the preface is wrong")
  end
  return "preface"
end

-- Bytes that cannot be a frame: the rest of a segment, as the next one may begin in step again.
local function show_out_of_step(tvb, tree)
  local item = tree:add(fio.proto, tvb())
  item:append_text(", out of step")
  item:add(fio.f.skipped, tvb())
  if tvb:len() >= LENGTH_SIZE then
    fio.violation(item, tvb(0, LENGTH_SIZE), "FRAME_TOO_LONG", string.format(
      "a frame of %.0f bytes, or the capture begins in the middle of one", tvb(0, LENGTH_SIZE):uint()))
  end
  return string.format("(%d bytes out of step)", tvb:len())
end

local function show_frame(tvb, pinfo, tree)
  local frame = fio.read_header(tvb, 0)
  local connection, source, target = fio.connection(pinfo)
  fio.learn_client(connection, frame, source, target)
  frame.tvb, frame.pinfo, frame.connection = tvb, pinfo, connection
  frame.stop = tvb:len()

  local item = tree:add(fio.proto, tvb())
  frame.item = item
  local title = fio.type_name(frame.type)
  if frame.stream ~= 0 and frame.type < fio.FIRST_IGNORABLE_TYPE then
    title = title .. " " .. fio.method_names(frame.service, frame.method)
  end
  fio.show_header(tvb, item, frame)
  local sender = connection.client and (connection.client == source and "client" or "server")
  local broken = fio.check_header(frame, sender)
  local show = fio.PAYLOADS[frame.type]
  local text
  if broken then
    fio.violation(item, tvb(0, fio.HEADER_SIZE), broken, title .. " breaks a rule of its header")
    if tvb:len() > fio.HEADER_SIZE then item:add(fio.f.payload, tvb(fio.HEADER_SIZE)) end
    text = broken
  elseif tvb:len() < fio.HEADER_SIZE + frame.length then
    item:add_proto_expert_info(fio.e.cut, "The end of this frame is not in the capture")
    text = "(cut by the capture)"
  elseif not show then
    if frame.length > 0 then item:add(fio.f.skipped, tvb(fio.HEADER_SIZE)) end
    text = "skipped"
  else
    if frame.stream ~= 0 then
      fio.show_links(item, fio.call_of(connection, frame, pinfo), frame, pinfo)
    end
    text = show(frame, item, fio.HEADER_SIZE)
    local names = fio.flag_names(bit32.band(frame.flags, 0x01))
    if frame.type == 3 and names ~= "" then text = text == "" and names or text .. " " .. names end
  end
  local info = text == "" and title or title .. " " .. text
  item:append_text(", " .. info)
  return info
end

local function pdu_length(tvb, pinfo, at)
  local first = tvb(at, 1):uint()
  if first == 0x89 then return #fio.PREFACE end
  local length = tvb(at, LENGTH_SIZE):uint()
  if length > fio.FRAME_BYTES_MAX then return tvb:len() - at end
  return fio.HEADER_SIZE + length
end

local function show_pdu(tvb, pinfo, tree, is_cut)
  local first = tvb(0, 1):uint()
  local info
  if first == 0x89 and tvb:len() == #fio.PREFACE then info = show_preface(tvb, pinfo, tree)
  elseif is_cut and tvb:len() < fio.HEADER_SIZE then
    local item = tree:add(fio.proto, tvb())
    item:add_proto_expert_info(fio.e.cut, "The end of this frame is not in the capture")
    info = "(cut by the capture)"
  elseif first ~= 0 or tvb:len() < fio.HEADER_SIZE or tvb(0, LENGTH_SIZE):uint() > fio.FRAME_BYTES_MAX then
    info = show_out_of_step(tvb, tree)
  else info = show_frame(tvb, pinfo, tree) end
  pinfo.cols.protocol = "Fio"
  -- The first of a packet takes the place of TCP's words, the others follow it.
  pinfo.cols.info = (pinfo.private.fio and "; " or "") .. info
  pinfo.cols.info:fence()
  pinfo.private.fio = "shown"
  return tvb:len()
end

-- A capture may keep only the beginning of each packet: nothing can be put together then.
local function dissect_cut(tvb, pinfo, tree)
  local at, length = 0, tvb:len()
  while at < length do
    local left = length - at
    local wanted = left < LENGTH_SIZE and left or math.min(pdu_length(tvb, pinfo, at), left)
    show_pdu(tvb(at, wanted):tvb(), pinfo, tree, true)
    at = at + wanted
  end
end

local function dissect(tvb, pinfo, tree)
  if tvb:len() < tvb:reported_len() then
    dissect_cut(tvb, pinfo, tree)
    return tvb:len()
  end
  dissect_tcp_pdus(tvb, tree, LENGTH_SIZE, pdu_length, show_pdu)
  return tvb:len()
end
fio.proto.dissector = dissect

local function begins_with_preface(tvb)
  return tvb:len() >= LENGTH_SIZE and tvb:raw(0, LENGTH_SIZE) == fio.PREFACE:sub(1, LENGTH_SIZE)
end

local function begins_with_frame(tvb)
  if tvb:len() < fio.HEADER_SIZE then return false end
  local header = fio.read_header(tvb, 0)
  return header.type < fio.FIRST_IGNORABLE_TYPE and not fio.check_header(header)
end

-- Calls the plain function: by fio.proto.dissector() the frames would not be put together.
local function heuristic(tvb, pinfo, tree)
  if not begins_with_preface(tvb) and not (fio.proto.prefs.guess and begins_with_frame(tvb)) then return false end
  pinfo.conversation = fio.proto
  dissect(tvb, pinfo, tree)
  return true
end

fio.proto:register_heuristic("tcp", heuristic)
fio.proto:register_heuristic("tls", heuristic)
DissectorTable.get("tcp.port"):add_for_decode_as(fio.proto)
DissectorTable.get("tls.port"):add_for_decode_as(fio.proto)
DissectorTable.get("tls.alpn"):add("fio/1", fio.proto)
