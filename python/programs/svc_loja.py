"""The store server: sells one product, paid by payment orders of a wallet server."""

import sys
import threading

from support import CALL, Channel, address, amount, port, run, say, serve, wallet_name

from fio import CallContext, CallOptions, RpcError, Server, Status
from gen.store import EndReply, EndRequest, ReadPriceReply, ReadPriceRequest
from gen.store import SellReply, SellRequest, StoreServer
from gen.wallet import EndRequest as EndWallets
from gen.wallet import ReadBalanceRequest, TransferRequest, WalletClient

UNREACHABLE = -9
REFUSALS = (Status.INVALID_ARGUMENT, Status.FAILED_PRECONDITION, Status.OUT_OF_RANGE)


class Loja(StoreServer):
    def __init__(self, price: int, seller: str, balance: int, wallet: WalletClient) -> None:
        self.price, self.seller, self.balance, self.wallet = price, seller, balance, wallet
        self.lock = threading.Lock()
        self.ended = threading.Event()

    def read_price(self, request: ReadPriceRequest, context: CallContext) -> ReadPriceReply:
        return ReadPriceReply(price=self.price)

    def sell(self, request: SellRequest, context: CallContext) -> SellReply:
        order = TransferRequest(order=request.order, check=self.price, wallet=self.seller)
        try:
            status = self.wallet.transfer(order, CallOptions(timeout=1.5)).status
        except RpcError as error:
            if error.code in REFUSALS:
                raise
            context.remembers = False  # Who repeats the call finds out whether it was cashed.
            return SellReply(status=UNREACHABLE)
        with self.lock:
            self.balance += self.price if status == 0 else 0
        return SellReply(status=status)

    def end(self, request: EndRequest, context: CallContext) -> EndReply:
        self.ended.set()
        with self.lock:
            return EndReply(balance=self.balance)


def main(price: int, number: int, seller: str, wallet_server: str) -> None:
    with Channel(wallet_server) as channel:
        wallet = WalletClient(channel)
        balance = wallet.read_balance(ReadBalanceRequest(wallet=seller), CALL).value
        if balance == -1:
            print(f"svc_loja: '{seller}' has no wallet: every sale will return -3", file=sys.stderr)
        loja = Loja(price, seller, balance, wallet)
        serve(Server().add(loja), number, loja.ended)
        try:
            say(wallet.end(EndWallets(), CallOptions(timeout=5.0)).pending)
        except RpcError:
            say(UNREACHABLE)


run(
    "svc_loja.py <price> <port> <seller's wallet> <host:port of the wallet server>",
    main,
    (amount, port, wallet_name, address),
)
