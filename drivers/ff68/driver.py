"""Life of the FF 68 bus: one owner of the RS-485 line, and a view per counter for each of its two pads."""

import threading
import time
from typing import Annotated, Any

import msgspec
import structlog
from msgspec import Meta

from drivers.catalog import Opening
from drivers.ff68.bus import Bus, BusRules, Key, Window
from drivers.invitation import Grade
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, open_stream
from hall.domain.ids import CounterId, DeviceName, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.rating_pad import RatingPressed
from hall.ports.status import Status, StatusWord

KEYS = {
    "0C": CallerIntent.CALL_NEXT,
    "0D": CallerIntent.RECALL,
    "0B": CallerIntent.INVITE,
    "0E": CallerIntent.CANCEL,
    "12": CallerIntent.PAUSE,
    "13": CallerIntent.TRANSFER,
    "060F": CallerIntent.NO_SHOW,
    "000F": CallerIntent.PARK,
    "030F": CallerIntent.RESUME,
}
LEVELS = {str(level - 1): level for level in RatingLevel}
WRITE_S = 2.0
LOOK_S = 0.5
"""How long to listen at most before looking whether to stop; wishes wake the loop at once."""
SILENT = Status(StatusWord.UNKNOWN, "line open; pads speak only when a key is pressed")

log = structlog.get_logger("drivers.ff68")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one bus."""

    windows: tuple[Window, ...] = ()
    """Counters with the addresses (1..255) of their pads."""
    baud: int = 0
    """Speed; 0 takes the model's."""
    keys: dict[str, CallerIntent] = msgspec.field(default_factory=lambda: dict(KEYS))
    """Key in hex, the confirm key after its digit (``060F``), to what it means."""
    levels: dict[str, RatingLevel] = msgspec.field(default_factory=lambda: dict(LEVELS))
    """Raw key of the evaluator to the level, 1 best."""
    last_press_counts: bool = False
    """Several presses in one invitation: the last counts instead of the first."""
    fold_ms: Annotated[int, Meta(ge=0, le=5000)] = 500
    """The same frame within this time is a retry."""
    settle_ms: Annotated[int, Meta(ge=100, le=30000)] = 2000
    """With last_press_counts: a press is final when none followed for this long."""

    def __post_init__(self) -> None:
        """Refuse two windows with one address; caller and evaluator of a window may share theirs."""
        for kind in ("caller", "evaluator"):
            taken = [address for window in self.windows if (address := getattr(window, kind))]
            if twice := next((address for address in taken if taken.count(address) > 1), 0):
                raise ValueError(f"windows: two of them have the {kind} address {twice}")


