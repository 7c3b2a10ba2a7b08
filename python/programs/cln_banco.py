"""The wallet client: carries out the commands S, O, X and F of its standard input."""

from support import CALL, Channel, Commands, address, run, run_commands, say, wallet_name, whole

from gen.wallet import CreateOrderRequest, EndRequest, ReadBalanceRequest, TransferRequest
from gen.wallet import WalletClient


def main(name: str, server: str) -> None:
    with Channel(server) as channel:
        wallet = WalletClient(channel)

        def balance() -> None:
            say(wallet.read_balance(ReadBalanceRequest(wallet=name), CALL).value)

        def order(value: str) -> None:
            reply = wallet.create_order(CreateOrderRequest(wallet=name, value=whole(value)), CALL)
            say(reply.order if reply.status == 0 else reply.status)

        def cash(number: str, value: str, to: str) -> None:
            request = TransferRequest(order=whole(number), check=whole(value), wallet=to)
            say(wallet.transfer(request, CALL).status)

        def end() -> None:
            say(wallet.end(EndRequest(), CALL).pending)

        forms: Commands = {"S": balance, "O value": order, "X order value wallet": cash, "F": end}
        run_commands(forms, last="F")


run("cln_banco.py <wallet> <host:port of the wallet server>", main, (wallet_name, address))
