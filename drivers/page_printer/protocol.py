"""IPP messages, as bytes and as values.

::

    version 2 | operation or status 2 | request id 4 | groups ... | 03 | document ...
    group:      tag 1 (01 operation, 02 job, 04 printer, 05 unsupported) | attributes ...
    attribute:  value tag 1 | name length 2 | name | value length 2 | value
    more of it: value tag 1 | 0000 | value length 2 | value
    collection: 34 name 0000 | (4A 0000 member name, then its values without a name) ... | 37 0000 0000

All numbers are big-endian; lengths are never negative (a signed 16-bit value above 7FFF is refused). Sources: RFC 8010
(encoding), RFC 8011 (operations, states), PWG 5100.3 (collections for media), IANA's IPP registrations (codes).

What comes from a network is bounded: a message has at most so many attributes and levels, and what does not fit the
lengths it states is no message (`decode` returns None). Unknown tags keep their bytes, unknown enums their numbers.
"""

import struct
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple, TypeAlias

VERSION = 0x0200
MIME = "application/ipp"
CHARSET, LANGUAGE = "utf-8", "en"
MOST_ATTRIBUTES = 4000
DEEPEST = 6
"""Levels of collections: media-col-database has three."""
LONGEST_VALUE = 0x7FFF


class Tag(IntEnum):
    """Groups and kinds of values that are used here."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    RESOLUTION = 0x32
    RANGE = 0x33
    COLLECTION = 0x34
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49
    MEMBER = 0x4A


class Operation(IntEnum):
    """Operations, RFC 8011 section 5.4.15."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Answered(IntEnum):
    """Status codes, RFC 8011 appendix B; below 0100 is success."""

    OK = 0x0000
    BAD_REQUEST = 0x0400
    FORBIDDEN = 0x0401
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    FORMAT_NOT_SUPPORTED = 0x040A
    SETTING_NOT_SUPPORTED = 0x040B
    OPERATION_NOT_SUPPORTED = 0x0501
    SERVICE_UNAVAILABLE = 0x0502
    DEVICE_ERROR = 0x0504
    NOT_ACCEPTING = 0x0506
    BUSY = 0x0507


class JobState(IntEnum):
    """job-state, RFC 8011 section 5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


ENDED = frozenset({JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED})


class PrinterState(IntEnum):
    """printer-state, RFC 8011 section 5.4.11."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


Value: TypeAlias = "int | bool | str | bytes | tuple[int, ...] | Group | None"


class Attribute(NamedTuple):
    """All values of one attribute, and the kind of the first."""

    tag: int
    values: tuple[Value, ...]


Group: TypeAlias = Mapping[str, Attribute]


class Message(NamedTuple):
    """A request or a response. `code` is the operation or the status."""

    code: int
    request: int
    groups: tuple[tuple[int, Group], ...]
    document: bytes = b""
    version: int = VERSION

    def group(self, tag: int) -> Group:
        """Return the first group of a kind, or an empty one."""
        return next((group for found, group in self.groups if found == tag), {})

    def all(self, tag: int) -> list[Group]:
        """Return every group of a kind."""
        return [group for found, group in self.groups if found == tag]


def of(tag: Tag, *values: Value) -> Attribute:
    """Make an attribute."""
    return Attribute(tag, values)


def number(group: Group, name: str, otherwise: int = 0) -> int:
    """Return an attribute's first value where it is a number."""
    value = group[name].values[0] if name in group else None
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def words(group: Group, name: str) -> tuple[str, ...]:
    """Return an attribute's values that are text."""
    return tuple(value for value in group[name].values if isinstance(value, str)) if name in group else ()


def word(group: Group, name: str) -> str:
    """Return an attribute's first text, or nothing."""
    return next(iter(words(group, name)), "")


def encode(message: Message) -> bytes:
    """Write a message.

    Raises:
        ValueError: a value is longer than IPP allows (a bug of the caller).

    """
    out = bytearray(struct.pack(">HHI", message.version, message.code, message.request))
    for tag, group in message.groups:
        out.append(tag)
        for name, attribute in group.items():
            _put(out, name, attribute)
    out.append(Tag.END)
    return bytes(out) + message.document


def _put(out: bytearray, name: str, attribute: Attribute) -> None:
    for index, value in enumerate(attribute.values):
        _put_value(out, attribute.tag, "" if index else name, value)


def _put_value(out: bytearray, tag: int, name: str, value: Value) -> None:
    raw = _raw(tag, value)
    if max(len(raw), len(name)) > LONGEST_VALUE:
        raise ValueError(f"{name} is too long for IPP")
    out += bytes([tag]) + struct.pack(">H", len(name.encode())) + name.encode() + struct.pack(">H", len(raw)) + raw
    if tag == Tag.COLLECTION and isinstance(value, Mapping):
        for member, attribute in value.items():
            _put_value(out, Tag.MEMBER, "", member)
            _put(out, "", attribute)
        _put_value(out, Tag.END_COLLECTION, "", None)


