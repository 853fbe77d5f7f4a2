"""A unit's step with a hand on its time, and the few answers of a hub that its tests need."""

import itertools
from typing import Any

import msgspec

from hall.domain.ids import CommandKey, ItemCode, TicketNumber, TicketUid, UnitId
from hall.domain.ticket import Ticket, TicketState
from hall.store.record import UnitRecord, apply
from hall.sync import inputs as io
from hall.sync import link
from hall.sync.contact import Makers, UnitOptions
from hall.sync.step import UnitStep
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.actor import Actor, Role
from hall.wire.replies import Done
from hall.wire.view import HallView
from tests.support.views import hall

HUB_TIME = 1_795_000_000_000


def key(name: str) -> CommandKey:
    return CommandKey(name)


class Bench:
    """One unit, one record that stands for its disk."""

    def __init__(
        self, record: UnitRecord | None = None, boot: str = "boot-1", series: str = "C", mark: str = ""
    ) -> None:
        self.disk = UnitRecord() if record is None else record
        counter = itertools.count(1)
        makers = Makers(lambda: CommandKey(f"made-{boot}-{next(counter)}"), lambda: "token", lambda: 0.5)
        options = UnitOptions(unit=UnitId("kiosk-c"), boot=boot, series=series, mark=mark)
        self.step = UnitStep(options, copied(self.disk), makers)
        self.now = 1_000
        self.outputs: list[io.Output] = []
        self.told: list[link.LinkEvent] = []
        self.sent: list[cmd.AnyCommand] = []

    def feed(self, given: io.Input, after_ms: int = 1) -> list[io.Output]:
        """Feed an input, store what is to be stored, and keep what was told and sent."""
        self.now += after_ms
        return self.keep(self.step.step(given, self.now))

    def keep(self, outputs: list[io.Output]) -> list[io.Output]:
        """Carry out what a step wants."""
        self.outputs = outputs
        for output in self.outputs:
            match output:
                case io.Store(changes):
                    assert output is self.outputs[0], "stored before anything else happens"
                    for change in changes:
                        apply(self.disk, change)
                case io.Tell(event):
                    self.told.append(event)
                case io.Send(command):
                    self.sent.append(command)
        return self.outputs

    def connect(self, view: HallView | None = None) -> "Bench":
        """Start, and let the hub answer."""
        self.feed(io.Started())
        assert any(isinstance(one, io.FetchView) for one in self.outputs)
        self.feed(io.ViewFetched(day_view() if view is None else view))
        return self

    def submit(self, command: cmd.AnyCommand) -> list[io.Output]:
        return self.feed(io.Submit(command))

    def silence(self, ms: int = 3_001) -> None:
        """Let the hub be silent until the unit goes on alone."""
        under_way = self.step.contact.under_way
        if under_way is not None:
            self.feed(io.Failed(under_way, io.Failure.TIMEOUT), ms)
        self.feed(io.Tick(), ms)

    def come_back(self, view: HallView | None = None) -> None:
        """Let the view be fetched again."""
        self.feed(io.Tick(), 10_000)
        if self.step.contact.view_asked:
            self.feed(io.ViewFetched(day_view() if view is None else view))

    def replies(self) -> list[link.Replied]:
        return [one for one in self.told if isinstance(one, link.Replied)]

    def of(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.outputs if isinstance(one, kind)]


def full_disk(bench: Bench, given: io.Input, after_ms: int = 1) -> list[io.Output]:
    """Feed an input of which the disk keeps nothing."""
    bench.now += after_ms
    outputs = bench.step.step(given, bench.now)
    assert isinstance(outputs[0], io.Store)
    return bench.step.reload(copied(bench.disk), given, bench.now)


def copied(record: UnitRecord) -> UnitRecord:
    values: dict[str, Any] = {name: getattr(record, name) for name in record.__dataclass_fields__}
    copies: dict[str, Any] = {name: dict(one) if isinstance(one, dict) else one for name, one in values.items()}
    return UnitRecord(**copies)


def day_view(seq: int = 10, epoch: int = 1, **fields: Any) -> HallView:
    view = hall(**fields.pop("counter", {}))
    return msgspec.structs.replace(view, hall="demo", day="2026-11-21", seq=seq, epoch=epoch, at=HUB_TIME, **fields)


def issue(name: str) -> cmd.IssueTicket:
    return cmd.IssueTicket(key=key(name), item=ItemCode("social"))


def issued(name: str, seq: int = 11) -> Done:
    ticket = Ticket(
        uid=TicketUid(name),
        number=TicketNumber("A001"),
        item=ItemCode("social"),
        state=TicketState.ISSUED,
        arrived_at=HUB_TIME,
        unit=UnitId("kiosk-c"),
        token="t",
    )
    return Done(key=key(name), seq=seq, at=HUB_TIME, ticket=ticket)


def event(seq: int, body: ev.AnyBody | None = None, epoch: int = 1, at: int = HUB_TIME) -> ev.Event:
    body = ev.IssueAbandoned(issue_key=key("x"), reason="") if body is None else body
    actor = Actor(unit=UnitId("hub"), role=Role.HUB)
    return ev.Event(v=1, type="t", origin="demo", epoch=epoch, seq=seq, uid=f"u{seq}", at=at, actor=actor, body=body)
