"""Answers to reset, commands and status words of IC cards, and the dialogue that reads one. Pure.

::

    ATR:      TS | T0 | interface bytes | historical bytes | TCK (unless T=0 is the only protocol)
    command:  CLA INS P1 P2 | Lc data | Le
    answer:   data | SW1 SW2

A dialogue is a generator: it yields commands and is sent answers, so that it runs the same against a reader, a
simulator and a test. ``61 xx`` (more is there) and ``6C xx`` (ask for xx bytes) are handled below it.

A social-security card has an application by the name ``sx1.sh.社会保障`` in GB 18030; in it the files EF05 (issuer) and
EF06 (holder) hold one record per item, each ``tag | length | value``. What a card gives out without keys differs by
place and generation: what it refuses is left out, never asked for with a key. Where a tag comes from stands in the
README. Sources: ISO/IEC 7816-3 and -4; PC/SC Part 3, 3.1.3.2.3 (contactless ATR) and 3.2.2.1.3 (FF CA); LD/T 32-2015.
"""

from collections.abc import Generator
from functools import reduce
from operator import xor
from typing import NamedTuple

DIRECT, INVERSE = 0x3B, 0x3F
LARGEST_ATR = 33
LARGEST_ANSWER = 258
GET_UID = bytes.fromhex("FFCA000000")
APPLICATION = "sx1.sh.社会保障".encode("gb18030")
SELECT_APPLICATION = bytes((0x00, 0xA4, 0x04, 0x00, len(APPLICATION))) + APPLICATION
SOCIAL_SECURITY = "social-security"
FILES = (0xEF05, 0xEF06)
MOST_RECORDS = 10
OK, NO_RECORD = 0x9000, 0x6A83
_CHAINED = 4
"""So often an answer may say that more is to be fetched."""

Talk = Generator[bytes, bytes, "Answer"]


class Answer(NamedTuple):
    """What a card said to one command."""

    data: bytes
    status: int

    @property
    def ok(self) -> bool:
        """Done, or done with a warning (62, 63)."""
        return self.status == OK or self.status >> 8 in (0x61, 0x62, 0x63)


class Atr(NamedTuple):
    """What an answer to reset says."""

    inverse: bool
    protocols: tuple[int, ...]
    """T=0, T=1 in the order offered; T=0 when none is named."""
    historical: bytes
    contactless: bool
    """Made up by a contactless reader after PC/SC part 3, since such cards have none."""


class Card(NamedTuple):
    """What could be read. All of it identifies its holder."""

    uid: bytes = b""
    application: str = ""
    public: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "Card(sealed)"


def parse_atr(raw: bytes) -> Atr | None:
    """Return what an ATR says, or None when it is cut, too long, or its check byte is wrong."""
    if not 2 <= len(raw) <= LARGEST_ATR or raw[0] not in (DIRECT, INVERSE):
        return None
    place, shown, levels = 2, raw[1] >> 4, 0
    protocols: list[int] = []
    while True:
        place += (shown & 7).bit_count()
        if not shown & 8:
            break
        if place >= len(raw):
            return None
        shown, levels = raw[place] >> 4, levels + 1
        protocols.append(raw[place] & 15)
        place += 1
    return _finished(raw, place, protocols, levels)


def _finished(raw: bytes, place: int, protocols: list[int], levels: int) -> Atr | None:
    end = place + (raw[1] & 15)
    checked = any(protocols)
    if len(raw) != end + checked or (checked and reduce(xor, raw[1:])):
        return None
    contactless = levels == 2 and raw[1] >> 4 == 8 and raw[2:4] == b"\x80\x01"
    offered = tuple(dict.fromkeys(number for number in protocols if number != 15)) or (0,)
    return Atr(raw[0] == INVERSE, offered, raw[place:end], contactless)


PLAIN_ATR = Atr(inverse=False, protocols=(0,), historical=b"", contactless=False)
"""What is taken of a card whose ATR makes no sense but which the reader talks to."""


def contactless_atr(historical: bytes) -> bytes:
    """Return the ATR that a reader makes up for a contactless card."""
    body = bytes((0x80 | len(historical), 0x80, 0x01)) + historical
    return bytes((DIRECT,)) + body + bytes((reduce(xor, body),))


def answer_of(raw: bytes) -> Answer:
    """Take an answer apart; one without a status word counts as ``6F 00``."""
    if not 2 <= len(raw) <= LARGEST_ANSWER:
        return Answer(b"", 0x6F00)
    return Answer(raw[:-2], int.from_bytes(raw[-2:], "big"))


def exchange(command: bytes) -> Talk:
    """Send one command; fetch what the card says is left."""
    answer = answer_of((yield command))
    if answer.status >> 8 == 0x6C and len(command) == 5:
        answer = answer_of((yield command[:4] + bytes((answer.status & 0xFF,))))
    for _ in range(_CHAINED):
        if answer.status >> 8 != 0x61:
            break
        more = answer_of((yield bytes((0x00, 0xC0, 0x00, 0x00, answer.status & 0xFF))))
        answer = Answer(answer.data + more.data, more.status)
    return answer


