"""Service 0: what is served here, and whether it is well."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fio.builtin_types import (
    BuiltinServer,
    DescribeReply,
    DescribeRequest,
    EchoMessage,
    EnumDescription,
    EnumValueDescription,
    FieldDescription,
    FieldLabel,
    HealthReply,
    HealthRequest,
    HealthStatus,
    MessageDescription,
    MethodDescription,
    ServiceDescription,
    Idempotency,
    MethodKind,
)
from fio.codec import Case, EnumType, Field, MessageCodec, Oneof
from fio.context import CallContext
from fio.errors import RpcError
from fio.service import Service
from fio.status import Status

FOR_STRANGERS = (2, 3)
"""Check and Watch: who decides where calls go must be able to ask."""
_LABELS = {
    "single": FieldLabel.SINGLE,
    "optional": FieldLabel.OPTIONAL,
    "repeated": FieldLabel.REPEATED,
    "map": FieldLabel.MAP,
}


class Builtin(BuiltinServer):
    """Statistics is left out."""

    def __init__(self, services: Mapping[int, Service]) -> None:
        self._services = services
        self._changed = threading.Condition()
        self._is_closing = False
        self._unwell: set[str] = set()

    def set_serving(self, service: str, is_serving: bool) -> None:
        """What Check and Watch tell of a service, by its full name, or of the server ('')."""
        with self._changed:
            (self._unwell.discard if is_serving else self._unwell.add)(service)
            self._changed.notify_all()

    def close(self) -> None:
        """The server ends: nothing is served any more."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()

    def check(self, request: HealthRequest, context: CallContext) -> HealthReply:
        return HealthReply(status=self._health(request.service))

    def watch(self, request: HealthRequest, context: CallContext) -> Iterator[HealthReply]:
        context.on_cancel(lambda _: self._wake())
        told: HealthStatus | None = None
        while True:
            with self._changed:
                while (status := self._health(request.service)) == told:
                    if self._is_closing or context.is_cancelled:
                        return
                    self._changed.wait()
            told = status
            yield HealthReply(status=status)

    def echo(self, request: EchoMessage, context: CallContext) -> EchoMessage:
        return request

    def describe(self, request: DescribeRequest, context: CallContext) -> DescribeReply:
        wanted = request.service
        served = [service for service in self._services.values() if service.id != 0]
        found = [one for one in served if wanted in ("", one.name)]
        if not found:
            found = [one for one in served if one.name.rpartition(".")[2] == wanted]
            if len(found) > 1:
                text = f"several services are called '{wanted}': say which, with its package"
                raise RpcError(Status.INVALID_ARGUMENT, text)
        if not found and wanted != "":
            raise RpcError(Status.NOT_FOUND, f"no service '{wanted}' is served here")
        return describe(found)

    def _health(self, service: str) -> HealthStatus:
        names = {one.name for one in self._services.values()}
        if service != "" and service not in names:
            return HealthStatus.UNKNOWN
        is_unwell = self._is_closing or service in self._unwell
        return HealthStatus.NOT_SERVING if is_unwell else HealthStatus.SERVING

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def describe(services: Iterable[Service]) -> DescribeReply:
    """The services, and all that their methods take, answer or hold."""
    messages: dict[str, MessageCodec[Any]] = {}
    enums: dict[str, EnumType[Any]] = {}

    def visit(kind: Any) -> None:
        if isinstance(kind, EnumType):
            enums[kind.full_name] = kind
        if isinstance(kind, MessageCodec) and kind.full_name not in messages:
            messages[kind.full_name] = kind
            for member in kind.members:
                if isinstance(member, Oneof):
                    for case in member.cases:
                        visit(case.type)
                else:
                    visit(member.type)

    told = list(services)
    for service in told:
        for method in service.methods:
            visit(method.request)
            visit(method.reply)
        for error in service.errors:
            visit(error)
    return DescribeReply(
        services=[_service(service) for service in told],
        messages=[_message(messages[name]) for name in sorted(messages)],
        enums=[_enum(enums[name]) for name in sorted(enums)],
    )


def _service(service: Service) -> ServiceDescription:
    return ServiceDescription(
        name=service.name,
        id=service.id,
        comment=service.comment,
        methods=[
            MethodDescription(
                name=method.name,
                id=method.id,
                kind=MethodKind(method.kind),
                idempotency=Idempotency(method.idempotency),
                input=method.request.full_name,
                output=method.reply.full_name,
                comment=method.comment,
            )
            for method in service.methods
        ],
    )


def _message(codec: MessageCodec[Any]) -> MessageDescription:
    fields: list[FieldDescription] = []
    for member in codec.members:
        if isinstance(member, Oneof):
            fields += [_field(case, member.name) for case in member.cases]
        else:
            fields.append(_field(member, ""))
    error_id, error_code = codec.error or (0, 0)
    return MessageDescription(
        name=codec.full_name,
        comment=codec.comment,
        fields=sorted(fields, key=lambda field: field.number),
        error_id=error_id,
        error_code=error_code,
    )


def _field(field: Field | Case, oneof: str) -> FieldDescription:
    label = "single" if isinstance(field, Case) else field.label
    if label == "optional" and isinstance(field.type, MessageCodec):
        label = "single"  # Absent is possible anyway.
    key = None if isinstance(field, Case) else field.key
    return FieldDescription(
        name=field.name,
        number=field.number,
        type=field.type.name,
        label=_LABELS[label],
        key="" if key is None else key.name,
        oneof=oneof,
        js_number=field.is_js_number,
        comment=field.comment,
    )


def _enum(enum: EnumType[Any]) -> EnumDescription:
    values = [EnumValueDescription(name=name, number=n) for name, n in enum.names.items()]
    return EnumDescription(name=enum.full_name, comment=enum.comment, values=values)
