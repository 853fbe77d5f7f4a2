"""Whatever a person, the devices and the hub do: no number lost, none printed twice, nothing personal left."""

import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hall.ports.status import Status, StatusWord
from hall.ports.ticket_printer import NotPrinted
from hall.sync.link import HubAway, HubBack, Replied
from hall.wire import commands as cmd
from hall.wire.replies import RefusalCode, Refused
from kiosk.flow.causes import Touch
from kiosk.flow.engine import ANYWHERE, TABLE
from kiosk.flow.present import _SCREENS
from kiosk.flow.state import Place, State
from tests.support.fake_devices import card
from tests.support.kiosk import Rig
from tests.unit.kiosk.flow.test_self_service import to_confirm

SECRETS = ("张三丰", "110101199003070017", "柳林村8号", "13800138000")
VALUES = (
    "",
    "social",
    "normal",
    "priority",
    "card",
    "elder",
    "self",
    "proxy",
    "code",
    "next",
    "0",
    "1",
    "4",
    "A",
    "en",
)
FLOWS = ("residence-proof", "case-query", "reprint", "take-number")
TOUCHES = st.tuples(st.just("touch"), st.sampled_from(list(Touch)), st.sampled_from((*VALUES, *FLOWS, "roll_changed")))
WORLD = st.sampled_from(
    [
        ("lay",),
        ("lift",),
        ("wait", 1),
        ("wait", 9),
        ("wait", 90),
        ("wait", 90),
        ("wait", 90),
        ("scan", "HC1:BJ-2026-000001:K7M2Q9"),
        ("scan", "HT1:A001:x"),
        ("paper", StatusWord.NO_PAPER),
        ("paper", StatusWord.READY),
        ("jam", True),
        ("jam", False),
        ("hub", "slow"),
        ("hub", "refuses"),
        ("hub", "answers"),
        ("away",),
        ("back",),
        ("number",),
        ("number",),
        ("next",),
        ("next",),
        ("leave",),
        ("again",),
        ("proof",),
        ("sign",),
        ("number without paper",),
        ("number with a jam",),
        ("channel",),
        ("late",),
    ]
)


class World:
    """Carries out random steps on a kiosk and keeps the books of its numbers."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.rig = Rig(Path(self._folder.name) / "k").begin()
        self.given: set[str] = set()
        self._late: list[cmd.IssueTicket] = []
        self._hub("answers")

    def close(self) -> None:
        self._folder.cleanup()

    def _hub(self, mood: str) -> None:
        hub = self.rig.hub

        def issue(command: cmd.IssueTicket) -> Any:
            if mood == "slow":
                self._late.append(command)
                return None
            if mood == "refuses":
                held = hub.ticket(command)
                return Refused(command.key, RefusalCode.SECOND_NUMBER, ticket=held)
            self.given.add(command.key)
            del hub.special[cmd.IssueTicket]
            reply = hub(command)
            hub.special[cmd.IssueTicket] = issue
            return reply

        hub.special[cmd.IssueTicket] = issue

    def do(self, what: tuple[Any, ...]) -> None:  # noqa: C901  # one branch per kind of step, nothing nested
        rig = self.rig
        match what:
            case ("touch", touch, value):
                rig.touch(touch, value)
            case ("number",):
                rig.touch(Touch.ITEM, "social").touch(Touch.CHANNEL, "normal")
            case ("next",):
                rig.touch(Touch.NEXT)
            case ("number without paper",):
                self.do(("paper", StatusWord.NO_PAPER))
                self.do(("number",))
                rig.touch(Touch.NEXT)
            case ("number with a jam",):
                self.do(("jam", True))
                self.do(("number",))
                self.do(("jam", False))
            case ("channel",):
                rig.touch(Touch.CHANNEL, "normal")
            case ("proof",):
                to_confirm(rig)
            case ("sign",):
                rig.sign()
            case ("leave",):
                rig.touch(Touch.LEAVE)
            case ("again",):
                rig.touch(Touch.REPRINT)
            case ("lay",):
                rig.reader.lay(card())
            case ("lift",):
                rig.reader.lift()
            case ("wait", seconds):
                rig.wait(seconds)
            case ("scan", text):
                rig.scanner.hold(text)
            case ("paper", word):
                rig.printer.become(word)
            case ("jam", on):
                rig.printer.outcome = NotPrinted(Status(StatusWord.JAMMED), partial=True) if on else None
            case ("hub", mood):
                self._hub(mood)
            case ("away",):
                rig.link.say(HubAway("timeout"))
            case ("back",):
                rig.link.say(HubBack())
            case ("late",) if self._late:
                command = self._late.pop()
                self.given.add(command.key)
                del rig.hub.special[cmd.IssueTicket]
                reply = rig.hub(command)
                self._hub("answers")
                assert reply is not None
                rig.link.say(Replied(command.key, reply))

    def check(self) -> None:
        """Numbers: each given one is confirmed once, given up, or still in this session's hands."""
        rig = self.rig
        confirmed = [c.ticket for c in rig.link.of(cmd.ConfirmTicket)]
        given_up = {a.issue_key for a in rig.link.of(cmd.AbandonTicket)}
        assert len(confirmed) == len(set(confirmed)), "confirmed twice"
        assert not set(confirmed) & given_up, "confirmed and given up"
        session = rig.shell.state.session
        held = {session.ticket.uid} if session and session.ticket and session.open_ticket else set()
        held |= {session.key} if session and session.key else set()
        assert self.given <= set(confirmed) | given_up | held, "a number was lost"
        originals = [
            line.data
            for slip in rig.printer.slips
            if slip.kind == "ticket"
            for line in slip.lines
            if hasattr(line, "module")
        ]
        assert len(originals) == len(set(originals)), "the same slip came twice, unmarked"
        if session is None:
            self._nothing_personal(rig.shell.state)
        elif rig.place in (Place.HOME, Place.TAKE_CARD):
            assert session.person is not None, "a session that is nobody's"
        assert session is None or rig.now - rig.shell.state.active_at < 200 or rig.place is Place.WAITING, (
            "kept too long"
        )

    def _nothing_personal(self, state: State) -> None:
        left = str(msgspec.to_builtins(msgspec.structs.replace(state, view=None)))
        for secret in SECRETS:
            assert secret not in left
        assert "110***********0017" not in left


@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.one_of(TOUCHES, WORLD, WORLD, WORLD, WORLD, WORLD), min_size=25, max_size=60))
def test_random_walk(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    try:
        for what in steps:
            world.do(what)
            world.check()
        world.do(("touch", Touch.LEAVE, ""))
        for _ in range(4):
            world.do(("wait", 150))
        world.do(("lift",))
        world.do(("wait", 150))
        world.check()
        assert world.rig.place in (Place.HOME, Place.OUT_OF_SERVICE, Place.WAITING)
    finally:
        world.close()


def test_every_place_has_a_row_and_a_screen() -> None:
    assert set(TABLE) == set(Place) == set(_SCREENS)


def test_every_touch_means_something_somewhere() -> None:
    known = {key for row in TABLE.values() for key in row} | set(ANYWHERE)
    assert set(Touch) <= known
