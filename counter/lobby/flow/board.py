"""What the lobby's big screen shows: a fold of link events and the clock, without Qt.

Only numbers, counters and item names come in here: a `HallView` holds no person. Times are monotonic seconds of the
lobby's own clock, since no rule uses a device's wall clock.
"""

from typing import NamedTuple

from hall.domain.ids import CounterId, TicketNumber
from hall.domain.ticket import TicketState
from hall.sync.link import HubAway, HubBack, HubEvent, LinkEvent, ViewChanged
from hall.wire.events import TicketCalled
from hall.wire.view import CounterState, HallView, LastCall
from hall.words.catalogue import Words, other_language, pick

BLINKS = 3
BLINK_S = 1.0
"""One blink, on and off: well below the 3 per second that may harm (WCAG 2.3.1)."""


def counter_text(words: Words, line: "CallLine") -> str:
    """Return ``3号窗口``, or the counter's name where its id is no number."""
    if line.counter.isdecimal() or not line.counter_name:
        return words("lobby.counter", counter=line.counter)
    return line.counter_name


class CallLine(NamedTuple):
    """One line of the board."""

    number: TicketNumber
    counter: CounterId
    counter_name: str
    item_name: str
    calls: int
    seq: int


class ZoneWaiting(NamedTuple):
    """How many wait in a zone. `code` is empty for a hall without zones."""

    code: str
    name: str
    waiting: int
    counters_open: int


class Board(NamedTuple):
    """The whole screen as data. `lit` is False in the dark half of a blink of the newest line."""

    hall: str
    hall_second: str
    newest: CallLine | None
    lit: bool
    blinking: bool
    lines: tuple[CallLine, ...]
    zones: tuple[ZoneWaiting, ...]
    notices: tuple[str, ...]
    offline: bool
    open: bool


class BoardState:
    """Folds events; `board(words, now)` is what to show.

    A fresh call makes the newest line blink; a recall of the newest line blinks again. What comes from a replay or
    the first view is shown at once, without blinking.
    """

    def __init__(self, zones: tuple[str, ...] = (), lines: int = 6) -> None:
        self._zones, self._lines = frozenset(zones), lines
        self._view: HallView | None = None
        self._away = True
        self._blink_from: float | None = None

    def hear(self, event: LinkEvent, now: float) -> None:
        """Take one link event."""
        match event:
            case ViewChanged(view=view):
                self._view = view
            case HubAway():
                self._away = True
            case HubBack():
                self._away = False
            case HubEvent(event=logged, fresh=fresh):
                self._away = False
                if fresh and isinstance(logged.body, TicketCalled) and self._shown_here(logged.body.zone):
                    self._blink_from = now

    def next_change(self, now: float) -> float | None:
        """Return when the board changes by itself (a blink's next half), or None."""
        if self._blink_from is None:
            return None
        halves = int((now - self._blink_from) / (BLINK_S / 2)) + 1
        return self._blink_from + halves * BLINK_S / 2 if halves <= BLINKS * 2 else None

    def board(self, words: Words, now: float) -> Board:
        """Return the screen as it is at `now`."""
        view = self._view
        if view is None:
            return Board("", "", None, True, False, (), (), (), self._away, False)
        calls = [call for call in view.calls if self._shown_here(call.zone)][: self._lines]
        lines = tuple(self._line(view, call, words.language) for call in calls)
        lit, blinking = self._light(now)
        return Board(
            hall=pick(view.names, words.language),
            hall_second=pick(view.names, other_language(words.language)),
            newest=lines[0] if lines else None,
            lit=lit,
            blinking=blinking,
            lines=lines[1:],
            zones=zones_of(view, words, self._zones),
            notices=view.notices,
            offline=self._away,
            open=view.day is not None,
        )

    def _shown_here(self, zone: str) -> bool:
        return not self._zones or zone in self._zones

    def _light(self, now: float) -> tuple[bool, bool]:
        if self._blink_from is None:
            return True, False
        since = now - self._blink_from
        if since < 0 or since >= BLINKS * BLINK_S:
            return True, False
        return since % BLINK_S < BLINK_S / 2, True

    def _line(self, view: HallView, call: LastCall, language: str) -> CallLine:
        names = {counter.id: pick(counter.names, language) for counter in view.counters}
        items = {item.code: pick(item.names, language) for item in view.items}
        return CallLine(
            call.number,
            call.counter,
            names.get(call.counter, ""),
            items.get(call.item, ""),
            call.calls,
            call.seq,
        )


OPEN_STATES = frozenset({CounterState.FREE, CounterState.CALLING, CounterState.SERVING})


def zones_of(view: HallView, words: Words, only: frozenset[str] = frozenset()) -> tuple[ZoneWaiting, ...]:
    """Count who waits and which counters are open, by zone: in the hall's order, else in that of the counters."""
    item_zone = {item.code: item.zone for item in view.items}
    used = [counter.zone for counter in view.counters] + [item.zone for item in view.items]
    codes = dict.fromkeys([*view.zones, *used])
    waiting = [item_zone.get(t.item, "") for t in view.tickets if t.state is TicketState.WAITING]
    opened = [counter.zone for counter in view.counters if counter.state in OPEN_STATES]
    return tuple(
        ZoneWaiting(code, zone_name(code, view.zones.get(code, {}), words), waiting.count(code), opened.count(code))
        for code in codes
        if not only or code in only
    )


def zone_name(code: str, names: dict[str, str], words: Words) -> str:
    """Return a zone's name, else ``A区`` for a letter or number, else the code as it is signed in the hall."""
    if names:
        return pick(names, words.language)
    if not code:
        return words("lobby.zone_all")
    return words("lobby.zone", code=code.upper()) if len(code) <= 2 else code
