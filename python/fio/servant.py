"""What a stub's server class is made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fio.service import Service

Handler = TypeVar("Handler", bound=Callable[..., object])


def left_out(handler: Handler) -> Handler:
    """Marks a method of a stub's server class: who does not override it does not serve it."""
    setattr(handler, "is_left_out", True)
    return handler


class Servant:
    """What every stub's server class is made from. Methods that are not overridden are not served."""

    SERVICE: Service
