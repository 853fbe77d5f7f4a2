"""A kiosk without cables: engine, shell, fake link and fake devices, a clock that the test moves."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from config.flows_check import load_flows
from config.unit import KioskOptions, Times
from hall.domain.ids import CaseNumber, CommandKey, CounterId, DeviceName, ItemCode, RatingUid, UnitId
from hall.domain.person import Person
from hall.domain.signature import Point
from hall.domain.ticket import Priority, Ticket, TicketState
from hall.store.documents import Backlog
from hall.store.trouble import StoreTrouble
from hall.wire import commands as cmd
from hall.wire.replies import Done, Reply
from hall.wire.view import HallView, ItemView
from hall.words.catalogue import Words
from kiosk.drafts import DraftBox
from kiosk.flow.causes import Tick, Touch
from kiosk.flow.models import View
from kiosk.flow.state import Place, Settings
from kiosk.shell import Machines, Shell
from tests.support.fake_devices import FakePrinter, FakeReader, FakeScanner
from tests.support.fake_link import FakeLink
from tests.support.views import NOW_MS, SOCIAL, hall

PROOF = ItemView(ItemCode("residence-proof"), {"zh": "居住证明", "en": "Residence proof"}, "V", zone="a", kiosk=False)


def sealed(public: bytes, plain: Any) -> bytes:
    """Stand in for the seal: shows nothing of what it hides."""
    assert public
    return b"sealed:%d" % len(msgspec.json.encode(plain) if isinstance(plain, Person) else plain)


def settings(**changes: Any) -> Settings:
    """Return settings of a kiosk with printer, reader and scanner."""
    keys = (CommandKey(f"k{number}") for number in itertools.count(1))
    plain = Settings(
        unit=UnitId("kiosk-c"),
        flows=load_flows(KioskOptions().flows),
        times=Times(),
        words=Words("zh", "common", "kiosk", "slip"),
        seal_person=sealed,
        seal=sealed,
        new_key=lambda: next(keys),
        printer=DeviceName("printer"),
        present=frozenset({"slip", "id_card", "scanner"}),
    )
    return msgspec.structs.replace(plain, **changes)


def view(*tickets: Any, **changes: Any) -> HallView:
    """Return the small hall with the residence proof and a key to seal to."""
    plain = hall(*tickets)
    return msgspec.structs.replace(plain, items=(*plain.items, PROOF), hub_key=b"k" * 32, **changes)


class HubOfOne:
    """Answers commands as a hub would for one visitor."""

    def __init__(self) -> None:
        self.number = 22
        self.special: dict[type, Callable[[Any], Reply | None]] = {}

    def __call__(self, command: cmd.Command) -> Reply | None:
        if type(command) in self.special:
            return self.special[type(command)](command)
        match command:
            case cmd.IssueTicket(key=key):
                return Done(key, 1, NOW_MS, ticket=self.ticket(command), ahead=2, estimate_s=600)
            case cmd.ReprintTicket(key=key):
                again = msgspec.structs.replace(self.ticket(command), reprints=1, token="new-token")
                return Done(key, 1, NOW_MS, ticket=again)
            case cmd.SubmitCase(key=key):
                number = CaseNumber("BJ-2026-000001")
                return Done(key, 1, NOW_MS, case=number, case_code="K7M2Q9", rating=RatingUid(key))
            case _:
                return Done(command.key, 1, NOW_MS)

    def ticket(self, command: Any) -> Ticket:
        """Return the ticket that a command makes or means."""
        if isinstance(command, cmd.IssueTicket):
            self.number += 1
        return Ticket(
            uid=command.key,
            number=f"A{self.number:03}",
            item=getattr(command, "item", SOCIAL.code),
            state=TicketState.ISSUED,
            arrived_at=NOW_MS,
            unit=UnitId("kiosk-c"),
            token="token",
            priority=getattr(command, "priority", Priority.NORMAL),
            fallback_counter=CounterId("1"),
        )


class MemoryRows:
    """Drafts in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}

    def keep_draft(self, name: str, sealed: bytes, expires_ms: int) -> StoreTrouble | None:
        self.rows[name] = sealed

    def draft(self, name: str, now_ms: int) -> bytes | StoreTrouble | None:
        return self.rows.get(name)

    def wipe_draft(self, name: str) -> StoreTrouble | None:
        self.rows.pop(name, None)


