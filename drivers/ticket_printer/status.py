"""ESC/POS, printer to host: every answer told apart on one stream by its fixed bits, and what it means.

    real-time answer   0xx1xx10   (AND 13h = 12h; bit 7 = "ticket not taken" on some Chinese modules, n = 1 only:
                                  with another profile it is heard and read as 0, for n = 2 to 4 it is no answer)
    ASB, first byte    0xx1xx00   (AND 13h = 10h), then three bytes 0xx0xxxx (AND 90h = 00h)
    GS r, GS I number  0xx0xxxx
    GS I text          5F text 00
    DLE EOT 20         10 0F and four bytes (Custom family)
    XON / XOFF         11 / 13, may stand between the bytes of an ASB block

Answers of one byte do not say which question they belong to, so the decoder is told what was asked (`expect`) and gives
them out in that order; what nobody asked for is `Stray`. It never raises, keeps at most `LARGEST_TEXT` bytes, and falls
into step again at the next byte that fits. What goes wrong on the wire: no answer (the driver's time limit, then
`forget`), wrong fixed bits (`Stray`, ask again), ASB blocks torn by reads or mixed with real-time answers (told apart),
USB answers filled up with zeros (`feed_packet`: they would answer GS r and confirm a slip that is not out).

Sources: Epson TM pages, Citizen CT-E651 appendix, Custom KPM150/KPM300/TG02H manuals, SNBC BT-T080 and MY-628 manuals.
"""

from collections import deque
from enum import Enum, StrEnum
from typing import NamedTuple

from hall.ports.status import Status, StatusWord

LARGEST_TEXT = 80
_MOST_QUESTIONS = 8
_SHORTEST_PACKET = 8
_LEAST_FILLING = 2


class NotTaken(StrEnum):
    """How a model tells that the last ticket still hangs in its mouth."""

    NONE = "none"
    EOT1_BIT7 = "eot1_bit7"
    CUSTOM20 = "custom20"


class Question(Enum):
    """What the host asked. Values are the bytes to send."""

    PRINTER = b"\x10\x04\x01"
    OFFLINE_CAUSE = b"\x10\x04\x02"
    ERROR_CAUSE = b"\x10\x04\x03"
    PAPER = b"\x10\x04\x04"
    CUSTOM_FULL = b"\x10\x04\x14"
    PAPER_IN_ORDER = b"\x1dr\x01"
    DRAWER_IN_ORDER = b"\x1dr\x02"
    MODEL_NUMBER = b"\x1dI\x01"
    FIRMWARE = b"\x1dIA"
    MAKER = b"\x1dIB"
    MODEL_NAME = b"\x1dIC"


REAL_TIME = (Question.PRINTER, Question.OFFLINE_CAUSE, Question.ERROR_CAUSE, Question.PAPER)
_IN_ORDER = frozenset({Question.PAPER_IN_ORDER, Question.DRAWER_IN_ORDER, Question.MODEL_NUMBER})
_TEXT = frozenset({Question.FIRMWARE, Question.MAKER, Question.MODEL_NAME})


class Answer(NamedTuple):
    """An answer and its question; `data` is the byte, the four bytes after 10 0F, or the text."""

    question: Question
    data: bytes

    @property
    def value(self) -> int:
        """The one byte of a one-byte answer."""
        return self.data[0]


class Asb(NamedTuple):
    """Four bytes that the printer sent by itself."""

    data: bytes


class Flow(NamedTuple):
    """XON (True) or XOFF."""

    on: bool


class Stray(NamedTuple):
    """Bytes that answer nothing."""

    data: bytes


Answered = Answer | Asb | Flow | Stray


