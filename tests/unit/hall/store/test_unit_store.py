"""The file is what the record in memory says, survives what a disk does, and says clearly what it cannot."""

import stat
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.domain.ids import CommandKey, DeviceName, ItemCode, RatingUid, TicketNumber, TicketUid, UnitId
from hall.domain.paper import PaperKept, Roll, Used
from hall.domain.ticket import Ticket, TicketState
from hall.store import migrations
from hall.store.paper import DAYS_KEPT
from hall.store.record import (
    ANSWERS_KEPT,
    GIVEN_KEPT,
    AnswerKept,
    Boot,
    BootSeen,
    Change,
    Dropped,
    EpochRaised,
    Given,
    Pending,
    ProvisionalMoved,
    Queued,
    RatingMapped,
    Retired,
    SeriesMoved,
    Stamp,
    TicketGiven,
    UnitRecord,
    ViewKept,
    apply,
)
from hall.store.trouble import StoreFault, StoreTrouble
from hall.store.unit_store import UnitStore, open_store
from hall.wire.commands import IssueTicket
from hall.wire.replies import Done, RefusalCode, Refused
from tests.support.views import hall

NAMES = st.sampled_from(["a", "b", "c", "d"])


def pending(name: str, order: int = 1, sealed: bytes | None = b"\x00sealed") -> Pending:
    command = IssueTicket(key=CommandKey(name), item=ItemCode("social"), sealed_person=sealed)
    return Pending(order=order, rank=2, command=command, stamp=Stamp("boot", 5))


def given_ticket(name: str, **fields: bool) -> Given:
    ticket = Ticket(
        uid=TicketUid(name),
        number=TicketNumber("A-C01"),
        item=ItemCode("social"),
        state=TicketState.ISSUED,
        arrived_at=1,
        unit=UnitId("kiosk-c"),
        token="secret",
        offline=True,
    )
    return Given(ticket=ticket, stamp=Stamp("boot", 1), **fields)


CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(lambda name, order: Queued(pending(name, order)), NAMES, st.integers(1, 50)),
    st.builds(lambda name: Dropped(CommandKey(name)), NAMES),
    st.builds(lambda name, seq: AnswerKept(CommandKey(name), Done(CommandKey(name), seq, 1)), NAMES, st.integers(0, 9)),
    st.builds(lambda name: AnswerKept(CommandKey(name), Refused(CommandKey(name), RefusalCode.NOBODY_WAITING)), NAMES),
    st.builds(lambda name, done: TicketGiven(given_ticket(name, printed=done)), NAMES, st.booleans()),
    st.builds(lambda cursor: ViewKept(hall(), cursor), st.integers(0, 9)),
    st.builds(SeriesMoved, st.sampled_from(["2026-11-21", "2026-11-22"]), st.integers(0, 99)),
    st.builds(ProvisionalMoved, st.integers(0, 99)),
    st.builds(EpochRaised, st.integers(1, 9)),
    st.builds(Retired, st.booleans()),
    st.builds(lambda name, ms: BootSeen(Boot(name, 1, ms)), NAMES, st.integers(0, 9)),
    st.builds(lambda name, source: RatingMapped(RatingUid(name), CommandKey(source)), NAMES, NAMES),
)


def opened(path: Path) -> UnitStore:
    store = open_store(path)
    assert isinstance(store, UnitStore), store
    return store


@given(st.lists(st.lists(CHANGES, max_size=4), max_size=12))
@settings(max_examples=40)
def test_the_file_is_what_the_record_says(batches: list[list[Change]]) -> None:
    store = UnitStore(*_in_memory())
    record = UnitRecord()
    for batch in batches:
        assert store.write(batch) is None
        for change in batch:
            apply(record, change)
    assert store.load() == record
    loaded = store.load()
    assert isinstance(loaded, UnitRecord)
    assert list(loaded.answers) == list(record.answers)
    assert list(loaded.outbox) == list(record.outbox)
    store.close()


