"""A server: services with their handlers, on a port."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fio.builtin import FOR_STRANGERS, Builtin
from fio.codec import MessageCodec
from fio.frames import PREFACE
from fio.errors import RpcError
from fio.limits import Limits
from fio.outcomes import MemoryOutcomes
from fio.servant import Servant
from fio.server_link import ServerLink, refuse_connection
from fio.service import Method, Service
from fio.status import Status

Authenticate = Callable[[bytes | None], str | None]


@dataclass(frozen=True)
class Entry:
    """A method with the function that serves it."""

    name: str
    method: Method[Any, Any]
    handler: Callable[[Any, Any], Any]
    service: Service
    outcomes: MemoryOutcomes
    is_for_strangers: bool

    def error_codec(self, detail: Any) -> MessageCodec[Any] | None:
        for codec in self.service.errors:
            if codec.is_of(detail):
                return codec
        return None


class Server:
    """Handlers run each on a thread of its own.

    `authenticate` is given a caller's credentials (None: there are none) and returns who that is, or
    None for a stranger who may call; RpcError refuses. There is no TLS here, so credentials are
    refused unless `takes_credentials_in_clear`.
    """

    def __init__(
        self,
        *,
        limits: Limits = Limits(),
        compressed_bytes_min: int | None = None,
        authenticate: Authenticate | None = None,
        takes_credentials_in_clear: bool = False,
        log: Callable[[str], None] = lambda line: print(line, file=sys.stderr),
    ) -> None:
        self.limits = limits
        self.compressed_bytes_min = compressed_bytes_min
        self._authenticate = authenticate
        self._takes_credentials = takes_credentials_in_clear
        self._log = log
        self._entries: dict[tuple[int, int], Entry] = {}
        self._services: dict[int, Service] = {}
        self._changed = threading.Condition()
        self._links: set[ServerLink] = set()
        self._listener: socket.socket | None = None
        self._is_closing = False
        self.builtin = Builtin(self._services)
        self.add(self.builtin)

    def add(self, servant: Servant, outcomes: MemoryOutcomes | None = None) -> Server:
        """Serves a service. ValueError: its number is taken."""
        service = servant.SERVICE
        if service.id in self._services:
            taken = self._services[service.id].name
            raise ValueError(f"{service.name} has the number {service.id}, as {taken} has")
        self._services[service.id] = service
        store = outcomes or MemoryOutcomes()
        for method in service.methods:
            handler = getattr(servant, method.attribute)
            if getattr(handler, "is_left_out", False):
                continue
            self._entries[service.id, method.id] = Entry(
                name=f"{service.name}/{method.name}",
                method=method,
                handler=handler,
                service=service,
                outcomes=store,
                is_for_strangers=service.id == 0 and method.id in FOR_STRANGERS,
            )
        return self

    def listen(self, port: int = 0, host: str = "") -> int:
        """Begins to serve; without a host on all addresses, of IPv4 and IPv6. Returns the port."""
        if host == "" and socket.has_dualstack_ipv6():
            listener = socket.create_server(
                ("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=512
            )
        else:
            listener = socket.create_server((host, port), backlog=512)
        self._listener = listener
        threading.Thread(target=self._accept, args=[listener], name="fio-accept", daemon=True).start()
        number: int = listener.getsockname()[1]
        return number

    def close(self, drain: float = 10.0) -> None:
        """Takes no new calls, lets those that there are end, and returns when it is over.

        `drain`: seconds after which the calls that are left end with UNAVAILABLE.
        """
        with self._changed:
            self._is_closing = True
            links = list(self._links)
        self.builtin.close()
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for link in links:
            if drain > 0:
                link.drain(drain)
            else:
                link.expire()
        end = time.monotonic() + drain + self.limits.linger_max + 1.0
        with self._changed:
            while self._links and time.monotonic() < end:
                self._changed.wait(end - time.monotonic())

    def authenticate(self, credentials: bytes | None) -> str | None:
        if credentials is not None and not self._takes_credentials:
            text = "credentials are not taken in the clear"
            raise RpcError(Status.UNAUTHENTICATED, text)
        return None if self._authenticate is None else self._authenticate(credentials)

    def entry(self, service: int, method: int) -> Entry | None:
        return self._entries.get((service, method))

    def log_failure(self, name: str, error: Exception) -> None:
        self._log(f"fio: {name}: {type(error).__name__}: {error}")

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                if self._is_closing:
                    return
                time.sleep(0.1)
                continue
            with self._changed:
                is_full = len(self._links) >= self.limits.connections_max
            if is_full or self._is_closing:
                refuse_connection(sock, PREFACE, "too many connections")
            else:
                threading.Thread(
                    target=self._serve, args=[sock], name="fio-reader", daemon=True
                ).start()

    def _serve(self, sock: socket.socket) -> None:
        link = ServerLink(sock, self)
        with self._changed:
            self._links.add(link)
        try:
            if self._is_closing:
                link.close()
            link.run()
        finally:
            with self._changed:
                self._links.discard(link)
                self._changed.notify_all()
