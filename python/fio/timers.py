"""One thread that calls functions later, on a monotonic clock."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable


class Timer:
    __slots__ = ("run",)

    def __init__(self, run: Callable[[], None]) -> None:
        self.run: Callable[[], None] | None = run

    def cancel(self) -> None:
        self.run = None


class Timers:
    """Functions run on the thread of the timers, so they must not block."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def later(self, seconds: float, run: Callable[[], None]) -> Timer:
        timer = Timer(run)
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._numbers), timer))
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="fio-timers", daemon=True)
                self._thread.start()
            self._changed.notify()
        return timer

    def _loop(self) -> None:
        while True:
            with self._changed:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    wait = self._heap[0][0] - time.monotonic() if self._heap else None
                    self._changed.wait(None if wait is None else max(wait, 0.0))
                    while self._heap and self._heap[0][2].run is None:
                        heapq.heappop(self._heap)
                run = heapq.heappop(self._heap)[2].run
            if run is not None:
                run()


TIMERS = Timers()
