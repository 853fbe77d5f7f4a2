"""What is left of a damaged store: everything of a whole one, most of a cut one, and nothing made up."""

from pathlib import Path

import apsw
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field.rescue.carve import carved, fragments, last_number
from field.rescue.disk import DiskCopy, copy_disk
from field.rescue.salvage import Salvage, salvage
from hall.store.record import Given, UnitRecord
from tests.unit.field.rescue.stores import alone, changes_of, dead_disk


def salvaged(folder: Path) -> Salvage:
    copy = copy_disk(folder, folder / "work")
    assert isinstance(copy, DiskCopy)
    found = salvage(copy, folder / "work" / "fresh.db")
    assert isinstance(found, Salvage), found
    found.store.close()
    return found


def test_of_a_whole_store_everything_is_there(tmp_path: Path) -> None:
    before = dead_disk(tmp_path, 3)
    found = salvaged(tmp_path)
    assert found.whole
    assert found.record == before
    assert found.notes == ()


def test_a_journal_that_was_not_brought_in_is_read_with_its_file(tmp_path: Path) -> None:
    dead_disk(tmp_path, 1)
    later = apsw.Connection(str(tmp_path / "unit.db"))
    later.execute("UPDATE facts SET value = 77 WHERE name = 'order'")
    assert (tmp_path / "unit.db-wal").stat().st_size > 0
    found = salvaged(tmp_path)
    later.close()
    assert found.record.order == 77


@pytest.mark.parametrize("damage", ["head", "half", "text"])
def test_a_damaged_store_gives_slips_and_messages_that_are_true(damage: str, tmp_path: Path) -> None:
    before = dead_disk(tmp_path, 30)
    path = tmp_path / "unit.db"
    content = bytearray(path.read_bytes())
    if damage == "head":
        content[:100] = bytes(100)
    elif damage == "half":
        del content[len(content) // 2 :]
    else:
        at = content.index(b'{"ticket":{')
        content[at : at + 5] = b"XXXXX"
    path.write_bytes(content)
    found = salvaged(tmp_path)
    if damage != "text":
        assert not found.whole
    assert set(found.record.given) <= set(before.given)
    assert all(found.record.given[uid].ticket == before.given[uid].ticket for uid in found.record.given)
    assert set(found.record.outbox) <= set(before.outbox)
    assert len(found.record.given) >= 10
    if damage == "head":
        assert len(found.record.given) == 30, "all slips are whole in the raw bytes"
        assert found.last == 30


def test_a_row_that_is_no_slip_any_more_is_named(tmp_path: Path) -> None:
    before = dead_disk(tmp_path, 2)
    file = apsw.Connection(str(tmp_path / "unit.db"))
    file.execute("UPDATE given SET line = CAST('{' AS BLOB) WHERE id = 1")
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    found = salvaged(tmp_path)
    assert not found.whole
    lost = next(iter(before.given))
    assert any("a slip" in note and lost in note for note in found.notes)


def test_without_any_file_there_is_an_empty_store(tmp_path: Path) -> None:
    found = salvage(DiskCopy((), ()), tmp_path / "fresh.db")
    assert isinstance(found, Salvage)
    assert found.record == UnitRecord()
    found.store.close()


def test_times_are_kept_where_the_boots_are_lost(tmp_path: Path) -> None:
    """A slip tells by itself what the hub's time was at its stamp."""
    before = dead_disk(tmp_path, 2)
    path = tmp_path / "unit.db"
    file = apsw.Connection(str(path))
    file.execute("DROP TABLE boots")
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    found = salvaged(tmp_path)
    slip = next(iter(before.given.values()))
    boot = found.record.boots[slip.stamp.boot]
    assert boot.hub_offset_ms is not None
    assert slip.stamp.ms + boot.hub_offset_ms == slip.ticket.arrived_at


def texts(numbers: int) -> list[bytes]:
    return [msgspec.json.encode(given) for given in alone(numbers).disk.given.values()]


def test_carving_joins_the_versions_of_a_slip() -> None:
    slip = next(iter(alone(1).disk.given.values()))
    older = msgspec.structs.replace(slip, printed=False)
    newer = msgspec.structs.replace(slip, uploaded=True, entered_seq=9)
    noise = b"\x00\xffnoise"
    found = carved([noise.join([msgspec.json.encode(newer), msgspec.json.encode(older)]), msgspec.json.encode(slip)])
    (joined,) = found.values()
    assert (joined.printed, joined.uploaded, joined.entered_seq) == (True, True, 9)


def test_a_ticket_of_which_only_the_answer_is_left_enters_with_its_time() -> None:
    bench = alone(1)
    reply = bench.replies()[0].reply
    (slip,) = bench.disk.given.values()
    (found,) = carved([msgspec.json.encode(reply)]).values()
    assert found.ticket == slip.ticket
    assert (found.printed, found.stamp.ms) == (False, slip.ticket.arrived_at)


def test_a_slip_that_is_cut_off_still_has_its_name() -> None:
    (text,) = texts(1)
    cut = text[: text.index(b'"unit"')]
    assert carved([cut]) == {}
    (piece,) = fragments([cut])
    slip = msgspec.json.decode(text, type=Given).ticket
    assert (piece.number, piece.item, piece.at) == (slip.number, slip.item, slip.arrived_at)


def test_the_last_number_is_found_in_any_version() -> None:
    notes = [change for change in changes_of(alone(3)) if type(change).__name__ == "SeriesMoved"]
    assert last_number([b"\0" + msgspec.json.encode(notes[0]) + b"\0"]) == 3
    assert last_number([b"nothing"]) == 0


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=80), max_size=6), st.integers(0, 600))
def test_carving_never_fails_and_makes_nothing_up(noise: list[bytes], cut: int) -> None:
    whole = texts(2)
    pieces = [*noise, whole[0][:cut], b"".join([*noise, whole[1], *noise])]
    found = carved(pieces)
    assert set(found) <= {msgspec.json.decode(text, type=Given).ticket.uid for text in whole}
    assert len(found) >= 1
    assert {piece.number for piece in fragments(pieces)} <= {"A-C01", "A-C02"}
