import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.ids import UnitId
from hall.wire import chain
from hall.wire.actor import Actor, Role
from hall.wire.events import DayOpened, Event


def log(length: int) -> list[bytes]:
    rows, previous = [], chain.GENESIS
    for seq in range(1, length + 1):
        event = Event(
            v=1,
            type="day.opened",
            origin="demo",
            epoch=1,
            seq=seq,
            uid=f"k{seq}.0",
            at=seq,
            actor=Actor(unit=UnitId("hub"), role=Role.HUB),
            body=DayOpened(day=f"2026-11-{seq:02}"),
            prev_hash=previous,
        )
        rows.append(chain.seal(event))
        previous = event.hash
    return rows


def test_a_whole_log_is_whole_from_anywhere() -> None:
    rows = log(5)
    assert chain.check(rows) is None
    assert chain.check(rows[2:], chain.row_hash(rows[1]) or "", 3) is None


@given(st.integers(0, 4), st.data())
def test_any_changed_byte_is_found_at_its_row(index: int, data: st.DataObject) -> None:
    rows = log(5)
    row = bytearray(rows[index])
    at = data.draw(st.integers(0, len(row) - 1))
    row[at] ^= data.draw(st.integers(1, 255))
    rows[index] = bytes(row)
    broken = chain.check(rows)
    assert broken is not None
    assert broken.seq == index + 1


@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_missing_row_is_named(at: int) -> None:
    rows = log(6)
    del rows[at]
    broken = chain.check(rows)
    assert broken is not None
    assert broken.seq == at + 1


def test_a_row_written_anew_with_its_own_right_hash_breaks_the_next() -> None:
    rows, forged = log(3), log(3)
    forged_event = Event(
        v=1,
        type="day.opened",
        origin="demo",
        epoch=1,
        seq=2,
        uid="forged",
        at=2,
        actor=Actor(unit=UnitId("hub"), role=Role.HUB),
        body=DayOpened(day="2027-01-01"),
        prev_hash=chain.row_hash(rows[0]) or "",
    )
    forged[1] = chain.seal(forged_event)
    broken = chain.check(forged)
    assert broken is not None
    assert broken.seq == 3


def test_fields_of_a_newer_program_are_covered_too() -> None:
    row = b'{"seq":1,"prev_hash":"%b","new":{"a":[1]}}' % chain.GENESIS.encode()
    sealed = row[:-1] + b',"hash":"' + hashlib.sha256(row).hexdigest().encode() + b'"}'
    assert chain.check([sealed]) is None
    assert chain.check([sealed.replace(b"[1]", b"[2]")]) is not None
