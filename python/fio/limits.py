"""Sizes that the protocol fixes, and those that each end chooses."""

from __future__ import annotations

from dataclasses import dataclass

HEADER_SIZE = 16
FRAME_BYTES_MAX = 65_536
OPTIONS_BYTES_MAX = 8_192
TEXT_BYTES_MAX = 1_024
INITIAL_CREDIT_BYTES = 262_144
CREDIT_BYTES_MAX = 2_147_483_647
CREDIT_STEP_BYTES = INITIAL_CREDIT_BYTES // 2
FRAME_OVERHEAD_BYTES = 16
MESSAGE_DEPTH_MAX = 32
STREAM_ID_MAX = 2_147_483_647
TIMEOUT_MS_MAX = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Limits:
    """What this end allows its peer. Bytes; times are in seconds."""

    message_bytes_max: int = 4_194_304
    streams_max: int = 1_024
    ping_interval_min: float = 10.0
    ping_every: float = 30.0
    ping_answer_max: float = 10.0
    ping_strikes_max: int = 3
    handshake_max: float = 5.0
    frame_max: float = 30.0
    held_bytes_max: int = 33_554_432
    unsent_bytes_max: int = 16_777_216
    """Of that, what may be on its way out: many large calls at once must fit into the peer's limit."""
    control_bytes_max: int = 1_048_576
    connections_max: int = 10_000
    linger_max: float = 1.0
