"""One connection: its life, its two threads, and the frames of stream 0. Both ends have it."""

from __future__ import annotations

import select
import socket
import threading
import time
from abc import ABC, abstractmethod

from fio import header as h
from fio.compression import deflate
from fio.errors import RpcError
from fio.frame_reader import FrameReader
from fio.frames import (
    DEFLATE,
    PREFACE,
    VERSION,
    GoAway,
    Hello,
    frame,
    goaway,
    read_credit,
    read_goaway,
    read_hello,
)
from fio.header import Header, check_header
from fio.limits import Limits
from fio.options import Options
from fio.outbox import Outbox
from fio.status import Status, status_of
from fio.stream import Stream
from fio.timers import TIMERS
from fio.violation import Violation

_CHUNK_BYTES = 262_144
_CLOSE_MAX = 10.0
"""Seconds in which all that waits must have been written when a connection is closed."""


class Link(ABC):
    """`lock` guards all that is here and in the streams. The reading thread never waits for writing."""

    is_server: bool

    def __init__(
        self,
        sock: socket.socket,
        limits: Limits,
        compressed_bytes_min: int | None,
        credentials: bytes | None = None,
    ) -> None:
        self.limits = limits
        self.lock = threading.RLock()
        self.streams: dict[int, Stream] = {}
        self.unfinished: dict[int, Stream] = {}
        """Streams with a message that has begun and is not whole, the oldest first."""
        self.held_bytes = 0
        self.unsent_bytes = 0
        self.peer: Hello | None = None
        self.is_over = False
        self._sock = sock
        self._compressed_bytes_min = compressed_bytes_min
        self._credentials = credentials
        self._poller = select.poll()
        self._poller.register(sock, select.POLLIN)
        self._frames = FrameReader(self._check)
        self._has_preface = False
        self._strikes = 0
        self._last_ping: float | None = None
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.outbox = Outbox(sock, limits.control_bytes_max, self._has_room, self.destroy, self._linger)

    # ---- what the two ends do differently -------------------------------------------------------

    @abstractmethod
    def greeted(self, hello: Hello) -> None:
        """The peer's HELLO has come."""

    @abstractmethod
    def take(self, header: Header, payload: bytes) -> None:
        """A frame of a call, with the lock held."""

    @abstractmethod
    def going_away(self, code: Status, away: GoAway) -> None:
        """GOAWAY has come."""

    @abstractmethod
    def lost(self) -> None:
        """The connection is gone: all calls are over. With the lock held, once."""

    @abstractmethod
    def last_stream(self) -> int:
        """What a GOAWAY from here says: the last call that may have been begun."""

    # ---- sending --------------------------------------------------------------------------------

    @property
    def agrees_deflate(self) -> bool:
        if self._compressed_bytes_min is None or self.peer is None:
            return False
        return self.peer.capabilities & DEFLATE != 0

    def say_hello(self) -> None:
        limits = self.limits
        self.outbox.control(
            self._preface()
            + Hello(
                VERSION,
                VERSION,
                limits.message_bytes_max,
                limits.streams_max,
                round(limits.ping_interval_min * 1000),
                0 if self._compressed_bytes_min is None else DEFLATE,
                Options(credentials=self._credentials),
            ).encode(self.is_server)
        )

    def pack(self, message: bytes) -> tuple[bytes, int]:
        """A message as it is sent, and its flags. RpcError when the peer does not take it."""
        assert self.peer is not None
        if len(message) > self.peer.message_bytes_max:
            text = f"a message of {len(message)} bytes; the peer takes {self.peer.message_bytes_max}"
            raise RpcError(Status.RESOURCE_EXHAUSTED, text, may_have_acted=False)
        least = self._compressed_bytes_min
        if least is not None and len(message) >= least and self.agrees_deflate:
            packed = deflate(message)
            if len(packed) < len(message):
                return packed, h.MSG | h.COMPRESSED
        return message, h.MSG

    def say_goodbye(self, code: Status, text: str, last_stream: int) -> None:
        """GOAWAY with an error, and the end."""
        with self.lock:
            if self.is_over:
                return
            self.outbox.control(self._preface() + goaway(code, last_stream, 0, text))
            self.close()

    def close(self) -> None:
        """Writes what waits, ends this half, and soon the whole."""
        with self.lock:
            self.outbox.finish()
            TIMERS.later(_CLOSE_MAX, self.destroy)
            self._end()

    def _linger(self) -> None:
        TIMERS.later(self.limits.linger_max, self.destroy)

    def destroy(self) -> None:
        self.outbox.abort()
        with self.lock:
            self._end()

    def _end(self) -> None:
        if self.is_over:
            return
        self.is_over = True
        self.lost()

    def _preface(self) -> bytes:
        if self._has_preface:
            return b""
        self._has_preface = True
        return PREFACE

    def _has_room(self) -> None:
        with self.lock:
            for stream in self.streams.values():
                stream.changed.notify_all()

    # ---- receiving ------------------------------------------------------------------------------

    def run(self) -> None:
        """Reads until the end of the connection, on a thread of its own."""
        try:
            self._read()
        except Violation as violation:
            if violation.name == "PREFACE_MISMATCH":
                self.close()
            else:
                self.say_goodbye(violation.status, str(violation), self.last_stream())
            self._drop_rest()
        except OSError:
            pass
        finally:
            with self.lock:
                self._end()
            self.outbox.finish()
            self.outbox.thread.join(self.limits.linger_max)
            self.outbox.abort()
            self.outbox.thread.join()
            self._sock.close()

    def _read(self) -> None:
        clock = _Clock(self.limits)
        while True:
            readable = self._wait(clock)
            if not readable:
                continue
            chunk = self._sock.recv(_CHUNK_BYTES)
            if not chunk:
                return
            if self.is_over:
                continue
            clock.received()
            for header, payload in self._frames.feed(chunk):
                clock.frame_since = None
                with self.lock:
                    if not self.is_over:
                        self._dispatch(header, payload)
            if not self._frames.is_within_frame:
                clock.frame_since = None
            elif clock.frame_since is None:
                clock.frame_since = clock.last_received

    def _drop_rest(self) -> None:
        """What comes after the end is read and dropped, so that a reset does not eat the GOAWAY."""
        try:
            while self._sock.recv(_CHUNK_BYTES):
                pass
        except OSError:
            pass

    def _wait(self, clock: _Clock) -> bool:
        now = time.monotonic()
        greeted = self.peer is not None
        may_ping = greeted and not self.is_over and (self.is_server or len(self.streams) > 0)
        due = clock.due(greeted, may_ping, self.peer.ping_ms_min / 1000 if self.peer else 0.0)
        if self._poller.poll(max(0.0, min(due - now, 15.0)) * 1000):
            return True
        if time.monotonic() < due:
            return False
        if not greeted:
            raise Violation("HANDSHAKE_TIMEOUT", "no whole HELLO in time")
        if clock.frame_since is not None:
            raise Violation("FRAME_TIMEOUT", "a frame that was not whole in time")
        if clock.pinged is not None:
            self.destroy()
            raise OSError("the peer is silent")
        clock.pinged = time.monotonic()
        self.outbox.control(frame(h.PING, 0, bytes(8)))
        return False

    def _check(self, header: Header) -> None:
        check_header(header, not self.is_server)
        if self.peer is None and header.type not in (h.HELLO, h.GOAWAY):
            raise Violation("HELLO_MISSING", f"type {header.type} before HELLO")
        if self.peer is not None and header.type == h.HELLO:
            raise Violation("HELLO_REPEATED", "a second HELLO")

    def _dispatch(self, header: Header, payload: bytes) -> None:
        if header.type == h.HELLO:
            self._take_hello(payload)
        elif header.type == h.PING:
            self._take_ping(header, payload)
        elif header.type == h.GOAWAY:
            away = read_goaway(payload)
            self.going_away(status_of(header.code), away)
        else:
            self.take(header, payload)

    def _take_hello(self, payload: bytes) -> None:
        try:
            hello = read_hello(payload)
        except Violation as violation:
            if violation.name == "VERSION_UNSUPPORTED" and self.is_server:
                self.say_hello()
            raise
        self.peer = hello
        self.greeted(hello)

    def _take_ping(self, header: Header, payload: bytes) -> None:
        if header.flags & h.REPLY:
            return
        now = time.monotonic()
        last, self._last_ping = self._last_ping, now
        if last is not None and now - last < self.limits.ping_interval_min:
            self._strikes += 1
            if self._strikes >= self.limits.ping_strikes_max:
                raise Violation("PING_FLOOD", "PINGs come too soon")
        self.outbox.control(frame(h.PING, 0, payload, flags=h.REPLY))

    def take_common(self, stream: Stream, header: Header, payload: bytes) -> bool:
        """DATA and CREDIT, which mean the same at both ends."""
        if (header.service, header.method) != (stream.service, stream.method):
            raise Violation("METHOD_MISMATCH", f"stream {stream.id} has another method")
        if header.type == h.DATA:
            if header.flags & h.COMPRESSED and not self.agrees_deflate:
                raise Violation("COMPRESSION_NOT_AGREED", f"DATA on stream {stream.id}")
            stream.receive_data(header.flags, payload)
            return True
        if header.type == h.CREDIT:
            stream.grant(read_credit(payload))
            return True
        return False


class _Clock:
    """When the reader has to do something although nothing comes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._start = time.monotonic()
        self.last_received = self._start
        self.frame_since: float | None = None
        self.pinged: float | None = None

    def received(self) -> None:
        self.last_received = time.monotonic()
        self.pinged = None

    def due(self, greeted: bool, may_ping: bool, ping_min: float) -> float:
        limits = self._limits
        if not greeted:
            return self._start + limits.handshake_max
        times = [float("inf")]
        if self.frame_since is not None:
            times.append(self.frame_since + limits.frame_max)
        if self.pinged is not None:
            times.append(self.pinged + limits.ping_answer_max)
        elif may_ping:
            times.append(self.last_received + max(limits.ping_every, ping_min))
        return min(times)
