# Made by `fio stubs --python` from the .proto in docs/PROTOCOL.md §7.5; its service has the number 0.
from __future__ import annotations

from collections.abc import Iterable as _Iterable
from collections.abc import Iterator as _Iterator
from dataclasses import dataclass as _dataclass
from dataclasses import field as _field
from enum import IntEnum as _IntEnum

from fio import stub as _fio


class MethodKind(_IntEnum):
    UNARY = 0
    SERVER_STREAMING = 1
    CLIENT_STREAMING = 2
    BIDIRECTIONAL = 3


MethodKind_codec: _fio.EnumType[MethodKind] = _fio.EnumType(
    "fio.MethodKind", MethodKind, {"UNARY": 0, "SERVER_STREAMING": 1, "CLIENT_STREAMING": 2, "BIDIRECTIONAL": 3}
)


class Idempotency(_IntEnum):
    UNSAFE = 0
    IDEMPOTENT = 1
    KEYED = 2


Idempotency_codec: _fio.EnumType[Idempotency] = _fio.EnumType(
    "fio.Idempotency", Idempotency, {"UNSAFE": 0, "IDEMPOTENT": 1, "KEYED": 2}
)


class FieldLabel(_IntEnum):
    SINGLE = 0
    OPTIONAL = 1
    REPEATED = 2
    MAP = 3


FieldLabel_codec: _fio.EnumType[FieldLabel] = _fio.EnumType(
    "fio.FieldLabel", FieldLabel, {"SINGLE": 0, "OPTIONAL": 1, "REPEATED": 2, "MAP": 3}
)


class HealthStatus(_IntEnum):
    UNKNOWN = 0
    SERVING = 1
    NOT_SERVING = 2


HealthStatus_codec: _fio.EnumType[HealthStatus] = _fio.EnumType(
    "fio.HealthStatus", HealthStatus, {"UNKNOWN": 0, "SERVING": 1, "NOT_SERVING": 2}
)


@_dataclass(kw_only=True, slots=True)
class DescribeRequest:
    service: str = ""


DescribeRequest_codec: _fio.MessageCodec[DescribeRequest] = _fio.MessageCodec(
    "fio.DescribeRequest",
    DescribeRequest,
    lambda: (
        _fio.Field("service", "service", 1, _fio.scalar("string")),
    ),
)


@_dataclass(kw_only=True, slots=True)
class DescribeReply:
    services: list[ServiceDescription] = _field(default_factory=list)
    messages: list[MessageDescription] = _field(default_factory=list)
    """each that their methods take, answer or hold"""
    enums: list[EnumDescription] = _field(default_factory=list)


DescribeReply_codec: _fio.MessageCodec[DescribeReply] = _fio.MessageCodec(
    "fio.DescribeReply",
    DescribeReply,
    lambda: (
        _fio.Repeated("services", "services", 1, ServiceDescription_codec),
        _fio.Repeated("messages", "messages", 2, MessageDescription_codec, comment="each that their methods take, answer or hold"),
        _fio.Repeated("enums", "enums", 3, EnumDescription_codec),
    ),
)


@_dataclass(kw_only=True, slots=True)
class ServiceDescription:
    name: str = ""
    """full name"""
    id: int = 0
    comment: str = ""
    """comments are the IDL's, empty where there is none"""
    methods: list[MethodDescription] = _field(default_factory=list)


ServiceDescription_codec: _fio.MessageCodec[ServiceDescription] = _fio.MessageCodec(
    "fio.ServiceDescription",
    ServiceDescription,
    lambda: (
        _fio.Field("name", "name", 1, _fio.scalar("string"), comment="full name"),
        _fio.Field("id", "id", 2, _fio.scalar("uint32")),
        _fio.Field("comment", "comment", 3, _fio.scalar("string"), comment="comments are the IDL's, empty where there is none"),
        _fio.Repeated("methods", "methods", 4, MethodDescription_codec),
    ),
)


