"""The wallet server: reads wallets from standard input, then serves until End is called."""

import threading

from support import port, read_wallets, run, serve
from ledger import Ledger

from fio import CallContext, Server
from gen.wallet import CreateOrderReply, CreateOrderRequest, EndReply, EndRequest
from gen.wallet import ReadBalanceReply, ReadBalanceRequest, TransferReply, TransferRequest
from gen.wallet import WalletServer


class Banco(WalletServer):
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.ended = threading.Event()

    def read_balance(self, request: ReadBalanceRequest, context: CallContext) -> ReadBalanceReply:
        return ReadBalanceReply(value=self.ledger.balance(request.wallet))

    def create_order(self, request: CreateOrderRequest, context: CallContext) -> CreateOrderReply:
        status, order = self.ledger.create_order(request.wallet, request.value)
        return CreateOrderReply(status=status, order=order)

    def transfer(self, request: TransferRequest, context: CallContext) -> TransferReply:
        status = self.ledger.transfer(request.order, request.check, request.wallet)
        return TransferReply(status=status)

    def end(self, request: EndRequest, context: CallContext) -> EndReply:
        balances, pending = self.ledger.end()
        print("".join(f"{name} {value}\n" for name, value in balances.items()), end="", flush=True)
        self.ended.set()
        return EndReply(pending=pending)


def main(number: int) -> None:
    banco = Banco(Ledger(read_wallets()))
    serve(Server().add(banco), number, banco.ended)


run("svc_banco.py <port> < <list of wallets>", main, (port,))