class MemoryShelf:
    """Sealed documents in memory: digest to state."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    def hold(self, sha256: str, sealed: bytes, now_ms: int) -> StoreTrouble | None:
        self.states[sha256] = "held"

    def release(self, digests: Sequence[str], now_ms: int) -> bool | StoreTrouble:
        if not set(digests) <= set(self.states):
            return False
        self.states |= dict.fromkeys(digests, "waiting")
        return True

    def drop(self, digests: Sequence[str]) -> StoreTrouble | None:
        for sha256 in digests:
            self.states.pop(sha256, None)

    def backlog(self) -> Backlog | StoreTrouble:
        return Backlog(waiting=sum(state == "waiting" for state in self.states.values()))


class Glass:
    """A window that only remembers."""

    def __init__(self) -> None:
        self.view: View | None = None
        self.wipes = 0
        self.previews: list[bytes] = []
        self.pictures: dict[str, bytes] = {}
        self.pen: tuple[Point, ...] = ()

    def show_view(self, view: View) -> None:
        self.view = view

    def wipe(self) -> None:
        self.wipes += 1
        self.previews, self.pictures, self.pen = [], {}, ()

    def show_preview(self, jpeg: bytes) -> None:
        self.previews.append(jpeg)

    def keep_picture(self, ref: str, jpeg: bytes) -> None:
        self.pictures[ref] = jpeg

    def show_pen(self, points: tuple[Point, ...]) -> None:
        self.pen = points


def at_once(
    _name: str, work: Callable[[], Any], then: Callable[[Any], None], _failed: Callable[[Exception], None]
) -> None:
    """Slow work, done at once."""
    then(work())


class Rig:
    """A running kiosk. `now` is its clock."""

    def __init__(self, folder: Path, glass: Any = None, **changes: Any) -> None:
        self.now = 1000.0
        self.hub = HubOfOne()
        self.link = FakeLink(self.hub)
        self.glass = glass if glass is not None else Glass()
        self.rows = MemoryRows()
        self.drafts = DraftBox(self.rows, folder)
        self.shelf: Any = MemoryShelf()
        self.shell = Shell(settings(**changes), self.glass, at_once, lambda: self.now)
        self.printer = FakePrinter("printer", self.shell.take)
        self.reader = FakeReader("reader", self.shell.take)
        self.scanner = FakeScanner("scanner", self.shell.take)
        machines = Machines()
        machines.use("ticket_printer", "printer", self.printer)
        machines.use("id_card", "reader", self.reader)
        machines.use("code_scanner", "scanner", self.scanner)
        self.machines = machines

    def begin(self, *tickets: Any) -> "Rig":
        """Attach everything and show the hall."""
        from hall.ports.status import StatusWord
        from hall.sync.link import ViewChanged

        self.shell.take(Tick())
        self.link.start(self.shell.take)
        self.attach()
        for device in (self.printer, self.reader, self.scanner):
            device.become(StatusWord.READY)
        self.shell.take(ViewChanged(view(*tickets)))
        return self

    def attach(self) -> None:
        """Give the shell its link and devices."""
        self.shell.attach(self.link, self.machines, self.drafts, documents=self.shelf)

    def touch(self, what: Touch, value: str = "") -> "Rig":
        self.shell.touch(what, value)
        return self

    def type(self, text: str) -> "Rig":
        for key in text:
            self.touch(Touch.KEY, key)
        return self

    def sign(self) -> "Rig":
        """Write a name with a finger on the glass, and say that it is done."""
        stroke = tuple(Point(0.1 + step * 0.02, 0.1 + (step % 4) * 0.06) for step in range(30))
        self.touch(Touch.INK, msgspec.json.encode(stroke).decode())
        return self.touch(Touch.NEXT)

    def wait(self, seconds: float) -> "Rig":
        """Let time go by in ticks of a second."""
        for _ in range(int(seconds)):
            self.now += 1
            self.shell.take(Tick())
        return self

    @property
    def place(self) -> Place:
        return self.shell.state.place

    @property
    def screen(self) -> Any:
        assert self.shell.state.shown is not None
        return self.shell.state.shown.screen
