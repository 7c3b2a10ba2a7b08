"""What breaks a rule of the protocol: one exception, with the name that the protocol gives it."""

from __future__ import annotations

from typing import Final

from fio.status import Status

_INTERNAL = (
    "HELLO_MISSING HELLO_REPEATED HELLO_INVALID TYPE_UNKNOWN TYPE_OUT_OF_PLACE FLAG_OUT_OF_PLACE "
    "CODE_OUT_OF_PLACE STREAM_OUT_OF_PLACE METHOD_OUT_OF_PLACE LENGTH_OUT_OF_PLACE STREAM_ID_REUSED "
    "STREAM_NOT_OPEN STREAM_HALF_CLOSED METHOD_MISMATCH META_REPEATED FRAGMENT_UNEXPECTED "
    "FRAGMENT_MISSING FRAGMENT_EMPTY CREDIT_EXCEEDED CREDIT_ZERO CREDIT_OVERFLOW "
    "COMPRESSION_NOT_AGREED TIMEOUT_INVALID OPTIONS_MALFORMED"
)
_ARGUMENT = (
    "FIELD_CUT COUNT_TOO_BIG DEPTH_EXCEEDED UTF8_INVALID BOOL_INVALID PRESENCE_INVALID "
    "MAP_KEY_REPEATED COMPRESSION_INVALID"
)

OF_CONNECTION: Final[dict[str, Status]] = {
    "PREFACE_MISMATCH": Status.UNIMPLEMENTED,
    "VERSION_UNSUPPORTED": Status.UNIMPLEMENTED,
    "HANDSHAKE_TIMEOUT": Status.DEADLINE_EXCEEDED,
    "FRAME_TOO_LONG": Status.RESOURCE_EXHAUSTED,
    "FRAME_TIMEOUT": Status.DEADLINE_EXCEEDED,
    "OPTIONS_TOO_LONG": Status.RESOURCE_EXHAUSTED,
    "PING_FLOOD": Status.RESOURCE_EXHAUSTED,
    **{name: Status.INTERNAL for name in _INTERNAL.split()},
}
OF_MESSAGE: Final[dict[str, Status]] = {
    "MESSAGE_TOO_LONG": Status.RESOURCE_EXHAUSTED,
    "MEMORY_EXHAUSTED": Status.RESOURCE_EXHAUSTED,
    **{name: Status.INVALID_ARGUMENT for name in _ARGUMENT.split()},
}


class Violation(Exception):
    """A rule that the peer has broken. `name` is stable; `text` is for people."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name
        self.ends_connection = name in OF_CONNECTION
        self.status = OF_CONNECTION[name] if self.ends_connection else OF_MESSAGE[name]