@_dataclass(kw_only=True, slots=True)
class MethodDescription:
    name: str = ""
    id: int = 0
    kind: MethodKind | int = MethodKind(0)
    idempotency: Idempotency | int = Idempotency(0)
    input: str = ""
    """full names of messages"""
    output: str = ""
    comment: str = ""


MethodDescription_codec: _fio.MessageCodec[MethodDescription] = _fio.MessageCodec(
    "fio.MethodDescription",
    MethodDescription,
    lambda: (
        _fio.Field("name", "name", 1, _fio.scalar("string")),
        _fio.Field("id", "id", 2, _fio.scalar("uint32")),
        _fio.Field("kind", "kind", 3, MethodKind_codec),
        _fio.Field("idempotency", "idempotency", 4, Idempotency_codec),
        _fio.Field("input", "input", 5, _fio.scalar("string"), comment="full names of messages"),
        _fio.Field("output", "output", 6, _fio.scalar("string")),
        _fio.Field("comment", "comment", 7, _fio.scalar("string")),
    ),
)


@_dataclass(kw_only=True, slots=True)
class MessageDescription:
    name: str = ""
    """full name"""
    comment: str = ""
    fields: list[FieldDescription] = _field(default_factory=list)
    """in ascending number; the cases of oneofs too"""
    error_id: int = 0
    """of the detail of a typed error (§9.3), else 0"""
    error_code: int = 0


MessageDescription_codec: _fio.MessageCodec[MessageDescription] = _fio.MessageCodec(
    "fio.MessageDescription",
    MessageDescription,
    lambda: (
        _fio.Field("name", "name", 1, _fio.scalar("string"), comment="full name"),
        _fio.Field("comment", "comment", 2, _fio.scalar("string")),
        _fio.Repeated("fields", "fields", 3, FieldDescription_codec, comment="in ascending number; the cases of oneofs too"),
        _fio.Field("error_id", "error_id", 4, _fio.scalar("uint32"), comment="of the detail of a typed error (§9.3), else 0"),
        _fio.Field("error_code", "error_code", 5, _fio.scalar("uint32")),
    ),
)


@_dataclass(kw_only=True, slots=True)
class FieldDescription:
    name: str = ""
    number: int = 0
    type: str = ""
    """a scalar of §7.1, or a dot and a full name; a map's values"""
    label: FieldLabel | int = FieldLabel(0)
    key: str = ""
    """a map's keys: a scalar"""
    oneof: str = ""
    """the oneof that it is a case of"""
    js_number: bool = False
    """[jstype = JS_NUMBER]"""
    comment: str = ""


FieldDescription_codec: _fio.MessageCodec[FieldDescription] = _fio.MessageCodec(
    "fio.FieldDescription",
    FieldDescription,
    lambda: (
        _fio.Field("name", "name", 1, _fio.scalar("string")),
        _fio.Field("number", "number", 2, _fio.scalar("uint32")),
        _fio.Field("type", "type", 3, _fio.scalar("string"), comment="a scalar of §7.1, or a dot and a full name; a map's values"),
        _fio.Field("label", "label", 4, FieldLabel_codec),
        _fio.Field("key", "key", 5, _fio.scalar("string"), comment="a map's keys: a scalar"),
        _fio.Field("oneof", "oneof", 6, _fio.scalar("string"), comment="the oneof that it is a case of"),
        _fio.Field("js_number", "js_number", 7, _fio.scalar("bool"), comment="[jstype = JS_NUMBER]"),
        _fio.Field("comment", "comment", 8, _fio.scalar("string")),
    ),
)


@_dataclass(kw_only=True, slots=True)
class EnumDescription:
    name: str = ""
    """full name"""
    comment: str = ""
    values: list[EnumValueDescription] = _field(default_factory=list)


EnumDescription_codec: _fio.MessageCodec[EnumDescription] = _fio.MessageCodec(
    "fio.EnumDescription",
    EnumDescription,
    lambda: (
        _fio.Field("name", "name", 1, _fio.scalar("string"), comment="full name"),
        _fio.Field("comment", "comment", 2, _fio.scalar("string")),
        _fio.Repeated("values", "values", 3, EnumValueDescription_codec),
    ),
)


