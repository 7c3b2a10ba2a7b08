"""Services as data: what a stub says of their methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

from fio.codec import MessageCodec

Req = TypeVar("Req")
Rep = TypeVar("Rep")


class Kind(IntEnum):
    UNARY = 0
    SERVER_STREAMING = 1
    CLIENT_STREAMING = 2
    BIDIRECTIONAL = 3

    @property
    def has_one_request(self) -> bool:
        return self in (Kind.UNARY, Kind.SERVER_STREAMING)

    @property
    def has_one_reply(self) -> bool:
        return self in (Kind.UNARY, Kind.CLIENT_STREAMING)


class Idempotency(IntEnum):
    UNSAFE = 0
    IDEMPOTENT = 1
    KEYED = 2


@dataclass(frozen=True)
class Method(Generic[Req, Rep]):
    name: str
    attribute: str
    """Of the client's and the server's class."""
    id: int
    kind: Kind
    idempotency: Idempotency
    request: MessageCodec[Req]
    reply: MessageCodec[Rep]
    comment: str = ""


@dataclass(frozen=True)
class Service:
    name: str
    """With the package."""
    id: int
    methods: Sequence[Method[Any, Any]]
    errors: Sequence[MessageCodec[Any]] = ()
    """Details of the typed errors of the package."""
    comment: str = ""
