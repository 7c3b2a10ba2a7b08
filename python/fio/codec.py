"""Messages as data: what a stub says of its fields, and the reading and writing of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from struct import error as StructError
from typing import Any, Final, Generic, Protocol, TypeVar

from fio.limits import MESSAGE_DEPTH_MAX
from fio.violation import Violation

T = TypeVar("T")


class Reader:
    """A place in a message, and the end of the innermost scope."""

    __slots__ = ("data", "at", "end", "depth")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.end = len(data)
        self.depth = 1

    def take(self, size: int) -> int:
        """Steps over so many bytes and tells where they begin."""
        at = self.at
        if at + size > self.end:
            raise Violation("FIELD_CUT", f"{size} bytes at {at}, and {self.end - at} are left")
        self.at = at + size
        return at

    def u32(self) -> int:
        at = self.take(4)
        return int.from_bytes(self.data[at : at + 4], "big")

    def count(self, least: int) -> int:
        """A count of elements, of which each has at least so many bytes."""
        count = self.u32()
        if count * least > self.end - self.at:
            raise Violation("COUNT_TOO_BIG", f"{count} elements in {self.end - self.at} bytes")
        return count

    def scoped(self, read: Callable[[Reader], T]) -> T:
        """Reads what has a length of its own; bytes behind it are skipped."""
        length = self.u32()
        outer, inner_end = self.end, self.take(length) + length
        self.depth += 1
        if self.depth > MESSAGE_DEPTH_MAX:
            raise Violation("DEPTH_EXCEEDED", f"more than {MESSAGE_DEPTH_MAX} messages deep")
        self.at, self.end = inner_end - length, inner_end
        value = read(self)
        self.at, self.end = inner_end, outer
        self.depth -= 1
        return value


class Type(Protocol):
    """How one value is read and written."""

    @property
    def least(self) -> int:
        """The fewest bytes that a value has."""

    @property
    def name(self) -> str:
        """As a description says it: a scalar's name, or a dot and a full name."""

    def default(self) -> Any: ...
    def read(self, reader: Reader) -> Any: ...
    def write(self, out: bytearray, value: Any, depth: int) -> None: ...


class _Number:
    def __init__(self, name: str, code: str, default: int | float = 0) -> None:
        self.name = name
        self._struct = Struct("!" + code)
        self._default = default
        self.least = self._struct.size

    def default(self) -> int | float:
        return self._default

    def read(self, reader: Reader) -> Any:
        return self._struct.unpack_from(reader.data, reader.take(self.least))[0]

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        try:
            out += self._struct.pack(value)
        except (StructError, OverflowError) as error:
            raise ValueError(f"{value!r} is no {self.name}") from error


class _Bool:
    name = "bool"
    least = 1

    def default(self) -> bool:
        return False

    def read(self, reader: Reader) -> bool:
        byte = reader.data[reader.take(1)]
        if byte > 1:
            raise Violation("BOOL_INVALID", f"a bool of {byte}")
        return byte == 1

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        out.append(1 if value else 0)


class _Bytes:
    name = "bytes"
    least = 4

    def default(self) -> bytes:
        return b""

    def read(self, reader: Reader) -> bytes:
        length = reader.u32()
        at = reader.take(length)
        return reader.data[at : at + length]

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        out += len(value).to_bytes(4, "big")
        out += value


class _String:
    name = "string"
    least = 4

    def default(self) -> str:
        return ""

    def read(self, reader: Reader) -> str:
        length = reader.u32()
        at = reader.take(length)
        try:
            return reader.data[at : at + length].decode("utf-8")
        except UnicodeDecodeError as error:
            raise Violation("UTF8_INVALID", str(error)) from None

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        encoded = value.encode("utf-8")
        out += len(encoded).to_bytes(4, "big")
        out += encoded


BOOL: Final = _Bool()
STRING: Final = _String()
BYTES: Final = _Bytes()
_SCALARS: Final[dict[str, Type]] = {
    "bool": BOOL,
    "string": STRING,
    "bytes": BYTES,
    "float": _Number("float", "f", 0.0),
    "double": _Number("double", "d", 0.0),
    **{name: _Number(name, "i") for name in ("int32", "sint32", "sfixed32")},
    **{name: _Number(name, "I") for name in ("uint32", "fixed32")},
    **{name: _Number(name, "q") for name in ("int64", "sint64", "sfixed64")},
    **{name: _Number(name, "Q") for name in ("uint64", "fixed64")},
}


def scalar(name: str) -> Type:
    """A scalar type by its name in the IDL."""
    return _SCALARS[name]


class EnumType(Generic[T]):
    """An enum: a number without a name stays an int."""

    least = 4

    def __init__(
        self, full_name: str, enum: Callable[[int], T], names: dict[str, int], comment: str = ""
    ) -> None:
        self.full_name = full_name
        self.name = "." + full_name
        self.comment = comment
        self.names = names
        self._enum = enum

    def default(self) -> T:
        return self._enum(0)

    def read(self, reader: Reader) -> T | int:
        number = int.from_bytes(reader.data[(at := reader.take(4)) : at + 4], "big", signed=True)
        try:
            return self._enum(number)
        except ValueError:
            return number

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        try:
            out += int(value).to_bytes(4, "big", signed=True)
        except OverflowError as error:
            raise ValueError(f"{value!r} is no {self.name}") from error


class Field:
    """A field: its attribute in the class, its place and type in the IDL."""

    label = "single"
    key: Type | None = None

    def __init__(
        self,
        attribute: str,
        name: str,
        number: int,
        type: Type,
        *,
        is_js_number: bool = False,
        comment: str = "",
    ) -> None:
        self.attribute = attribute
        self.name = name
        self.number = number
        self.type = type
        self.is_js_number = is_js_number
        self.comment = comment

    def default(self) -> Any:
        return self.type.default()

    def read(self, reader: Reader) -> Any:
        return self.type.read(reader)

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        self.type.write(out, value, depth)


