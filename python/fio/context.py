"""A call as its handler sees it."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from fio.errors import Metadata, RpcError
from fio.keys import derived_key

if TYPE_CHECKING:
    from fio.server_stream import ServerStream

Hook = Callable[[RpcError], None]


class CallContext:
    """`deadline` is a time of the monotonic clock, in seconds; None: no limit."""

    def __init__(
        self,
        stream: ServerStream,
        metadata: Metadata,
        caller: str | None,
        deadline: float | None,
        key: bytes | None,
    ) -> None:
        self.metadata = metadata
        self.caller = caller
        self.deadline = deadline
        self.key = key
        self.trailers: Metadata = ()
        """Metadata that goes with END; a handler may set it."""
        self.remembers = True
        """A handler of a KEYED method sets it to False when its result is not to be remembered."""
        self._stream = stream
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._reason: RpcError | None = None
        self._hooks: dict[int, Hook] = {}
        self._hook_number = 0
        self._counts: dict[tuple[int, int], int] = defaultdict(int)

    def remaining(self) -> float | None:
        """Seconds that are left; None: no limit."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def send_metadata(self, metadata: Metadata) -> None:
        """Initial metadata: once, before the first reply."""
        self._stream.send_metadata(metadata)

    @property
    def is_cancelled(self) -> bool:
        """Nobody waits for the answer any more."""
        return self._ended.is_set()

    def wait(self, seconds: float) -> None:
        """Sleeps. RpcError as soon as nobody waits for the answer any more."""
        self._ended.wait(seconds)
        self.check()

    def check(self) -> None:
        if self._reason is not None:
            raise self._reason

    def on_cancel(self, hook: Hook) -> int:
        """Calls the function, at once or later, when nobody waits any more; forget() takes it back."""
        with self._lock:
            self._hook_number += 1
            if self._reason is None:
                self._hooks[self._hook_number] = hook
                return self._hook_number
        hook(self._reason)
        return self._hook_number

    def forget(self, hook: int) -> None:
        with self._lock:
            self._hooks.pop(hook, None)

    def cancel(self, reason: RpcError) -> None:
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            hooks, self._hooks = list(self._hooks.values()), {}
        self._ended.set()
        for hook in hooks:
            hook(reason)

    def key_of(self, service: int, method: int) -> bytes | None:
        """The key of a keyed call made in here; None when this call has none itself."""
        if self.key is None:
            return None
        with self._lock:
            count = self._counts[service, method]
            self._counts[service, method] = count + 1
        return derived_key(self.key, service, method, count)
