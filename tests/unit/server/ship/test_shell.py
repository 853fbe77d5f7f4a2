"""Shipping whole logs to a real centre over a bad line, in virtual time."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, func, select, text

from hall.wire import events as e
from hall.wire.batch import decode
from hall.wire.ingest import IngestAnswer, SealedPersons
from server.auth.authority import Rejected
from server.centre.ingest import Ingest
from server.centre.reading import Reading
from server.ship.courier import Undelivered
from server.ship.shell import Shipper
from server.ship.step import LONGEST_WAIT_MS
from server.store.centre import open_centre
from server.store.centre_tables import cursor, event, person, quarantine, rating
from tests.unit.server.hall_log import HallLog, case_of, visit


class Line:
    """A courier that loses requests and replies and sends some twice, by seed."""

    def __init__(self, ingest: Ingest, origin: str, lose: float = 0.0, seed: int = 1) -> None:
        self.ingest, self.origin, self.lose, self.random = ingest, origin, lose, Random(seed)
        self.up, self.sent, self.batches = True, 0, []
        self.closed = False

    async def parent_key(self) -> bytes | Undelivered:
        return b"key:" if self.up else Undelivered("away")

    async def deliver(self, batch: bytes) -> IngestAnswer | Undelivered:
        self.sent += 1
        if not self.up or self.random.random() < self.lose / 2:
            return Undelivered("request lost")
        self.batches.append(decode(batch))
        answer = self.ingest.receive(batch, self.origin, 1)
        if self.random.random() < self.lose:
            self.ingest.receive(batch, self.origin, 1)
        if self.random.random() < self.lose:
            return Undelivered("reply lost")
        assert not isinstance(answer, Rejected), answer.problem
        return answer

    async def deliver_persons(self, persons: SealedPersons) -> Undelivered | None:
        if not self.up or self.random.random() < self.lose:
            return Undelivered("people lost")
        assert self.ingest.persons(persons, self.origin) is None
        return None

    async def close(self) -> None:
        self.closed = True


class Rig:
    """A hall's log, a shipper, a line and a centre, with a clock that follows the waits."""

    def __init__(self, folder: Path, engine: Engine, lose: float = 0.0, seed: int = 1) -> None:
        self.folder, self.engine, self.now = folder, engine, 0
        self.hall = HallLog()
        self.line = Line(Ingest(engine), "binjiang", lose, seed)
        self.shipper = self.started()

    def started(self) -> Shipper:
        return Shipper("binjiang", self.hall, self.line, self.folder / "cursor", lambda: self.now)

    def moves(self, count: int) -> None:
        async def go() -> None:
            for _ in range(count):
                self.now += int(await self.shipper.once() * 1000)

        asyncio.run(go())

    def until_shipped(self, limit: int = 3000) -> None:
        for _ in range(limit):
            self.moves(1)
            if self.shipper.backlog.rows == 0 and self.held() == len(self.hall.stored):
                return
        raise AssertionError(f"{self.shipper.backlog} after {limit} moves")

    def held(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.coalesce(func.max(cursor.c.seq), 0))).scalar_one())

    def rows(self, table: object) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type] # a table


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_centre("", tmp_path)
    with made.connect() as connection:
        # The disk is not what is tested here, and waiting for it would take most of the time.
        connection.execute(text("PRAGMA synchronous=OFF"))
    yield made
    made.dispose()


def equal_to_hall(rig: Rig) -> None:
    with rig.engine.connect() as connection:
        stored = list(connection.execute(select(event.c.row).order_by(event.c.epoch, event.c.seq)).scalars())
    assert stored == rig.hall.stored
    assert rig.rows(quarantine) == 0


@pytest.mark.parametrize("seed", range(5))
def test_a_line_that_loses_30_percent_and_doubles_still_brings_everything_once(
    tmp_path: Path, engine: Engine, seed: int
) -> None:
    rig = Rig(tmp_path, engine, lose=0.3, seed=seed)
    for number in range(1, 81):
        rig.hall.say(*visit(number))
        rig.hall.people[f"p-{number}"] = b"sealed"
        if number % 20 == 0:
            rig.moves(2)
    rig.until_shipped()
    equal_to_hall(rig)
    assert rig.rows(rating) == 80
    assert rig.rows(person) == 80


