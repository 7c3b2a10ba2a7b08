"""What waits to be written on a connection, in which order; a thread writes it."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

_BATCH_BYTES = 262_144
_ROOM_BYTES = 262_144


class _Item(NamedTuple):
    frame: bytes
    stream: int
    on_leaving: Callable[[], None] | None
    control_bytes: int


class Outbox:
    """Nothing here waits for the peer but the thread that writes.

    Control frames and CALLs go before DATA. `on_room` is called, on the writing thread, when there is
    room for DATA again; `on_broken` when nothing can be written any more; `on_finished` when all has
    been written and this half is ended.
    """

    def __init__(
        self,
        sock: socket.socket,
        control_bytes_max: int,
        on_room: Callable[[], None],
        on_broken: Callable[[], None],
        on_finished: Callable[[], None],
    ) -> None:
        self._sock = sock
        self._control_bytes_max = control_bytes_max
        self._on_room = on_room
        self._on_broken = on_broken
        self._on_finished = on_finished
        self._changed = threading.Condition()
        self._urgent: deque[_Item] = deque()
        self._data: deque[_Item] = deque()
        self._control_bytes = 0
        self._data_bytes = 0
        self._was_full = False
        self._is_finishing = False
        self._is_broken = False
        self.thread = threading.Thread(target=self._write, name="fio-writer", daemon=True)
        self.thread.start()

    @property
    def has_room(self) -> bool:
        return self._data_bytes < _ROOM_BYTES or self._is_broken

    def control(self, frame: bytes, on_leaving: Callable[[], None] | None = None) -> None:
        self._put(self._urgent, _Item(frame, 0, on_leaving, len(frame)))

    def call(self, frame: bytes) -> None:
        """CALL: in the order of their numbers, and before what may follow on its stream."""
        self._put(self._urgent, _Item(frame, 0, None, 0))

    def data(self, stream: int, frame: bytes, on_leaving: Callable[[], None] | None = None) -> None:
        """DATA, and an END that stands behind it."""
        self._put(self._data, _Item(frame, stream, on_leaving, 0))

    def drop(self, stream: int) -> None:
        """Forgets the DATA of a stream that is not written yet."""
        with self._changed:
            kept = [item for item in self._data if item.stream != stream]
            if len(kept) < len(self._data):
                self._data = deque(kept)
                self._data_bytes = sum(len(item.frame) for item in kept)

    def finish(self) -> None:
        """Writes what waits, then ends this half of the connection."""
        with self._changed:
            self._is_finishing = True
            self._changed.notify()

    def abort(self) -> None:
        with self._changed:
            self._break()

    def _put(self, queue: deque[_Item], item: _Item) -> None:
        with self._changed:
            if self._is_broken or self._is_finishing:
                return
            queue.append(item)
            if queue is self._data:
                self._data_bytes += len(item.frame)
                self._was_full = self._was_full or not self.has_room
            self._control_bytes += item.control_bytes
            if self._control_bytes > self._control_bytes_max:
                self._break()
            self._changed.notify()

    def _break(self) -> None:
        self._is_broken = True
        self._urgent.clear()
        self._data.clear()
        self._data_bytes = 0
        self._changed.notify()
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _write(self) -> None:
        while True:
            with self._changed:
                while not (self._urgent or self._data or self._is_finishing or self._is_broken):
                    self._changed.wait()
                if self._is_broken:
                    break
                batch = self._take_batch()
            try:
                if not batch:
                    self._sock.shutdown(socket.SHUT_WR)
                    self._on_finished()
                    return
                # Before the peer can see it: who has END may use its slot for the next call.
                for item in batch:
                    if item.on_leaving is not None:
                        item.on_leaving()
                self._sock.sendall(b"".join(item.frame for item in batch))
            except OSError:
                self.abort()
                break
            self._have_sent(batch)
        self._on_broken()

    def _take_batch(self) -> list[_Item]:
        batch: list[_Item] = []
        size = 0
        for queue in (self._urgent, self._data):
            while queue and size < _BATCH_BYTES:
                item = queue.popleft()
                size += len(item.frame)
                if queue is self._data:
                    self._data_bytes -= len(item.frame)
                batch.append(item)
        return batch

    def _have_sent(self, batch: list[_Item]) -> None:
        with self._changed:
            self._control_bytes -= sum(item.control_bytes for item in batch)
            is_room_again = self._was_full and self.has_room
            self._was_full = self._was_full and not is_room_again
        if is_room_again:
            self._on_room()
