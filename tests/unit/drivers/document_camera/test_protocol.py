"""The worker's messages: any split, any damage, bounded; requests; the button's records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.document_camera.protocol import (
    EV_KEY,
    LARGEST_HEAD,
    MAGIC,
    RECORD,
    Alive,
    Decoder,
    Gone,
    KeyPresses,
    Looked,
    Message,
    Missed,
    Taken,
    preview,
    request,
    take,
    to_bytes,
)
from hall.ports.status import StatusWord

MESSAGES = [
    Message(Alive(StatusWord.READY)),
    Message(Looked(), b"\xff\xd8\xff" + MAGIC * 3 + b"\xff\xd9"),
    Message(Taken(7, 2480, 3508, 300, True), b"page" * 50),
    Message(Missed(8, StatusWord.FAULT, "frozen")),
    Message(Gone("unplugged")),
]


@given(st.lists(st.sampled_from(MESSAGES), max_size=5), st.lists(st.integers(0, 2000), max_size=6))
def test_messages_come_out_of_any_split(messages: list[Message], cuts: list[int]) -> None:
    stream = b"".join(to_bytes(message) for message in messages)
    places = sorted({min(cut, len(stream)) for cut in cuts})
    decoder, found = Decoder(), []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        found += decoder.feed(stream[start:end])
    assert found == messages


@given(st.lists(st.binary(max_size=120), max_size=6))
def test_what_a_library_prints_between_messages_is_skipped(noises: list[bytes]) -> None:
    decoder, good = Decoder(largest=1000), MESSAGES[2]
    for noise in noises:
        decoder.feed(noise)
    decoder.feed(bytes(1000 + LARGEST_HEAD + len(MAGIC)))
    assert decoder.feed(to_bytes(good))[-1:] == [good]


def test_a_damaged_message_is_dropped_and_the_next_is_whole() -> None:
    first, second = to_bytes(MESSAGES[2]), to_bytes(MESSAGES[0])
    for place in range(len(MAGIC) + 10, len(first)):
        spoiled = first[:place] + bytes([first[place] ^ 0x55]) + first[place + 1 :]
        assert Decoder().feed(spoiled + second) == [MESSAGES[0]]


def test_a_head_of_another_version_is_skipped() -> None:
    known = to_bytes(MESSAGES[0])
    newer = Message(Gone("x"))
    raw = to_bytes(newer).replace(b'"gone"', b'"gong"')
    assert Decoder().feed(raw + known) == [MESSAGES[0]]


def test_nothing_of_a_picture_is_in_a_repr() -> None:
    assert "page" not in repr(MESSAGES[2])


@given(st.integers(0, 999_999_999))
def test_a_page_is_asked_for_by_number(number: int) -> None:
    assert request(take(number).decode()) == number


def test_previews_are_asked_for_and_nonsense_is_no_request() -> None:
    assert (request(preview(True).decode()), request(preview(False).decode())) == (True, False)
    for line in ("", "take", "take x", "take -1", "take 9999999999", "preview", "preview maybe", "quit"):
        assert request(line) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=20), st.integers(1, 30))
def test_a_press_counts_once_in_any_split(records: list[tuple[int, int]], piece: int) -> None:
    stream = b"".join(RECORD.pack(0, 0, kind, 28, value) for kind, value in records)
    presses = KeyPresses()
    counted = sum(presses.feed(stream[start : start + piece]) for start in range(0, len(stream), piece))
    assert counted == records.count((EV_KEY, 1))


@pytest.mark.parametrize("size", [0, 1, 23])
def test_part_of_a_record_is_no_press(size: int) -> None:
    assert KeyPresses().feed(RECORD.pack(0, 0, EV_KEY, 28, 1)[:size]) == 0
