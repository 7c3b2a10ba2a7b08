"""A server for Fio's conformance cases (docs/CONFORMANCE.md): `python3 server.py [port]`.

It serves on 127.0.0.1, says where on its first line of output, and ends by a signal.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from fio import CallContext, RpcError, Server, Status  # noqa: E402
from fio.errors import Metadata  # noqa: E402
from gen.conformance import (  # noqa: E402
    CallSeen,
    ConformanceServer,
    Empty,
    KeyedResponse,
    Pair,
    Request,
    Response,
)

TOKEN = b"fio-conformance-token"


class Script:
    """Does in one call what its requests say."""

    def __init__(self, context: CallContext) -> None:
        self.context = context
        self.has_begun = False
        self.describes_call = False
        context.trailers = [p for p in context.metadata if p[0] == "x-fio-echo-trailing-bin"]

    def begin(self, request: Request) -> None:
        self.describes_call = self.describes_call or request.describes_call
        self.begun(request.initial_metadata)
        if request.trailing_metadata:
            self.context.trailers = to_pairs(request.trailing_metadata)
        self.wait(request.delay_ms)

    def begun(self, asked: Iterable[Pair] = ()) -> None:
        """The first request has come, or there was none."""
        if self.has_begun:
            return
        self.has_begun = True
        echoed = [p for p in self.context.metadata if p[0] == "x-fio-echo-initial"]
        metadata = [*to_pairs(asked), *echoed]
        if metadata:
            self.context.send_metadata(metadata)

    def replies(self, request: Request) -> Iterator[Response]:
        for parameters in request.response_parameters:
            self.wait(parameters.interval_ms)
            yield self.reply(request, parameters.size)
        end(request)

    def reply(self, request: Request | None, size: int) -> Response:
        echoes = request is not None and request.echoes_payload
        response = Response(payload=request.payload if request and echoes else bytes(size))
        if self.describes_call:
            self.describes_call = False
            response.call = self.seen()
        return response

    def seen(self) -> CallSeen:
        left = self.context.remaining()
        return CallSeen(
            metadata=[Pair(key=key, value=value) for key, value in self.context.metadata],
            remaining_ms=None if left is None else -int(-left * 1000 // 1),
            caller=self.context.caller or "",
        )

    def wait(self, ms: int) -> None:
        if ms:
            self.context.wait(ms / 1000)


def end(request: Request) -> None:
    """Fails the call when the request wants that."""
    if request.refusal is not None:
        raise RpcError(
            Status.FAILED_PRECONDITION, request.refusal.what, detail=request.refusal
        )
    status = request.response_status
    if status is not None and status.code != 0:
        raise RpcError(Status(status.code), status.message)


def to_pairs(pairs: Iterable[Pair]) -> Metadata:
    return [(pair.key, pair.value) for pair in pairs]


class Conformance(ConformanceServer):
    def __init__(self) -> None:
        self.runs = 0
        self.lock = threading.Lock()

    def empty_call(self, request: Empty, context: CallContext) -> Empty:
        return Empty()

    def unary_call(self, request: Request, context: CallContext) -> Response:
        script = Script(context)
        script.begin(request)
        end(request)
        return script.reply(request, request.response_size)

    def streaming_output_call(
        self, request: Request, context: CallContext
    ) -> Iterator[Response]:
        script = Script(context)
        script.begin(request)
        yield from script.replies(request)

    def streaming_input_call(
        self, requests: Iterator[Request], context: CallContext
    ) -> Response:
        script = Script(context)
        total = size = 0
        for request in requests:
            script.begin(request)
            end(request)
            total += len(request.payload)
            size = max(size, request.response_size)
        script.begun()
        response = script.reply(None, size)
        response.aggregated_payload_size = total
        return response

    def full_duplex_call(
        self, requests: Iterator[Request], context: CallContext
    ) -> Iterator[Response]:
        script = Script(context)
        for request in requests:
            script.begin(request)
            yield from script.replies(request)
        script.begun()

    def half_duplex_call(
        self, requests: Iterator[Request], context: CallContext
    ) -> Iterator[Response]:
        script = Script(context)
        for request in list(requests):
            script.begin(request)
            yield from script.replies(request)
        script.begun()

    def keyed_call(self, request: Request, context: CallContext) -> KeyedResponse:
        """Does not listen to its signal: what it has counted, it tells."""
        with self.lock:
            self.runs += 1
            run = self.runs
        time.sleep(request.delay_ms / 1000)
        end(request)
        return KeyedResponse(run=run)


def authenticate(credentials: bytes | None) -> str | None:
    if credentials is None:
        return None
    if credentials != TOKEN:
        raise RpcError(Status.UNAUTHENTICATED, "the credentials are not known")
    return "conformance"


def main() -> None:
    server = Server(
        authenticate=authenticate,
        takes_credentials_in_clear=True,
        compressed_bytes_min=1_000,
        log=lambda line: None,
    )
    number = server.add(Conformance()).listen(
        int(sys.argv[1]) if len(sys.argv) > 1 else 0, "127.0.0.1"
    )
    print(f"127.0.0.1:{number}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
