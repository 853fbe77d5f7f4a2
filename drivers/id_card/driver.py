"""The ID-card reader's life: while somebody watches it looks for cards, otherwise it only asks the module how it is.

One card laid on is one `CardPresented`, however often the reader finds it again, or one `CardUnreadable` per reason
while it is tried again; lifting it is one `CardRemoved`. A lost reader counts as a lifted card.
"""

import threading
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from drivers.catalog import Opening
from drivers.id_card.dialogue import Broken, Dialogue, Moved, Sight, Unreadable
from drivers.id_card.model import Model, model_of
from drivers.id_card.photo import ExternalDecoder, PhotoDecoder
from drivers.supervise import Life, Supervised
from drivers.transport.base import LineSettings, Transport
from drivers.transport.open import open_stream
from hall.domain.ids import DeviceName
from hall.ports.id_card import CardPresented, CardRemoved, CardUnreadable, IdCard
from hall.ports.status import Emit, Status, StatusWord

BITS_PER_BYTE = 10
IDLE_S = 1.0
_LINES = ("serial", "memory")
PLACE_AGAIN = "place_again"
PULLED_AWAY = (
    "a card was pulled away or lay badly during the read; visitors leave it until the screen goes on; "
    "if it stays, keep metal and other cards away from the reader"
)


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Settings of one ID-card reader."""

    baud: int = 0
    """Speed of a serial line; 0 takes the model's."""
    find_ms: Annotated[int, Meta(ge=300)] = 300
    """Pause between looks for a card; modules do not take less than 300."""
    new_address: bool = True
    """Also read the address appended after a move."""
    fingerprint: bool = False
    """Read by command 30 10, where the module knows it. The fingerprint itself is dropped at once."""
    photo_decoder: tuple[str, ...] = ()
    """A program, with its arguments, that turns the photo (WLT on standard input) into a BMP (standard output)."""
    photo_decoder_takes: Literal["photo", "reply"] = "photo"
    """Whether it wants the 1024 bytes of the photo or the reader's whole reply of 1295 bytes."""
    photo_decoder_s: Annotated[float, Meta(gt=0, le=4)] = 2.0
    """A decoder that takes longer is ended, and the card is shown without a picture."""


class _Place(Enum):
    """What lies on the reader, as far as the hall was told."""

    EMPTY = auto()
    READ = auto()
    UNREADABLE = auto()


class SdtIdCardReader:
    """An IdCardReader."""

    def __init__(
        self, name: DeviceName, model: Model, options: Options, open_port: Callable[[], Transport], emit: Emit,
        byte_s: float = 0.0,
    ) -> None:  # fmt: skip
        self.name = name
        self.sam_id = ""
        """The module's printed number, once it was asked."""
        self._model, self._options, self._emit, self._byte_s = model, options, emit, byte_s
        self._photos = _photo_decoder(options)
        self._watching = False
        self._wake = threading.Event()
        self._place, self._told = _Place.EMPTY, ""
        self._look_again = 0.0
        """When the module may be asked for a card again, by the monotonic clock."""
        self._supervised = Supervised(name, open_port, self._serve, emit)

    def status(self) -> Status:
        """Last known status, at once."""
        return self._supervised.life.status

    def watch(self, on: bool) -> None:
        """Begin or end looking for cards; at once, from any thread."""
        self._watching = on
        self._wake.set()

    def close(self) -> None:
        """Give thread and port back; idempotent."""
        self._supervised.life.stopping.set()
        self._wake.set()
        self._supervised.close()

    def _serve(self, port: Transport, life: Life) -> None:
        dialogue = Dialogue(port, self._byte_s, self._photos)
        try:
            self._greet(dialogue, life, first=True)
            while not life.stopping.is_set():
                self._turn(dialogue, life)
        finally:
            self._lifted()

    def _greet(self, dialogue: Dialogue, life: Life, *, first: bool = False) -> None:
        status = dialogue.check()
        if status.word is StatusWord.READY and (first or not self.sam_id):
            self.sam_id = dialogue.sam_id()
        life.report(status)

    def _turn(self, dialogue: Dialogue, life: Life) -> None:
        pause_s = self._look_again - time.monotonic()
        if not self._watching:
            self._place, self._told = _Place.EMPTY, ""
            self._greet(dialogue, life)
            pause_s = IDLE_S
        elif pause_s <= 0:  # else somebody asked again before the module may be asked again
            self._look(dialogue, life)
            pause_s = self._options.find_ms / 1000
            self._look_again = time.monotonic() + pause_s
        self._wake.wait(pause_s)
        self._wake.clear()

    def _look(self, dialogue: Dialogue, life: Life) -> None:
        sight = dialogue.look()
        if sight is Sight.SILENCE or isinstance(sight, Broken):
            status = sight.status if isinstance(sight, Broken) else dialogue.check()
            life.report(status)
            if not status.usable:
                self._lifted()
            return
        life.report(Status(StatusWord.READY))
        if isinstance(sight, Unreadable):
            if self._place is _Place.READ:
                self._lifted()  # another card came between two looks
            self._unreadable(sight.reason)
        elif sight is Sight.NO_CARD:
            self._maybe_lifted(dialogue)
        elif self._place is not _Place.READ:
            self._read(dialogue, life)
        elif not self._model.finds_again:
            self._lifted()  # another card came between two looks
            self._read(dialogue, life)

    def _maybe_lifted(self, dialogue: Dialogue) -> None:
        if self._place is _Place.EMPTY:
            return
        if self._place is _Place.READ and not self._model.finds_again and dialogue.still_there():
            return
        self._lifted()

    def _lifted(self) -> None:
        if self._place is not _Place.EMPTY:
            self._place, self._told = _Place.EMPTY, ""
            self._emit(CardRemoved(self.name))

    def _read(self, dialogue: Dialogue, life: Life) -> None:
        found = dialogue.read(fingerprint=self._options.fingerprint, new_address=self._options.new_address)
        if not self._watching:
            return  # the hall stopped asking while the card was being read: nobody may see it
        match found:
            case IdCard():
                self._place, self._told = _Place.READ, ""
                self._emit(CardPresented(self.name, found))
            case Unreadable(reason):
                self._unreadable(reason)
                if reason == PLACE_AGAIN:
                    life.remark(PULLED_AWAY)
            case Broken(status):
                life.report(status)
                self._unreadable("reader_fault")
            case Moved():
                return

    def _unreadable(self, reason: str) -> None:
        self._place = _Place.UNREADABLE
        if reason != self._told:
            self._told = reason
            self._emit(CardUnreadable(self.name, reason))


def _photo_decoder(options: Options) -> PhotoDecoder | None:
    if not options.photo_decoder:
        return None
    takes_reply = options.photo_decoder_takes == "reply"
    return ExternalDecoder(options.photo_decoder, options.photo_decoder_s, takes_reply=takes_reply)


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> SdtIdCardReader:
    """Open a reader; it reconnects by itself until closed."""
    model = model_of(row)
    baud = options.baud or model.baud
    paced = opening.address.partition(":")[0] in _LINES
    return SdtIdCardReader(
        opening.name, model, options, lambda: open_stream(opening.address, LineSettings(baud=baud)), opening.emit,
        BITS_PER_BYTE / baud if paced else 0.0,
    )  # fmt: skip
