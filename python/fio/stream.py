"""One call's two directions on a connection: credit, fragments, what is unread. Both ends have it."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from fio import header as h
from fio.compression import check_inflated_length, inflate
from fio.frames import frame
from fio.limits import (
    CREDIT_BYTES_MAX,
    CREDIT_STEP_BYTES,
    FRAME_BYTES_MAX,
    FRAME_OVERHEAD_BYTES,
    INITIAL_CREDIT_BYTES,
)
from fio.violation import Violation

if TYPE_CHECKING:
    from fio.link import Link


class Unread(NamedTuple):
    payload: bytes
    is_compressed: bool
    cost: int
    held_bytes: int
    """What it counts for: nothing when somebody was waiting for it."""


class Stream(ABC):
    """All but `send` and `next_message` is called with the connection's lock held."""

    def __init__(self, link: Link, id: int, service: int, method: int) -> None:
        self.link = link
        self.id = id
        self.service = service
        self.method = method
        self.changed = threading.Condition(link.lock)
        self.deadline: float | None = None
        self.is_given_up = False
        """What comes until END is dropped."""
        self.is_ended = False
        self.peer_done = False
        self.has_meta = False
        self.has_data = False
        """DATA has come."""
        self.has_sent = False
        self._sending = threading.Lock()
        self._credit = INITIAL_CREDIT_BYTES
        self._peer_credit = INITIAL_CREDIT_BYTES
        self._earned = 0
        self._is_wanted = False
        self._unread: deque[Unread] = deque()
        self._assembly: bytearray | None = None
        self._assembly_cost = 0
        self._assembly_compressed = False

    @abstractmethod
    def refused(self, violation: Violation) -> None:
        """A message that cannot be taken: the call is over, the connection goes on."""

    @abstractmethod
    def advanced(self) -> None:
        """A message has come whole, or the peer sends no more."""

    @abstractmethod
    def check(self) -> None:
        """Raises RpcError when nobody is to wait on this stream any more."""

    @abstractmethod
    def timed_out(self) -> None:
        """The deadline has passed."""

    # ---- sending --------------------------------------------------------------------------------

    def send(self, message: bytes, last: bool = False, first_flags: int | None = None) -> bool:
        """Sends a message as DATA, and waits for credit and room. False: END has come, it is too late.

        `first_flags`: the message is packed already.
        """
        packed, flags = (message, first_flags) if first_flags is not None else self.link.pack(message)
        with self._sending:
            self._hold(len(packed))
            try:
                return self._send_fragments(packed, flags, last)
            finally:
                with self.link.lock:
                    self.link.unsent_bytes -= len(packed)

    def send_last(self) -> None:
        """DATA with LAST alone."""
        with self._sending:
            self._send_fragments(b"", 0, True)

    def _send_fragments(self, packed: bytes, flags: int, last: bool) -> bool:
        at = 0
        while True:
            size = min(len(packed) - at, FRAME_BYTES_MAX)
            with self.changed:
                if not self._wait_for_credit(size + FRAME_OVERHEAD_BYTES):
                    return False
                is_whole = at + size == len(packed)
                end_flags = (h.LAST if last else 0) if is_whole else h.MORE
                self._credit -= size + FRAME_OVERHEAD_BYTES
                self.has_sent = True
                self.link.outbox.data(
                    self.id,
                    frame(
                        h.DATA,
                        self.id,
                        packed[at : at + size],
                        flags=flags | end_flags | (h.REPLY if self.link.is_server else 0),
                        service=self.service,
                        method=self.method,
                    ),
                )
            at += size
            flags = 0
            if at == len(packed):
                return True

    def _wait_for_credit(self, cost: int) -> bool:
        while True:
            self.check()
            if self.is_ended:
                return False
            if self._credit >= cost and self.link.outbox.has_room:
                return True
            self.wait()

    def _hold(self, size: int) -> None:
        """Counts a message as unsent, when there is room for it."""
        with self.changed:
            unsent_max = self.link.limits.unsent_bytes_max
            while self.link.unsent_bytes and self.link.unsent_bytes + size > unsent_max:
                self.check()
                self.changed.wait(0.05)
            self.link.unsent_bytes += size

    def grant(self, credit: int) -> None:
        self._credit += credit
        if self._credit > CREDIT_BYTES_MAX:
            raise Violation("CREDIT_OVERFLOW", f"credit of {self._credit} bytes")
        self.changed.notify_all()

    def wait(self) -> None:
        """Until something changes, or the deadline."""
        if self.deadline is None:
            self.changed.wait()
        elif not self.changed.wait(max(0.0, self.deadline - time.monotonic())):
            if time.monotonic() >= self.deadline:
                self.timed_out()

    # ---- receiving ------------------------------------------------------------------------------

    def receive_data(self, flags: int, payload: bytes) -> None:
        if self.peer_done:
            raise Violation("STREAM_HALF_CLOSED", f"DATA after LAST on stream {self.id}")
        if flags & h.LAST:
            self.peer_done = True
        if self.is_given_up:
            return
        self.has_data = True
        cost = FRAME_OVERHEAD_BYTES + len(payload)
        self._peer_credit -= cost
        if self._peer_credit < 0:
            raise Violation("CREDIT_EXCEEDED", f"{-self._peer_credit} bytes too many on stream {self.id}")
        try:
            self._take_fragment(flags, payload, cost)
        except Violation as violation:
            if violation.ends_connection:
                raise
            self.refused(violation)
            return
        if flags & h.LAST:
            self.advanced()
            self.changed.notify_all()

    def _take_fragment(self, flags: int, payload: bytes, cost: int) -> None:
        if flags & h.MORE and not payload:
            raise Violation("FRAGMENT_EMPTY", "MORE without payload")
        if flags & h.MSG:
            if self._assembly is not None:
                raise Violation("FRAGMENT_MISSING", "a message begins in another")
            self._assembly_compressed = flags & h.COMPRESSED != 0
            self._assembly, self._assembly_cost = bytearray(), 0
            self.link.unfinished[self.id] = self
        elif self._assembly is None:
            if flags & h.LAST and not payload:
                return
            raise Violation("FRAGMENT_UNEXPECTED", "a fragment of no message")
        elif not payload:
            raise Violation("FRAGMENT_MISSING", "a message ends before its last fragment")
        assembly = self._assembly
        self._check_length(assembly, len(payload), flags)
        assembly += payload
        self.link.held_bytes += len(payload)
        self._assembly_cost += cost
        if self._assembly_compressed:
            check_inflated_length(assembly, self.link.limits.message_bytes_max)
        if flags & h.MORE:
            self._earn_fragments()
            return
        self._assembly = None
        self.link.held_bytes -= len(assembly)
        self._deliver(bytes(assembly), self._assembly_compressed, self._assembly_cost)
        self._forget_unfinished()

    def _check_length(self, assembly: bytearray, more: int, flags: int) -> None:
        limits = self.link.limits
        if len(assembly) + more > limits.message_bytes_max:
            text = f"a message of {len(assembly) + more} bytes; at most {limits.message_bytes_max}"
            raise Violation("MESSAGE_TOO_LONG", text)
        is_fragment = flags & h.MORE or not flags & h.MSG
        if is_fragment and self.link.held_bytes + more > limits.held_bytes_max:
            raise Violation("MEMORY_EXHAUSTED", "the connection holds too much unread")

    def take_whole(self, payload: bytes, flags: int) -> None:
        """The message of a CALL or an END, which costs nothing."""
        bytes_max = self.link.limits.message_bytes_max
        try:
            if len(payload) > bytes_max:
                raise Violation("MESSAGE_TOO_LONG", f"a message of {len(payload)} bytes")
            if flags & h.COMPRESSED:
                check_inflated_length(payload, bytes_max)
        except Violation as violation:
            self.refused(violation)
            return
        self._deliver(payload, flags & h.COMPRESSED != 0, 0)

    def _deliver(self, payload: bytes, is_compressed: bool, cost: int) -> None:
        held_bytes = 0 if self._is_wanted and not self._unread else len(payload)
        self.link.held_bytes += held_bytes
        self._unread.append(Unread(payload, is_compressed, cost, held_bytes))
        self.advanced()
        self.changed.notify_all()

    @property
    def unread_count(self) -> int:
        return len(self._unread)

    def next_message(self) -> bytes | None:
        """Waits for the next message, and gives credit for it. None: there are no more."""
        with self.changed:
            while not self._unread:
                self.check()
                if self.peer_done or self.is_ended:
                    return None
                self.want()
                self.wait()
            self._is_wanted = False
            message = self._unread.popleft()
            self.link.held_bytes -= message.held_bytes
            self._earn(message.cost)
        if not message.is_compressed:
            return message.payload
        return inflate(message.payload, self.link.limits.message_bytes_max)

    def want(self) -> None:
        """Somebody waits for the next message: its fragments earn as they come."""
        self._is_wanted = True
        self._earn_fragments()

    def drop_unread(self) -> None:
        """Nobody reads any more what has come."""
        self.link.held_bytes -= sum(message.held_bytes for message in self._unread)
        self._unread.clear()
        self.drop_unfinished()

    def drop_unfinished(self) -> None:
        if self._assembly is not None:
            self.link.held_bytes -= len(self._assembly)
            self._assembly = None
            self._forget_unfinished()

    def _forget_unfinished(self) -> None:
        """The next oldest may earn now, if this one was it."""
        self.link.unfinished.pop(self.id, None)
        for oldest in self.link.unfinished.values():
            oldest._earn_fragments()
            break

    def _earn_fragments(self) -> None:
        if not self._is_wanted or self._assembly is None or self._assembly_cost == 0:
            return
        is_oldest = next(iter(self.link.unfinished), self.id) == self.id
        if self.link.held_bytes * 2 <= self.link.limits.held_bytes_max or is_oldest:
            cost, self._assembly_cost = self._assembly_cost, 0
            self._earn(cost)

    def _earn(self, cost: int) -> None:
        if self.peer_done or self.is_ended or self.is_given_up:
            return
        self._earned += cost
        if self._earned >= CREDIT_STEP_BYTES:
            credit, self._earned = self._earned, 0
            self._peer_credit += credit
            self.link.outbox.control(
                frame(
                    h.CREDIT,
                    self.id,
                    credit.to_bytes(4, "big"),
                    service=self.service,
                    method=self.method,
                )
            )
