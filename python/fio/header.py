"""The sixteen bytes in front of each frame, and all that can be refused on them alone."""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from fio.limits import FRAME_BYTES_MAX, STREAM_ID_MAX
from fio.violation import Violation

HEADER: Final = Struct("!IIBBHHH")

HELLO, CALL, DATA, END, CANCEL, CREDIT, PING, GOAWAY, META = range(1, 10)
LAST, MORE, MSG, COMPRESSED, REPLY, NOT_PROCESSED = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_KNOWN_FLAGS: Final = 0x3F
IGNORABLE_FROM: Final = 0x80


class Header(NamedTuple):
    length: int
    stream: int
    type: int
    flags: int
    code: int
    service: int
    method: int


class _Rule(NamedTuple):
    name: str
    from_client: int | None
    """Flags that a client may set; None: a client does not send it."""
    from_server: int | None
    of_call: bool
    least: int
    most: int


_RULES: Final = {
    HELLO: _Rule("HELLO", 0, REPLY, False, 22, FRAME_BYTES_MAX),
    CALL: _Rule("CALL", LAST | MSG | COMPRESSED, None, True, 6, FRAME_BYTES_MAX),
    DATA: _Rule(
        "DATA",
        LAST | MORE | MSG | COMPRESSED,
        MORE | MSG | COMPRESSED | REPLY,
        True,
        0,
        FRAME_BYTES_MAX,
    ),
    END: _Rule("END", None, MSG | COMPRESSED | NOT_PROCESSED, True, 2, FRAME_BYTES_MAX),
    CANCEL: _Rule("CANCEL", 0, None, True, 2, FRAME_BYTES_MAX),
    CREDIT: _Rule("CREDIT", 0, 0, True, 4, 4),
    PING: _Rule("PING", REPLY, REPLY, False, 8, 8),
    GOAWAY: _Rule("GOAWAY", 0, 0, False, 10, FRAME_BYTES_MAX),
    META: _Rule("META", None, 0, True, 2, FRAME_BYTES_MAX),
}


def check_header(header: Header, from_server: bool) -> None:
    """Raises Violation by the first rule that a header breaks; the payload is not needed."""
    length, stream, kind, flags, code, service, method = header
    if length > FRAME_BYTES_MAX:
        raise Violation("FRAME_TOO_LONG", f"a frame of {length} bytes")
    if kind >= IGNORABLE_FROM:
        return
    rule = _RULES.get(kind)
    if rule is None:
        raise Violation("TYPE_UNKNOWN", f"type {kind}")
    allowed = rule.from_server if from_server else rule.from_client
    if allowed is None:
        raise Violation("TYPE_OUT_OF_PLACE", f"{rule.name} from the wrong end")
    if rule.of_call != (stream != 0) or (rule.of_call and (stream % 2 == 0 or stream > STREAM_ID_MAX)):
        raise Violation("STREAM_OUT_OF_PLACE", f"{rule.name} on stream {stream}")
    _check_flags(rule, kind, flags & _KNOWN_FLAGS, allowed, code, from_server)
    if (code != 0 and kind not in (END, CANCEL, GOAWAY)) or (code == 0 and kind == CANCEL):
        raise Violation("CODE_OUT_OF_PLACE", f"{rule.name} with code {code}")
    if not rule.of_call and (service != 0 or method != 0):
        raise Violation("METHOD_OUT_OF_PLACE", f"{rule.name} with service {service}, method {method}")
    if not rule.least <= length <= rule.most:
        raise Violation("LENGTH_OUT_OF_PLACE", f"{rule.name} of {length} bytes")


def _check_flags(
    rule: _Rule, kind: int, flags: int, allowed: int, code: int, from_server: bool
) -> None:
    must_reply = from_server and kind in (HELLO, DATA)
    if (
        flags & ~allowed
        or (flags & COMPRESSED and not flags & MSG)
        or (flags & LAST and flags & MORE)
        or (flags & NOT_PROCESSED and code == 0)
        or (must_reply and not flags & REPLY)
    ):
        raise Violation("FLAG_OUT_OF_PLACE", f"{rule.name} with flags {flags:#04x}")