class StatusDecoder:
    """Bytes of the printer in, answers out."""

    def __init__(self, not_taken: NotTaken = NotTaken.NONE, *, asb: bool = True) -> None:
        self._believed = 0xFF if not_taken is NotTaken.EOT1_BIT7 else 0x7F
        self._asb = asb
        self._asked: deque[Question] = deque(maxlen=_MOST_QUESTIONS)
        self._block = bytearray()
        self._text: bytearray | None = None
        self._custom: bytearray | None = None

    def expect(self, question: Question) -> None:
        """Remember a question that was just sent."""
        self._asked.append(question)

    def forget(self, *, keep_block: bool = False) -> None:
        """Drop open questions and half answers, after a time limit or a new connection; or all but a half ASB block."""
        self._asked.clear()
        if not keep_block:
            self._block.clear()
        self._text = self._custom = None

    def feed(self, data: bytes) -> list[Answered]:
        """Take bytes in any split, return what they say."""
        found: list[Answered] = []
        for byte in data:
            self._take(byte, found)
        return found

    def feed_packet(self, data: bytes) -> list[Answered]:
        """Take one whole USB packet: zeros that only fill it up are no answers.

        A printer's bridge may send every answer as a packet of fixed size. The zero of GS r, "paper is there", is
        believed where it stands first, or where the packet is too short to have been filled up.
        """
        said = data.rstrip(b"\0") or data[:1]
        filling = data[len(said) :]
        if len(data) < _SHORTEST_PACKET or len(filling) < _LEAST_FILLING:
            return self.feed(data)
        found = self.feed(said)
        for byte in filling:
            if not (self._block or self._text is not None or self._custom is not None):
                break
            self._take(byte, found)
        return found

    def _take(self, byte: int, found: list[Answered]) -> None:
        if self._text is not None:
            self._take_text(byte, found)
        elif self._custom is not None:
            self._take_custom(byte, found)
        elif byte in (0x11, 0x13):
            found.append(Flow(byte == 0x11))
        elif byte & 0x13 == 0x12:
            found.append(self._real_time(byte))
        elif byte & 0x93 == 0x10:
            self._take_start(byte, found)
        elif byte & 0x90 == 0 and self._block:
            self._take_block(byte, found)
        else:
            self._take_in_order(byte, found)

    def _real_time(self, byte: int) -> Answered:
        for question in self._asked:
            if question in REAL_TIME:
                if byte & 0x80 and question is not Question.PRINTER:
                    return Stray(bytes((byte,)))
                self._asked.remove(question)
                return Answer(question, bytes((byte & self._believed,)))
        return Stray(bytes((byte,)))

    def _take_start(self, byte: int, found: list[Answered]) -> None:
        """10h: the first byte of an ASB block, or of the Custom answer when that was asked."""
        if byte == 0x10 and Question.CUSTOM_FULL in self._asked:
            self._drop_block(found)
            self._custom = bytearray((byte,))
        elif self._asb:
            self._drop_block(found)
            self._block.append(byte)
        else:
            found.append(Stray(bytes((byte,))))

    def _drop_block(self, found: list[Answered]) -> None:
        if self._block:
            found.append(Stray(bytes(self._block)))
            self._block.clear()

    def _take_block(self, byte: int, found: list[Answered]) -> None:
        self._block.append(byte)
        if len(self._block) == 4:
            found.append(Asb(bytes(self._block)))
            self._block.clear()

    def _take_custom(self, byte: int, found: list[Answered]) -> None:
        assert self._custom is not None
        self._custom.append(byte)
        whole = bytes(self._custom)
        if len(whole) == 2 and byte != 0x0F:
            self._custom = None
            if self._asb:
                self._block[:] = whole[:1]
            else:
                found.append(Stray(whole[:1]))
            self._take_after_custom(byte, found)
        elif len(whole) == 6:
            self._custom = None
            if Question.CUSTOM_FULL in self._asked:  # later questions may have pushed it out meanwhile
                self._asked.remove(Question.CUSTOM_FULL)
            found.append(Answer(Question.CUSTOM_FULL, whole[2:]))

    def _take_after_custom(self, byte: int, found: list[Answered]) -> None:
        """The byte after a lone 10h starts anew; a second 10h must not recurse without end."""
        if byte == 0x10:
            self._drop_block(found)
            self._custom = bytearray((byte,))
        else:
            self._take(byte, found)

    def _take_text(self, byte: int, found: list[Answered]) -> None:
        assert self._text is not None
        if byte == 0:
            question = next((asked for asked in self._asked if asked in _TEXT), None)
            answer = bytes(self._text)
            self._text = None
            if question is not None:
                self._asked.remove(question)
                found.append(Answer(question, answer))
        elif len(self._text) >= LARGEST_TEXT or byte < 0x20:
            found.append(Stray(bytes(self._text)))
            self._text = None
        else:
            self._text.append(byte)

    def _take_in_order(self, byte: int, found: list[Answered]) -> None:
        first = next((asked for asked in self._asked if asked in _IN_ORDER or asked in _TEXT), None)
        if byte == 0x5F and first in _TEXT:
            self._text = bytearray()
        elif first in _IN_ORDER and first is not None and byte & 0x90 == 0:
            self._asked.remove(first)
            found.append(Answer(first, bytes((byte,))))
        else:
            found.append(Stray(bytes((byte,))))


class Ignored(NamedTuple):
    """Bits that a model leaves undefined or fixes at 1, by question: they are read as 0."""

    printer: int = 0
    offline: int = 0
    error: int = 0
    paper: int = 0


class Facts(NamedTuple):
    """What the printer's answers add up to. `online` is None while nothing was heard."""

    online: bool | None = None
    cover_open: bool = False
    paper_end: bool = False
    paper_low: bool = False
    mechanical: bool = False
    cutter: bool = False
    unrecoverable: bool = False
    head_hot: bool = False
    other_error: bool = False
    feeding: bool = False
    not_taken: bool = False
    drawer_high: bool = False
    recovering: bool = False


