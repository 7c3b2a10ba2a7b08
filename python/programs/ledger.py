"""Wallets and payment orders, in memory. What they hold together never changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from support import AMOUNT_MAX

from fio import RpcError, Status


@dataclass
class Ledger:
    wallets: dict[str, int]
    _orders: dict[int, int] = field(default_factory=dict)
    _made: int = 0
    _is_ended: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def balance(self, wallet: str) -> int:
        with self._lock:
            self._check_open()
            return self.wallets.get(wallet, -1)

    def create_order(self, wallet: str, value: int) -> tuple[int, int]:
        """A status, and the number of the order."""
        with self._lock:
            self._check_open()
            if not 0 <= value <= AMOUNT_MAX:
                text = f"an amount is a whole number from 0 to {AMOUNT_MAX}, not {value}"
                raise RpcError(Status.INVALID_ARGUMENT, text)
            if wallet not in self.wallets:
                return -1, 0
            if value > self.wallets[wallet]:
                return -2, 0
            self.wallets[wallet] -= value
            self._made += 1
            self._orders[self._made] = value
            return 0, self._made

    def transfer(self, order: int, check: int, wallet: str) -> int:
        with self._lock:
            self._check_open()
            if order not in self._orders:
                return -1
            if self._orders[order] != check:
                return -2
            if wallet not in self.wallets:
                return -3
            if self.wallets[wallet] + check > AMOUNT_MAX:
                text = f"the wallet '{wallet}' would hold more than {AMOUNT_MAX}"
                raise RpcError(Status.OUT_OF_RANGE, text)
            self.wallets[wallet] += self._orders.pop(order)
            return 0

    def end(self) -> tuple[dict[str, int], int]:
        """The wallets, and how many orders are pending."""
        with self._lock:
            self._check_open()
            self._is_ended = True
            return self.wallets, len(self._orders)

    def _check_open(self) -> None:
        if self._is_ended:
            raise RpcError(Status.UNAVAILABLE, "the wallet server has ended")
