"""Time: idle countdown, screens that go by themselves, answers that do not come."""

from collections.abc import Callable

from hall.domain.rating import NotRatedReason
from hall.ports.status import StatusWord
from kiosk.flow import home, printing, submitting
from kiosk.flow.effects import RecoverPrinter
from kiosk.flow.state import Place, State
from kiosk.flow.turn import Turn

BUSY = frozenset({Place.CHECKING, Place.WAITING, Place.PRINTING})
"""The kiosk works for the citizen: no idle time runs."""
OWN_TIME = frozenset(
    {Place.TAKE, Place.NUMBER, Place.THANKS, Place.RATE, Place.TAKE_CARD, Place.OUT_OF_SERVICE, Place.TECHNICIAN}
)
"""Places with a time of their own."""
THANKS_S = 4.0
MESSAGE_S = 15.0
TAKE_CARD_S = 30.0
HELP_S = 8.0
MEND_S = 4.0
ELDER_FACTOR = 2


def countdown(state: State, idle_s: int, countdown_s: int, now: float) -> int:
    """Return the seconds until the session ends by itself, or 0 while no countdown is shown."""
    if state.place in BUSY or state.place in OWN_TIME or not _occupied(state):
        return 0
    factor = ELDER_FACTOR if state.elder else 1
    left = (idle_s + countdown_s) * factor - (now - state.active_at)
    return max(1, -int(-left // 1)) if left <= countdown_s * factor else 0


def _occupied(state: State) -> bool:
    changed = state.elder or state.low or state.session is not None or state.staff is not None
    return changed or state.place is not Place.HOME


def over(turn: Turn) -> bool:
    """Whether nobody touched anything for too long."""
    state, times = turn.state, turn.settings.times
    if state.place in BUSY or state.place in OWN_TIME:
        return False
    differs = state.language != turn.settings.language or state.theme != turn.settings.theme
    if not _occupied(state) and not differs:
        return False
    factor = ELDER_FACTOR if state.elder else 1
    return turn.now - state.active_at >= (times.idle_s + times.countdown_s) * factor


def tick(turn: Turn) -> None:
    """Some time went by."""
    place = turn.state.place
    if turn.state.help_until and turn.now >= turn.state.help_until:
        turn.set(help_until=0.0)
    act = _ACTS.get(place)
    if act is not None:
        act(turn)
    elif over(turn):
        turn.end()


def _home(turn: Turn) -> None:
    home.mend(turn)
    if turn.state.place is Place.HOME and over(turn):
        turn.end()


def _take(turn: Turn) -> None:
    if printing.take_over(turn):
        printing.taken(turn)


def number_left(turn: Turn) -> int:
    """Return the seconds that the number stays on the screen; an unacknowledged one stays a countdown longer."""
    times = turn.settings.times
    factor = ELDER_FACTOR if turn.state.elder else 1
    since = max(turn.state.since, turn.state.active_at)
    return max(0, int((times.qr_on_screen_s + times.countdown_s) * factor - (turn.now - since)))


def _number(turn: Turn) -> None:
    _try_again(turn)
    if number_left(turn) > 0:
        return
    if turn.session.case is not None:
        printing.acknowledged(turn)
    else:
        turn.end()


def _try_again(turn: Turn) -> None:
    """Staff may have cleared the jam behind the door: printers keep the error until they are told to forget it."""
    status = turn.state.devices.get("slip")
    stuck = status is not None and status.word in (StatusWord.JAMMED, StatusWord.FAULT)
    if stuck and turn.now - max(turn.state.mended_at, turn.state.since) >= MEND_S:
        turn.set(mended_at=turn.now)
        turn.emit(RecoverPrinter())


def _rate(turn: Turn) -> None:
    if turn.now - turn.state.since >= turn.settings.times.rating_s * (ELDER_FACTOR if turn.state.elder else 1):
        turn.not_rated(NotRatedReason.TIMED_OUT)
        turn.onward()


def _message(turn: Turn) -> None:
    """A message goes home by itself; one that offers something waits for the idle time."""
    note = turn.state.note
    offers = note is not None and (note.retry or note.reprint)
    limit = MESSAGE_S * (ELDER_FACTOR if turn.state.elder else 1)
    if over(turn) or (not offers and turn.now - max(turn.state.since, turn.state.active_at) >= limit):
        turn.end()


def _take_card(turn: Turn) -> None:
    """The card lies there after its owner left: staff is called once, and the kiosk is open to others again."""
    if turn.now - turn.state.since >= TAKE_CARD_S:
        turn.report("card_left")
        turn.go(Place.OUT_OF_SERVICE if turn.state.out_of_service else Place.HOME)


def _thanks(turn: Turn) -> None:
    if turn.now - turn.state.since >= THANKS_S:
        turn.end()


_ACTS: dict[Place, Callable[[Turn], None]] = {
    Place.HOME: _home,
    Place.CHECKING: submitting.unanswered,
    Place.WAITING: lambda _turn: None,
    Place.PRINTING: printing.silent,
    Place.TAKE: _take,
    Place.NUMBER: _number,
    Place.RATE: _rate,
    Place.THANKS: _thanks,
    Place.MESSAGE: _message,
    Place.TAKE_CARD: _take_card,
    Place.OUT_OF_SERVICE: lambda _turn: None,
    Place.TECHNICIAN: lambda _turn: None,
}
