"""How a call fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fio.status import Status

Metadata = Sequence[tuple[str, bytes]]


class RpcError(Exception):
    """A call that failed; or, raised by a handler, how its call is to fail.

    `may_have_acted` is False when it is certain that the handler has not seen the call.
    `from_peer` tells a status that came in an END from one that this end made itself.
    `detail` is the message of a typed error of the IDL; a client has it when its stub knows it.
    """

    def __init__(
        self,
        code: Status,
        text: str = "",
        *,
        may_have_acted: bool = True,
        from_peer: bool = False,
        not_processed: bool = False,
        detail: Any = None,
        retry_after_ms: int | None = None,
        trailers: Metadata = (),
    ) -> None:
        super().__init__(f"{code.name}: {text}" if text else code.name)
        self.code = code
        self.text = text
        self.may_have_acted = may_have_acted
        self.from_peer = from_peer
        self.not_processed = not_processed
        self.detail = detail
        self.retry_after_ms = retry_after_ms
        self.trailers = trailers
