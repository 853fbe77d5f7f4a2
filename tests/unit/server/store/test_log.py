from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from hall.domain.ids import CommandKey
from hall.wire import commands as cmd
from server.hub.step import Persist, Received
from server.store.log import HubLog, LogReader, StoreFailed
from tests.support.halls import HUB, KIOSK, Hall


@pytest.fixture
def log(tmp_path: Path) -> Iterator[HubLog]:
    log = HubLog(tmp_path / "hub.db")
    yield log
    log.close()


def alter(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


def test_a_transaction_is_all_or_nothing(log: HubLog) -> None:
    hall = Hall(log).open()
    persist = hall.step.commands([Received(cmd.IssueTicket(key=hall.key(), item="social"), KIOSK)], hall.now)  # type: ignore[arg-type]
    persist.ops.append(persist.ops[0])  # the same key twice breaks the transaction at its end
    before = log.last_seq()
    with pytest.raises(StoreFailed):
        log.append(persist)
    assert log.last_seq() == before
    assert log.reply(persist.ops[0][0]) is None


def fill(hall: Hall) -> None:
    """Store tickets until the disk refuses."""
    for _ in range(500):
        command = cmd.IssueTicket(key=hall.key(), item="social")  # type: ignore[arg-type]  # NewType of str
        hall.log.append(hall.step.commands([Received(command, KIOSK)], hall.now))


def test_it_is_written_through_to_the_disk(log: HubLog) -> None:
    settings = {name: log._all(f"PRAGMA {name}", ())[0][0] for name in ("journal_mode", "synchronous")}
    assert settings == {"journal_mode": "wal", "synchronous": 2}


@pytest.mark.parametrize(
    ("sql", "seq", "why"),
    [
        ("UPDATE event SET raw = replace(raw, 'A002', 'A003') WHERE seq = 3", 3, "altered"),
        ("DELETE FROM event WHERE seq = 2", 2, "missing"),
        ("UPDATE event SET raw = x'00' WHERE seq = 4", 4, "cannot be read"),
        ("UPDATE event SET raw = (SELECT raw FROM event WHERE seq = 1) WHERE seq = 2", 2, "missing"),
    ],
)
def test_verify_names_the_first_altered_row(log: HubLog, sql: str, seq: int, why: str) -> None:
    hall = Hall(log).open()
    for _ in range(4):
        hall.issue()
    assert log.verify() is None
    alter(log.path, sql)
    broken = log.verify()
    assert broken is not None
    assert broken.seq == seq
    assert why in broken.why


def test_a_full_disk_refuses_loudly_and_changes_nothing(log: HubLog) -> None:
    hall = Hall(log).open()
    pages = log._all("PRAGMA page_count", ())[0][0]
    log._all(f"PRAGMA max_page_count = {pages}", ())
    with pytest.raises(StoreFailed, match="full"):
        fill(hall)
    before = log.last_seq()
    with pytest.raises(StoreFailed, match="full"):
        fill(hall)
    assert log.last_seq() == before
    log._all("PRAGMA max_page_count = 1000000", ())
    hall.crash()
    hall.issue()
    assert log.verify() is None


def test_a_newer_schema_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    HubLog(path).close()
    alter(path, "PRAGMA user_version = 99")
    with pytest.raises(StoreFailed, match="newer"):
        HubLog(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(StoreFailed):
        HubLog(path)


def test_start_reads_no_older_day(log: HubLog, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = Hall(log).open()
    for _ in range(5):
        hall.issue()
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    hall.done(cmd.OpenDay(key=hall.key(), day="2026-11-22"), HUB)
    opened = log.last_seq()
    asked: list[int] = []
    read = log.rows_from
    monkeypatch.setattr(log, "rows_from", lambda seq, limit=1000: asked.append(seq) or read(seq, limit))
    hall.crash()
    assert min(asked) == opened


def test_a_reader_sees_what_is_stored(log: HubLog) -> None:
    hall = Hall(log).open()
    reader = LogReader(log.path)
    ticket = hall.issue()
    assert reader.last_seq() == log.last_seq() == 2
    assert ticket.uid.encode() in reader.rows_from(2)[0][1]
    assert reader.reply(CommandKey(ticket.uid)) is not None
    with pytest.raises(StoreFailed):
        reader._all("DELETE FROM event", ())
    reader.close()


def test_a_copy_is_a_whole_log(log: HubLog, tmp_path: Path) -> None:
    Hall(log).open().issue()
    log.copy_to(tmp_path / "copy.db")
    copy = HubLog(tmp_path / "copy.db")
    assert copy.verify() is None
    assert copy.last_seq() == log.last_seq()
    copy.close()


def test_the_epoch_only_rises(log: HubLog) -> None:
    assert log.epoch == 1
    log.raise_epoch(3)
    assert log.epoch == 3
    with pytest.raises(AssertionError):
        log.raise_epoch(2)


def test_an_empty_batch_is_harmless(log: HubLog) -> None:
    log.append(Persist())
    assert log.last_seq() == 0
