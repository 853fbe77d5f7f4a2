"""The loop around `ShipStep`: reads the log, hands batches to the courier, remembers the cursor.

The cursor's file is only a hint, so that the backlog is shown rightly after a restart without the parent.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from hall.wire.batch import MAX_ROWS, encode, fitting
from hall.wire.ingest import IngestAnswer, SealedPerson, SealedPersons
from server.ship.courier import Courier, Undelivered
from server.ship.step import Blocked, Send, ShipStep, Wait

IDLE_S = 0.25
"""How often the log is looked at when all was sent."""

log = structlog.get_logger("hall.ship")


class Source(Protocol):
    """What the shipper needs of the hub's log. Called off the event loop."""

    def newest(self) -> tuple[int, int]:
        """Return epoch and seq of the log's last row; seq is 0 when it is empty."""

    def rows(self, after: int, limit: int) -> Sequence[bytes]:
        """Return stored rows after a seq, in order."""

    def sealed_persons(self, refs: Sequence[str], parent_key: bytes) -> tuple[SealedPerson, ...]:
        """Return these people sealed to the parent; erased ones are left out."""


class Backlog(msgspec.Struct, frozen=True):
    """For health and metrics: what the parent has not acknowledged."""

    rows: int
    acked: int
    failures: int
    reason: str = ""


class _Peek(msgspec.Struct, frozen=True):
    epoch: int
    at: int
    type: str
    body: msgspec.Raw


class _CasePerson(msgspec.Struct, frozen=True):
    person: str | None = None


_peek = msgspec.json.Decoder(_Peek)
_case_person = msgspec.json.Decoder(_CasePerson)


class Shipper:
    """Sends one hall's log to one parent until cancelled."""

    def __init__(
        self, origin: str, source: Source, courier: Courier, cursor_file: Path, clock: Callable[[], int]
    ) -> None:
        self._origin = origin
        self._source = source
        self._courier = courier
        self._file = cursor_file
        self._clock = clock
        self._step = ShipStep(_read_cursor(cursor_file))
        self._epoch, self._newest = 0, 0
        self._oldest_at: int | None = None
        self._reason = ""
        self._people_sent: set[str] = set()
        self._parent_key: bytes | None = None

    @property
    def backlog(self) -> Backlog:
        """How far behind the parent is."""
        rows = max(0, self._newest - self._step.acked)
        return Backlog(rows, self._step.acked, self._step.failures, self._reason)

    def oldest_age_s(self) -> float:
        """Return the age of the oldest row that the parent has not acknowledged, 0 when it has all."""
        return 0.0 if self._oldest_at is None else max(0.0, (self._clock() - self._oldest_at) / 1000)

    async def run(self) -> None:
        """Ship until cancelled."""
        try:
            while True:
                await asyncio.sleep(await self.once())
        finally:
            await self._courier.close()

    async def once(self) -> float:
        """Make one move and return the seconds to wait before the next."""
        self._epoch, self._newest = await asyncio.to_thread(self._source.newest)
        move = self._step.move(self._newest, self._clock())
        match move:
            case Send():
                return await self._send(move)
            case Wait(until=until):
                return max(0.0, min(60.0, (until - self._clock()) / 1000))
            case Blocked(parent_has=parent_has):
                self._trouble(f"the parent has {parent_has} rows, this log {self._newest}: it is an old copy")
                return 5.0
            case _:
                return IDLE_S

    async def _send(self, move: Send) -> float:
        wanted = 1 if move.probe else MAX_ROWS
        after = max(0, min(move.after, self._newest) - 1) if move.probe else move.after
        rows = list(await asyncio.to_thread(self._source.rows, after, wanted))
        if not rows:
            return IDLE_S
        first = _peek.decode(rows[0])
        epoch = first.epoch
        if not move.probe or self._step.acked == 0:
            self._oldest_at = first.at
        batch = fitting([row for row in rows if _peek.decode(row).epoch == epoch])
        answer = await self._deliver(epoch, after + 1, batch)
        if isinstance(answer, Undelivered):
            self._step.failed(self._clock(), random.random(), answer.retry_after_s)  # noqa: S311 - spreads retries
            self._trouble(answer.reason)
        else:
            self._answered(answer, epoch, after + len(batch))
        return 0.0

    async def _deliver(self, epoch: int, first_seq: int, rows: tuple[bytes, ...]) -> IngestAnswer | Undelivered:
        people = await self._send_people(rows)
        if people is not None:
            return people
        return await self._courier.deliver(encode(self._origin, epoch, first_seq, rows))

    async def _send_people(self, rows: tuple[bytes, ...]) -> Undelivered | None:
        """Send the people of cases before the cases; tickets' people stay in the hall."""
        refs = [ref for ref in _people(rows) if ref not in self._people_sent]
        if not refs:
            return None
        key = self._parent_key or await self._courier.parent_key()
        if isinstance(key, Undelivered):
            return key
        self._parent_key = key
        sealed = await asyncio.to_thread(self._source.sealed_persons, refs, key)
        trouble = await self._courier.deliver_persons(SealedPersons(self._origin, sealed)) if sealed else None
        if trouble is None:
            self._people_sent = {*list(self._people_sent)[-5000:], *refs}
        return trouble

    def _answered(self, answer: IngestAnswer, epoch: int, sent_to: int) -> None:
        # Of an older epoch the parent may have more (late work of a lost hub); this log goes on in its next epoch.
        up_to = min(answer.up_to, sent_to) if epoch < self._epoch else answer.up_to
        self._step.answered(up_to, self._newest)
        if up_to >= self._newest:
            self._oldest_at = None
        _write_cursor(self._file, up_to)
        if answer.quarantined:
            log.warning("rows set aside by the parent", rows=answer.quarantined, up_to=up_to)
        if self._reason:
            log.info("the parent takes the log again", backlog=self.backlog.rows)
            self._reason = ""

    def _trouble(self, reason: str) -> None:
        if not self._reason:
            log.warning("the parent does not take the log", reason=reason)
        self._reason = reason


def _people(rows: tuple[bytes, ...]) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        head = _peek.decode(row)
        if head.type == "case.submitted":
            ref = _case_person.decode(head.body).person
            if ref:
                found[ref] = None
    return list(found)


def _read_cursor(path: Path) -> int:
    try:
        return max(0, int(path.read_text()))
    except (OSError, ValueError):
        return 0  # A hint only: the parent says where it stands.


def _write_cursor(path: Path, seq: int) -> None:
    half = path.with_name(path.name + ".new")
    half.write_text(str(seq))
    half.rename(path)
