-- The vocabulary: names of docs/PROTOCOL.md §4 to §9, and a Wireshark field for each of them. Names
-- of ours have one dot, `fio.stream`; those of messages two or more, `fio.wallet.TransferRequest.order`.

fio.proto = Proto("fio", "Fio remote procedure calls")

fio.PREFACE = "\x89FIO\r\n\x1a\n"
fio.HEADER_SIZE = 16
fio.FRAME_BYTES_MAX = 65536
fio.OPTIONS_BYTES_MAX = 8192
fio.TEXT_BYTES_MAX = 1024
fio.MESSAGE_DEPTH_MAX = 32
fio.FIRST_IGNORABLE_TYPE = 0x80

fio.TYPES = {
  [1] = "HELLO", [2] = "CALL", [3] = "DATA", [4] = "END", [5] = "CANCEL",
  [6] = "CREDIT", [7] = "PING", [8] = "GOAWAY", [9] = "META",
}

fio.STATUSES = {
  [0] = "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
  "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
  "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

fio.FLAGS = {
  { 0x01, "LAST" }, { 0x02, "MORE" }, { 0x04, "MSG" },
  { 0x08, "COMPRESSED" }, { 0x10, "REPLY" }, { 0x20, "NOT_PROCESSED" },
}

fio.OPTION_TAGS = {
  [1] = "metadata", [2] = "idempotency key", [3] = "attempt", [4] = "trace context",
  [5] = "text", [6] = "credentials", [7] = "error id", [8] = "retry after",
}

fio.f = {
  preface = ProtoField.bytes("fio.preface", "Preface"),
  length = ProtoField.uint32("fio.length", "Length"),
  stream = ProtoField.uint32("fio.stream", "Stream"),
  type = ProtoField.uint8("fio.type", "Type", base.HEX, fio.TYPES),
  flags = ProtoField.uint8("fio.flags", "Flags", base.HEX),
  code = ProtoField.uint16("fio.code", "Code", base.DEC, fio.STATUSES),
  service = ProtoField.uint16("fio.service", "Service"),
  method = ProtoField.uint16("fio.method", "Method"),
  name = ProtoField.string("fio.name", "Method's name"),
  payload = ProtoField.bytes("fio.payload", "Payload"),
  version_min = ProtoField.uint16("fio.version_min", "Lowest version"),
  version_max = ProtoField.uint16("fio.version_max", "Highest version"),
  message_max = ProtoField.uint32("fio.message_max", "Longest message taken, bytes"),
  streams_max = ProtoField.uint32("fio.streams_max", "Calls taken at a time"),
  ping_min = ProtoField.uint32("fio.ping_min", "Shortest time between PINGs, ms"),
  capabilities = ProtoField.uint32("fio.capabilities", "Capabilities", base.HEX),
  deflate = ProtoField.bool("fio.capability_deflate", "deflate", 32, nil, 1),
  timeout = ProtoField.uint32("fio.timeout", "Time limit, ms"),
  credit = ProtoField.uint32("fio.credit", "Credit, bytes"),
  ping = ProtoField.bytes("fio.ping", "Opaque"),
  last_stream = ProtoField.uint32("fio.last_stream", "Last stream"),
  drain = ProtoField.uint32("fio.drain", "Time to drain, ms"),
  options = ProtoField.uint16("fio.options", "Options, bytes"),
  option_tag = ProtoField.uint8("fio.option_tag", "Tag", base.DEC, fio.OPTION_TAGS),
  option_length = ProtoField.uint16("fio.option_length", "Length"),
  option_value = ProtoField.bytes("fio.option_value", "Value"),
  metadata_key = ProtoField.string("fio.metadata_key", "Key"),
  metadata_value = ProtoField.string("fio.metadata_value", "Value"),
  key = ProtoField.bytes("fio.key", "Idempotency key"),
  attempt = ProtoField.uint8("fio.attempt", "Tries before this one"),
  trace = ProtoField.string("fio.trace", "Trace context"),
  text = ProtoField.string("fio.text", "Text"),
  credentials = ProtoField.bytes("fio.credentials", "Credentials"),
  error_id = ProtoField.uint16("fio.error_id", "Error id"),
  retry_after = ProtoField.uint32("fio.retry_after", "Retry after, ms"),
  message = ProtoField.bytes("fio.message", "Message"),
  fragment = ProtoField.bytes("fio.fragment", "Fragment"),
  inflated_length = ProtoField.uint32("fio.inflated_length", "Length when inflated"),
  skipped = ProtoField.bytes("fio.skipped", "Skipped"),
  response_in = ProtoField.framenum("fio.response_in", "Answered in", base.NONE, frametype.RESPONSE),
  response_to = ProtoField.framenum("fio.response_to", "Answer to", base.NONE, frametype.REQUEST),
  time = ProtoField.relative_time("fio.time", "Time since CALL"),
  reassembled_in = ProtoField.framenum("fio.reassembled_in", "Message goes on until"),
  violation = ProtoField.string("fio.violation", "Violation"),
  count = ProtoField.uint32("fio.count", "Elements"),
}
for _, flag in ipairs(fio.FLAGS) do
  local name = "flag_" .. flag[2]:lower()
  fio.f[name] = ProtoField.bool("fio." .. name, flag[2], 8, nil, flag[1])
end

fio.e = {
  violation = ProtoExpert.new("fio.broken", "A rule of the protocol is broken", expert.group.PROTOCOL, expert.severity.ERROR),
  failed = ProtoExpert.new("fio.failed", "A call failed", expert.group.RESPONSE_CODE, expert.severity.NOTE),
  failed_badly = ProtoExpert.new("fio.failed_badly", "A call failed by a fault", expert.group.RESPONSE_CODE, expert.severity.WARN),
  goaway = ProtoExpert.new("fio.closed", "The connection is given up", expert.group.PROTOCOL, expert.severity.ERROR),
  drain = ProtoExpert.new("fio.draining", "No new calls on this connection", expert.group.SEQUENCE, expert.severity.NOTE),
  cut = ProtoExpert.new("fio.incomplete", "Not all of it is in the capture", expert.group.REASSEMBLE, expert.severity.NOTE),
}

-- Statuses that tell of a fault of a program or of the system, not of the caller's wish.
fio.FAULTS = { [2] = true, [4] = true, [8] = true, [13] = true, [14] = true, [15] = true }

fio.proto.prefs.guess = Pref.bool("Recognise connections without their beginning", false,
  "Takes a segment for Fio when it begins with a frame that follows every rule, also where the preface is not in the capture")

function fio.status_name(code)
  return fio.STATUSES[code] or string.format("STATUS-%d", code)
end

function fio.type_name(type)
  return fio.TYPES[type] or string.format("TYPE-0x%02x", type)
end

function fio.flag_names(flags)
  local names = {}
  for _, flag in ipairs(fio.FLAGS) do
    if bit32.band(flags, flag[1]) ~= 0 then names[#names + 1] = flag[2] end
  end
  return table.concat(names, "|")
end

-- Says that a rule is broken, by its name of docs/PROTOCOL.md §13.
function fio.violation(item, range, name, text)
  item:add(fio.f.violation, range, name):set_generated()
  item:add_proto_expert_info(fio.e.violation, name .. ": " .. text)
end