def read_card(atr: Atr, *, read_files: bool) -> Generator[bytes, bytes, Card]:
    """Read what a card tells without keys."""
    uid = b""
    if atr.contactless:
        answer = yield from exchange(GET_UID)
        uid = answer.data if answer.ok and len(answer.data) in (4, 7, 8, 10) else b""
    if not (yield from exchange(SELECT_APPLICATION)).ok:
        return Card(uid)
    found: dict[str, str] = {}
    for file in FILES if read_files else ():
        found |= yield from _file(file)
    return Card(uid, SOCIAL_SECURITY, tuple(found.items()))


def _file(file: int) -> Generator[bytes, bytes, dict[str, str]]:
    """Read the records of a file: selected by its identifier, else by the short one that is its last five bits."""
    reference = (file & 31) << 3 | 4
    for way in (0x02, 0x00):
        if (yield from exchange(bytes((0x00, 0xA4, way, 0x00, 0x02)) + file.to_bytes(2, "big"))).ok:
            reference = 4
            break
    found: dict[str, str] = {}
    for number in range(1, MOST_RECORDS + 1):
        answer = yield from exchange(bytes((0x00, 0xB2, number, reference, 0x00)))
        if answer.status == NO_RECORD:
            break
        if answer.ok and (item := read_record(answer.data)):
            found[item[0]] = item[1]
    return found


def read_record(data: bytes) -> tuple[str, str] | None:
    """Return name and value of a record, or None for one that is empty, cut or unknown."""
    if len(data) < 2 or data[0] not in ITEMS or len(data) < 2 + data[1]:
        return None
    name, form = ITEMS[data[0]]
    value = _value(data[2 : 2 + data[1]], form)
    return (name, value) if value else None


def record(name: str, value: str, length: int) -> bytes:
    """Return the record of an item, filled up to its length, as a card holds it."""
    tag = next(tag for tag, (known, _form) in ITEMS.items() if known == name)
    form = ITEMS[tag][1]
    if form == "digits":
        filled = bytes.fromhex(value.ljust(length * 2, "F"))
    else:
        code = {known: code for code, known in SEXES.items()}.get(value, value) if form == "sex" else value
        filled = code.encode("gb18030").ljust(length, b"\0")
    return bytes((tag, length)) + filled


def _value(raw: bytes, form: str) -> str:
    if form == "digits":
        return raw.hex().upper().rstrip("F")
    try:
        text = raw.rstrip(b"\0\xff ").decode("gb18030").strip()
    except UnicodeDecodeError:
        return ""
    if not text.isprintable():
        return ""
    return SEXES.get(text, "") if form == "sex" else text


SEXES = {"1": "男", "2": "女"}
"""GB/T 2261.1."""
ITEMS = {
    0x01: ("card_id", "digits"),
    0x02: ("category", "text"),
    0x03: ("version", "text"),
    0x04: ("issuer", "digits"),
    0x05: ("issued", "digits"),
    0x06: ("valid_until", "digits"),
    0x07: ("card_number", "text"),
    0x08: ("number", "text"),
    0x09: ("name", "text"),
    0x4E: ("name_rest", "text"),
    0x0A: ("sex", "sex"),
    0x0B: ("nation", "digits"),
    0x0C: ("birthplace", "digits"),
    0x0D: ("birth", "digits"),
}
"""Tag of a record: its name, and how its value is written."""

_WORDS = {
    0x6281: "part of the data may be spoilt",
    0x6282: "the end came before Le bytes were read",
    0x6283: "the file or application is blocked",
    0x6300: "authentication failed",
    0x6700: "wrong length",
    0x6982: "security status not satisfied: it wants a key",
    0x6983: "authentication method blocked",
    0x6985: "conditions of use not satisfied",
    0x6986: "no current file",
    0x6A81: "function not supported",
    0x6A82: "file or application not found",
    0x6A83: "record not found",
    0x6A86: "wrong P1 or P2",
    0x6B00: "wrong P1 or P2",
    0x6D00: "instruction unknown",
    0x6E00: "class unknown",
    0x6F00: "no precise diagnosis",
    0x9000: "done",
    0x9303: "the application is locked for ever",
}
_BEGINNINGS = {
    0x61: "done, {} more bytes to fetch",
    0x62: "done with a warning",
    0x63: "done with a warning",
    0x64: "failed, nothing changed",
    0x65: "failed, memory changed",
    0x69: "not allowed",
    0x6A: "wrong parameters",
    0x6C: "wrong Le; {} bytes are there",
}


def explained(status: int) -> str:
    """Return what a status word means (ISO/IEC 7816-4, table 5 and 6)."""
    known = _WORDS.get(status) or _BEGINNINGS.get(status >> 8, "unknown").format(status & 0xFF)
    return f"{status:04X} {known}"
