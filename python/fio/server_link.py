"""The server's end of a connection."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from fio import header as h
from fio.errors import RpcError
from fio.frames import Call, GoAway, Hello, goaway, read_call
from fio.header import Header
from fio.limits import STREAM_ID_MAX
from fio.link import Link
from fio.options import read_options
from fio.server_stream import ServerStream, end_frame
from fio.service import Idempotency
from fio.status import Status, status_of
from fio.stream import Stream
from fio.timers import TIMERS
from fio.violation import Violation

if TYPE_CHECKING:
    from fio.server import Entry, Server


class ServerLink(Link):
    is_server = True

    def __init__(self, sock: socket.socket, server: Server) -> None:
        self.server = server
        self._last = 0
        self._slots = 0
        """Calls in progress, from CALL until END has been written."""
        self._caller: str | None = None
        self._is_stranger = False
        self._is_draining = False
        super().__init__(sock, server.limits, server.compressed_bytes_min)

    def last_stream(self) -> int:
        return self._last

    def greeted(self, hello: Hello) -> None:
        self.say_hello()
        credentials = hello.options.credentials
        try:
            self._caller = self.server.authenticate(credentials)
        except RpcError as error:
            if credentials is None:
                self._is_stranger = True
                return
            self.say_goodbye(Status.UNAUTHENTICATED, error.text, 0)

    def going_away(self, code: Status, away: GoAway) -> None:
        if code != Status.OK:
            self.close()

    def lost(self) -> None:
        reason = RpcError(Status.UNAVAILABLE, "the connection was lost")
        for stream in list(self.streams.values()):
            assert isinstance(stream, ServerStream)
            stream.lost(reason)
        self.streams.clear()

    def drain(self, seconds: float) -> None:
        """No new calls, please; and the end after so many seconds at the latest."""
        with self.lock:
            if self.peer is None:
                self.close()
                return
            if not self._is_draining:
                self._is_draining = True
                self.outbox.control(goaway(0, STREAM_ID_MAX, round(seconds * 1000)))
                TIMERS.later(seconds, self.expire)

    def expire(self) -> None:
        with self.lock:
            if self.is_over:
                return
            reason = RpcError(Status.UNAVAILABLE, "the server ends")
            for stream in list(self.streams.values()):
                assert isinstance(stream, ServerStream)
                stream.expire(reason)
            self.close()

    def take(self, header: Header, payload: bytes) -> None:
        if header.type == h.CALL:
            self._take_call(header, payload)
            return
        stream = self.streams.get(header.stream)
        if stream is None:
            if header.stream > self._last:
                raise Violation("STREAM_NOT_OPEN", f"stream {header.stream} is not open")
            return
        assert isinstance(stream, ServerStream)
        if self.take_common(stream, header, payload):
            return
        options, _ = read_options(payload, 0)
        stream.condemn(RpcError(status_of(header.code), options.text))

    def slot_freed(self) -> None:
        with self.lock:
            self._slots -= 1

    def stream_ended(self, stream: Stream) -> None:
        self.streams.pop(stream.id, None)
        stream.drop_unread()

    def _take_call(self, header: Header, payload: bytes) -> None:
        if header.stream <= self._last:
            raise Violation("STREAM_ID_REUSED", f"stream {header.stream} after {self._last}")
        self._last = header.stream
        call = read_call(payload)
        if header.flags & h.COMPRESSED and not self.agrees_deflate:
            raise Violation("COMPRESSION_NOT_AGREED", f"CALL on stream {header.stream}")
        if self._slots >= self.limits.streams_max:
            text = f"{self.limits.streams_max} calls at a time on a connection"
            self.outbox.control(self._refusal(header, RpcError(Status.RESOURCE_EXHAUSTED, text)))
            return
        self._slots += 1
        entry = self.server.entry(header.service, header.method)
        try:
            if entry is None:
                text = f"no method {header.method} in service {header.service}"
                raise RpcError(Status.UNIMPLEMENTED, text)
            caller = self._caller_of(call, entry)
            _check_key(call, entry)
        except RpcError as error:
            not_processed = entry is None or error.code == Status.UNAUTHENTICATED
            end = self._refusal(header, error, not_processed)
            self.outbox.control(end, self.slot_freed)
            return
        stream = ServerStream(self, header, call, entry, caller)
        self.streams[header.stream] = stream
        stream.begin(header.flags, call.message)

    def _refusal(self, header: Header, error: RpcError, not_processed: bool = True) -> bytes:
        error.not_processed = not_processed
        return end_frame(header.stream, header.service, header.method, error)

    def _caller_of(self, call: Call, entry: Entry) -> str | None:
        credentials = call.options.credentials
        if credentials is not None:
            return self.server.authenticate(credentials)
        if self._is_stranger and not entry.is_for_strangers:
            raise RpcError(Status.UNAUTHENTICATED, "a login is needed here")
        return self._caller


def _check_key(call: Call, entry: Entry) -> None:
    is_keyed = entry.method.idempotency == Idempotency.KEYED
    if is_keyed != (call.options.key is not None):
        text = "needs an idempotency key" if is_keyed else "takes no idempotency key"
        raise RpcError(Status.INVALID_ARGUMENT, f"{entry.name} {text}")


def refuse_connection(sock: socket.socket, preface: bytes, text: str) -> None:
    """GOAWAY for a client that is one too many."""
    try:
        sock.sendall(preface + goaway(Status.RESOURCE_EXHAUSTED, 0, 0, text))
    except OSError:
        pass
    sock.close()
