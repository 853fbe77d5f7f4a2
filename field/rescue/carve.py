"""Slips found in the bytes of a file that is no database any more.

A unit writes each slip of its own series as one JSON text, which mostly lies in one piece on a page, in the journal
beside it too, in several versions from numbered to uploaded. A later version says more, so the versions are joined.
The answer that its screen got holds the ticket once more; without the slip's own line it is not known whether the
slip came out. Sending one that the hub had already does no harm: it is known by its uid.
"""

import json
import re
from collections.abc import Iterable, Iterator
from json import JSONDecodeError
from typing import NamedTuple, TypeVar

import msgspec

from hall.domain.ids import TicketUid
from hall.domain.ticket import Ticket
from hall.store.record import Given, Stamp

Read = TypeVar("Read", Given, Ticket)
_BEGINS = b'{"ticket":{'
_TICKET = b'"ticket":{'
HUB_TIME = "hub time"
"""Name of a boot whose clock is the hub's: for tickets of which only their time is known."""
_FRAGMENT = re.compile(
    rb'"number":"([A-Za-z0-9]{0,8}-[A-Za-z0-9]{2,12})","item":"([^"\\\\]{1,64})"'
    rb'(?:,"state":"[a-z_]{1,16}","arrived_at":(\d{12,14}))?'
)
_LAST = re.compile(rb'"series_moved","day":"[0-9-]{0,10}","last":(\d{1,6})}')
LONGEST = 65_536
"""Bytes of one slip at most; a sealed person is a few hundred."""


def carved(pieces: Iterable[bytes]) -> dict[TicketUid, Given]:
    """Return every slip of an own series in these bytes, by uid, in the order of its number's making."""
    found: dict[TicketUid, Given] = {}
    answered: dict[TicketUid, Given] = {}
    for piece in pieces:
        for start in _starts(piece, _BEGINS):
            given = _read(piece[start : start + LONGEST], Given)
            if given is not None and given.ticket.offline:
                found[given.ticket.uid] = _joined(found.get(given.ticket.uid), given)
        for start in _starts(piece, _TICKET):
            ticket = _read(piece[start + len(_TICKET) - 1 : start + LONGEST], Ticket)
            if ticket is not None and ticket.offline:
                answered[ticket.uid] = Given(ticket=ticket, stamp=Stamp(HUB_TIME, ticket.arrived_at))
    found = answered | found
    return dict(sorted(found.items(), key=lambda item: (item[1].ticket.arrived_at, item[1].ticket.number)))


class Fragment(NamedTuple):
    """What is left of a slip's text. `at` is the hub's time of its making in ms, 0 where it is not there any more."""

    number: str
    item: str
    at: int


def fragments(pieces: Iterable[bytes]) -> list[Fragment]:
    """Return number, item and time of every slip of some own series that these bytes name, whole or not."""
    found: dict[str, Fragment] = {}
    for piece in pieces:
        for match in _FRAGMENT.finditer(piece):
            number = match[1].decode("ascii")
            at = int(match[3] or 0) or (found[number].at if number in found else 0)
            found[number] = Fragment(number, match[2].decode("utf-8", errors="replace"), at)
    return list(found.values())


def last_number(pieces: Iterable[bytes]) -> int:
    """Return the highest running number that the unit noted before it printed; 0 if no such note is left."""
    return max((int(match[1]) for piece in pieces for match in _LAST.finditer(piece)), default=0)


def _starts(piece: bytes, word: bytes) -> Iterator[int]:
    start = piece.find(word)
    while start >= 0:
        yield start
        start = piece.find(word, start + 1)


def _read(piece: bytes, kind: type[Read]) -> Read | None:
    """Read the JSON object that a piece begins with."""
    try:
        text = piece.decode("utf-8", errors="replace")
        _value, end = json.JSONDecoder().raw_decode(text)
        return msgspec.json.decode(text[:end], type=kind)
    except (JSONDecodeError, RecursionError, msgspec.MsgspecError):
        return None


def _joined(known: Given | None, other: Given) -> Given:
    if known is None:
        return other
    return msgspec.structs.replace(
        known,
        printed=known.printed or other.printed,
        void=known.void or other.void,
        uploaded=known.uploaded or other.uploaded,
        entered_seq=max(known.entered_seq, other.entered_seq),
    )
