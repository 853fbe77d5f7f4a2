"""Talking to one ID-card reader over one open port: ask, find, read. Runs in the device's own thread.

A request is answered, refused or met with silence; each is a value. Late answers of an earlier request are dropped
before the next one is sent.
"""

import time
from enum import StrEnum
from typing import NamedTuple

from drivers.id_card.layouts import card_of, read_address, read_text
from drivers.id_card.photo import PhotoDecoder
from drivers.id_card.protocol import (
    Blocks,
    Command,
    Reaction,
    Reply,
    ReplyDecoder,
    Request,
    blocks,
    meaning_of,
    reply,
    sam_id,
)
from drivers.transport.base import Transport
from hall.ports.id_card import IdCard
from hall.ports.status import Status, StatusWord

SHORT_S = 0.5
"""Finding takes a reader up to 0.3 s, the other short commands less."""
READ_S = 3.0
WRITE_S = 0.5
RESENDS = 3
_CHUNK = 4096
_LARGEST_FRAME = 2328


class Sight(StrEnum):
    """What a look for a card saw."""

    CARD = "card"
    NO_CARD = "no_card"
    SILENCE = "silence"


class Unreadable(NamedTuple):
    """A card that could not be read; `reason` is a word id for the citizen."""

    reason: str


class Moved(NamedTuple):
    """The card was gone before it was selected: nobody needs to be told."""


class Broken(NamedTuple):
    """The reader itself is at fault."""

    status: Status


Reading = IdCard | Unreadable | Moved | Broken


