"""Idempotency keys."""

from __future__ import annotations

import hashlib
import secrets
import time
from struct import pack


def new_key() -> bytes:
    """Unix time in ms as six bytes, then 80 random bits."""
    return (time.time_ns() // 1_000_000).to_bytes(6, "big") + secrets.token_bytes(10)


def derived_key(parent: bytes, service: int, method: int, count: int) -> bytes:
    """The key of the count-th keyed call of a method that is made inside a keyed handler."""
    digest = hashlib.sha256(parent + pack("!HHI", service, method, count)).digest()
    return parent[:6] + digest[:10]


def key_ms(key: bytes) -> int:
    return int.from_bytes(key[:6], "big")
