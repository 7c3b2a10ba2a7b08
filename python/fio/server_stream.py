"""A call as the server has it on a connection: when its handler starts, and its one END."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fio import header as h
from fio.context import CallContext
from fio.current import CURRENT
from fio.errors import Metadata, RpcError
from fio.frames import Call, frame
from fio.header import Header
from fio.limits import FRAME_BYTES_MAX
from fio.options import NONE, Options
from fio.service import Idempotency
from fio.status import Status
from fio.stream import Stream
from fio.timers import TIMERS, Timer
from fio.violation import Violation

if TYPE_CHECKING:
    from fio.server_link import ServerLink
    from fio.server import Entry


class ServerStream(Stream):
    link: ServerLink

    def __init__(
        self, link: ServerLink, header: Header, call: Call, entry: Entry, caller: str | None
    ) -> None:
        super().__init__(link, header.stream, header.service, header.method)
        self._entry = entry
        self._kind = entry.method.kind
        deadline = time.monotonic() + call.timeout_ms / 1000 if call.timeout_ms else None
        self.context = CallContext(self, call.options.metadata, caller, deadline, call.options.key)
        self._verdict: RpcError | None = None
        """How the call ends, whatever its handler does."""
        self._is_running = False
        self._timer: Timer | None = None
        if deadline is not None:
            self._timer = TIMERS.later(call.timeout_ms / 1000, self.timed_out)
        if self._kind.has_one_request:
            self._is_wanted = True

    def begin(self, flags: int, message: bytes) -> None:
        """CALL has come."""
        self.peer_done = flags & h.LAST != 0
        if not self._kind.has_one_request:
            self._start()
        if flags & h.MSG:
            self.take_whole(message, flags)
        if self.peer_done and not flags & h.MSG:
            self.advanced()

    # ---- what ends it ---------------------------------------------------------------------------

    def condemn(self, verdict: RpcError) -> None:
        """The call is over but for its handler, which is told; END follows when that has ended."""
        if self._verdict is not None or self.is_ended:
            return
        self._verdict = verdict
        self.is_given_up = True
        self.drop_unread()
        self.link.outbox.drop(self.id)
        self.changed.notify_all()
        self.context.cancel(verdict)
        if not self._is_running:
            self._send_error(verdict)

    def refused(self, violation: Violation) -> None:
        self.condemn(RpcError(violation.status, str(violation)))

    def timed_out(self) -> None:
        with self.link.lock:
            self.condemn(RpcError(Status.DEADLINE_EXCEEDED, "the time limit has passed"))

    def lost(self, reason: RpcError) -> None:
        """The connection is gone: nothing is sent any more."""
        if not self.is_ended:
            self._ended()
            self._verdict = self._verdict or reason
            self.drop_unread()
            self.context.cancel(reason)
            self.changed.notify_all()

    def expire(self, reason: RpcError) -> None:
        """The connection ends in order: END now, the handler may go on."""
        self.condemn(reason)
        if not self.is_ended:
            self._send_error(reason)

    def check(self) -> None:
        if self._verdict is not None:
            raise self._verdict

    def advanced(self) -> None:
        if not self._kind.has_one_request or self._is_running or self._verdict is not None:
            return
        count = self.unread_count
        if count > 1 or (count == 0 and self.peer_done):
            found = "none came" if count == 0 else "more came"
            text = f"{self._entry.name} has exactly one request, and {found}"
            self.condemn(RpcError(Status.UNIMPLEMENTED, text))
        elif count == 1 and self.peer_done:
            self._start()

    # ---- the handler ----------------------------------------------------------------------------

    def _start(self) -> None:
        self._is_running = True
        threading.Thread(target=self._run, name=self._entry.name, daemon=True).start()

    def _run(self) -> None:
        CURRENT.context = self.context
        try:
            reply = self._answer()
            if reply is None:
                self._send_end()
            else:
                self._send_result(reply)
        except RpcError as error:
            self._fail(error)
        except Violation as violation:
            with self.link.lock:
                self.refused(violation)
            self._fail(RpcError(violation.status, str(violation)))
        except Exception as error:
            self.link.server.log_failure(self._entry.name, error)
            self._fail(RpcError(Status.UNKNOWN, "the handler has failed"))

    def _answer(self) -> bytes | None:
        """The only reply's bytes; None: the replies are sent."""
        method, context = self._entry.method, self.context
        if not self._kind.has_one_request:
            reply = self._entry.handler(self._each_request(), context)
        else:
            message = self.next_message()
            assert message is not None
            if method.idempotency == Idempotency.KEYED and context.key is not None:
                name = (context.caller, self.service, self.method, context.key)
                handle = lambda: self._handle(message)
                return self._entry.outcomes.run(name, message, context, handle)
            if self._kind.has_one_reply:
                return self._handle(message)
            reply = self._entry.handler(method.request.decode(message), context)
        if self._kind.has_one_reply:
            return self._encode(reply)
        for one in reply:
            self.send(self._encode(one))
        return None

    def _encode(self, reply: Any) -> bytes:
        try:
            return self._entry.method.reply.encode(reply)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            text = f"{self._entry.name} has answered what cannot be sent: {error}"
            raise RpcError(Status.INTERNAL, text) from error

    def _handle(self, message: bytes) -> bytes:
        method = self._entry.method
        return self._encode(self._entry.handler(method.request.decode(message), self.context))

    def _each_request(self) -> Iterator[Any]:
        while (message := self.next_message()) is not None:
            yield self._entry.method.request.decode(message)

    def send_metadata(self, metadata: Metadata) -> None:
        payload = Options(metadata=tuple(metadata)).encode()
        with self.link.lock:
            if self.has_meta or self.has_sent:
                raise ValueError("initial metadata goes once, before the first reply")
            self.has_meta = True
            if not self.is_ended:
                self.link.outbox.control(self._frame(h.META, payload))

    # ---- END ------------------------------------------------------------------------------------

    def _send_result(self, reply: bytes) -> None:
        packed, flags = self.link.pack(reply)
        options = self._end_options()
        if len(options) + len(packed) > FRAME_BYTES_MAX:
            self.send(packed, first_flags=flags)
            self._send_end()
            return
        with self.changed:
            while not self.link.outbox.has_room:
                self.check()
                self.changed.wait()
            self.check()
            self._end(self._frame(h.END, options + packed, flags=flags), behind_data=True)

    def _send_end(self) -> None:
        options = self._end_options()
        with self.link.lock:
            self.check()
            self._end(self._frame(h.END, options), behind_data=True)

    def _fail(self, given: RpcError) -> None:
        # Of an error that the handler was given itself, what it says of that other call is left out.
        error = RpcError(
            given.code,
            given.text,
            detail=given.detail,
            retry_after_ms=None if given.from_peer else given.retry_after_ms,
        )
        with self.link.lock:
            if self.is_ended:
                return
            if self._verdict is not None:
                self._send_error(self._verdict)
            else:
                # Replies that were given before the error had their credit: they are not lost to it.
                self._end(self._error_frame(error), behind_data=True)

    def _send_error(self, error: RpcError) -> None:
        self.link.outbox.drop(self.id)
        self._end(self._error_frame(error), behind_data=False)

    def _error_frame(self, error: RpcError) -> bytes:
        peer = self.link.peer
        return end_frame(
            self.id,
            self.service,
            self.method,
            error,
            self._entry,
            tuple(self.context.trailers),
            FRAME_BYTES_MAX if peer is None else peer.message_bytes_max,
        )

    def _end(self, end: bytes, behind_data: bool) -> None:
        if self.is_ended:
            return
        self._ended()
        if behind_data:
            self.link.outbox.data(self.id, end, self.link.slot_freed)
        else:
            self.link.outbox.control(end, self.link.slot_freed)
        self.link.stream_ended(self)

    def _ended(self) -> None:
        self.is_ended = True
        if self._timer is not None:
            self._timer.cancel()

    def _end_options(self) -> bytes:
        trailers = tuple(self.context.trailers)
        return Options(metadata=trailers).encode() if trailers else NONE

    def _frame(self, kind: int, payload: bytes, flags: int = 0) -> bytes:
        return frame(
            kind, self.id, payload, flags=flags, service=self.service, method=self.method
        )


def end_frame(
    stream: int,
    service: int,
    method: int,
    error: RpcError,
    entry: Entry | None = None,
    trailers: tuple[tuple[str, bytes], ...] = (),
    detail_bytes_max: int = FRAME_BYTES_MAX,
) -> bytes:
    """END with an error; the detail of a typed one is left out where it does not fit."""
    code, error_id, detail = int(error.code) or int(Status.UNKNOWN), None, b""
    codec = entry.error_codec(error.detail) if entry is not None and error.detail is not None else None
    if codec is not None and codec.error is not None:
        detail = codec.encode(error.detail)
        error_id, code = codec.error
    options = Options(
        metadata=trailers,
        text=error.text,
        error_id=error_id,
        retry_after_ms=error.retry_after_ms,
    )
    try:
        block = options.encode()
    except ValueError:
        block = Options(text=error.text).encode()
    if len(block) + len(detail) > FRAME_BYTES_MAX or len(detail) > detail_bytes_max:
        block, detail, error_id = Options(metadata=trailers, text=error.text).encode(), b"", None
    flags = (h.MSG if error_id is not None else 0) | (h.NOT_PROCESSED if error.not_processed else 0)
    return frame(
        h.END, stream, block + detail, flags=flags, code=code, service=service, method=method
    )
