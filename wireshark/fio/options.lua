-- The options block, docs/PROTOCOL.md §5.10: u16 length, then entries of u8 tag, u16 length, value.

local SIZES = { [2] = 16, [3] = 1, [7] = 2, [8] = 4 }

local function metadata(tree, value, found)
  local raw = value:raw()
  local length = raw:byte(1) or 0
  local key = raw:sub(2, 1 + length)
  if length == 0 or #key < length or key:find("[^a-z0-9_.-]") then
    return fio.violation(tree, value, "OPTIONS_MALFORMED", "a metadata key that is none")
  end
  tree:add(fio.f.metadata_key, value(1, length))
  local data = value(1 + length)
  if fio.is_utf8(data:raw()) then
    tree:add_packet_field(fio.f.metadata_value, data, ENC_UTF_8)
    tree:append_text(string.format(": %s=%s", key, fio.quote(data:raw())))
  else
    tree:add(fio.f.option_value, data)
    tree:append_text(string.format(": %s, %d bytes", key, data:len()))
  end
  found.metadata = (found.metadata or 0) + 1
end

local function text(tree, value, found)
  if value:len() > fio.TEXT_BYTES_MAX then
    fio.violation(tree, value, "OPTIONS_TOO_LONG", string.format("a text of %d bytes", value:len()))
  end
  tree:add_packet_field(fio.f.text, value, ENC_UTF_8)
  found.text = value:raw()
  tree:append_text(": " .. fio.quote(found.text))
end

local SHOW = {
  [1] = metadata,
  [2] = function(tree, value) tree:add(fio.f.key, value) end,
  [3] = function(tree, value, found)
    tree:add(fio.f.attempt, value)
    found.attempt = value:uint()
  end,
  [4] = function(tree, value) tree:add_packet_field(fio.f.trace, value, ENC_UTF_8) end,
  [5] = text,
  [6] = function(tree, value) tree:add(fio.f.credentials, value) end,
  [7] = function(tree, value, found)
    tree:add(fio.f.error_id, value)
    found.error_id = value:uint()
  end,
  [8] = function(tree, value, found)
    tree:add(fio.f.retry_after, value)
    found.retry_after = value:uint()
  end,
}

-- One entry at `at`; returns where the next one begins, nil when it cannot be known.
local function entry(tvb, tree, at, stop, found)
  local length = stop - at >= 3 and tvb(at + 1, 2):uint() or nil
  if not length or length > stop - at - 3 then
    fio.violation(tree, tvb(at, stop - at), "OPTIONS_MALFORMED", "an entry is cut")
    return nil
  end
  local tag = tvb(at, 1):uint()
  local value = tvb(at + 3, length)
  local item = tree:add(fio.f.option_tag, tvb(at, 1))
  item:set_len(3 + length)
  item:set_text(fio.OPTION_TAGS[tag] or string.format("tag %d, unknown", tag))
  item:add(fio.f.option_length, tvb(at + 1, 2))
  local size = SIZES[tag]
  if size and size ~= length then
    fio.violation(item, value, "OPTIONS_MALFORMED", string.format("tag %d of %d bytes, not %d", tag, length, size))
  elseif tag ~= 1 and SHOW[tag] and found.seen[tag] then
    fio.violation(item, value, "OPTIONS_MALFORMED", string.format("tag %d comes twice", tag))
  elseif SHOW[tag] then
    SHOW[tag](item, value, found)
  else
    item:add(fio.f.option_value, value)
  end
  found.seen[tag] = true
  return at + 3 + length
end

-- The block at `at` of a payload that ends at `stop`. Returns where it ends, nil when it is broken,
-- and what was found: text, error_id, retry_after, attempt, metadata (how many).
function fio.show_options(tvb, tree, at, stop)
  local found = { seen = {} }
  local length = stop - at >= 2 and tvb(at, 2):uint() or nil
  if not length then
    fio.violation(tree, tvb(at, stop - at), "OPTIONS_MALFORMED", "a block without its length")
    return nil, found
  end
  local item = tree:add(fio.f.options, tvb(at, 2))
  if length > fio.OPTIONS_BYTES_MAX then
    fio.violation(item, tvb(at, 2), "OPTIONS_TOO_LONG", string.format("%d bytes of options", length))
    return nil, found
  end
  if length > stop - at - 2 then
    fio.violation(item, tvb(at, 2), "OPTIONS_MALFORMED", "a block longer than its frame")
    return nil, found
  end
  item:set_len(2 + length)
  local next, last = at + 2, at + 2 + length
  while next and next < last do next = entry(tvb, item, next, last, found) end
  return next and last, found
end