class Ff68Bus:
    """The opened line. `rating_pad` and `caller_pad` give the ports of one counter."""

    def __init__(self, opening: Opening, options: Options, line: LineSettings) -> None:
        self._opening, self._options = opening, options
        self._remark = ""
        self._untold: list[Any] = []
        self._lock = threading.Lock()
        self._bus = Bus(_rules(options, line.baud))
        self._supervised = Supervised(
            opening.name, lambda: open_stream(opening.address, line), self._serve, opening.emit
        )

    @property
    def name(self) -> DeviceName:
        """Name in the configuration."""
        return self._opening.name

    @property
    def windows(self) -> tuple[Window, ...]:
        """Counters on this line."""
        return self._options.windows

    def status(self) -> Status:
        """Return the line's status; UNKNOWN until the first pad has spoken."""
        return self._supervised.life.status

    def close(self) -> None:
        """Give the line back."""
        self._supervised.close()

    def rating_pad(self, counter: CounterId) -> "BusRatingPad":
        """Return the evaluator of a counter.

        Raises:
            KeyError: no window of this bus has one there.

        """
        if not any(window.counter == counter and window.evaluator for window in self.windows):
            raise KeyError(f"{self.name}: no evaluator at counter {counter}")
        return BusRatingPad(self, counter)

    def caller_pad(self, counter: CounterId) -> "BusCallerPad":
        """Return the caller pad of a counter.

        Raises:
            KeyError: no window of this bus has one there.

        """
        if not any(window.counter == counter and window.caller for window in self.windows):
            raise KeyError(f"{self.name}: no caller pad at counter {counter}")
        return BusCallerPad(self, counter)

    def invite(self, counter: CounterId, rating: RatingUid) -> None:
        """Open the evaluation of a counter."""
        with self._lock:
            self._bus.invite(counter, rating)
        self._supervised.wake()

    def end_invitation(self, counter: CounterId) -> None:
        """Close the evaluation of a counter."""
        with self._lock:
            told = self._bus.end_invitation(counter)
        self._tell(told, self._supervised.life)

    def show(self, counter: CounterId, waiting: int | None, ticket: int | None) -> None:
        """Show numbers on the caller pad of a counter."""
        with self._lock:
            self._bus.show(counter, waiting, ticket)
        self._supervised.wake()

    def beep(self, counter: CounterId) -> None:
        """Let the caller pad of a counter beep."""
        with self._lock:
            self._bus.beep(counter)
        self._supervised.wake()

    def _serve(self, port: Transport, life: Life) -> None:
        with self._lock:
            self._bus.reopened()
        life.report(SILENT)
        try:
            while not life.stopping.is_set():
                self._turn(port.read(256, self._patience()), port, life)
        finally:
            self._tell(self._untold, life)  # a key that was read counts, even if its answer got lost
            self._untold.clear()

    def _turn(self, data: bytes, port: Transport, life: Life) -> None:
        """Answer before telling: what pads wait for goes out first."""
        now = time.monotonic()
        with self._lock:
            told = self._bus.receive(data, now) if data else []
            told += self._bus.tick(now)
            raw = self._bus.outgoing(now)
            heard, answering = self._bus.heard, self._bus.answering
        self._untold += told
        if raw:
            port.write(raw, WRITE_S)
        if not answering:
            told, self._untold = self._untold, []
            self._tell(told, life)
        if data and heard:
            life.report(Status(StatusWord.READY, self._remark))

    def _patience(self) -> float:
        with self._lock:
            due = self._bus.next_due()
        return LOOK_S if due is None else min(LOOK_S, max(0.0, due - time.monotonic()))

    def _tell(self, told: "list[Any]", life: Life) -> None:
        for event in told:
            if isinstance(event, Key):
                life.emit(CallerPressed(view_name(self.name, event.counter, "caller"), event.counter, event.intent))
            elif isinstance(event, Grade):
                name = view_name(self.name, event.counter, "rating")
                life.emit(RatingPressed(name, event.counter, event.rating, event.level))
            else:
                log.warning("bus remark", device=self.name, remark=event.text)
                self._remark = event.text
                life.report(Status(life.status.word, event.text))


class _View:
    """A device of one counter on the bus; closing it leaves the bus open."""

    kind = ""

    def __init__(self, bus: Ff68Bus, counter: CounterId) -> None:
        self._bus, self._counter = bus, counter

    @property
    def name(self) -> DeviceName:
        """The bus's name with counter and kind."""
        return view_name(self._bus.name, self._counter, self.kind)

    def status(self) -> Status:
        """Return the line's status."""
        return self._bus.status()

    def close(self) -> None:
        """Nothing of its own to give back."""


class BusRatingPad(_View):
    """RatingPad over the bus."""

    kind = "rating"

    def invite(self, rating: RatingUid) -> None:
        """Open an invitation; the first press (or the last, by option) is told as RatingPressed."""
        self._bus.invite(self._counter, rating)

    def end_invitation(self) -> None:
        """Close it; later presses are acknowledged on the wire and dropped."""
        self._bus.end_invitation(self._counter)


class BusCallerPad(_View):
    """CallerPad over the bus."""

    kind = "caller"

    def show(self, waiting: int | None, ticket: int | None) -> None:
        """Show 0..999; None leaves that half unchanged."""
        self._bus.show(self._counter, waiting, ticket)

    def beep(self) -> None:
        """Beep once."""
        self._bus.beep(self._counter)


def view_name(bus: DeviceName, counter: CounterId, kind: str) -> DeviceName:
    """Return the name under which a pad of the bus tells its events, e.g. ``bus/3/caller``."""
    return DeviceName(f"{bus}/{counter}/{kind}")


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> Ff68Bus:
    """Open the bus; it reconnects by itself until closed."""
    return Ff68Bus(opening, options, LineSettings(baud=options.baud or row["baud"]))


def _rules(options: Options, baud: int) -> BusRules:
    return BusRules(
        windows=options.windows,
        keys=options.keys,
        levels={int(raw): level for raw, level in options.levels.items()},
        last_press_counts=options.last_press_counts,
        fold_s=options.fold_ms / 1000,
        settle_s=options.settle_ms / 1000,
        byte_s=10 / baud,
        gap_s=35 / baud,
    )
