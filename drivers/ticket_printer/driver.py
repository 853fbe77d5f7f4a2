"""The slip printer's life: one thread owns the port, asks every second when idle, and prints what others hand it.

What happened to a slip is a value. `Printed(confirmed=True)` means that the printer answered a question that it only
answers after everything before it was printed; `NotPrinted(partial=True)` that paper came out and is no usable slip.
"""

import queue
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Annotated, Any, Literal, NamedTuple, Protocol

import msgspec
import structlog
from msgspec import Meta

from drivers.catalog import Opening
from drivers.orders import Orders, answering
from drivers.supervise import Life, Supervised
from drivers.ticket_printer.carrier import open_carried
from drivers.ticket_printer.cups import CupsDialogue, CupsQueue, open_cups
from drivers.ticket_printer.dialogue import Dialogue, Job
from drivers.ticket_printer.layout import lay_out
from drivers.ticket_printer.model import Model, model_of
from drivers.ticket_printer.paper import blocks_of, length_mm
from drivers.ticket_printer.protocol import NotTaken, fixed, to_bytes
from drivers.ticket_printer.sensor import contradiction
from drivers.transport.base import LineSettings, Transport, TransportLost
from hall.domain.ids import DeviceName
from hall.domain.slip import Slip
from hall.ports.status import Emit, Status, StatusWord
from hall.ports.ticket_printer import (
    LineRaster,
    NotPrinted,
    PaperUsed,
    PrinterCapabilities,
    PrintOutcome,
    RollChanged,
)

CHECK_S = 2.0
LISTEN_EVERY_S = 0.1
"""How soon a change is seen that the printer tells by itself."""
CUPS_POLL_S = 2.0
"""Each look at a queue starts a program; no more often than the truth within 2 s takes."""
BITS_PER_BYTE = 10
_LINES = ("serial", "memory")
"""Kinds of address whose bytes take the time of a serial line."""

log = structlog.get_logger("drivers.ticket_printer")

Flow = Literal["none", "xonxoff", "rtscts", "dsrdtr"]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Settings of one slip printer."""

    baud: int = 0
    """Speed of a serial line; 0 takes the model's factory setting."""
    flow: Flow = "none"
    """Flow control of a serial line, as the printer's DIP switches say."""
    not_taken: NotTaken | None = None
    """How a slip that nobody took is told; empty takes the model's."""
    poll_s: Annotated[float, Meta(gt=0, le=2)] = 1.0
    """Seconds between questions while idle."""
    asb: bool = False
    """Let the printer tell its changes by itself (ASB), where the model can; they are then seen within 0.1 s."""
    port_status: bool = True
    """On USB, believe the port's own paper and error bits as well; false for a printer that says nonsense there."""
    beep: bool = False
    """Beep after each slip, where the model can."""
    roll_m: Annotated[float, Meta(ge=0, le=1000)] = 0
    """Length of the rolls in metres, as their box says: a paper sensor that contradicts the count is then named."""


class Talk(Protocol):
    """One connection to a printer, whatever it goes through. Its methods raise TransportLost when that goes."""

    job_begun: bool
    last: Status

    def check(self) -> Status:
        """Ask for everything that can be told."""

    def print(self, job: Job) -> PrintOutcome:
        """Send a job and wait until it is out."""

    def pushed(self) -> Status | None:
        """What the printer has told by itself meanwhile; never waits."""

    def recover(self) -> Status:
        """Go on after the attendant is done."""


class _Work(NamedTuple):
    """What another thread wants done, and where it waits for the answer."""

    act: Callable[[Talk], Any]
    outcome: "Future[Any]"
    lost: Callable[[Status, bool], Any]
    """What the answer is when the cable goes; the flag tells that some of a job was sent."""


