"""Calls with types: what a stub's client does for each kind of method."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from fio.call_options import CallOptions
from fio.channel import Channel
from fio.client_link import ClientLink
from fio.client_stream import ClientStream
from fio.current import CURRENT
from fio.errors import RpcError
from fio.keys import new_key
from fio.service import Idempotency, Method, Service
from fio.status import Status
from fio.violation import Violation

Req = TypeVar("Req")
Rep = TypeVar("Rep")

_TRIES_MAX = 4
_WAIT_FIRST = 0.05
_WAIT_MAX = 2.0


class Client:
    """What every stub's client is made from. One may be used by many threads."""

    def __init__(self, service: Service, channel: Channel) -> None:
        self._service = service
        self._channel = channel

    def _unary(self, method: Method[Req, Rep], request: Req, options: CallOptions) -> Rep:
        message = method.request.encode(request)
        call = _Begun(self._service, self._channel, method, options)
        has_acted = False
        tries = 0
        while True:
            try:
                stream = call.begin(message, tries)
                return _decoded(method, stream, stream.reply())
            except RpcError as error:
                has_acted = has_acted or error.may_have_acted
                error.may_have_acted = has_acted
                tries += 1
                if tries == _TRIES_MAX or not call.may_try_again(error, tries):
                    raise
            finally:
                call.release()

    def _server_streaming(
        self, method: Method[Req, Rep], request: Req, options: CallOptions
    ) -> Replies[Rep]:
        call = _Begun(self._service, self._channel, method, options)
        return Replies(method, call, call.begin(method.request.encode(request), 0))

    def _client_streaming(
        self, method: Method[Req, Rep], options: CallOptions
    ) -> Requests[Req, Rep]:
        call = _Begun(self._service, self._channel, method, options)
        return Requests(method, call, call.begin(None, 0))

    def _bidirectional(self, method: Method[Req, Rep], options: CallOptions) -> Duplex[Req, Rep]:
        call = _Begun(self._service, self._channel, method, options)
        return Duplex(method, call, call.begin(None, 0))


class _Begun:
    """A call's deadline and key, the same for all its tries; bound to the handler it is made in."""

    def __init__(
        self, service: Service, channel: Channel, method: Method[Any, Any], options: CallOptions
    ) -> None:
        self._service = service
        self._channel = channel
        self._method = method
        self._context = CURRENT.context
        self._unhook: int | None = None
        self._give_up: Callable[[], None] | None = None
        now = time.monotonic()
        self._deadline = None if options.timeout is None else now + options.timeout
        key = options.key
        if self._context is not None:
            limit = self._context.deadline
            if limit is not None:
                self._deadline = limit if self._deadline is None else min(self._deadline, limit)
        if key is None and method.idempotency == Idempotency.KEYED:
            if self._context is not None:
                key = self._context.key_of(service.id, method.id)
            key = key or new_key()
        if options.credentials is not None:
            channel.check_credentials()
        self._options = options
        self._key = key

    def begin(self, message: bytes | None, attempt: int) -> ClientStream:
        while True:
            if self._deadline is not None and self._deadline <= time.monotonic():
                raise RpcError(Status.DEADLINE_EXCEEDED, "no time is left", may_have_acted=False)
            cancellation = self._options.cancellation
            if cancellation is not None and cancellation.is_cancelled:
                raise RpcError(Status.CANCELLED, "the caller gave up", may_have_acted=False)
            link = self._channel.link(self._deadline, self._options.wait_for_ready)
            begun = link.begin(
                self._make, lambda stream: stream.call(message, attempt, self._key), self._deadline
            )
            if begun is not None:
                break
        stream, rest = begun
        if self._context is not None:
            self._unhook = self._context.on_cancel(
                lambda error: stream.cancel(RpcError(error.code, error.text))
            )
        if cancellation is not None:
            gave_up = RpcError(Status.CANCELLED, "the caller gave up")
            self._give_up = lambda: stream.cancel(gave_up)
            cancellation.call_begun(self._give_up)
        if rest:
            stream.send_rest(rest)
        return stream

    def _make(self, link: ClientLink, id: int) -> ClientStream:
        return ClientStream(link, id, self._service, self._method, self._options, self._deadline)

    def release(self) -> None:
        """The call is over: the end of the handler it was made in is no news for it."""
        if self._context is not None and self._unhook is not None:
            self._context.forget(self._unhook)
            self._unhook = None
        if self._give_up is not None and self._options.cancellation is not None:
            self._options.cancellation.call_over(self._give_up)
            self._give_up = None

    def may_try_again(self, error: RpcError, tries: int) -> bool:
        """Only keyed calls are repeated by themselves. Waits before it says yes."""
        if self._method.idempotency != Idempotency.KEYED:
            return False
        is_refusal = error.not_processed and error.code == Status.RESOURCE_EXHAUSTED
        if error.code != Status.UNAVAILABLE and not is_refusal:
            return False
        if error.retry_after_ms is not None:
            wait = error.retry_after_ms / 1000
        else:
            wait = min(_WAIT_FIRST * 2**tries, _WAIT_MAX)
        if self._deadline is not None and time.monotonic() + wait >= self._deadline:
            return False
        time.sleep(wait)
        return True


class _Streaming(Generic[Rep]):
    def __init__(self, method: Method[Any, Rep], call: _Begun, stream: ClientStream) -> None:
        self._method = method
        self._call = call
        self._stream = stream

    def cancel(self) -> None:
        """Gives the call up."""
        self._stream.cancel(RpcError(Status.CANCELLED, "the caller gave up"))


class _Sending(_Streaming[Rep], Generic[Req, Rep]):
    def send(self, request: Req) -> bool:
        """Sends a request, and waits until it may be sent. False: the call has ended, see how."""
        try:
            return self._stream.send(self._method.request.encode(request))
        except (RpcError, ValueError) as error:
            code = error.code if isinstance(error, RpcError) else Status.INVALID_ARGUMENT
            self._stream.cancel(RpcError(code, str(error)))
            if isinstance(error, RpcError):
                error.may_have_acted = True
            raise


class Replies(_Streaming[Rep]):
    """Replies as they come. RpcError when the call fails."""

    def __iter__(self) -> Iterator[Rep]:
        return self

    def __next__(self) -> Rep:
        try:
            message = self._stream.next_message()
            if message is None:
                with self._stream.link.lock:
                    self._stream.check()
                raise StopIteration
        except Violation as violation:
            raise self._stream.refuse(violation) from None
        except (RpcError, StopIteration):
            self._call.release()
            raise
        return _decoded(self._method, self._stream, message)


class Requests(_Sending[Req, Rep]):
    """Many requests, one reply."""

    def finish(self) -> Rep:
        """Says that there are no more requests, and waits for the reply."""
        try:
            self._stream.send_last()
            return _decoded(self._method, self._stream, self._stream.reply())
        finally:
            self._call.release()


class Duplex(_Sending[Req, Rep], Replies[Rep]):
    """Many requests, many replies."""

    def end(self) -> None:
        """No more requests."""
        self._stream.send_last()


def _decoded(method: Method[Any, Rep], stream: ClientStream, message: bytes) -> Rep:
    try:
        return method.reply.decode(message)
    except Violation as violation:
        raise stream.refuse(violation) from None