class Optional(Field):
    """Absent is None. A field whose type is a message is always one of these."""

    label = "optional"

    def default(self) -> None:
        return None

    def read(self, reader: Reader) -> Any:
        presence = reader.data[reader.take(1)]
        if presence > 1:
            raise Violation("PRESENCE_INVALID", f"a presence of {presence}")
        return self.type.read(reader) if presence else None

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        out.append(0 if value is None else 1)
        if value is not None:
            self.type.write(out, value, depth)


class Repeated(Field):
    label = "repeated"

    def default(self) -> list[Any]:
        return []

    def read(self, reader: Reader) -> list[Any]:
        count = reader.count(self.type.least)
        read = self.type.read
        return [read(reader) for _ in range(count)]

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        out += len(value).to_bytes(4, "big")
        for element in value:
            self.type.write(out, element, depth)


class Map(Field):
    label = "map"

    def __init__(
        self,
        attribute: str,
        name: str,
        number: int,
        key: Type,
        type: Type,
        *,
        is_js_number: bool = False,
        comment: str = "",
    ) -> None:
        super().__init__(
            attribute, name, number, type, is_js_number=is_js_number, comment=comment
        )
        self.key = key
        self._keys = key

    def default(self) -> dict[Any, Any]:
        return {}

    def read(self, reader: Reader) -> dict[Any, Any]:
        count = reader.count(self._keys.least + self.type.least)
        found: dict[Any, Any] = {}
        for _ in range(count):
            key = self._keys.read(reader)
            if key in found:
                raise Violation("MAP_KEY_REPEATED", f"the key {key!r} comes twice")
            found[key] = self.type.read(reader)
        return found

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        out += len(value).to_bytes(4, "big")
        for key, element in value.items():
            self._keys.write(out, key, depth)
            self.type.write(out, element, depth)


class Case:
    """One case of a oneof; its value is an object of `holder`, with the value as `value`."""

    def __init__(
        self,
        name: str,
        number: int,
        holder: Callable[[Any], Any],
        type: Type,
        *,
        is_js_number: bool = False,
        comment: str = "",
    ) -> None:
        self.name = name
        self.number = number
        self.holder = holder
        self.type = type
        self.is_js_number = is_js_number
        self.comment = comment

    def read(self, reader: Reader) -> Any:
        return self.holder(self.type.default() if reader.at == reader.end else self.type.read(reader))


class Oneof:
    """One of several cases, or None."""

    def __init__(self, attribute: str, name: str, cases: Sequence[Case]) -> None:
        self.attribute = attribute
        self.name = name
        self.cases = cases
        self._by_number = {case.number: case for case in cases}
        self._by_holder = {case.holder: case for case in cases}

    def default(self) -> None:
        return None

    def read(self, reader: Reader) -> Any:
        at = reader.take(2)
        number = int.from_bytes(reader.data[at : at + 2], "big")
        if number == 0:
            return None
        case = self._by_number.get(number)
        if case is None:
            reader.take(reader.u32())
            return None
        return reader.scoped(case.read)

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        if value is None:
            out += b"\0\0"
            return
        case = self._by_holder[type(value)]
        out += case.number.to_bytes(2, "big")
        _write_scoped(out, depth, lambda: case.type.write(out, value.value, depth + 1))


Member = Field | Oneof


class MessageCodec(Generic[T]):
    """A message: its class, and its members in ascending number, told when they are first needed."""

    least = 4

    def __init__(
        self,
        full_name: str,
        cls: type[T],
        members: Callable[[], Sequence[Member]],
        error: tuple[int, int] | None = None,
        comment: str = "",
    ) -> None:
        self.full_name = full_name
        self.name = "." + full_name
        self.comment = comment
        self.error = error
        """Number and status of a typed error's detail."""
        self._class = cls
        self._tell = members
        self._members: Sequence[Member] | None = None

    @property
    def members(self) -> Sequence[Member]:
        if self._members is None:
            self._members = self._tell()
        return self._members

    def is_of(self, message: object) -> bool:
        return isinstance(message, self._class)

    def encode(self, message: T) -> bytes:
        """The outermost message. ValueError when a value does not fit its type."""
        out = bytearray()
        self._write_members(out, message, 1)
        return bytes(out)

    def decode(self, data: bytes) -> T:
        """The outermost message. Raises Violation."""
        return self._read_members(Reader(data))

    def default(self) -> T:
        return self._class()

    def read(self, reader: Reader) -> T:
        return reader.scoped(self._read_members)

    def write(self, out: bytearray, value: Any, depth: int) -> None:
        _write_scoped(out, depth, lambda: self._write_members(out, value, depth + 1))

    def _read_members(self, reader: Reader) -> T:
        message = self._class()
        for member in self.members:
            if reader.at == reader.end:
                break
            setattr(message, member.attribute, member.read(reader))
        return message

    def _write_members(self, out: bytearray, message: Any, depth: int) -> None:
        for member in self.members:
            member.write(out, getattr(message, member.attribute), depth)


def _write_scoped(out: bytearray, depth: int, write: Callable[[], None]) -> None:
    if depth >= MESSAGE_DEPTH_MAX:
        raise ValueError(f"more than {MESSAGE_DEPTH_MAX} messages deep")
    start = len(out)
    out += b"\0\0\0\0"
    write()
    out[start : start + 4] = (len(out) - start - 4).to_bytes(4, "big")
