"""What the four programs share: arguments, lines of input, commands, the life of a server."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from fio import CallOptions, Channel, RpcError, Server, Status  # noqa: E402
from fio.channel import parse_address  # noqa: E402

AMOUNT_MAX = 2**53 - 1
DRAIN_SECONDS = 3.0
CALL = CallOptions(timeout=15.0, wait_for_ready=True)
"""A client that was started a moment before its server waits for it."""
_REFUSALS = (Status.INVALID_ARGUMENT, Status.FAILED_PRECONDITION, Status.OUT_OF_RANGE)

Commands = Mapping[str, Callable[..., None]]


class UsageError(Exception):
    """Arguments or input that cannot be meant."""


def run(usage: str, main: Callable[..., None], parsers: tuple[Callable[[str], object], ...]) -> NoReturn:
    """Runs a program: exit code 2 for what cannot be meant, 1 for any other failure."""
    name = usage.split()[0]
    code = 0
    try:
        words = sys.argv[1:]
        if len(words) != len(parsers):
            plural = "" if len(parsers) == 1 else "s"
            raise UsageError(f"expected {len(parsers)} argument{plural}, found {len(words)}")
        main(*(parse(word) for parse, word in zip(parsers, words)))
        sys.stdout.flush()
    except UsageError as error:
        code = 2
        print(f"{name}: {error}\nusage: {usage}", file=sys.stderr)
    except (RpcError, OSError) as error:
        code = 1
        print(f"{name}: {getattr(error, 'text', '') or error}", file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
    os._exit(code)  # Handlers that still run hold nobody up.


def amount(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text) or int(text) > AMOUNT_MAX:
        raise UsageError(f"'{text}' is not a whole number from 0 to {AMOUNT_MAX}")
    return int(text)


def port(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text) or not 2_048 <= int(text) <= 65_535:
        raise UsageError(f"a port is a whole number from 2048 to 65535, not '{text}'")
    return int(text)


def wallet_name(text: str) -> str:
    if not 1 <= len(text) <= 20 or not text.isprintable() or " " in text or "\ufffd" in text:
        raise UsageError(f"a wallet's name is 1 to 20 visible characters, not '{text}'")
    return text


def address(text: str) -> str:
    try:
        parse_address(text)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return text


def say(value: object) -> None:
    print(value, flush=True)


def lines() -> Iterator[str]:
    """Standard input, line by line, without LF or CR LF."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8-sig", "replace").removesuffix("\n").removesuffix("\r")


def read_wallets() -> dict[str, int]:
    """`name value` on each line, until the end of the input."""
    wallets: dict[str, int] = {}
    for number, line in enumerate(lines(), 1):
        words = line.split()
        if not words:
            continue
        try:
            if len(words) != 2:
                raise UsageError(f"expected 'name value', found '{line.strip()}'")
            name, value = wallet_name(words[0]), amount(words[1])
            if name in wallets:
                raise UsageError(f"the wallet '{name}' is there already")
        except UsageError as error:
            raise UsageError(f"line {number}: {error}") from None
        wallets[name] = value
    return wallets


def run_commands(commands: Commands, last: str) -> None:
    """The commands of standard input, by their forms, in sequence; it ends after one of `last`."""
    forms = {form[0]: form for form in commands}
    for number, line in enumerate(lines(), 1):
        form = forms.get(line[:1])
        if form is None:
            continue
        words = re.split(r"[ \t]+", line.rstrip())
        try:
            if words[0] != form[0] or len(words) != len(form.split()):
                raise ValueError(f"expected '{form}', found '{line}'")
            commands[form](*words[1:])
        except (ValueError, RpcError) as error:
            if isinstance(error, RpcError) and error.code not in _REFUSALS:
                raise
            print(f"line {number}: {getattr(error, 'text', '') or error}", file=sys.stderr)
            continue
        if form[0] in last:
            return


def whole(word: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", word) or abs(int(word)) > AMOUNT_MAX:
        raise ValueError(f"'{word}' is not a whole number up to {AMOUNT_MAX}")
    return int(word)


def serve(server: Server, number: int, ended: threading.Event) -> None:
    """Serves on all addresses until the event; the call that has set it is answered."""
    try:
        server.listen(number)
    except OSError as error:
        text = f"another program listens on port {number}: end it, or choose another port"
        raise OSError(text) from error
    ended.wait()
    server.close(DRAIN_SECONDS)


__all__ = [
    "CALL",
    "Channel",
    "Commands",
    "UsageError",
    "address",
    "amount",
    "port",
    "read_wallets",
    "run",
    "run_commands",
    "say",
    "serve",
    "wallet_name",
    "whole",
]
