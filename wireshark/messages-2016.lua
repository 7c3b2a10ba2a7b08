-- The message system of 2016: struct '!HHHII', then for MSG a u16 length and the text, for OKQEM a
-- u16 count and as many u16 identifiers. No preface tells it: choose the port in the preferences
-- (messages2016.ports), or "Decode As".

local p = Proto("messages2016", "Message system of 2016")

local TYPES = { [0] = "OI", "FLW", "MSG", "OK", "ERRO", "QEM", "OKQEM" }
local MSG, OK, ERRO, OKQEM = 2, 3, 4, 6
local HEADER_SIZE, TEXT_BYTES_MAX = 14, 140

local f = {
  type = ProtoField.uint16("messages2016.type", "Type", base.DEC, TYPES),
  origin = ProtoField.uint16("messages2016.origin", "Origin"),
  destination = ProtoField.uint16("messages2016.destination", "Destination"),
  sequence = ProtoField.uint32("messages2016.sequence", "Sequence"),
  timestamp = ProtoField.uint32("messages2016.timestamp", "Timestamp"),
  length = ProtoField.uint16("messages2016.length", "Length"),
  text = ProtoField.string("messages2016.text", "Text"),
  count = ProtoField.uint16("messages2016.count", "Clients"),
  client = ProtoField.uint16("messages2016.client", "Client"),
}
local refused = ProtoExpert.new("messages2016.refused", "The server refused", expert.group.RESPONSE_CODE, expert.severity.NOTE)
local broken = ProtoExpert.new("messages2016.broken", "A rule of the protocol is broken", expert.group.PROTOCOL, expert.severity.ERROR)
p.fields, p.experts = f, { refused, broken }
p.prefs.ports = Pref.range("TCP ports", "", "Ports on which servers of the message system listen", 65535)

-- Servers are 0, emissores 1 to 999, exibidores 1000 to 1999.
local function who(id)
  if id == 0 then return "server" end
  if id < 1000 then return "emissor" end
  return id < 2000 and "exibidor" or "nobody"
end

local function add_id(tree, field, range)
  tree:add(field, range):append_text(" (" .. who(range:uint()) .. ")")
end

local function show_text(tvb, tree)
  tree:add(f.length, tvb(HEADER_SIZE, 2))
  local range = tvb(HEADER_SIZE + 2)
  local item = tree:add_packet_field(f.text, range, ENC_UTF_8)
  if range:len() > TEXT_BYTES_MAX then
    tree:add_proto_expert_info(broken, string.format("A text of %d bytes, at most %d are allowed", range:len(), TEXT_BYTES_MAX))
  end
  local shown = range:raw():gsub("[%c]", " ")
  return ' "' .. shown .. '"'
end

local function show_clients(tvb, tree)
  local count = tvb(HEADER_SIZE, 2):uint()
  tree:add(f.count, tvb(HEADER_SIZE, 2))
  local ids = {}
  for at = HEADER_SIZE + 2, tvb:len() - 2, 2 do
    add_id(tree, f.client, tvb(at, 2))
    if #ids < 20 then ids[#ids + 1] = tvb(at, 2):uint() end
  end
  return string.format(" %d clients: %s%s", count, table.concat(ids, " "), count > #ids and " …" or "")
end

local function show(tvb, pinfo, tree, is_cut)
  local item = tree:add(p, tvb())
  pinfo.cols.protocol = "Messages"
  local info = "(cut by the capture)"
  if not is_cut then
    local type, origin, destination = tvb(0, 2):uint(), tvb(2, 2):uint(), tvb(4, 2):uint()
    item:add(f.type, tvb(0, 2))
    add_id(item, f.origin, tvb(2, 2))
    add_id(item, f.destination, tvb(4, 2))
    item:add(f.sequence, tvb(6, 4))
    item:add(f.timestamp, tvb(10, 4))
    info = string.format("%s %d > %d #%.0f", TYPES[type] or "TYPE-" .. type, origin, destination, tvb(6, 4):uint())
    if type == MSG then info = info .. show_text(tvb, item) end
    if type == OKQEM then info = info .. show_clients(tvb, item) end
    if type == ERRO then item:add_proto_expert_info(refused, "ERRO for message " .. tvb(6, 4):uint()) end
    if not TYPES[type] then item:add_proto_expert_info(broken, "There is no type " .. type) end
  end
  item:append_text(", " .. info)
  pinfo.cols.info = (pinfo.private.messages2016 and "; " or "") .. info
  pinfo.cols.info:fence()
  pinfo.private.messages2016 = "shown"
  return tvb:len()
end

-- The type says whether a count or a length follows the header; it is asked for when it is there.
local function length_of(tvb, pinfo, at)
  local left = tvb:len() - at
  local type = left >= 2 and tvb(at, 2):uint() or 0
  if type ~= MSG and type ~= OKQEM then return HEADER_SIZE end
  if left < HEADER_SIZE + 2 then return HEADER_SIZE + 2 end
  return HEADER_SIZE + 2 + tvb(at + HEADER_SIZE, 2):uint() * (type == MSG and 1 or 2)
end

-- A capture may keep only the beginning of each packet: nothing can be put together then.
local function dissect_cut(tvb, pinfo, tree)
  local at, length = 0, tvb:len()
  while at < length do
    local wanted, left = length_of(tvb, pinfo, at), length - at
    show(tvb(at, math.min(wanted, left)):tvb(), pinfo, tree, wanted > left)
    at = at + wanted
  end
end

function p.dissector(tvb, pinfo, tree)
  if tvb:len() < tvb:reported_len() then
    dissect_cut(tvb, pinfo, tree)
    return tvb:len()
  end
  dissect_tcp_pdus(tvb, tree, HEADER_SIZE, length_of, show)
  return tvb:len()
end

local ports = DissectorTable.get("tcp.port")
ports:add_for_decode_as(p)
local listened = ""
function p.prefs_changed()
  if p.prefs.ports == listened then return end
  if listened ~= "" then ports:remove(listened, p) end
  listened = p.prefs.ports
  if listened ~= "" then ports:add(listened, p) end
end
