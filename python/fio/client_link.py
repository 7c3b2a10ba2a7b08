"""The client's end of a connection."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

from fio import header as h
from fio.client_stream import ClientStream
from fio.errors import RpcError
from fio.frames import GoAway, Hello
from fio.header import Header
from fio.limits import STREAM_ID_MAX, Limits
from fio.link import Link
from fio.options import read_options
from fio.status import Status, status_of
from fio.violation import Violation

_TELLING = (Status.UNAUTHENTICATED, Status.PERMISSION_DENIED, Status.UNIMPLEMENTED)


StreamMaker = Callable[["ClientLink", int], ClientStream]


class ClientLink(Link):
    is_server = False

    def __init__(
        self,
        sock: socket.socket,
        limits: Limits,
        compressed_bytes_min: int | None,
        credentials: bytes | None,
    ) -> None:
        super().__init__(sock, limits, compressed_bytes_min, credentials)
        self.changed = threading.Condition(self.lock)
        self.takes_calls = False
        self.has_answered = False
        """An END has come: this is a server that works."""
        self.greeted_at: float | None = None
        self.has_left = False
        """It has ended as the two ends agreed, which is no failure."""
        self.reason: RpcError | None = None
        self._next = 1
        self._away: tuple[Status, GoAway] | None = None
        self._is_draining = False
        self.say_hello()
        self.thread = threading.Thread(target=self.run, name="fio-reader", daemon=True)
        self.thread.start()

    def wait_until_ready(self, deadline: float | None) -> bool:
        """Until the server's HELLO has come. False: it is over before that."""
        with self.changed:
            while self.peer is None and not self.is_over:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise RpcError(Status.DEADLINE_EXCEEDED, "no connection in time", may_have_acted=False)
                self.changed.wait(left)
            return not self.is_over and self.takes_calls

    def begin(
        self, make: StreamMaker, begin: Callable[[ClientStream], bytes], deadline: float | None
    ) -> tuple[ClientStream, bytes] | None:
        """Opens a stream when the server takes one call more, and has CALL sent there.

        With it comes what `begin` returns. None: no more calls go here.
        """
        with self.changed:
            assert self.peer is not None
            while self.takes_calls and len(self.streams) >= self.peer.streams_max:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    text = "no room for one more call on the connection in time"
                    raise RpcError(Status.DEADLINE_EXCEEDED, text, may_have_acted=False)
                self.changed.wait(left)
            if not self.takes_calls:
                return None
            stream = make(self, self._next)
            rest = begin(stream)
            self._next += 2
            if self._next > STREAM_ID_MAX:
                self.takes_calls = False
            self.streams[stream.id] = stream
            return stream, rest

    def leave(self) -> None:
        """Begins no more calls, and closes when those that there are have ended."""
        with self.changed:
            self.takes_calls = False
            self.has_left = True
            self._is_draining = True
            self.changed.notify_all()
            if not self.streams:
                self.close()

    def last_stream(self) -> int:
        return 0

    def greeted(self, hello: Hello) -> None:
        self.greeted_at = time.monotonic()
        self.takes_calls = not self._is_draining
        self.changed.notify_all()

    def going_away(self, code: Status, away: GoAway) -> None:
        if code == Status.OK:
            self.leave()
            return
        self._away = (code, away)
        self.reason = RpcError(
            code if code in _TELLING else Status.UNAVAILABLE,
            away.options.text,
            may_have_acted=False,
            from_peer=True,
        )
        self.close()

    def lost(self) -> None:
        self.takes_calls = False
        for stream in list(self.streams.values()):
            assert isinstance(stream, ClientStream)
            stream.lost(self._loss_of(stream.id))
        self.streams.clear()
        self.changed.notify_all()

    def _loss_of(self, stream: int) -> RpcError:
        if self._away is None:
            return RpcError(Status.UNAVAILABLE, "the connection was lost")
        code, away = self._away
        is_above = stream > away.last_stream
        return RpcError(
            code if is_above and code in _TELLING else Status.UNAVAILABLE,
            away.options.text,
            may_have_acted=not is_above,
        )

    def take(self, header: Header, payload: bytes) -> None:
        stream = self.streams.get(header.stream)
        if stream is None:
            raise Violation("STREAM_NOT_OPEN", f"stream {header.stream} is not open")
        assert isinstance(stream, ClientStream)
        if self.take_common(stream, header, payload):
            return
        options, at = read_options(payload, 0)
        if header.type == h.META:
            stream.receive_meta(options)
            return
        if header.flags & h.COMPRESSED and not self.agrees_deflate:
            raise Violation("COMPRESSION_NOT_AGREED", f"END on stream {stream.id}")
        self.has_answered = True
        stream.receive_end(status_of(header.code), header.flags, options, payload[at:])
        del self.streams[stream.id]
        self.changed.notify_all()
        if self._is_draining and not self.streams:
            self.close()