@_dataclass(kw_only=True, slots=True)
class EnumValueDescription:
    name: str = ""
    number: int = 0
    comment: str = ""


EnumValueDescription_codec: _fio.MessageCodec[EnumValueDescription] = _fio.MessageCodec(
    "fio.EnumValueDescription",
    EnumValueDescription,
    lambda: (
        _fio.Field("name", "name", 1, _fio.scalar("string")),
        _fio.Field("number", "number", 2, _fio.scalar("int32")),
        _fio.Field("comment", "comment", 3, _fio.scalar("string")),
    ),
)


@_dataclass(kw_only=True, slots=True)
class HealthRequest:
    service: str = ""


HealthRequest_codec: _fio.MessageCodec[HealthRequest] = _fio.MessageCodec(
    "fio.HealthRequest",
    HealthRequest,
    lambda: (
        _fio.Field("service", "service", 1, _fio.scalar("string")),
    ),
)


@_dataclass(kw_only=True, slots=True)
class HealthReply:
    status: HealthStatus | int = HealthStatus(0)


HealthReply_codec: _fio.MessageCodec[HealthReply] = _fio.MessageCodec(
    "fio.HealthReply",
    HealthReply,
    lambda: (
        _fio.Field("status", "status", 1, HealthStatus_codec),
    ),
)


@_dataclass(kw_only=True, slots=True)
class StatisticsRequest:
    pass


StatisticsRequest_codec: _fio.MessageCodec[StatisticsRequest] = _fio.MessageCodec(
    "fio.StatisticsRequest",
    StatisticsRequest,
    lambda: (),
)


@_dataclass(kw_only=True, slots=True)
class StatisticsReply:
    uptime_ms: int = 0
    connections: int = 0
    """open now"""
    connections_total: int = 0
    methods: list[MethodStatistics] = _field(default_factory=list)


StatisticsReply_codec: _fio.MessageCodec[StatisticsReply] = _fio.MessageCodec(
    "fio.StatisticsReply",
    StatisticsReply,
    lambda: (
        _fio.Field("uptime_ms", "uptime_ms", 1, _fio.scalar("int64"), is_js_number=True),
        _fio.Field("connections", "connections", 2, _fio.scalar("uint64"), is_js_number=True, comment="open now"),
        _fio.Field("connections_total", "connections_total", 3, _fio.scalar("uint64"), is_js_number=True),
        _fio.Repeated("methods", "methods", 4, MethodStatistics_codec),
    ),
)


@_dataclass(kw_only=True, slots=True)
class MethodStatistics:
    method: str = ""
    """wallet.Wallet/ReadBalance"""
    calls: int = 0
    """handlers started"""
    errors: int = 0
    """those that ended with another code than OK"""
    open: int = 0
    """those that have not ended"""
    latencies: list[int] = _field(default_factory=list)
    """[i]: took less than 2^i us, not less than half"""


MethodStatistics_codec: _fio.MessageCodec[MethodStatistics] = _fio.MessageCodec(
    "fio.MethodStatistics",
    MethodStatistics,
    lambda: (
        _fio.Field("method", "method", 1, _fio.scalar("string"), comment="wallet.Wallet/ReadBalance"),
        _fio.Field("calls", "calls", 2, _fio.scalar("uint64"), is_js_number=True, comment="handlers started"),
        _fio.Field("errors", "errors", 3, _fio.scalar("uint64"), is_js_number=True, comment="those that ended with another code than OK"),
        _fio.Field("open", "open", 4, _fio.scalar("uint64"), is_js_number=True, comment="those that have not ended"),
        _fio.Repeated("latencies", "latencies", 5, _fio.scalar("uint64"), is_js_number=True, comment="[i]: took less than 2^i us, not less than half"),
    ),
)


@_dataclass(kw_only=True, slots=True)
class EchoMessage:
    payload: bytes = b""


EchoMessage_codec: _fio.MessageCodec[EchoMessage] = _fio.MessageCodec(
    "fio.EchoMessage",
    EchoMessage,
    lambda: (
        _fio.Field("payload", "payload", 1, _fio.scalar("bytes")),
    ),
)


