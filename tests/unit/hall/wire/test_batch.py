import contextlib
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.wire import batch


@given(st.lists(st.binary(max_size=50), max_size=batch.MAX_ROWS), st.integers(1, 2**40))
def test_what_goes_in_comes_out(rows: list[bytes], first: int) -> None:
    found = batch.decode(batch.encode("hall", 3, first, tuple(rows)))
    assert (found.origin, found.epoch, found.first_seq, found.rows) == ("hall", 3, first, tuple(rows))


@given(st.binary(max_size=200))
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(batch.BadBatch):
        batch.decode(data)


@given(st.data())
def test_a_damaged_batch_is_refused_or_read_as_it_was(data: st.DataObject) -> None:
    good = batch.encode("hall", 1, 7, (b"one", b"two"))
    at = data.draw(st.integers(0, len(good) - 1))
    damaged = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    with contextlib.suppress(batch.BadBatch):
        assert batch.decode(damaged) == batch.decode(good)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(batch.BadBatch, match="more than"):
        batch.decode(zlib.compress(b"\0" * (batch.MAX_BYTES + 1)))


@pytest.mark.parametrize(
    "content",
    [
        [1, "hall", 1, 0, []],
        [1, "hall", 1, 1, [b""] * (batch.MAX_ROWS + 1)],
        [1, "hall", 1, 1, ["text"]],
        {"origin": "hall"},
    ],
)
def test_another_form_is_refused(content: object) -> None:
    with pytest.raises(batch.BadBatch):
        batch.decode(zlib.compress(msgspec.msgpack.encode(content)))


def test_a_batch_ends_by_rows_or_bytes_and_has_one_row_at_least() -> None:
    assert len(batch.fitting([b"x"] * 500)) == batch.MAX_ROWS
    assert len(batch.fitting([b"x" * 100_000] * 5)) == 2
    assert len(batch.fitting([b"x" * 500_000] * 2)) == 1
