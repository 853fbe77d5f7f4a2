"""Taking in a hall's log: once, in order, and never held up by one bad row."""

import zlib

import pytest
from sqlalchemy import Engine, func, select

from hall.domain.ids import CounterId, ItemCode, PersonRef, TicketNumber, TicketUid, UnitId
from hall.domain.ticket import Ticket, TicketState
from hall.wire import events as e
from hall.wire.batch import encode
from hall.wire.ingest import IngestAnswer, SealedPerson, SealedPersons
from server.auth.authority import Rejected
from server.centre.ingest import Ingest
from server.centre.reading import Reading
from server.store.centre_tables import event, person, quarantine, rating
from tests.unit.server.hall_log import HallLog, case_of, visit


def count(engine: Engine, table: object) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type] # a table


def send(ingest: Ingest, hall: HallLog, first: int = 1, rows: list[bytes] | None = None) -> IngestAnswer:
    batch = rows if rows is not None else hall.stored[first - 1 :]
    answer = ingest.receive(encode(hall.origin, hall.epoch, first, tuple(batch)), hall.origin, 5000)
    assert isinstance(answer, IngestAnswer)
    return answer


@pytest.fixture
def ingest(engine: Engine) -> Ingest:
    return Ingest(engine)


@pytest.fixture
def hall() -> HallLog:
    made = HallLog()
    made.say(*visit(1), *visit(2, level=4), *visit(3, level=None))
    return made


