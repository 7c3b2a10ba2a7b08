"""From chunks of bytes, cut anywhere, to whole frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fio.frames import PREFACE
from fio.header import HEADER, IGNORABLE_FROM, Header
from fio.limits import HEADER_SIZE
from fio.violation import Violation


class FrameReader:
    """`check` refuses a header, by a Violation, before its payload is waited for."""

    def __init__(self, check: Callable[[Header], None]) -> None:
        self._check = check
        self._buffer = bytearray()
        self._preface_left = PREFACE
        self._header: Header | None = None

    @property
    def is_within_frame(self) -> bool:
        return self._header is not None or len(self._buffer) > 0

    def feed(self, chunk: bytes) -> Iterator[tuple[Header, bytes]]:
        """The frames that have become whole. Those of unknown ignorable types are skipped."""
        buffer = self._buffer
        buffer += self._without_preface(chunk)
        at = 0
        try:
            while True:
                if self._header is None:
                    if len(buffer) - at < HEADER_SIZE:
                        break
                    header = Header._make(HEADER.unpack_from(buffer, at))
                    self._check(header)
                    self._header = header
                    at += HEADER_SIZE
                header = self._header
                if len(buffer) - at < header.length:
                    break
                payload = bytes(buffer[at : at + header.length])
                at += header.length
                self._header = None
                if header.type < IGNORABLE_FROM:
                    yield header, payload
        finally:
            del buffer[:at]

    def _without_preface(self, chunk: bytes) -> bytes:
        left = self._preface_left
        if not left:
            return chunk
        head = chunk[: len(left)]
        if not left.startswith(head):
            raise Violation("PREFACE_MISMATCH", f"{chunk[:16]!r} is no preface")
        self._preface_left = left[len(head) :]
        return chunk[len(head) :]