def _raw(tag: int, value: Value) -> bytes:
    if value is None or isinstance(value, Mapping):
        return b""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, tuple):
        return struct.pack(">ii" if tag == Tag.RANGE else ">iib", *value)
    return struct.pack(">?" if tag == Tag.BOOLEAN else ">i", value)


def decode(data: bytes) -> Message | None:
    """Read a message; None where it is none."""
    try:
        return _Reader(data).message()
    except (_Damaged, struct.error):
        return None


class _Damaged(ValueError):
    """It does not fit its own lengths, or our bounds."""


class _Raw(NamedTuple):
    tag: int
    name: str
    value: bytes


class _Reader:
    """Reads once, forwards only."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._read = data, 0, 0

    def message(self) -> Message:
        version, code, request = struct.unpack(">HHI", self._take(8))
        if version >> 8 not in (1, 2):
            raise _Damaged
        groups: list[tuple[int, Group]] = []
        tag = self._take(1)[0]
        while tag != Tag.END:
            if tag > 0x0F:
                raise _Damaged
            group, following = self._group()
            groups.append((tag, group))
            tag = following
        return Message(code, request, tuple(groups), self._data[self._at :], version)

    def _group(self) -> tuple[Group, int]:
        """Return the attributes, and the tag behind them that belongs to none."""
        found: dict[str, Attribute] = {}
        name = ""
        while (tag := self._take(1)[0]) > 0x0F:
            raw = self._attribute(tag)
            name = raw.name or name
            value = self._value(raw, 0)
            before = found.get(name) if not raw.name else None
            found[name] = Attribute(before.tag, (*before.values, value)) if before else Attribute(tag, (value,))
        return found, tag

    def _value(self, raw: _Raw, depth: int) -> Value:
        return self._collection(depth + 1) if raw.tag == Tag.COLLECTION else _value(raw)

    def _collection(self, depth: int) -> Group:
        if depth > DEEPEST:
            raise _Damaged
        found: dict[str, Attribute] = {}
        name = ""
        while True:
            raw = self._attribute(self._take(1)[0])
            if raw.tag == Tag.END_COLLECTION:
                return found
            if raw.tag == Tag.MEMBER:
                name = raw.value.decode("utf-8", "replace")
                continue
            before = found.get(name)
            values = (*(before.values if before else ()), self._value(raw, depth))
            found[name] = Attribute(before.tag if before else raw.tag, values)

    def _attribute(self, tag: int) -> _Raw:
        self._read += 1
        if self._read > MOST_ATTRIBUTES:
            raise _Damaged
        name = self._take(self._length()).decode("utf-8", "replace")
        return _Raw(tag, name, self._take(self._length()))

    def _length(self) -> int:
        length: int = struct.unpack(">H", self._take(2))[0]
        if length > LONGEST_VALUE:
            raise _Damaged
        return length

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise _Damaged
        self._at += size
        return taken


def _value(raw: _Raw) -> Value:
    """Read one value; what does not have its kind's length stays bytes."""
    formats = {Tag.INTEGER: ">i", Tag.ENUM: ">i", Tag.BOOLEAN: ">?", Tag.RANGE: ">ii", Tag.RESOLUTION: ">iib"}
    if raw.tag in formats:
        form = formats[Tag(raw.tag)]
        if struct.calcsize(form) != len(raw.value):
            return raw.value
        found = struct.unpack(form, raw.value)
        return tuple(found) if len(found) > 1 else found[0]
    if raw.tag in (0x35, 0x36):
        return _with_language(raw.value)
    if 0x40 <= raw.tag <= 0x5F:
        return raw.value.decode("utf-8", "replace")
    return None if 0x10 <= raw.tag <= 0x1F else raw.value


def _with_language(value: bytes) -> Value:
    """Text that carries its language: length, language, length, text."""
    start = 2 + int.from_bytes(value[:2], "big")
    size = int.from_bytes(value[start : start + 2], "big")
    text = value[start + 2 : start + 2 + size]
    return text.decode("utf-8", "replace") if len(text) == size and size else value


def operation_group(more: Iterable[tuple[str, Attribute]] = ()) -> tuple[int, Group]:
    """Return the operation group; charset and language must come first."""
    head = {"attributes-charset": of(Tag.CHARSET, CHARSET), "attributes-natural-language": of(Tag.LANGUAGE, LANGUAGE)}
    return Tag.OPERATION, {**head, **dict(more)}
