-- The Wireshark field of every field of every message. Runs behind the tables that the .proto files
-- gave, and those of service 0 (builtin.lua).

local KINDS = {
  bool = ProtoField.bool, float = ProtoField.float, double = ProtoField.double,
  int32 = ProtoField.int32, sint32 = ProtoField.int32, sfixed32 = ProtoField.int32,
  uint32 = ProtoField.uint32, fixed32 = ProtoField.uint32,
  int64 = ProtoField.int64, sint64 = ProtoField.int64, sfixed64 = ProtoField.int64,
  uint64 = ProtoField.uint64, fixed64 = ProtoField.uint64,
  string = ProtoField.string, bytes = ProtoField.bytes,
}

local all = {}
for _, field in pairs(fio.f) do all[#all + 1] = field end

local function make_field(abbreviation, name, type)
  local names, field = fio.enums[type], nil
  if names then field = ProtoField.int32(abbreviation, name, base.DEC, names)
  elseif fio.messages[type] then field = ProtoField.bytes(abbreviation, name)
  else field = KINDS[type](abbreviation, name) end
  all[#all + 1] = field
  return field
end

-- `fio.wallet.TransferRequest.order`; a map's keys are `fio.shop.Article.names-key`.
local function prepare(full_name, member)
  local abbreviation = "fio." .. full_name .. "." .. member.name
  member.field = make_field(abbreviation, member.name, member.type)
  if member.key then
    member.key_field = make_field(abbreviation .. "-key", member.name .. "'s key", member.key)
  end
end

for full_name, message in pairs(fio.messages) do
  for _, member in ipairs(message) do
    if member.cases then
      for _, case in pairs(member.cases) do prepare(full_name, case) end
    else
      prepare(full_name, member)
    end
  end
end

fio.proto.fields = all
fio.proto.experts = fio.e

-- `Wallet.Transfer` for the info column, `wallet.Wallet/Transfer` whole; numbers where there are no names.
function fio.method_names(service_id, method_id)
  local service = fio.services[service_id]
  if not service then return service_id .. "." .. method_id, nil end
  local method = service.methods[method_id]
  local last = service.name:match("[^.]+$")
  if not method then return last .. "." .. method_id, nil end
  return last .. "." .. method.name, service.name .. "/" .. method.name, method, service.name
end