def _in_memory() -> tuple[apsw.Connection, Path]:
    connection = apsw.Connection(":memory:")
    assert migrations.migrate(connection, Path("memory"))
    return connection, Path("memory")


def test_it_is_there_after_reopening_and_for_its_user_only(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    store = opened(path)
    store.write([Queued(pending("k1")), SeriesMoved("2026-11-21", 7)])
    store.close()
    record = opened(path).load()
    assert isinstance(record, UnitRecord)
    assert record.outbox[CommandKey("k1")] == pending("k1")
    assert (record.series_day, record.series_last) == ("2026-11-21", 7)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_commits_are_flushed_and_in_a_wal(tmp_path: Path) -> None:
    store = opened(tmp_path / "unit.db")
    assert store._connection.pragma("synchronous") == 2
    assert store._connection.pragma("journal_mode") == "wal"
    store.close()


def test_a_batch_is_stored_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    store = opened(path)
    store.write([Queued(pending("old"))])
    pages = store._connection.pragma("page_count")
    store._connection.pragma("max_page_count", pages)
    trouble = store.write([SeriesMoved("2026-11-21", 1), *(Queued(pending(f"k{i}", i, bytes(4000))) for i in range(9))])
    assert isinstance(trouble, StoreTrouble)
    assert trouble.fault is StoreFault.FULL
    assert str(path) in str(trouble)
    record = store.load()
    assert isinstance(record, UnitRecord)
    assert list(record.outbox) == ["old"]
    assert record.series_last == 0
    store.close()


@pytest.mark.parametrize("damage", [b"this is no database, only text of some length" * 40, bytes(5000)])
def test_a_damaged_file_is_reported_and_left_alone(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "unit.db"
    path.write_bytes(damage)
    trouble = open_store(path)
    assert isinstance(trouble, StoreTrouble)
    assert trouble.fault is StoreFault.CORRUPT
    assert path.read_bytes() == damage


def test_a_page_damaged_in_the_middle_is_found_at_start(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    store = opened(path)
    store.write([Queued(pending(f"k{i}", i, bytes(500))) for i in range(60)])
    store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    data = bytearray(path.read_bytes())
    for at in range(4096, len(data), 4096):
        data[at : at + 200] = b"\xff" * 200
    path.write_bytes(data)
    trouble = open_store(path)
    assert isinstance(trouble, StoreTrouble)
    assert trouble.fault is StoreFault.CORRUPT


def test_a_row_that_cannot_be_read_is_said_not_skipped(tmp_path: Path) -> None:
    store = opened(tmp_path / "unit.db")
    store.write([Queued(pending("k1"))])
    store._connection.execute("UPDATE outbox SET command = '{}'")
    trouble = store.load()
    assert isinstance(trouble, StoreTrouble)
    assert trouble.fault is StoreFault.CORRUPT
    store.close()


def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    store = opened(path)
    store._connection.pragma("user_version", 99)
    store.close()
    trouble = open_store(path)
    assert isinstance(trouble, StoreTrouble)
    assert trouble.fault is StoreFault.NEWER


def test_an_upgrade_keeps_a_copy_and_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    store = opened(path)
    store.write([Queued(pending("k1"))])
    steps = (*migrations.STEPS, "CREATE TABLE more (x INTEGER);")
    assert migrations.migrate(store._connection, path, steps)
    assert store._connection.pragma("user_version") == len(steps)
    assert not isinstance(store.load(), StoreTrouble)
    store.close()
    copy = opened(tmp_path / f"unit.db.v{len(migrations.STEPS)}.bak")
    record = copy.load()
    assert isinstance(record, UnitRecord)
    assert list(record.outbox) == ["k1"]
    copy.close()


def test_an_answered_command_leaves_no_sealed_bytes(tmp_path: Path) -> None:
    store = opened(tmp_path / "unit.db")
    store.write([Queued(pending("k1"))])
    store.write([AnswerKept(CommandKey("k1"), Done(CommandKey("k1"), 1, 1))])
    assert store._connection.execute("SELECT count(*) FROM outbox").fetchall() == [(0,)]
    store.close()


def test_what_is_remembered_is_bounded_but_open_tickets_stay() -> None:
    record = UnitRecord()
    apply(record, TicketGiven(given_ticket("open")))
    for number in range(GIVEN_KEPT + 5):
        apply(record, TicketGiven(given_ticket(f"t{number}", printed=True, uploaded=True)))
    for number in range(ANSWERS_KEPT + 5):
        key = CommandKey(f"k{number}")
        apply(record, AnswerKept(key, Done(key, 1, 1)))
    assert "open" in record.given
    assert len(record.given) == GIVEN_KEPT
    assert len(record.answers) == ANSWERS_KEPT
    assert [ticket.uid for ticket in record.unprinted()] == ["open"]


def test_drafts_are_replaced_expire_and_are_wiped(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    store = opened(path)
    store.keep_draft("residence", b"first-sealed-blob", 100)
    store.keep_draft("residence", b"second-sealed-blob", 200)
    assert store.draft("residence", 150) == b"second-sealed-blob"
    assert store.draft("residence", 200) is None
    store.keep_draft("residence", b"third-sealed-blob", 300)
    store.wipe_draft("residence")
    assert store.draft("residence", 0) is None
    store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    assert b"sealed-blob" not in path.read_bytes()


def test_a_copy_is_a_whole_store(tmp_path: Path) -> None:
    store = opened(tmp_path / "unit.db")
    store.write([EpochRaised(3)])
    assert store.copy_to(tmp_path / "copy.db") is None
    store.close()
    copy = opened(tmp_path / "copy.db")
    record = copy.load()
    assert isinstance(record, UnitRecord)
    assert record.epoch == 3
    copy.close()


PRINTER = DeviceName("printer")


def test_paper_is_there_after_reopening_by_day_and_printer(tmp_path: Path) -> None:
    store, roll = opened(tmp_path / "unit.db"), Roll(300.0, True, 60_000.0)
    assert store.paper(PRINTER) == PaperKept(Roll(), {})
    store.keep_paper(PRINTER, Roll(150.0, True, 60_000.0), "2026-11-21", Used(36_000.0, 150.0))
    store.keep_paper(PRINTER, roll, "2026-11-22", Used(36_060.0, 150.0))
    store.keep_paper(DeviceName("other"), Roll(), "2026-11-22", Used(1.0, 9.0))
    store.close()
    kept = opened(tmp_path / "unit.db").paper(PRINTER)
    assert kept == PaperKept(roll, {"2026-11-21": [Used(36_000.0, 150.0)], "2026-11-22": [Used(36_060.0, 150.0)]})


def test_paper_of_long_ago_is_forgotten(tmp_path: Path) -> None:
    store = opened(tmp_path / "unit.db")
    for day in range(1, DAYS_KEPT + 4):
        store.keep_paper(PRINTER, Roll(), f"2026-11-{day:02}", Used(1.0, 150.0))
    kept = store.paper(PRINTER)
    assert isinstance(kept, PaperKept)
    assert list(kept.days) == [f"2026-11-{day:02}" for day in range(4, DAYS_KEPT + 4)]


def test_a_store_of_the_version_before_takes_paper_and_keeps_what_it_had(tmp_path: Path) -> None:
    path = tmp_path / "unit.db"
    connection = apsw.Connection(str(path))
    assert migrations.migrate(connection, path, migrations.STEPS[:1])
    connection.execute("INSERT INTO facts (name, value) VALUES ('epoch', 7)")
    connection.close()
    store = opened(path)
    assert store.keep_paper(PRINTER, Roll(1.0), "2026-11-21") is None
    record = store.load()
    assert isinstance(record, UnitRecord)
    assert record.epoch == 7
