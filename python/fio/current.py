"""The call that the running handler serves: calls made inside it get its deadline and its end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fio.context import CallContext


class _Current(threading.local):
    context: CallContext | None = None


CURRENT = _Current()
