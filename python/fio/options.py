"""The block of options that most frames carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from struct import Struct
from typing import Final

from fio.limits import OPTIONS_BYTES_MAX, TEXT_BYTES_MAX
from fio.violation import Violation

METADATA, KEY, ATTEMPT, TRACE, TEXT, CREDENTIALS, ERROR_ID, RETRY_AFTER = range(1, 9)
_SIZES: Final = {KEY: 16, ATTEMPT: 1, ERROR_ID: 2, RETRY_AFTER: 4}
_METADATA_KEY: Final = re.compile(rb"[a-z0-9\-_.]{1,255}\Z")
_ENTRY: Final = Struct("!BH")
NONE: Final = b"\0\0"


@dataclass(frozen=True, slots=True)
class Options:
    metadata: tuple[tuple[str, bytes], ...] = ()
    key: bytes | None = None
    attempt: int = 0
    trace: bytes | None = None
    text: str = ""
    credentials: bytes | None = None
    error_id: int | None = None
    retry_after_ms: int | None = None

    def encode(self) -> bytes:
        """The block. ValueError when a metadata key is wrong or all together is too long."""
        entries = [(METADATA, _pair(key, value)) for key, value in self.metadata]
        if self.key is not None:
            entries.append((KEY, self.key))
        if self.attempt:
            entries.append((ATTEMPT, bytes([min(self.attempt, 255)])))
        if self.trace is not None:
            entries.append((TRACE, self.trace))
        if self.text:
            entries.append((TEXT, shorten(self.text)))
        if self.credentials is not None:
            entries.append((CREDENTIALS, self.credentials))
        if self.error_id is not None:
            entries.append((ERROR_ID, self.error_id.to_bytes(2, "big")))
        if self.retry_after_ms is not None:
            entries.append((RETRY_AFTER, self.retry_after_ms.to_bytes(4, "big")))
        length = sum(3 + len(value) for _, value in entries)
        if length > OPTIONS_BYTES_MAX:
            raise ValueError(f"options of {length} bytes; at most {OPTIONS_BYTES_MAX} fit")
        parts = [length.to_bytes(2, "big")]
        parts += [_ENTRY.pack(tag, len(value)) + value for tag, value in entries]
        return b"".join(parts)


def _pair(key: str, value: bytes) -> bytes:
    name = key.encode("ascii", "replace")
    if _METADATA_KEY.match(name) is None:
        raise ValueError(f"a metadata key has 1 to 255 of a-z 0-9 - _ . and not {key!r}")
    return bytes([len(name)]) + name + value


def shorten(text: str) -> bytes:
    """Text as UTF-8, cut between two characters where it is too long."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= TEXT_BYTES_MAX:
        return encoded
    return encoded[:TEXT_BYTES_MAX].decode("utf-8", "ignore").encode()


def read_options(payload: bytes, offset: int) -> tuple[Options, int]:
    """The block at an offset, and where it ends."""
    if offset + 2 > len(payload):
        raise _malformed("no room for the options")
    length = int.from_bytes(payload[offset : offset + 2], "big")
    if length > OPTIONS_BYTES_MAX:
        raise Violation("OPTIONS_TOO_LONG", f"options of {length} bytes")
    at, end = offset + 2, offset + 2 + length
    if end > len(payload):
        raise _malformed("options longer than their frame")
    if at == end:
        return _EMPTY, end
    metadata: list[tuple[str, bytes]] = []
    found: dict[int, bytes] = {}
    while at < end:
        if at + 3 > end:
            raise _malformed("an entry is cut")
        tag, size = _ENTRY.unpack_from(payload, at)
        at += 3
        if at + size > end:
            raise _malformed("an entry is cut")
        value = payload[at : at + size]
        at += size
        if tag == METADATA:
            metadata.append(_read_pair(value))
        elif KEY <= tag <= RETRY_AFTER:
            _check_entry(tag, value, found)
            found[tag] = value
    return _gather(metadata, found), end


def _check_entry(tag: int, value: bytes, found: dict[int, bytes]) -> None:
    if tag in found:
        raise _malformed(f"option {tag} comes twice")
    if len(value) != _SIZES.get(tag, len(value)):
        raise _malformed(f"option {tag} of {len(value)} bytes")
    if tag == TEXT and len(value) > TEXT_BYTES_MAX:
        raise Violation("OPTIONS_TOO_LONG", f"text of {len(value)} bytes")


def _read_pair(value: bytes) -> tuple[str, bytes]:
    size = value[0] if value else 0
    key = value[1 : 1 + size]
    if len(key) < size or _METADATA_KEY.match(key) is None:
        raise _malformed("a metadata key is wrong")
    return key.decode("ascii"), value[1 + size :]


def _gather(metadata: list[tuple[str, bytes]], found: dict[int, bytes]) -> Options:
    def number(tag: int) -> int | None:
        return int.from_bytes(found[tag], "big") if tag in found else None

    return Options(
        metadata=tuple(metadata),
        key=found.get(KEY),
        attempt=number(ATTEMPT) or 0,
        trace=found.get(TRACE),
        text=found.get(TEXT, b"").decode("utf-8", "replace"),
        credentials=found.get(CREDENTIALS),
        error_id=number(ERROR_ID),
        retry_after_ms=number(RETRY_AFTER),
    )


def _malformed(text: str) -> Violation:
    return Violation("OPTIONS_MALFORMED", text)


_EMPTY: Final = Options()
