"""A call as the client has it on a connection."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fio import header as h
from fio.call_options import CallOptions
from fio.compression import inflate
from fio.errors import RpcError
from fio.frames import call_payload, frame
from fio.limits import FRAME_BYTES_MAX, TIMEOUT_MS_MAX
from fio.options import NONE, Options
from fio.service import Method, Service
from fio.status import Status
from fio.stream import Stream
from fio.timers import TIMERS, Timer
from fio.violation import Violation

if TYPE_CHECKING:
    from fio.client_link import ClientLink


class ClientStream(Stream):
    """Settled when its outcome is known; in the connection's table until END has come."""

    def __init__(
        self,
        link: ClientLink,
        id: int,
        service: Service,
        method: Method[Any, Any],
        options: CallOptions,
        deadline: float | None,
    ) -> None:
        super().__init__(link, id, service.id, method.id)
        self.deadline = deadline
        self.error: RpcError | None = None
        self._description = service
        self._kind = method.kind
        self._name = f"{service.name}/{method.name}"
        self._options = options
        self._timer: Timer | None = None
        self._replies = 0
        if self._kind.has_one_reply:
            self._is_wanted = True

    # ---- sending --------------------------------------------------------------------------------

    def call(self, message: bytes | None, attempt: int, key: bytes | None) -> bytes:
        """Sends CALL, with the whole message if it fits.

        Returns what is to follow as DATA. RpcError or ValueError: nothing was sent.
        """
        given = self._options
        options = NONE
        if given.metadata or given.credentials is not None or attempt or key is not None:
            options = Options(
                metadata=tuple(given.metadata),
                credentials=given.credentials,
                attempt=attempt,
                key=key,
            ).encode()
        packed, flags = (b"", 0) if message is None else self.link.pack(message)
        self._call_flags = flags
        has_room = 4 + len(options) + len(packed) <= FRAME_BYTES_MAX
        if message is not None:
            flags = flags | h.LAST if has_room else 0
        payload = call_payload(self._timeout_ms(), options, packed if has_room else b"")
        self.link.outbox.call(
            frame(h.CALL, self.id, payload, flags=flags, service=self.service, method=self.method)
        )
        if self.deadline is not None and not self._kind.has_one_reply:
            self._timer = TIMERS.later(self.deadline - time.monotonic(), self._time_is_up)
        return b"" if has_room else packed

    def send_rest(self, packed: bytes) -> None:
        """What did not fit into CALL."""
        self.send(packed, last=True, first_flags=self._call_flags)

    def _timeout_ms(self) -> int:
        if self.deadline is None:
            return 0
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise RpcError(Status.DEADLINE_EXCEEDED, "no time is left", may_have_acted=False)
        return min(-int(-left * 1000 // 1), TIMEOUT_MS_MAX)

    def cancel(self, error: RpcError) -> None:
        """Settles the call, if it is not over, asks for END, and drops what comes until then."""
        with self.link.lock:
            if self.is_ended or self.is_given_up:
                return
            self._settle(error)
            self._give_up(error.code, error.text)

    def _give_up(self, code: Status, text: str = "") -> None:
        if not self.is_ended:
            self.is_given_up = True
            self.drop_unread()
            self.link.outbox.drop(self.id)
            options = Options(text=text).encode() if text else NONE
            self.link.outbox.control(
                frame(
                    h.CANCEL,
                    self.id,
                    options,
                    code=code,
                    service=self.service,
                    method=self.method,
                )
            )

    def timed_out(self) -> None:
        self.cancel(RpcError(Status.DEADLINE_EXCEEDED, "the time limit has passed"))

    def _time_is_up(self) -> None:
        with self.link.lock:
            self.timed_out()

    # ---- receiving ------------------------------------------------------------------------------

    def check(self) -> None:
        if self.error is not None and not self._unread:
            raise self.error

    def advanced(self) -> None:
        self._replies += 1
        if self._kind.has_one_reply and self._replies > 1:
            text = f"{self._name} has exactly one reply, and more came"
            self._settle(RpcError(Status.UNIMPLEMENTED, text))
            self._give_up(Status.CANCELLED)

    def refused(self, violation: Violation) -> None:
        self.refuse(violation)

    def refuse(self, violation: Violation) -> RpcError:
        """A reply that cannot be taken: what the caller is told of it."""
        error = refusal(violation)
        with self.link.lock:
            self._settle(error)
            self._give_up(Status.CANCELLED)
        return error

    def receive_meta(self, options: Options) -> None:
        if self.has_meta or self.has_data:
            raise Violation("META_REPEATED", f"a second or late META on stream {self.id}")
        self.has_meta = True
        if not self.is_given_up and self._options.on_metadata is not None:
            self._options.on_metadata(options.metadata)

    def receive_end(self, code: Status, flags: int, options: Options, message: bytes) -> None:
        self.is_ended = True
        if self.is_given_up:
            self._end()
            return
        self.drop_unfinished()
        if code == Status.OK:
            if flags & h.MSG:
                self.take_whole(message, flags)
            if self._kind.has_one_reply and self._replies == 0 and self.error is None:
                text = f"{self._name} has exactly one reply, and none came"
                self._settle(RpcError(Status.UNIMPLEMENTED, text))
        else:
            self._settle(self._error_of(code, flags, options, message))
        if self._options.on_trailers is not None:
            self._options.on_trailers(options.metadata)
        self._end()

    def _error_of(self, code: Status, flags: int, options: Options, message: bytes) -> RpcError:
        not_processed = flags & h.NOT_PROCESSED != 0
        return RpcError(
            code,
            options.text,
            may_have_acted=not not_processed,
            from_peer=True,
            not_processed=not_processed,
            detail=self._detail(options.error_id, flags, message),
            retry_after_ms=options.retry_after_ms,
            trailers=options.metadata,
        )

    def _detail(self, error_id: int | None, flags: int, message: bytes) -> Any:
        if error_id is None:
            return None
        for codec in self._description.errors:
            if codec.error is not None and codec.error[0] == error_id:
                try:
                    return codec.decode(self._unpack(message, flags) if flags & h.MSG else b"")
                except Violation:
                    return None
        return None

    def _unpack(self, message: bytes, flags: int) -> bytes:
        if not flags & h.COMPRESSED:
            return message
        return inflate(message, self.link.limits.message_bytes_max)

    def lost(self, error: RpcError) -> None:
        self._settle(error)
        self._end()

    def _settle(self, error: RpcError) -> None:
        if self.error is None:
            self.error = error
        if self._kind.has_one_reply:
            self.drop_unread()
        self.changed.notify_all()

    def _end(self) -> None:
        self.is_ended = True
        self.link.outbox.drop(self.id)
        if self._timer is not None:
            self._timer.cancel()
        self.changed.notify_all()

    def reply(self) -> bytes:
        """The only reply, when END has come."""
        with self.changed:
            while not self.is_ended and self.error is None:
                self.wait()
            if self.error is not None:
                raise self.error
        try:
            message = self.next_message()
        except Violation as violation:
            raise self.refuse(violation) from None
        assert message is not None
        return message


def refusal(violation: Violation) -> RpcError:
    is_too_much = violation.status == Status.RESOURCE_EXHAUSTED
    return RpcError(Status.RESOURCE_EXHAUSTED if is_too_much else Status.INTERNAL, str(violation))