class Dialogue:
    """One connection. Every method raises TransportLost when the cable goes."""

    def __init__(self, port: Transport, byte_s: float, photos: PhotoDecoder | None = None) -> None:
        self._port, self._byte_s, self._photos = port, byte_s, photos
        self._decoder = ReplyDecoder()
        self._knows_fingerprint = True
        self._garbage = 0

    def check(self) -> Status:
        """Ask the module how it is; about half a second at most."""
        answer = self._ask_anew(Command.STATUS)
        if answer is None:
            return self._silence()
        word = meaning_of(answer.sw3)
        if word.reaction is Reaction.GO_ON:
            return Status(StatusWord.READY)
        return _fault(answer)

    def sam_id(self) -> str:
        """Return the module's printed number, or an empty text."""
        answer = self.ask(Command.SAM_ID)
        return (sam_id(answer.data) or "") if answer is not None else ""

    def look(self) -> Sight | Unreadable | Broken:
        """Look for a card once."""
        answer = self._ask_anew(Command.FIND)
        if answer is None:
            return Sight.SILENCE
        match meaning_of(answer.sw3).reaction:
            case Reaction.GO_ON:
                return Sight.CARD
            case Reaction.WRONG_CARD:
                return Unreadable("wrong_card")
            case Reaction.DEVICE_FAULT | Reaction.REFUSED | Reaction.RESET:
                return Broken(_fault(answer))
            case _:
                return Sight.NO_CARD

    def still_there(self) -> bool:
        """Whether a card that was read, and is not found again, still lies there: its appended address tells."""
        answer = self.ask(Command.READ_ADDRESS, SHORT_S * 2)
        return answer is not None and meaning_of(answer.sw3).reaction in (Reaction.GO_ON, Reaction.NOT_THERE)

    def read(self, *, fingerprint: bool, new_address: bool) -> Reading:
        """Select and read the card that was found."""
        for attempt in (1, 2):
            selected = self.ask(Command.SELECT)
            if selected is None or meaning_of(selected.sw3).reaction is Reaction.NO_CARD:
                return Moved()
            answer: Reply | None = selected
            if meaning_of(selected.sw3).reaction is Reaction.GO_ON:
                answer = self._read_once(fingerprint)
            if answer is None:
                return Unreadable("place_again")
            reaction = meaning_of(answer.sw3).reaction
            if reaction is Reaction.RESET and attempt == 1:
                self.ask(Command.RESET)
                continue
            if reaction is not Reaction.GO_ON:
                return _refusal(answer, reaction)
            return self._card(_parts(answer), new_address)
        return Unreadable("place_again")

    def ask(self, command: Command, limit_s: float = SHORT_S) -> Reply | None:
        """Send a request until it is answered well, at most three times more; None is silence or only damage."""
        frame = Request(command.value).to_bytes()
        for _ in range(1 + RESENDS):
            self._clear_line()
            self._port.write(frame, WRITE_S + len(frame) * self._byte_s)
            answer, damaged = self._listen(limit_s)
            if answer is None and not damaged:
                return None
            if answer is not None and meaning_of(answer.sw3).reaction is not Reaction.RESEND:
                return answer
        return None

    def _ask_anew(self, command: Command) -> Reply | None:
        """Ask; a module that stumbles is reset and asked once more."""
        answer = self.ask(command)
        if answer is None or meaning_of(answer.sw3).reaction is not Reaction.RESET:
            return answer
        self.ask(Command.RESET)
        return self.ask(command)

    def _read_once(self, fingerprint: bool) -> Reply | None:
        limit_s = READ_S + _LARGEST_FRAME * self._byte_s
        if fingerprint and self._knows_fingerprint:
            answer = self.ask(Command.READ_FINGERPRINT, limit_s)
            if answer is None or meaning_of(answer.sw3).reaction is not Reaction.REFUSED:
                return answer
            self._knows_fingerprint = False  # an older module: it will not learn it
        return self.ask(Command.READ, limit_s)

    def _card(self, parts: Blocks | None, new_address: bool) -> Reading:
        text = None if parts is None else read_text(parts.text)
        if parts is None or text is None:
            return Unreadable("place_again")
        appended = self.ask(Command.READ_ADDRESS, SHORT_S * 2) if new_address else None
        address = read_address(appended.data) if appended is not None and appended.sw3 == 0x90 else ""
        return card_of(text, parts.photo, address, self._portrait(parts))

    def _portrait(self, parts: Blocks) -> bytes:
        """The photo as a picture, where somebody can decode it."""
        if self._photos is None or not parts.photo:
            return b""
        return self._photos.decode(parts.photo, reply(0x90, parts.to_bytes()).to_bytes())

    def _listen(self, limit_s: float) -> tuple[Reply | None, bool]:
        """Wait for one reply; also whether a damaged one came."""
        deadline = time.monotonic() + limit_s
        while (left := deadline - time.monotonic()) > 0:
            data = self._port.read(_CHUNK, left)
            self._garbage += len(data)
            events = self._decoder.feed(data)
            if events:  # the last reply is ours: what came with it is a late one, a filler or a torn frame
                return next((event for event in reversed(events) if isinstance(event, Reply)), None), True
        return None, False

    def _clear_line(self) -> None:
        self._decoder.clear()
        self._garbage = 0
        for _ in range(8):
            if not self._port.read(_CHUNK, 0.0):
                return

    def _silence(self) -> Status:
        if self._garbage:
            return Status(StatusWord.FAULT, "bytes that are no answer: check baud rate and wiring")
        return Status(StatusWord.OFFLINE, "no answer: check power and cable of the reader")


def _parts(answer: Reply) -> Blocks | None:
    """Take a reading apart by its own lengths, whichever of the two commands it answers."""
    return blocks(answer.data, fingerprint=False) or blocks(answer.data, fingerprint=True)


def _refusal(answer: Reply, reaction: Reaction) -> Reading:
    if reaction is Reaction.WRONG_CARD:
        return Unreadable("wrong_card")
    if reaction in (Reaction.DEVICE_FAULT, Reaction.REFUSED):
        return Broken(_fault(answer))
    return Unreadable("place_again")


def _fault(answer: Reply) -> Status:
    return Status(StatusWord.FAULT, f"status word {answer.sw3:02X}: {meaning_of(answer.sw3).text}")
