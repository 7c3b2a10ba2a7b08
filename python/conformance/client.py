"""A client for Fio's conformance cases (docs/CONFORMANCE.md): a task a line in, outcomes a line out."""

from __future__ import annotations

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from fio import CallOptions, Cancellation, Channel, RpcError  # noqa: E402
from fio.calls import Duplex, Replies, Requests  # noqa: E402
from fio.errors import Metadata  # noqa: E402
from fio.keys import new_key  # noqa: E402
from messages import describe_refusal, describe_reply, from_pairs, to_bytes, to_request  # noqa: E402

from gen.conformance import (  # noqa: E402
    ConformanceClient,
    Empty,
    Refusal,
    UnimplementedServiceClient,
)

WAIT_MAX = 15.0
AT_ONCE_MAX = 2_000
Json = dict[str, Any]


class Task:
    """The steps of a task on one client; calls with the same word for a key have the same key."""

    def __init__(self, task: Json) -> None:
        self.task = task
        self.keys: dict[str, bytes] = {}

    def perform(self) -> list[list[Json]]:
        with self.channel() as channel:
            return [self.step(channel, step) for step in self.task["steps"]]

    def channel(self) -> Channel:
        client = self.task.get("client", {})
        credentials = client.get("credentials")
        return Channel(
            client.get("address", "{server}").replace("{server}", self.task["address"]),
            connect_timeout=WAIT_MAX,
            compressed_bytes_min=1_000 if client.get("compresses") else None,
            credentials=None if credentials is None else credentials.encode(),
            sends_credentials_in_clear=True,
        )

    def step(self, channel: Channel, step: Json) -> list[Json]:
        if "key" in step:
            self.keys.setdefault(step["key"], new_key())
        key = self.keys[step["key"]] if "key" in step else None

        def once(_: int) -> Json:
            if not step.get("onNewConnection"):
                return OneCall(step, key).run(channel)
            with self.channel() as own:
                return OneCall(step, key).run(own)

        times = step.get("times", 1)
        if not step.get("atOnce"):
            return [once(number) for number in range(times)]
        with ThreadPoolExecutor(min(times, AT_ONCE_MAX)) as pool:
            return list(pool.map(once, range(times)))


class OneCall:
    """One call, and what comes of it."""

    def __init__(self, step: Json, key: bytes | None) -> None:
        self.step = step
        self.actions: list[Json] = step.get("actions", [])
        self.replies: list[Json] = []
        self.initial: Metadata = ()
        self.trailers: Metadata = ()
        self.cancellation = Cancellation()
        credentials = step.get("credentials")
        self.options = CallOptions(
            timeout=step["timeoutMs"] / 1000 if "timeoutMs" in step else None,
            wait_for_ready=step.get("waitForReady", False),
            metadata=[(name, to_bytes(value)) for name, value in step.get("metadata", [])],
            credentials=None if credentials is None else credentials.encode(),
            key=key,
            cancellation=self.cancellation,
            on_metadata=self.take_initial,
            on_trailers=self.take_trailers,
        )

    def take_initial(self, metadata: Metadata) -> None:
        self.initial = metadata

    def take_trailers(self, metadata: Metadata) -> None:
        self.trailers = metadata

    def run(self, channel: Channel) -> Json:
        try:
            self.call(channel)
        except RpcError as error:
            outcome = self.outcome(error.code, error.text, error.may_have_acted)
            if isinstance(error.detail, Refusal):
                outcome["refusal"] = describe_refusal(error.detail)
            return outcome
        return self.outcome(0, "", False)

    def call(self, channel: Channel) -> None:
        service = ConformanceClient(channel)
        request = to_request(self.step.get("request", {}))
        options = self.options
        method = self.step["method"]
        if method in ("EmptyCall", "UnaryCall", "KeyedCall", "UnimplementedCall", "UnimplementedService"):
            if any("cancel" in action for action in self.actions):
                threading.Thread(target=self.cancel_when_begun, daemon=True).start()
        if method == "EmptyCall":
            service.empty_call(Empty(), options)
        elif method == "UnimplementedCall":
            service.unimplemented_call(Empty(), options)
        elif method == "UnimplementedService":
            UnimplementedServiceClient(channel).unimplemented_call(Empty(), options)
        elif method == "UnaryCall":
            self.take(service.unary_call(request, options))
        elif method == "KeyedCall":
            self.take(service.keyed_call(request, options))
        elif method == "StreamingInputCall":
            self.write_all(service.streaming_input_call(options))
        elif method == "StreamingOutputCall":
            self.read_all(service.streaming_output_call(request, options))
        elif method == "FullDuplexCall":
            self.read_all(service.full_duplex_call(options))
        elif method == "HalfDuplexCall":
            self.read_all(service.half_duplex_call(options))
        else:
            raise ValueError(f"no method {method}")

    def cancel_when_begun(self) -> None:
        self.cancellation.begun.wait(1.0)
        self.cancellation.cancel()

    def write_all(self, call: Requests[Any, Any]) -> None:
        for action in self.actions:
            self.act(action, call)
        self.take(call.finish())

    def read_all(self, call: Replies[Any] | Duplex[Any, Any]) -> None:
        try:
            for action in self.actions:
                for _ in range(action.get("receive", 0)):
                    self.read(call)
                self.act(action, call)
        except RpcError:
            # A request could not be sent: what has come before that counts all the same.
            call.cancel()
            raise
        while self.read(call):
            pass

    def read(self, call: Replies[Any]) -> bool:
        reply = next(call, None)
        if reply is not None:
            self.take(reply)
        return reply is not None

    def act(self, action: Json, call: Replies[Any] | Requests[Any, Any] | Duplex[Any, Any]) -> None:
        if "send" in action and isinstance(call, Requests | Duplex):
            call.send(to_request(action["send"]))
        if "endRequests" in action and isinstance(call, Duplex):
            call.end()
        if "cancel" in action:
            call.cancel()

    def take(self, reply: Any) -> None:
        self.replies.append(describe_reply(reply))

    def outcome(self, code: int, text: str, may_have_acted: bool) -> Json:
        return {
            "code": code,
            "text": text,
            "replies": self.replies,
            "initialMetadata": from_pairs(self.initial),
            "trailers": from_pairs(self.trailers),
            "mayHaveActed": may_have_acted,
        }


def main() -> None:
    for line in sys.stdin:
        try:
            answer: Json = {"outcomes": Task(json.loads(line)).perform()}
        except Exception as error:  # A mistake of this program, not a call that fails.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    os._exit(0)


main()
