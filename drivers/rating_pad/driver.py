"""Life of a stand-alone evaluator: keys become ratings only while an invitation is open."""

import threading
import time
from abc import ABC, abstractmethod
from typing import Annotated, Any

import msgspec
import structlog
from msgspec import Meta

from drivers.catalog import Opening
from drivers.invitation import Grade, Invitations
from drivers.key_line import SILENT, KeyLine, line_of, serve_keys
from drivers.profile import Profile, profile_of
from drivers.rating_pad.protocol import KeyDecoder, RecordKeys, ReportKeys
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, open_stream
from hall.domain.ids import CounterId, DeviceName, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.rating_pad import RatingPressed
from hall.ports.status import Status, StatusWord

LOOK_S = 0.2
READ_BYTES = 24 * 64
REMARKS = 16
"""So many different foreign keys are told; a keyboard that somebody plugged in has more."""
READY = Status(StatusWord.READY)
log = structlog.get_logger("drivers.rating_pad")
LEVELS = {str(level.value): level for level in RatingLevel}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one pad."""

    counter: str = "1"
    """Counter at which it stands; left out, the one of its unit."""
    address: Annotated[int, Meta(ge=0, le=255)] = 0
    """Its address; 0 takes whatever answers."""
    baud: int = 0
    """Speed; 0 takes the model's."""
    levels: dict[str, RatingLevel] = msgspec.field(default_factory=lambda: dict(LEVELS))
    """Key in the profile's words to the level, 1 best; a keyboard's words are ``3``, ``a``, ``code 183``."""
    last_press_counts: bool = False
    """Several presses in one invitation: the last counts instead of the first."""
    settle_ms: Annotated[int, Meta(ge=100, le=30000)] = 2000
    """With last_press_counts: a press is final when none followed for this long."""


class _RatingPad(ABC):
    """What all pads share: the invitation, the map of levels, one thread."""

    def __init__(self, opening: Opening, options: Options, line: LineSettings) -> None:
        self._opening, self._options = opening, options
        self._counter = CounterId(options.counter)
        self._invitations = Invitations(options.last_press_counts, options.settle_ms / 1000)
        self._lock = threading.Lock()
        # Bound before the thread begins, which uses it.
        self._emit = opening.emit
        self._supervised = Supervised(
            opening.name, lambda: open_stream(opening.address, line), self._serve, opening.emit
        )

    @property
    def name(self) -> DeviceName:
        """Name in the configuration."""
        return self._opening.name

    def status(self) -> Status:
        """Return the last known status; UNKNOWN until a key was pressed."""
        return self._supervised.life.status

    def close(self) -> None:
        """Give the line back."""
        self._supervised.close()

    def invite(self, rating: RatingUid) -> None:
        """Open an invitation."""
        with self._lock:
            self._invitations.invite(self._counter, rating)

    def end_invitation(self) -> None:
        """Close it; later presses are acknowledged and dropped."""
        with self._lock:
            grades = self._invitations.end(self._counter)
        self._tell(grades)

    @abstractmethod
    def _serve(self, port: Transport, life: Life) -> None:
        """Read keys until stopped."""

    def _pressed(self, keys: list[str]) -> str:
        now, remark = time.monotonic(), ""
        with self._lock:
            grades = []
            for key in keys:
                level = self._options.levels.get(key)
                if level is None:
                    remark = (
                        f"key {key} is not in the level map; add it to options.levels, or leave it: it is not rated"
                    )
                else:
                    grades += self._invitations.press(self._counter, level, now)
            grades += self._invitations.tick(now)
        self._tell(grades)
        return remark

    def _tell(self, grades: list[Grade]) -> None:
        for grade in grades:
            self._emit(RatingPressed(self.name, grade.counter, grade.rating, grade.level))


class ProfileRatingPad(_RatingPad):
    """RatingPad over a line that a profile describes."""

    def __init__(self, opening: Opening, profile: Profile, options: Options) -> None:
        self._profile = profile
        super().__init__(opening, options, line_of(profile, options.baud))

    def _serve(self, port: Transport, life: Life) -> None:
        line = KeyLine(self._profile, self._options.address)
        serve_keys(line, port, life, self._pressed, time.monotonic)


class HidRatingPad(_RatingPad):
    """RatingPad that is a USB keyboard. By evdev it is grabbed, so that its digits reach no window."""

    def __init__(self, opening: Opening, options: Options, *, reports: bool) -> None:
        self._reports = reports
        super().__init__(opening, options, LineSettings())

    def _serve(self, port: Transport, life: Life) -> None:
        decoder: KeyDecoder = ReportKeys() if self._reports else RecordKeys()
        told: set[str] = set()
        # A grab proves that the kernel has the pad; hidraw opens for several programs and proves little.
        life.report(SILENT if self._reports else READY)
        while not life.stopping.is_set():
            keys = decoder.feed(port.read(READ_BYTES, LOOK_S))
            self._pressed([])  # time passes for a press that waits to be final
            for key in keys:
                self._take(key, told, life)

    def _take(self, key: str, told: set[str], life: Life) -> None:
        """Rate, or name a foreign key to the technician, each once as long as the pad stays."""
        remark = self._pressed([key])
        if remark and remark not in told and len(told) < REMARKS:
            told.add(remark)
            log.warning("pad remark", device=life.name, remark=remark)
            life.report(Status(StatusWord.READY, remark))
        elif life.status == SILENT:
            life.report(READY)


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> ProfileRatingPad | HidRatingPad:
    """Open the pad; it reconnects by itself until closed."""
    if row.get("transport") in ("hid", "hid-report"):
        return HidRatingPad(opening, options, reports=row["transport"] == "hid-report")
    return ProfileRatingPad(opening, profile_of(row), options)
