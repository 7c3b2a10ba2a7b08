"""Calls to a server: a connection is made when there is none, and again when it was lost."""

from __future__ import annotations

import random
import socket
import threading
import time

from fio.client_link import ClientLink
from fio.errors import RpcError
from fio.limits import Limits
from fio.status import Status

_BACKOFF_FIRST = 0.1
_BACKOFF_FACTOR = 1.6
_BACKOFF_MAX = 10.0
_LIVED_LONG = 10.0


class Channel:
    """`target` is host:port, or several with commas between; the first that answers is used.

    Times are in seconds. Credentials go in the clear: there is no TLS here, so they are refused
    unless `sends_credentials_in_clear`. With `compressed_bytes_min` requests of so many bytes are
    compressed, if the server knows deflate and they get shorter.
    """

    def __init__(
        self,
        target: str,
        *,
        connect_timeout: float = 5.0,
        credentials: bytes | None = None,
        sends_credentials_in_clear: bool = False,
        compressed_bytes_min: int | None = None,
        limits: Limits = Limits(),
    ) -> None:
        self.sends_credentials_in_clear = sends_credentials_in_clear
        if credentials is not None:
            self.check_credentials()
        self._addresses = [parse_address(text) for text in target.split(",")]
        self._connect_timeout = connect_timeout
        self._credentials = credentials
        self._compressed_bytes_min = compressed_bytes_min
        self._limits = limits
        self._connecting = threading.Lock()
        self._link: ClientLink | None = None
        self._failures = 0
        self._not_before = 0.0
        self._is_closed = False

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check_credentials(self) -> None:
        if not self.sends_credentials_in_clear:
            raise ValueError("credentials would go in the clear: there is no TLS here")

    def close(self) -> None:
        """No more calls; the connection ends when those that there are have ended."""
        self._is_closed = True
        link = self._link
        if link is not None:
            link.leave()
            link.thread.join()

    def link(self, deadline: float | None, wait_for_ready: bool) -> ClientLink:
        """A connection that takes calls. RpcError: there is none, or not in time."""
        link = self._link
        if link is not None and link.takes_calls:
            return link
        give_up_at = time.monotonic() + self._connect_timeout
        if deadline is not None:
            give_up_at = min(give_up_at, deadline)
        while True:
            if not self._connecting.acquire(timeout=max(0.0, give_up_at - time.monotonic())):
                raise _unavailable("no connection in time", deadline)
            try:
                return self._ready_link(give_up_at)
            except RpcError as error:
                is_late = time.monotonic() >= give_up_at
                if error.code == Status.UNAVAILABLE and deadline is not None and is_late:
                    raise _unavailable(error.text, deadline) from None
                if not wait_for_ready or is_late or error.code != Status.UNAVAILABLE:
                    raise
            finally:
                self._connecting.release()

    def _ready_link(self, give_up_at: float) -> ClientLink:
        if self._is_closed:
            raise RpcError(Status.UNAVAILABLE, "the channel is closed", may_have_acted=False)
        if self._link is not None:
            if self._link.takes_calls:
                return self._link
            self._judge(self._link)
            self._link = None
        time.sleep(max(0.0, min(self._not_before, give_up_at) - time.monotonic()))
        error = RpcError(Status.UNAVAILABLE, "no connection in time", may_have_acted=False)
        for host, port in self._addresses:
            try:
                self._link = self._connect(host, port, give_up_at)
                return self._link
            except RpcError as failure:
                error = failure
        self._failed()
        raise error

    def _connect(self, host: str, port: int, give_up_at: float) -> ClientLink:
        left = max(0.001, give_up_at - time.monotonic())
        try:
            sock = socket.create_connection((host, port), timeout=left)
        except (OSError, UnicodeError) as error:
            text = f"{host}:{port} cannot be reached: {getattr(error, 'strerror', None) or error}"
            raise RpcError(Status.UNAVAILABLE, text, may_have_acted=False) from None
        sock.settimeout(None)
        link = ClientLink(sock, self._limits, self._compressed_bytes_min, self._credentials)
        if link.wait_until_ready(give_up_at):
            return link
        if link.reason is not None:
            raise link.reason
        text = f"{host}:{port} ended the connection before it has answered"
        raise RpcError(Status.UNAVAILABLE, text, may_have_acted=False)

    def _judge(self, link: ClientLink) -> None:
        """Of a connection that takes no calls any more: was it any good?"""
        lived = link.greeted_at is not None and time.monotonic() - link.greeted_at > _LIVED_LONG
        if link.has_answered or lived:
            self._failures = 0
        if link.is_over and not link.has_left:
            self._failed()

    def _failed(self) -> None:
        wait = min(_BACKOFF_FIRST * _BACKOFF_FACTOR**self._failures, _BACKOFF_MAX)
        self._failures += 1
        self._not_before = time.monotonic() + wait * random.uniform(0.8, 1.2)


def parse_address(text: str) -> tuple[str, int]:
    """host:port, or [host]:port. ValueError."""
    host, colon, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        colon = ""
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f"'{text}' is not host:port; write it like localhost:5555 or [::1]:5555")
    return host, int(port)


def _unavailable(text: str, deadline: float | None) -> RpcError:
    is_late = deadline is not None and time.monotonic() >= deadline
    code = Status.DEADLINE_EXCEEDED if is_late else Status.UNAVAILABLE
    return RpcError(code, text, may_have_acted=False)