def test_days_without_the_parent_cost_nothing_and_lose_nothing(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine)
    rig.line.up = False
    while rig.now < 3 * 24 * 3600 * 1000:
        if len(rig.hall.stored) < 900:
            rig.hall.say(*visit(len(rig.hall.stored) // 9 + 1))
        rig.moves(10)
    assert rig.line.sent <= 3 * 24 * 3600 * 1000 // (LONGEST_WAIT_MS // 2) + 20
    assert rig.shipper.backlog.rows == len(rig.hall.stored)
    assert rig.shipper.backlog.reason
    assert rig.shipper.oldest_age_s() > 2 * 24 * 3600
    rig.line.up = True
    rig.until_shipped()
    equal_to_hall(rig)
    assert rig.shipper.backlog.reason == ""
    assert rig.shipper.oldest_age_s() == 0.0


def test_a_shipper_killed_anywhere_goes_on(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine, lose=0.2)
    random = Random(7)
    for number in range(1, 61):
        rig.hall.say(*visit(number))
        rig.moves(random.randrange(3))
        if random.random() < 0.3:
            rig.shipper = rig.started()
        if random.random() < 0.1:
            (tmp_path / "cursor").write_text(random.choice(["", "nonsense", "999999", "3"]))
            rig.shipper = rig.started()
    rig.until_shipped()
    equal_to_hall(rig)


def test_batches_are_ordered_and_of_one_epoch(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine)
    rig.hall.say(*visit(1))
    rig.hall.epoch = 2
    rig.hall.say(*visit(2))
    rig.until_shipped()
    assert [(batch.epoch, batch.first_seq, len(batch.rows)) for batch in rig.line.batches] == [
        (1, 1, 1),
        (1, 2, 8),
        (2, 10, 9),
    ]
    equal_to_hall(rig)


def test_a_row_in_quarantine_does_not_hold_the_line(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine)
    rig.hall.say(*visit(1))
    rig.hall.say(e.CounterPaused(e.CounterId("1" * 70)))
    rig.hall.say(*visit(2))
    rig.until_shipped()
    assert rig.rows(quarantine) >= 1
    assert Reading(engine).case(case_of(2)) is not None


def test_a_parent_restored_from_a_copy_gets_the_rest_again(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine)
    rig.hall.say(*visit(1), *visit(2))
    rig.until_shipped()
    with engine.begin() as connection:
        connection.execute(event.delete().where(event.c.seq > 5))
        connection.execute(cursor.update().values(seq=5, last_hash=""))
    rig.hall.say(*visit(3))
    rig.until_shipped()
    equal_to_hall(rig)


def test_an_old_copy_of_the_hub_is_told_and_sends_nothing(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine)
    rig.hall.say(*visit(1), *visit(2))
    rig.until_shipped()
    rig.hall.stored = rig.hall.stored[:9]
    rig.hall.say(*visit(7)[:2])
    rig.shipper = rig.started()
    sent = rig.line.sent
    rig.moves(5)
    assert rig.line.sent <= sent + 1, "one question, then silence"
    assert "old copy" in rig.shipper.backlog.reason
    assert rig.rows(event) == 18


def test_only_the_people_of_cases_go_up_and_sealed_to_the_parent(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine)
    rig.hall.people = {"p-1": b"one", "p-99": b"in no case"}
    rig.hall.say(*visit(1), *visit(2))
    rig.until_shipped()
    with engine.connect() as connection:
        assert connection.execute(select(person.c.ref, person.c.sealed)).all() == [("p-1", b"key:one")]


def test_the_end_of_the_loop_closes_the_line(tmp_path: Path, engine: Engine) -> None:
    rig = Rig(tmp_path, engine)

    async def go() -> None:
        task = asyncio.create_task(rig.shipper.run())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert rig.line.closed
