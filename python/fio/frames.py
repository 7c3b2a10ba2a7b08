"""Frames: written whole, and the payloads of those that have a layout."""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from fio import header as h
from fio.options import NONE, Options, read_options
from fio.violation import Violation

PREFACE: Final = bytes.fromhex("89 46 49 4F 0D 0A 1A 0A")
VERSION: Final = 1
DEFLATE: Final = 1
_HELLO: Final = Struct("!HHIIII")
_CALL: Final = Struct("!I")
_GOAWAY: Final = Struct("!II")


def frame(
    kind: int,
    stream: int,
    payload: bytes,
    *,
    flags: int = 0,
    code: int = 0,
    service: int = 0,
    method: int = 0,
) -> bytes:
    return h.HEADER.pack(len(payload), stream, kind, flags, code, service, method) + payload


class Hello(NamedTuple):
    version_min: int
    version_max: int
    message_bytes_max: int
    streams_max: int
    ping_ms_min: int
    capabilities: int
    options: Options

    @property
    def has_version(self) -> bool:
        return self.version_min <= VERSION <= self.version_max

    def encode(self, is_server: bool) -> bytes:
        payload = _HELLO.pack(*self[:6]) + self.options.encode()
        return frame(h.HELLO, 0, payload, flags=h.REPLY if is_server else 0)


def read_hello(payload: bytes) -> Hello:
    """Checks the versions first: what else stands there may be of a version that is not known."""
    numbers = _HELLO.unpack_from(payload)
    low, high = numbers[0], numbers[1]
    if low == 0 or low > high:
        raise Violation("HELLO_INVALID", f"versions {low} to {high}")
    if not low <= VERSION <= high:
        raise Violation("VERSION_UNSUPPORTED", f"version {VERSION} is spoken here")
    message_bytes_max, streams_max, ping_ms_min, capabilities = numbers[2:]
    options, _ = read_options(payload, _HELLO.size)
    return Hello(
        low, high, message_bytes_max, streams_max, ping_ms_min, capabilities, options
    )


class Call(NamedTuple):
    timeout_ms: int
    options: Options
    message: bytes


def read_call(payload: bytes) -> Call:
    timeout_ms: int = _CALL.unpack_from(payload)[0]
    if timeout_ms >> 31:
        raise Violation("TIMEOUT_INVALID", f"a time limit of {timeout_ms} ms")
    options, end = read_options(payload, _CALL.size)
    return Call(timeout_ms, options, payload[end:])


def call_payload(timeout_ms: int, options: bytes, message: bytes) -> bytes:
    return _CALL.pack(timeout_ms) + options + message


def read_credit(payload: bytes) -> int:
    credit = int.from_bytes(payload, "big")
    if credit == 0:
        raise Violation("CREDIT_ZERO", "CREDIT of 0 bytes")
    return credit


class GoAway(NamedTuple):
    last_stream: int
    drain_ms: int
    options: Options


def read_goaway(payload: bytes) -> GoAway:
    last_stream, drain_ms = _GOAWAY.unpack_from(payload)
    return GoAway(last_stream, drain_ms, read_options(payload, _GOAWAY.size)[0])


def goaway(code: int, last_stream: int, drain_ms: int = 0, text: str = "") -> bytes:
    options = Options(text=text).encode() if text else NONE
    return frame(h.GOAWAY, 0, _GOAWAY.pack(last_stream, drain_ms) + options, code=code)
