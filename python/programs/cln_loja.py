"""The store client: prints the price, then carries out the commands C, T and F of its input."""

from support import CALL, Channel, address, run, run_commands, say, wallet_name

from gen.store import EndRequest, ReadPriceRequest, SellRequest, StoreClient
from gen.wallet import CreateOrderRequest, WalletClient
from gen.wallet import EndRequest as EndWallets


def main(buyer: str, wallet_server: str, store_server: str) -> None:
    with Channel(wallet_server) as wallets, Channel(store_server) as stores:
        wallet, store = WalletClient(wallets), StoreClient(stores)
        price = store.read_price(ReadPriceRequest(), CALL).price
        say(price)

        def buy() -> None:
            order = wallet.create_order(CreateOrderRequest(wallet=buyer, value=price), CALL)
            say(order.order if order.status == 0 else order.status)
            if order.status == 0:
                say(store.sell(SellRequest(order=order.order), CALL).status)

        def end_store() -> None:
            say(store.end(EndRequest(), CALL).balance)

        def end_wallets() -> None:
            say(wallet.end(EndWallets(), CALL).pending)

        run_commands({"C": buy, "T": end_store, "F": end_wallets}, last="TF")


run(
    "cln_loja.py <buyer's wallet> <host:port of the wallet server> <host:port of the store>",
    main,
    (wallet_name, address, address),
)
