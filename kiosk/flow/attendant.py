"""Staff at the kiosk: a long touch on the clock, then the own card, or number and PIN.

With the card it takes four touches: clock, card, act, finish. A card proves a thing and not a person, so it opens the
attendant's acts and no more: whoever compares a citizen with a card, opens the technician's program or registers a
card, types the PIN.
"""

from collections.abc import Callable

import msgspec

from hall.ports.status import StatusWord
from hall.wire.commands import ReprintTicket
from hall.wire.staff_card import card_bytes
from hall.words import slips
from kiosk.flow import forms, identify, printing, staff_card, submitting
from kiosk.flow.causes import CardBad, CardRead, IcCardSeen, StaffAnswered, StaffCardKept, TechnicianLeft
from kiosk.flow.effects import CardCheck, CardKeep, OpenTechnician, PinCheck, Print, RecoverPrinter
from kiosk.flow.models import Word
from kiosk.flow.state import Place, Staff
from kiosk.flow.turn import Turn

ACTS = ("roll_changed", "jam_cleared", "test_line", "reprint", "out_of_service", "in_service")
TECHNICIAN = "technician"
"""One act more, for technicians only: their own program."""
MY_CARD = "my_card"
"""One act more for those who typed their PIN: let my card open this screen."""
READERS = frozenset({"id_card", "ic_card"})
AWAY = "refusal.hub_away"
OWN_WORDS = frozenset({"bad_pin", "unknown_card", "card_taken", "pin_wanted"})
"""What only signing in is refused with."""
PIN_LONGEST = 12


def call(turn: Turn) -> None:
    """The hidden touch: ask for number and PIN. Never in a citizen's session."""
    if turn.state.session is None:
        turn.set(staff=Staff())
        turn.go(Place.PIN)


def staff(turn: Turn) -> Staff:
    """Return who is at it."""
    return turn.state.staff or Staff()


def _write(turn: Turn, **changes: object) -> None:
    turn.set(staff=msgspec.structs.replace(staff(turn), **changes))


def key(turn: Turn, pressed: str) -> None:
    """Type the staff number, then the PIN."""
    now = staff(turn)
    if now.question:
        return
    if now.on_pin:
        _write(turn, pin=forms.typed(now.pin, pressed, "digits", PIN_LONGEST), problem="")
    else:
        _write(turn, clerk=_lower(forms.typed(now.clerk, pressed, "code", PIN_LONGEST)), problem="")


def _lower(text: str) -> str:
    return text.lower()


def enter(turn: Turn) -> None:
    """Staff number done, or PIN done: ask the hub."""
    now = staff(turn)
    if now.question or not (now.pin if now.on_pin else now.clerk):
        return
    if not now.on_pin:
        _write(turn, on_pin=True)
    elif turn.state.away:
        _write(turn, problem=AWAY, pin="")
    else:
        _write(turn, question=turn.ask(PinCheck(now.clerk, now.pin)), pin="")


def takes_card(turn: Turn) -> bool:
    """Whether a card may be laid down where number and PIN are asked for."""
    return staff(turn).back_to is not Place.IDENTIFY and has_reader(turn)


def has_reader(turn: Turn) -> bool:
    """Whether this kiosk can read any card."""
    return not READERS.isdisjoint(turn.settings.present)


def card(turn: Turn, cause: CardRead) -> None:
    """An ID card was laid down by whoever called this screen."""
    _laid(turn, staff_card.number_of(cause.card))


def ic_card(turn: Turn, cause: IcCardSeen) -> None:
    """An IC card was put in by whoever called this screen."""
    _laid(turn, cause.number)


def bad_card(turn: Turn, cause: CardBad) -> None:
    """A card lies there that cannot be read."""
    _write(turn, problem=f"card.{cause.reason}")


def _laid(turn: Turn, number: str) -> None:
    now = staff(turn)
    if now.question:
        return
    if turn.state.place is Place.STAFF_CARD:
        _ask_with_card(turn, number, CardKeep)
    elif now.back_to is Place.IDENTIFY:
        _write(turn, problem="staff.pin_compares")
    else:
        turn.set(staff=Staff())
        _ask_with_card(turn, number, CardCheck)


