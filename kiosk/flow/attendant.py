"""Staff at the kiosk: a long touch on the clock, number and PIN, then at most four touches for what is to be done."""

from collections.abc import Callable

import msgspec

from hall.ports.status import StatusWord
from hall.wire.commands import ReprintTicket
from hall.words import slips
from kiosk.flow import forms, identify, printing, submitting
from kiosk.flow.causes import StaffAnswered, TechnicianLeft
from kiosk.flow.effects import OpenTechnician, PinCheck, Print, RecoverPrinter
from kiosk.flow.models import Word
from kiosk.flow.state import Place, Staff
from kiosk.flow.turn import Turn

ACTS = ("roll_changed", "jam_cleared", "test_line", "reprint", "out_of_service", "in_service")
TECHNICIAN = "technician"
"""One act more, for technicians only: their own program."""
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
        _write(turn, problem="hub_away", pin="")
    else:
        _write(turn, question=turn.ask(PinCheck(now.clerk, now.pin)), pin="")


def answered(turn: Turn, cause: StaffAnswered) -> None:
    """The hub knows the PIN, or does not."""
    now = staff(turn)
    if now.question != cause.question:
        return
    if not cause.clerk:
        _write(turn, question="", problem=cause.reason or "bad_token")
    elif now.back_to is Place.IDENTIFY:
        turn.set(staff=None)
        identify.compared(turn)
    else:
        turn.set(staff=Staff(clerk=cause.clerk, technician=cause.technician))
        turn.go(Place.ATTENDANT)


def act(turn: Turn, what: str) -> None:
    """Do one thing; the screen says that it was done."""
    if what == TECHNICIAN and staff(turn).technician:
        turn.emit(OpenTechnician())
        turn.go(Place.TECHNICIAN)
    if what not in ACTS:
        return
    _ACTS[what](turn)
    _write(turn, done=what)


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
