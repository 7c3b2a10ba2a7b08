"""Compressed messages: their length, then raw DEFLATE."""

from __future__ import annotations

import zlib

from fio.violation import Violation


def deflate(message: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return len(message).to_bytes(4, "big") + packer.compress(message) + packer.flush()


def check_inflated_length(head: bytes | bytearray, bytes_max: int) -> None:
    """Refuses a message by its first four bytes, before the rest is there."""
    length = int.from_bytes(head[:4], "big")
    if len(head) >= 4 and length > bytes_max:
        raise Violation("MESSAGE_TOO_LONG", f"a message of {length} bytes; at most {bytes_max}")


def inflate(packed: bytes, bytes_max: int) -> bytes:
    if len(packed) < 4:
        raise Violation("COMPRESSION_INVALID", "shorter than 4 bytes")
    check_inflated_length(packed, bytes_max)
    length = int.from_bytes(packed[:4], "big")
    unpacker = zlib.decompressobj(-15)
    try:
        # One byte more than it says shows that it is longer; 0 would mean without a limit.
        message = unpacker.decompress(packed[4:], length + 1)
        if not unpacker.eof:
            message += unpacker.decompress(unpacker.unconsumed_tail, length + 1)
    except zlib.error as error:
        raise Violation("COMPRESSION_INVALID", str(error)) from None
    if len(message) != length or not unpacker.eof or unpacker.unused_data:
        raise Violation("COMPRESSION_INVALID", f"not the {length} bytes that it says")
    return message