def _ask_with_card(turn: Turn, number: str, about: type[CardCheck] | type[CardKeep]) -> None:
    view = turn.state.view
    if not number:
        _write(turn, problem="staff.card_unusable")
    elif turn.state.away or view is None or not view.hub_key:
        _write(turn, problem=AWAY)
    else:
        sealed = turn.settings.seal(view.hub_key, card_bytes(turn.settings.unit, number))
        _write(turn, question=turn.ask(about(sealed)), problem="")


def card_kept(turn: Turn, cause: StaffCardKept) -> None:
    """The hub took the card, or says why not."""
    if staff(turn).question != cause.question:
        return
    if cause.reason:
        _write(turn, question="", problem=_words_of(cause.reason))
    else:
        _write(turn, question="", problem="", done=MY_CARD)
        turn.go(Place.ATTENDANT)


def back_to_acts(turn: Turn) -> None:
    """No card after all."""
    _write(turn, question="", problem="", done="")
    turn.go(Place.ATTENDANT)


def _words_of(code: str) -> str:
    return f"staff.{code}" if code in OWN_WORDS else f"refusal.{code}"


def answered(turn: Turn, cause: StaffAnswered) -> None:
    """The hub knows the PIN, or does not."""
    now = staff(turn)
    if now.question != cause.question:
        return
    if not cause.clerk:
        _write(turn, question="", problem=_words_of(cause.reason or "bad_token"))
    elif now.back_to is Place.IDENTIFY:
        turn.set(staff=None)
        identify.compared(turn)
    else:
        may_card = cause.card and has_reader(turn)
        turn.set(staff=Staff(clerk=cause.clerk, technician=cause.technician, may_card=may_card))
        turn.go(Place.ATTENDANT)


def act(turn: Turn, what: str) -> None:
    """Do one thing; the screen says that it was done."""
    if what == TECHNICIAN and staff(turn).technician:
        turn.emit(OpenTechnician())
        turn.go(Place.TECHNICIAN)
    if what == MY_CARD and staff(turn).may_card:
        _write(turn, done="")
        turn.go(Place.STAFF_CARD)
    if what not in ACTS:
        return
    _ACTS[what](turn)
    _write(turn, done=what)


def acts(turn: Turn) -> tuple[str, ...]:
    """Return what this person may do here."""
    now = staff(turn)
    more = ((MY_CARD, now.may_card), (TECHNICIAN, now.technician))
    return (*ACTS, *(act for act, may in more if may))


def technician_left(turn: Turn, cause: TechnicianLeft) -> None:
    """The screen is the kiosk's again: home, or in words why the program could not be opened."""
    if turn.state.place is not Place.TECHNICIAN:
        return
    turn.end()
    if not cause.ran:
        turn.say(Word("technician.missing"), Word("technician.missing_hint"), code="technician_missing")


def _recovered(turn: Turn, what: str) -> None:
    known = turn.state.devices.get("slip")
    ran_out = known is not None and known.word is StatusWord.NO_PAPER
    # A roll that ran out was seen by the printer, which counts anew by itself.
    turn.emit(RecoverPrinter(new_roll=what == "roll_changed" and not ran_out))
    turn.report(what, StatusWord.READY)


def _test(turn: Turn) -> None:
    view = turn.state.view
    slip = slips.sample_slip(printing.heading(turn), turn.settings.unit, view.at if view else 0)
    turn.set(jobs=turn.state.jobs + 1)
    turn.emit(Print(turn.state.jobs, slip))
    turn.report("test_line")


def _reprint(turn: Turn) -> None:
    """Print the number given out last again; its answer comes like any other and starts the printing."""
    uid = turn.state.last_ticket
    if uid is None:
        return
    key = turn.settings.new_key()
    turn.submit(ReprintTicket(key=key, ticket=uid), submitting.STAFF_REPRINT)
    turn.report("reprint")


def _service(turn: Turn, out: bool) -> None:
    turn.set(out_of_service=out)
    turn.report("out_of_service" if out else "in_service")


_ACTS: dict[str, Callable[[Turn], None]] = {
    "roll_changed": lambda turn: _recovered(turn, "roll_changed"),
    "jam_cleared": lambda turn: _recovered(turn, "jam_cleared"),
    "test_line": _test,
    "reprint": _reprint,
    "out_of_service": lambda turn: _service(turn, True),
    "in_service": lambda turn: _service(turn, False),
}