def test_a_case_arrives_with_its_ticket_and_rating(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    assert send(ingest, hall) == IngestAnswer(27, taken=27)
    found = Reading(engine).case(case_of(2))
    assert found is not None
    assert (found.ticket_number, found.item, found.counter, found.clerk) == ("A002", "social-card", "1", "c1")
    assert found.status == "served"
    assert [(one.level, one.cuts) for one in found.ratings] == [(4, 1)]
    by_provisional = Reading(engine).case("X-2")
    assert by_provisional == found
    assert Reading(engine).case("BINJIANG-2026-000009-1") is None


def test_silence_is_stored_as_silence(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    send(ingest, hall)
    found = Reading(engine).case(case_of(3))
    assert found is not None
    assert [(one.level, one.not_rated) for one in found.ratings] == [(None, "timed_out")]


def test_doubled_and_overlapping_batches_change_nothing(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    send(ingest, hall, 1, hall.stored[:10])
    once = Reading(engine).statistics()
    assert send(ingest, hall, 1, hall.stored[:10]) == IngestAnswer(10)
    assert Reading(engine).statistics() == once
    assert send(ingest, hall, 5) == IngestAnswer(27, taken=17)
    assert send(ingest, hall, 1) == IngestAnswer(27)
    assert count(engine, event) == 27
    assert count(engine, rating) == 3
    assert count(engine, quarantine) == 0
    found = Reading(engine).case(case_of(1))
    assert found is not None
    assert found.ratings[0].cuts == 1, "a cut is counted once"


def test_a_gap_takes_nothing_and_says_where_to_go_on(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    send(ingest, hall, 1, hall.stored[:5])
    assert send(ingest, hall, 8) == IngestAnswer(5)
    assert count(engine, event) == 5


@pytest.mark.parametrize("damage", ["garbage", "altered", "form", "foreign", "twin", "long", "nul", "huge"])
def test_a_bad_row_is_set_aside_and_blocks_nothing(engine: Engine, damage: str) -> None:
    hall = HallLog()
    hall.say(*visit(1))
    bad = e.TicketNoShow(TicketUid("t1"), e.CounterId("1"))
    changes = {
        "twin": {"uid": "binjiang-1-1"},
        "foreign": {"origin": "elsewhere"},
        "huge": {"at": 2**63 - 1},
    }
    if damage == "long":
        bad = e.TicketNoShow(TicketUid("t1"), e.CounterId("9" * 40))
    if damage == "nul":
        bad = e.TicketNoShow(TicketUid("t1"), e.CounterId("1\x00"))
    hall.say(bad, **changes.get(damage, {}))
    hall.say(*visit(2))
    rows = list(hall.stored)
    if damage == "garbage":
        rows[9] = b"\xff\x00 not a row"
    if damage == "altered":
        rows[9] = rows[9].replace(b'"t1"', b'"t2"')
    if damage == "form":
        rows[9] = resealed(rows[9].replace(b'"ticket":"t1"', b'"ticket":[1]'))
    answer = send(Ingest(engine), hall, 1, rows)
    assert answer.up_to == 19
    assert 1 <= answer.quarantined <= 2, "the row itself, and at most the one after whose chain no longer fits"
    assert Reading(engine).case(case_of(2)) is not None
    with engine.connect() as connection:
        kept, reason = connection.execute(
            select(quarantine.c.row, quarantine.c.reason).order_by(quarantine.c.seq)
        ).first() or (b"", "")
    assert kept == rows[9]
    assert reason


def resealed(row: bytes) -> bytes:
    """Give an altered row a right hash again, as a faulty program would."""
    import hashlib

    body = row[: row.rindex(b',"hash":"')]
    return body + b',"hash":"' + hashlib.sha256(body + b"}").hexdigest().encode() + b'"}'


def test_a_type_of_a_newer_program_is_kept_unread(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    rows = list(hall.stored)
    rows[26] = resealed(rows[26].replace(b'"rating.not_given"', b'"drone.landed"'))
    assert send(ingest, hall, 1, rows) == IngestAnswer(27, taken=27)
    with engine.connect() as connection:
        assert connection.execute(select(event.c.row).where(event.c.seq == 27)).scalar_one() == rows[26]


def test_a_broken_chain_is_listed_but_the_row_kept(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    rows = list(hall.stored)
    rows[4] = resealed(rows[4].replace(b'"clerk":"c1","counter"', b'"clerk":"c9","counter"'))
    answer = send(ingest, hall, 1, rows)
    assert (answer.up_to, answer.quarantined) == (27, 1)
    assert count(engine, event) == 27
    with engine.connect() as connection:
        assert connection.execute(select(quarantine.c.seq, quarantine.c.reason)).all() == [
            (6, "the row does not follow the one before (kept)")
        ]


def test_a_new_epoch_goes_on_and_late_work_stays(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    send(ingest, hall)
    promoted = HallLog(epoch=2)
    promoted.stored = list(hall.stored[:20])
    promoted.say(*visit(4))
    answer = send(ingest, promoted, 21)
    assert answer == IngestAnswer(29, taken=9)
    assert [(line.epoch, line.seq, line.quarantined) for line in Reading(engine).halls()] == [(1, 27, 0), (2, 29, 0)]
    assert Reading(engine).case(case_of(4)) is not None


def test_nobody_sends_anothers_log_or_people(ingest: Ingest, hall: HallLog) -> None:
    batch = encode("binjiang", 1, 1, tuple(hall.stored))
    refused = ingest.receive(batch, "elsewhere", 1)
    assert isinstance(refused, Rejected)
    assert refused.status == 403
    people = SealedPersons("binjiang", (SealedPerson("p-1", b"x"),))
    assert isinstance(ingest.persons(people, "elsewhere"), Rejected)


@pytest.mark.parametrize("data", [b"", b"nonsense", zlib.compress(b"\x93\x01")])
def test_what_is_no_batch_is_refused(ingest: Ingest, data: bytes) -> None:
    refused = ingest.receive(data, "binjiang", 1)
    assert isinstance(refused, Rejected)
    assert (refused.status, refused.problem.code) == (400, "malformed")


def test_people_come_once_and_go_with_their_erasure(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    people = SealedPersons("binjiang", (SealedPerson("p-1", b"sealed"), SealedPerson("p-2", b"sealed")))
    assert ingest.persons(people, "binjiang") is None
    assert ingest.persons(people, "binjiang") is None
    assert count(engine, person) == 2
    hall.say(e.PersonErased(PersonRef("p-1")))
    send(ingest, hall)
    assert count(engine, person) == 1


def test_statistics_count_each_thing_once(engine: Engine, ingest: Ingest, hall: HallLog) -> None:
    send(ingest, hall)
    other = HallLog("elsewhere")
    other.say(*visit(1, level=2))
    send(ingest, other)
    mine, all_ = Reading(engine).statistics("binjiang"), Reading(engine).statistics()
    assert (mine.invitations, mine.rated, mine.cases, mine.bad) == (3, 2, 3, 1)
    assert mine.active_rating_percent == "66.67"
    assert mine.not_rated == {"timed_out": 1}
    assert mine.tickets == {"finished": 3}
    assert (all_.invitations, all_.cases) == (4, 4)
    assert Reading(engine).statistics("binjiang", since=10**9).invitations == 0


def test_a_service_by_number_is_listed_until_its_ticket_comes(engine: Engine, ingest: Ingest) -> None:
    hall, number = HallLog(), TicketNumber("A-C07")
    hall.say(e.ServiceReported(TicketUid(""), number, CounterId("1"), 1000, 2000))
    hall.say(e.ServiceReported(TicketUid(""), TicketNumber("A-C99"), CounterId("1"), 1000, 2000))
    send(ingest, hall)
    assert Reading(engine).statistics("binjiang").tickets == {"reported": 2}
    unit, code = UnitId("kiosk-c"), ItemCode("social-card")
    made = Ticket(TicketUid("off-7"), number, code, TicketState.FINISHED, 900, unit, "tok", offline=True)
    hall.say(e.OfflineTicketEntered(made))
    send(ingest, hall)
    assert Reading(engine).statistics("binjiang").tickets == {"reported": 1, "finished": 1}


def test_a_number_of_another_day_is_another_ticket(engine: Engine, ingest: Ingest) -> None:
    hall, number = HallLog(), TicketNumber("A-C07")
    hall.say(e.ServiceReported(TicketUid(""), number, CounterId("1"), 1000, 2000))
    unit, code, next_day = UnitId("kiosk-c"), ItemCode("social-card"), 24 * 3_600_000
    made = Ticket(TicketUid("off-7"), number, code, TicketState.WAITING, next_day, unit, "tok", offline=True)
    hall.say(e.OfflineTicketEntered(made))
    send(ingest, hall)
    assert Reading(engine).statistics("binjiang").tickets == {"reported": 1, "waiting": 1}