Builtin_Describe = _fio.Method(
    name="Describe",
    attribute="describe",
    id=1,
    kind=_fio.Kind.UNARY,
    idempotency=_fio.Idempotency.UNSAFE,
    request=DescribeRequest_codec,
    reply=DescribeReply_codec,
    comment="1",
)
Builtin_Check = _fio.Method(
    name="Check",
    attribute="check",
    id=2,
    kind=_fio.Kind.UNARY,
    idempotency=_fio.Idempotency.UNSAFE,
    request=HealthRequest_codec,
    reply=HealthReply_codec,
    comment="2",
)
Builtin_Watch = _fio.Method(
    name="Watch",
    attribute="watch",
    id=3,
    kind=_fio.Kind.SERVER_STREAMING,
    idempotency=_fio.Idempotency.UNSAFE,
    request=HealthRequest_codec,
    reply=HealthReply_codec,
    comment="3: now and after each change",
)
Builtin_Statistics = _fio.Method(
    name="Statistics",
    attribute="statistics",
    id=4,
    kind=_fio.Kind.UNARY,
    idempotency=_fio.Idempotency.UNSAFE,
    request=StatisticsRequest_codec,
    reply=StatisticsReply_codec,
    comment="4",
)
Builtin_Echo = _fio.Method(
    name="Echo",
    attribute="echo",
    id=5,
    kind=_fio.Kind.UNARY,
    idempotency=_fio.Idempotency.UNSAFE,
    request=EchoMessage_codec,
    reply=EchoMessage_codec,
    comment="5",
)
Builtin_service = _fio.Service(
    name="fio.Builtin",
    id=0,
    methods=(Builtin_Describe, Builtin_Check, Builtin_Watch, Builtin_Statistics, Builtin_Echo),
)


class BuiltinClient(_fio.Client):
    def __init__(self, channel: _fio.Channel) -> None:
        super().__init__(Builtin_service, channel)

    def describe(
        self, request: DescribeRequest, options: _fio.CallOptions = _fio.DEFAULTS
    ) -> DescribeReply:
        """1"""
        return self._unary(Builtin_Describe, request, options)

    def check(
        self, request: HealthRequest, options: _fio.CallOptions = _fio.DEFAULTS
    ) -> HealthReply:
        """2"""
        return self._unary(Builtin_Check, request, options)

    def watch(
        self, request: HealthRequest, options: _fio.CallOptions = _fio.DEFAULTS
    ) -> _fio.Replies[HealthReply]:
        """3: now and after each change"""
        return self._server_streaming(Builtin_Watch, request, options)

    def statistics(
        self, request: StatisticsRequest, options: _fio.CallOptions = _fio.DEFAULTS
    ) -> StatisticsReply:
        """4"""
        return self._unary(Builtin_Statistics, request, options)

    def echo(
        self, request: EchoMessage, options: _fio.CallOptions = _fio.DEFAULTS
    ) -> EchoMessage:
        """5"""
        return self._unary(Builtin_Echo, request, options)


class BuiltinServer(_fio.Servant):
    SERVICE = Builtin_service

    @_fio.left_out
    def describe(
        self, request: DescribeRequest, context: _fio.CallContext
    ) -> DescribeReply:
        """1"""
        raise NotImplementedError

    @_fio.left_out
    def check(
        self, request: HealthRequest, context: _fio.CallContext
    ) -> HealthReply:
        """2"""
        raise NotImplementedError

    @_fio.left_out
    def watch(
        self, request: HealthRequest, context: _fio.CallContext
    ) -> _Iterable[HealthReply]:
        """3: now and after each change"""
        raise NotImplementedError

    @_fio.left_out
    def statistics(
        self, request: StatisticsRequest, context: _fio.CallContext
    ) -> StatisticsReply:
        """4"""
        raise NotImplementedError

    @_fio.left_out
    def echo(
        self, request: EchoMessage, context: _fio.CallContext
    ) -> EchoMessage:
        """5"""
        raise NotImplementedError