def facts_of(answer: Answer, known: Facts, ignored: Ignored = Ignored()) -> Facts:  # noqa: B008 - an immutable value
    """Add one answer to what is known."""
    match answer.question:
        case Question.PRINTER:
            return _printer(answer.value & ~ignored.printer, known)
        case Question.OFFLINE_CAUSE:
            return _offline(answer.value & ~ignored.offline, known)
        case Question.ERROR_CAUSE:
            return _error(answer.value & ~ignored.error, known)
        case Question.PAPER:
            return _paper(answer.value & ~ignored.paper, known)
        case Question.PAPER_IN_ORDER:
            return known._replace(paper_low=bool(answer.value & 0x03), paper_end=bool(answer.value & 0x0C))
        case Question.CUSTOM_FULL:
            return _custom(answer.data, known)
        case _:
            return known


def _printer(byte: int, known: Facts) -> Facts:
    return known._replace(
        online=not byte & 0x08,
        drawer_high=bool(byte & 0x04),
        recovering=bool(byte & 0x20),
        feeding=known.feeding or bool(byte & 0x40),
        not_taken=known.not_taken or bool(byte & 0x80),
    )


def _offline(byte: int, known: Facts) -> Facts:
    return known._replace(
        cover_open=bool(byte & 0x04),
        feeding=known.feeding or bool(byte & 0x08),
        paper_end=known.paper_end or bool(byte & 0x20),
        other_error=bool(byte & 0x40),
    )


def _error(byte: int, known: Facts) -> Facts:
    return known._replace(
        mechanical=bool(byte & 0x04),
        cutter=bool(byte & 0x08),
        unrecoverable=bool(byte & 0x20),
        head_hot=bool(byte & 0x40),
    )


def _paper(byte: int, known: Facts) -> Facts:
    # Sensors report in pairs and some models use only one bit of a pair.
    return known._replace(paper_low=bool(byte & 0x0C), paper_end=known.paper_end or bool(byte & 0x60))


def _custom(data: bytes, known: Facts) -> Facts:
    paper, user, recoverable, unrecoverable = data
    return known._replace(
        paper_end=bool(paper & 0x01),
        paper_low=bool(paper & 0x44),
        not_taken=bool(paper & 0x20),
        cover_open=bool(user & 0x03),
        head_hot=bool(recoverable & 0x01),
        cutter=bool(recoverable & 0x40),
        unrecoverable=bool(unrecoverable),
        other_error=bool(recoverable & ~0x41),
    )


def facts_of_asb(data: bytes) -> Facts:
    """Read a whole ASB block; the fourth byte is reserved (SNBC BTP-M300 fixes its low bits at 1)."""
    first, second, third = data[0], data[1], data[2]
    return Facts(
        online=not first & 0x08,
        drawer_high=bool(first & 0x04),
        cover_open=bool(first & 0x20),
        feeding=bool(first & 0x40),
        mechanical=bool(second & 0x04),
        cutter=bool(second & 0x08),
        unrecoverable=bool(second & 0x20),
        head_hot=bool(second & 0x40),
        paper_low=bool(third & 0x03),
        paper_end=bool(third & 0x0C),
    )


class UsbPort(NamedTuple):
    """The one byte of the USB printer class request GET_PORT_STATUS (A1 01)."""

    paper_empty: bool
    selected: bool
    error: bool
    sensible: bool = True
    """Reserved bits are 0 and the printer is selected; some firmware answers the same nonsense for ever."""


def usb_port_status(byte: int) -> UsbPort:
    """Decode it: 20h paper empty, 10h selected, 08h means *no* error."""
    return UsbPort(bool(byte & 0x20), bool(byte & 0x10), not byte & 0x08, byte & 0xD7 == 0x10)


_HEAD_STAYS = "if it does not, close the head and check the power supply"
_VERDICTS: tuple[tuple[str, StatusWord, str], ...] = (
    ("unrecoverable", StatusWord.FAULT, "the printer reports an error that needs service: switch it off and on"),
    ("cover_open", StatusWord.COVER_OPEN, "close the cover or the print head"),
    ("cutter", StatusWord.JAMMED, "the cutter is stuck: clear the paper at the knife, then recover"),
    ("mechanical", StatusWord.JAMMED, "mechanical error: clear the paper path, then recover"),
    ("paper_end", StatusWord.NO_PAPER, "put a new roll in"),
    # Chinese makers report a wrong voltage and an open head by the same bit.
    ("head_hot", StatusWord.BUSY, f"the print head cools down and goes on by itself; {_HEAD_STAYS}"),
    ("other_error", StatusWord.FAULT, "the printer is offline with an error it does not name"),
    ("not_taken", StatusWord.NOT_TAKEN, "the last ticket has not been taken"),
)


def judge(facts: Facts) -> Status:
    """Return the one word that matters most. Nothing heard is UNKNOWN, never READY."""
    for name, word, reason in _VERDICTS:
        if getattr(facts, name):
            return Status(word, reason)
    if facts.online is None:
        return Status(StatusWord.UNKNOWN, "no status heard")
    if facts.feeding:
        return Status(StatusWord.BUSY, "the feed button is held")
    if not facts.online:
        return Status(StatusWord.OFFLINE, "the printer says offline and names no cause")
    if facts.paper_low:
        return Status(StatusWord.PAPER_LOW, "the roll is near its end")
    return Status(StatusWord.READY)
