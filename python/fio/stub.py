"""What stubs import."""

from fio.call_options import DEFAULTS, CallOptions
from fio.calls import Client, Duplex, Replies, Requests
from fio.channel import Channel
from fio.codec import (
    Case,
    EnumType,
    Field,
    Map,
    MessageCodec,
    Oneof,
    Optional,
    Repeated,
    scalar,
)
from fio.context import CallContext
from fio.servant import Servant, left_out
from fio.service import Idempotency, Kind, Method, Service

__all__ = [
    "CallContext",
    "CallOptions",
    "Case",
    "Channel",
    "Client",
    "DEFAULTS",
    "Duplex",
    "EnumType",
    "Field",
    "Idempotency",
    "Kind",
    "Map",
    "MessageCodec",
    "Method",
    "Oneof",
    "Optional",
    "Repeated",
    "Replies",
    "Requests",
    "Servant",
    "Service",
    "left_out",
    "scalar",
]
