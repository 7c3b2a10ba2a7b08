"""A line for each line of hex in: the frames from a client that it is, or the name of what breaks."""

import sys

from fio.frame_reader import FrameReader
from fio.frames import PREFACE, read_call, read_credit, read_goaway, read_hello
from fio.header import CALL, CANCEL, CREDIT, END, GOAWAY, HELLO, META, Header, check_header
from fio.options import read_options
from fio.violation import Violation


def read(header: Header, payload: bytes) -> str:
    readers = {HELLO: read_hello, CALL: read_call, CREDIT: read_credit, GOAWAY: read_goaway}
    if header.type in readers:
        readers[header.type](payload)
    elif header.type in (END, CANCEL, META):
        read_options(payload, 0)
    return str(header.type)


def main() -> None:
    for line in sys.stdin:
        sender, text = line.split(" ", 1)
        frames = FrameReader(lambda header: check_header(header, sender == "server"))
        data = bytes.fromhex(text)
        chunks = [data] if data.startswith(PREFACE) else [PREFACE, data]
        try:
            found = [read(*frame) for chunk in chunks for frame in frames.feed(chunk)]
            print(" ".join(found))
        except Violation as violation:
            print(violation.name)


main()
