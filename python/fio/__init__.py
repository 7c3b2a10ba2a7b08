"""Fio/1 in Python: calls over one TCP connection, as docs/PROTOCOL.md describes them."""

from fio.call_options import CallOptions, Cancellation
from fio.channel import Channel
from fio.context import CallContext
from fio.errors import RpcError
from fio.limits import Limits
from fio.server import Server
from fio.status import Status
from fio.violation import Violation

__all__ = [
    "CallContext",
    "CallOptions",
    "Cancellation",
    "Channel",
    "Limits",
    "RpcError",
    "Server",
    "Status",
    "Violation",
]
