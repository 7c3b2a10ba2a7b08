"""What a caller may say of a call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from fio.errors import Metadata


class Cancellation:
    """Gives up, from any thread, the calls that were made with it."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        """A call has been sent."""
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._hooks: set[Callable[[], None]] = set()

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True
            hooks, self._hooks = self._hooks, set()
        for hook in hooks:
            hook()

    def call_begun(self, cancel: Callable[[], None]) -> None:
        """A call was sent; the function gives it up."""
        with self._lock:
            is_late = self._is_cancelled
            if not is_late:
                self._hooks.add(cancel)
        self.begun.set()
        if is_late:
            cancel()

    def call_over(self, cancel: Callable[[], None]) -> None:
        """The function that call_begun() was given is of no more use."""
        with self._lock:
            self._hooks.discard(cancel)


@dataclass(frozen=True, slots=True)
class CallOptions:
    """`timeout` in seconds, for the whole call with all its tries; None: no limit.

    `wait_for_ready`: wait for a connection instead of failing when there is none.
    `cancellation`: to give the call up from another thread.
    `key`: of a KEYED method, to repeat an earlier call; left out, each call has a new one.
    `on_metadata`, `on_trailers`: told of the server's initial and trailing metadata.
    """

    timeout: float | None = None
    metadata: Metadata = ()
    wait_for_ready: bool = False
    credentials: bytes | None = None
    key: bytes | None = None
    cancellation: Cancellation | None = None
    on_metadata: Callable[[Metadata], None] | None = None
    on_trailers: Callable[[Metadata], None] | None = None


DEFAULTS = CallOptions()
