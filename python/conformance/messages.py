"""Messages and metadata as the stub has them, and as tasks and outcomes have them."""

from __future__ import annotations

import hashlib
from typing import Any

from fio.errors import Metadata
from gen.conformance import (
    KeyedResponse,
    Pair,
    Refusal,
    Request,
    Response,
    ResponseParameters,
    Status,
)

_SHOWN_BYTES_MAX = 64
_COUNTING = bytes(range(251))
Json = dict[str, Any]


def to_bytes(data: Any) -> bytes:
    if isinstance(data, str):
        return bytes.fromhex(data)
    if "zeros" in data:
        return bytes(data["zeros"])
    count: int = data["counting"]
    return (_COUNTING * (count // len(_COUNTING) + 1))[:count]


def describe_bytes(data: bytes) -> Any:
    if len(data) <= _SHOWN_BYTES_MAX:
        return data.hex()
    return {"length": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def to_request(data: Json) -> Request:
    status = data.get("responseStatus")
    refusal = data.get("refusal")
    return Request(
        response_size=data.get("responseSize", 0),
        payload=to_bytes(data.get("payload", "")),
        delay_ms=data.get("delayMs", 0),
        response_status=None if status is None else Status(**status),
        response_parameters=[
            ResponseParameters(size=one.get("size", 0), interval_ms=one.get("intervalMs", 0))
            for one in data.get("responseParameters", [])
        ],
        initial_metadata=_pairs(data.get("initialMetadata", [])),
        trailing_metadata=_pairs(data.get("trailingMetadata", [])),
        describes_call=data.get("describesCall", False),
        echoes_payload=data.get("echoesPayload", False),
        refusal=None
        if refusal is None
        else Refusal(
            what=refusal.get("what", ""),
            limit=refusal.get("limit", 0),
            filler=to_bytes(refusal.get("filler", "")),
        ),
    )


def describe_reply(reply: Response | KeyedResponse) -> Json:
    if isinstance(reply, KeyedResponse):
        return {"run": reply.run}
    seen: Json = {
        "payload": describe_bytes(reply.payload),
        "aggregatedPayloadSize": reply.aggregated_payload_size,
    }
    call = reply.call
    if call is not None:
        seen["call"] = {
            "metadata": [[pair.key, pair.value.hex()] for pair in call.metadata],
            "caller": call.caller,
        }
        if call.remaining_ms is not None:
            seen["call"]["remainingMs"] = call.remaining_ms
    return seen


def describe_refusal(refusal: Refusal) -> Json:
    return {
        "what": refusal.what,
        "limit": refusal.limit,
        "filler": describe_bytes(refusal.filler),
    }


def from_pairs(metadata: Metadata) -> list[list[str]]:
    return [[key, value.hex()] for key, value in metadata]


def _pairs(data: list[list[Any]]) -> list[Pair]:
    return [Pair(key=key, value=to_bytes(value)) for key, value in data]
