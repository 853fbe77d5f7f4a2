"""Send what a dead unit had not sent, with the program and the rules that the unit itself would have used.

The salvaged store is given to a `HubLink` under the successor's credential: the unit's name is the same, so the hub
takes each message once by its own key, whoever sent it first. What the unit would do after a restart is done too: a
number asked for and never answered is given up. A slip that was numbered and never confirmed may be in somebody's
hand, so it is entered: a visitor who does not come costs less than one who is never called.
"""

import asyncio
import queue
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from hall.domain.ids import CommandKey, TicketUid
from hall.store.record import Pending, Rank, UnitRecord
from hall.store.trouble import StoreTrouble
from hall.store.unit_store import UnitStore
from hall.sync import link
from hall.sync.alone import lost_uploads
from hall.sync.credential import Credential
from hall.sync.http import HubAddress, HubClient
from hall.sync.loop import HubLink, LinkOptions, new_key
from hall.wire import commands as cmd
from hall.wire.enrolment import UnitSeries

PATIENCE_S = 30.0
"""Without any progress for so long, the rest waits for another time."""
AWAY_S = 10.0
TURN_S = 0.1


class Target(NamedTuple):
    """The hub, and who speaks to it."""

    url: str
    ca: Path | None
    credential: Credential


class Sent(NamedTuple):
    """How it went."""

    outbox: dict[CommandKey, Pending]
    """What had to be sent, as it stood when the sending began."""
    unsure: frozenset[TicketUid]
    """Slips that were numbered and never confirmed."""
    record: UnitRecord
    """The store afterwards: what is still in its outbox was not answered."""
    trouble: str = ""
    """Why the rest could not be sent; empty if nothing is left, or it waits for the next business day."""


def known_numbers(target: Target) -> UnitSeries | str:
    """Ask the hub what it has of the unit's own numbers. A text says why it could not be asked."""
    return asyncio.run(_known_numbers(target))


async def _known_numbers(target: Target) -> UnitSeries | str:
    async with HubClient(HubAddress(target.url, target.ca), target.credential) as client:
        renewed = await client.renew()
        if renewed.failure is not None:
            return f"{target.url}: {renewed.failure.value}; is it this unit's hub, and is it running?"
        path = f"/v1/units/{target.credential.unit}/series"
        answer = await client.ask(link.Question(id="series", method="GET", path=path))
    if answer.status != 200:
        return f"{target.url}: HTTP {answer.status} for {path}; the hub is of an older version"
    return msgspec.convert(answer.body, UnitSeries)


def carry_up(target: Target, store: UnitStore, patience_s: float = PATIENCE_S) -> Sent | StoreTrouble:
    """Send everything that can be sent now; returns when nothing is left, or nothing goes on for `patience_s`."""
    record = store.load()
    if isinstance(record, StoreTrouble):
        return record
    trouble = store.write(lost_uploads(record, new_key))
    if trouble is not None:
        return trouble
    unsure = frozenset(ticket.uid for ticket in record.unprinted())
    away_s = min(AWAY_S, patience_s)
    options = LinkOptions(
        url=target.url,
        unit=target.credential.unit,
        ca=target.ca,
        follow=False,
        hub_away_s=away_s,
        hub_away_cold_s=away_s,
    )
    sending = HubLink(options, store, target.credential)
    heard: queue.Queue[link.LinkEvent] = queue.Queue()
    sending.start(heard.put)
    try:
        for uid in unsure:
            sending.submit(cmd.ConfirmTicket(key=sending.new_key(), ticket=uid))
        before = store.load()
        away = _wait(sending, heard, store, patience_s)
    finally:
        sending.stop()
    after = store.load()
    if isinstance(before, StoreTrouble):
        return before
    if isinstance(after, StoreTrouble):
        return after
    return Sent({**record.outbox, **before.outbox}, unsure, after, away)


def _wait(sending: HubLink, heard: "queue.Queue[link.LinkEvent]", store: UnitStore, patience_s: float) -> str:
    """Wait until all is sent, or what is left waits for a day to be opened; else say what is in the way."""
    live, day, left = False, "", (-1, -1)
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        try:
            told = heard.get(timeout=TURN_S)
        except queue.Empty:
            told = None
        match told:
            case link.HubTime():
                live = True
            case link.ViewChanged(view=view):
                day = view.day or ""
            case link.HubAway(reason=reason):
                return f"the hub does not answer ({reason})"
        now = (sending.pending, _documents_waiting(store))
        if left != now:
            left, until = now, time.monotonic() + patience_s
        if live and told is None and left[1] == 0 and (left[0] == 0 or (not day and _only_uploads(store))):
            return ""
    return f"nothing went on for {patience_s:.0f} s with {left[0]} messages and {left[1]} documents left"


def _documents_waiting(store: UnitStore) -> int:
    backlog = store.documents.backlog()
    return 0 if isinstance(backlog, StoreTrouble) else backlog.waiting


def _only_uploads(store: UnitStore) -> bool:
    record = store.load()
    return isinstance(record, UnitRecord) and all(one.rank == Rank.UPLOAD for one in record.outbox.values())
