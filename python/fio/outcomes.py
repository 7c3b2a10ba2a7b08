"""Keyed calls: each key runs its handler once, and its outcome is remembered, in memory."""

from __future__ import annotations

import hashlib
import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from fio.context import CallContext
from fio.errors import RpcError
from fio.keys import key_ms
from fio.status import Status

_KEPT_MS = 24 * 3_600_000
_AHEAD_MS_MAX = 3_600_000
_KEPT_MAX = 1_000_000

Name = tuple[str | None, int, int, bytes]
"""Caller, service, method, key."""


@dataclass
class Outcome:
    """A result, or a typed error."""

    reply: bytes = b""
    error: RpcError | None = None


@dataclass
class _Record:
    digest: bytes
    outcome: Outcome | None = None


class MemoryOutcomes:
    """Lost when the process ends: a key from before is then not known."""

    def __init__(self, kept_max: int = _KEPT_MAX) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._kept_max = kept_max
        self._records: dict[Name, _Record] = {}
        self._by_age: list[tuple[int, int, Name]] = []
        self._count = 0
        self._forgotten_ms = -1

    def run(
        self, name: Name, message: bytes, context: CallContext, handler: Callable[[], bytes]
    ) -> bytes:
        """The reply of this key's handler, which runs if it has not. RpcError as PROTOCOL.md §12 says."""
        digest = hashlib.sha256(message).digest()
        outcome = self._find(name, digest, context)
        if outcome is not None:
            if outcome.error is not None:
                raise outcome.error
            return outcome.reply
        try:
            reply = handler()
        except RpcError as error:
            self._settle(name, Outcome(error=error) if error.detail is not None else None)
            raise
        except BaseException:
            self._settle(name, None)
            raise
        self._settle(name, Outcome(reply) if context.remembers else None)
        return reply

    def _find(self, name: Name, digest: bytes, context: CallContext) -> Outcome | None:
        """An outcome that there is; None: this call is to make it."""
        hook = context.on_cancel(lambda _: self._wake())
        try:
            with self._changed:
                while True:
                    record = self._records.get(name)
                    if record is None:
                        self._check_time(key_ms(name[3]))
                        self._records[name] = _Record(digest)
                        return None
                    if record.digest != digest:
                        text = "the key was used for another request"
                        raise RpcError(Status.INVALID_ARGUMENT, text)
                    if record.outcome is not None:
                        return record.outcome
                    context.check()
                    self._changed.wait()
        finally:
            context.forget(hook)

    def _check_time(self, made_ms: int) -> None:
        now_ms = time.time_ns() // 1_000_000
        self._forget(now_ms)
        if made_ms <= self._forgotten_ms:
            raise RpcError(Status.FAILED_PRECONDITION, "the key is too old: it may have run")
        if made_ms > now_ms + _AHEAD_MS_MAX:
            raise RpcError(Status.FAILED_PRECONDITION, "the key's time is ahead of the clock here")

    def _forget(self, now_ms: int) -> None:
        while self._by_age:
            made_ms, _, name = self._by_age[0]
            if len(self._by_age) < self._kept_max and made_ms > now_ms - _KEPT_MS:
                return
            heapq.heappop(self._by_age)
            self._records.pop(name, None)
            self._forgotten_ms = max(self._forgotten_ms, made_ms)

    def _settle(self, name: Name, outcome: Outcome | None) -> None:
        with self._changed:
            if outcome is None:
                del self._records[name]
            else:
                self._records[name].outcome = outcome
                self._count += 1
                heapq.heappush(self._by_age, (key_ms(name[3]), self._count, name))
            self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
