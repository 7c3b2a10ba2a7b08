"""What a caller may say of a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fio.errors import Metadata


@dataclass(frozen=True, slots=True)
class CallOptions:
    """`timeout` in seconds, for the whole call with all its tries; None: no limit.

    `wait_for_ready`: wait for a connection instead of failing when there is none.
    `key`: of a KEYED method, to repeat an earlier call; left out, each call has a new one.
    `on_metadata`, `on_trailers`: told of the server's initial and trailing metadata.
    """

    timeout: float | None = None
    metadata: Metadata = ()
    wait_for_ready: bool = False
    credentials: bytes | None = None
    key: bytes | None = None
    on_metadata: Callable[[Metadata], None] | None = None
    on_trailers: Callable[[Metadata], None] | None = None


DEFAULTS = CallOptions()
