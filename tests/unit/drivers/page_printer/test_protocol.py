"""IPP messages: round trips, damage, and what pyipp (written by others) makes of our bytes and we of its."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyipp.enums import IppOperation
from pyipp.parser import parse
from pyipp.serializer import encode_dict

from drivers.page_printer.protocol import (
    MOST_ATTRIBUTES,
    Attribute,
    Message,
    Operation,
    Tag,
    decode,
    encode,
    number,
    of,
    operation_group,
    word,
    words,
)

KEYWORDS = st.text("abcdefgh-", min_size=1, max_size=12)
VALUES = st.one_of(
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=4).map(lambda found: of(Tag.INTEGER, *found)),
    st.lists(st.text(max_size=20), min_size=1, max_size=4).map(lambda found: of(Tag.NAME, *found)),
    st.booleans().map(lambda found: of(Tag.BOOLEAN, found)),
    st.tuples(st.integers(0, 9), st.integers(10, 99)).map(lambda found: of(Tag.RANGE, found)),
    st.just(of(Tag.RESOLUTION, (300, 300, 3))),
    st.just(of(Tag.NO_VALUE, None)),
    st.binary(max_size=9).map(lambda found: of(Tag.OCTETS, found)),
)
GROUPS = st.dictionaries(
    KEYWORDS,
    st.one_of(VALUES, st.dictionaries(KEYWORDS, VALUES, max_size=3).map(lambda found: of(Tag.COLLECTION, found))),
    max_size=5,
)


@given(
    st.integers(0, 0xFFFF),
    st.integers(1, 2**31 - 1),
    st.lists(st.tuples(st.sampled_from([1, 2, 4, 5]), GROUPS), max_size=4).map(tuple),
    st.binary(max_size=40),
)
def test_what_is_written_is_read(code: int, request: int, groups: Any, document: bytes) -> None:
    message = Message(code, request, groups, document)
    assert decode(encode(message)) == message


@given(st.binary(max_size=300))
def test_anything_else_is_no_message_or_a_small_one(noise: bytes) -> None:
    for data in (noise, b"\x02\x00\x00\x00\x00\x00\x00\x01" + noise, b"\x02\x00\x00\x00\x00\x00\x00\x01\x01" + noise):
        found = decode(data)
        assert found is None or len(found.groups) <= len(data)


@given(st.data())
def test_half_a_message_is_none(data: st.DataObject) -> None:
    whole = encode(Message(2, 7, (operation_group({"job-name": of(Tag.NAME, "测试")}.items()),)))
    assert decode(whole[: data.draw(st.integers(0, len(whole) - 1))]) is None


def test_a_negative_length_does_not_go_backwards() -> None:
    head = struct.pack(">HHI", 0x0200, 0, 1) + b"\x01"
    assert decode(head + b"\x41" + struct.pack(">h", 0) + struct.pack(">h", -5) + b"\x03") is None


def test_a_message_without_an_end_of_attributes_is_given_up() -> None:
    one = b"\x21\x00\x01a\x00\x04\x00\x00\x00\x01"
    assert decode(struct.pack(">HHI", 0x0200, 0, 1) + b"\x04" + one * (MOST_ATTRIBUTES + 1) + b"\x03") is None


def test_collections_too_deep_are_given_up() -> None:
    inner: Attribute = of(Tag.INTEGER, 1)
    for _ in range(9):
        inner = of(Tag.COLLECTION, {"a": inner})
    assert decode(encode(Message(0, 1, ((4, {"deep": inner}),)))) is None


def test_a_value_of_another_length_stays_bytes_and_text_with_a_language_is_text() -> None:
    odd = b"\x21\x00\x01a\x00\x02\x00\x01" + b"\x36\x00\x01b\x00\x08\x00\x02zh\x00\x02ok"
    found = decode(struct.pack(">HHI", 0x0200, 0, 1) + b"\x04" + odd + b"\x03")
    assert found is not None
    assert found.group(4)["a"].values == (b"\x00\x01",)
    assert word(found.group(4), "b") == "ok"
    assert number(found.group(4), "a", 9) == 9


def test_pyipp_reads_what_we_write() -> None:
    job = {
        "job-id": of(Tag.INTEGER, 17),
        "job-state-reasons": of(Tag.KEYWORD, "a", "b"),
        "media-col": of(Tag.COLLECTION, {"media-size": of(Tag.COLLECTION, {"x-dimension": of(Tag.INTEGER, 21000)})}),
    }
    found = parse(encode(Message(0, 5, (operation_group(), (Tag.JOB, job)))))
    assert found["status-code"] == 0
    assert found["operation-attributes"]["attributes-charset"] == "utf-8"
    assert found["jobs"][0]["job-id"] == 17
    assert found["jobs"][0]["job-state-reasons"] == ["a", "b"]
    assert found["jobs"][0]["media-col"] == {"media-size": {"x-dimension": 21000}}


def test_we_read_what_pyipp_writes() -> None:
    request = {
        "version": (2, 0),
        "operation": IppOperation.PRINT_JOB,
        "request-id": 9,
        "operation-attributes-tag": {
            "attributes-charset": "utf-8",
            "job-name": "x",
            "requested-attributes": ["a", "b"],
        },
        "job-attributes-tag": {"copies": 2},
        "data": b"%PDF",
    }
    found = decode(encode_dict(request))
    assert found is not None
    assert (found.code, found.request, found.document) == (Operation.PRINT_JOB, 9, b"%PDF")
    assert words(found.group(Tag.OPERATION), "requested-attributes") == ("a", "b")
    assert number(found.group(Tag.JOB), "copies") == 2


def test_a_value_that_ipp_cannot_carry_is_a_bug() -> None:
    with pytest.raises(ValueError, match="too long"):
        encode(Message(0, 1, ((4, {"a": of(Tag.TEXT, "x" * 40_000)}),)))