class EscposTicketPrinter:
    """A TicketPrinter. `check`, `print` and `recover` block the caller's thread, never the GUI's."""

    def __init__(
        self, name: DeviceName, model: Model, options: Options, open_port: Callable[[], Transport], emit: Emit,
        line_raster: LineRaster | None = None, *, paced: bool = True,
    ) -> None:  # fmt: skip
        self.name = name
        self.roll_mm = 0.0
        """Millimetres printed since the roll was put in, as far as this run and `resume_roll` know."""
        self._model, self._options, self._emit = model, options, emit
        self._line_raster = line_raster
        self._odd: StatusWord | None = None
        """In which state the paper sensor contradicted the count when it was last looked at."""
        self._poll_s = options.poll_s
        self._asb = model.status == "asb" or (options.asb and model.asb)
        self._byte_s = BITS_PER_BYTE / (options.baud or model.baud) if paced else 0.0
        self._orders: Orders[_Work] = Orders()
        self._supervised = Supervised(name, open_port, self._serve, emit)

    @property
    def capabilities(self) -> PrinterCapabilities:
        """What the model can do."""
        return self._model.capabilities

    def status(self) -> Status:
        """Last known status, at once."""
        return self._supervised.life.status

    def check(self) -> Status:
        """Ask the printer itself; at most 2 s, after which it is busy with somebody else's slip."""
        busy = Status(StatusWord.BUSY, "printing")
        answer: Status = self._ask(_checked, _just_status, CHECK_S, busy)
        return answer

    def print(self, slip: Slip) -> PrintOutcome:
        """Print one slip; blocks until it is out or cannot come out."""
        commands = lay_out(slip, self._model, self._line_raster)
        if self._options.beep and self._model.buzzer:
            commands.append(fixed("buzzer", 2, 1))
        data = to_bytes(commands)
        slip_mm = length_mm(blocks_of(commands, self._model), self._model)
        job = Job(data, len(data) * self._byte_s, slip_mm / self._model.speed_mm_s)
        outcome: PrintOutcome = self._ask(
            lambda dialogue: self._printed(dialogue, job, slip_mm), NotPrinted, None, None
        )
        return outcome

    def recover(self) -> Status:
        """Clear the error after the attendant cleared the paper path or changed the roll, then ask."""
        answer: Status = self._ask(_recovered, _just_status, None, None)
        return answer

    def resume_roll(self, roll_mm: float) -> None:
        """Go on counting where an earlier run stopped: `roll_mm` of the last `PaperUsed` that the caller has stored."""
        self.roll_mm += max(0.0, roll_mm)

    def new_roll(self) -> None:
        """Count from zero: the attendant has put a new roll in before the old one ran out. The event comes at once."""
        self._roll_changed(to_the_end=False)

    def close(self) -> None:
        """Give thread and port back; idempotent."""
        self._supervised.life.stopping.set()
        self._orders.end()
        self._supervised.close()

    def _ask(
        self, act: Callable[[Talk], Any], lost: Callable[[Status, bool], Any], limit_s: float | None, late: Any
    ) -> Any:
        """Have it done by the device's thread; without an open port the answer is at once the known status."""
        work = _Work(act, Future(), lost)
        if not self._orders.place(work):
            return lost(self._away(), False)
        try:
            return work.outcome.result(limit_s)
        except FutureTimeout:
            return late

    def _printed(self, dialogue: Talk, job: Job, slip_mm: float) -> PrintOutcome:
        """In the device's thread, as every event must be."""
        outcome = dialogue.print(job)
        if not isinstance(outcome, NotPrinted):
            self.roll_mm += slip_mm
            self._emit(PaperUsed(self.name, round(slip_mm, 1), round(self.roll_mm, 1)))
        return outcome

    def _away(self) -> Status:
        known = self.status()
        return known if not known.usable else Status(StatusWord.OFFLINE, "the port is not open")

    def _serve(self, port: Transport, life: Life) -> None:
        dialogue = self._talk(port)
        self._orders.open()
        reason = "closed"
        try:
            self._report(life, dialogue.check())
            while not life.stopping.is_set():
                self._turn(dialogue, life)
        except TransportLost as problem:
            reason = str(problem)
            raise
        finally:
            status = Status(StatusWord.OFFLINE, reason)
            self._orders.shut(lambda work: work.outcome.set_result(work.lost(status, False)))

    def _talk(self, port: Transport) -> Talk:
        if isinstance(port, CupsQueue):
            self._poll_s = max(CUPS_POLL_S, self._options.poll_s)
            return CupsDialogue(port)
        options, model = self._options, self._model
        not_taken = options.not_taken or model.not_taken
        return Dialogue(port, model, not_taken, asb=self._asb, port_status=options.port_status)

    def _turn(self, dialogue: Talk, life: Life) -> None:
        try:
            work = self._next_work(dialogue, life)
        except queue.Empty:
            self._report(life, dialogue.check())
            return
        if work is None:
            return

        def lost(reason: str) -> Any:
            return work.lost(Status(StatusWord.OFFLINE, reason), dialogue.job_begun)

        with answering(work.outcome, lost):
            answer = work.act(dialogue)
        self._report(life, _told_by(answer) or dialogue.last)
        work.outcome.set_result(answer)

    def _next_work(self, dialogue: Talk, life: Life) -> _Work | None:
        """Wait for work, listening meanwhile where the printer tells by itself.

        Raises:
            queue.Empty: it is time to look after the printer.

        """
        deadline = time.monotonic() + self._poll_s
        while self._asb and (left := deadline - time.monotonic()) > LISTEN_EVERY_S:
            try:
                return self._orders.next(min(LISTEN_EVERY_S, left))
            except queue.Empty:
                told = dialogue.pushed()
                if told is not None:
                    self._report(life, told)
        return self._orders.next(max(0.0, deadline - time.monotonic()))

    def _report(self, life: Life, status: Status) -> None:
        if life.status.word is StatusWord.NO_PAPER and status.usable:
            self._roll_changed(to_the_end=True)
        life.report(status)
        odd = contradiction(status, self.roll_mm, self._options.roll_m)
        if odd and status.word is not self._odd:
            life.remark(odd)
        self._odd = status.word if odd else None

    def _roll_changed(self, *, to_the_end: bool) -> None:
        used_mm, self.roll_mm = self.roll_mm, 0.0
        self._emit(RollChanged(self.name, round(used_mm, 1), to_the_end))


def _checked(dialogue: Talk) -> Status:
    return dialogue.check()


def _recovered(dialogue: Talk) -> Status:
    return dialogue.recover()


def _just_status(status: Status, _job_begun: bool) -> Status:
    return status


def _told_by(answer: Status | PrintOutcome) -> Status | None:
    """The status inside an answer, or None when a slip came out and the printer must be asked."""
    if isinstance(answer, NotPrinted):
        return answer.status
    return answer if isinstance(answer, Status) else None


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> EscposTicketPrinter:
    """Open a printer; it reconnects by itself until closed."""
    model = model_of(row)
    line = LineSettings(
        baud=options.baud or model.baud,
        rtscts=options.flow == "rtscts",
        dsrdtr=options.flow == "dsrdtr",
        xonxoff=options.flow == "xonxoff",
    )
    scheme = opening.address.partition(":")[0]
    if options.asb and not model.asb and model.status != "asb":
        log.warning("asb = true has no effect: remove it", device=opening.name, reason=f"{model.title} cannot do it")

    def open_port() -> Transport:
        return open_cups(opening.address) if scheme == "cups" else open_carried(opening.address, line)

    return EscposTicketPrinter(
        opening.name, model, options, open_port, opening.emit, opening.raster,
        paced=scheme in _LINES,
    )  # fmt: skip
