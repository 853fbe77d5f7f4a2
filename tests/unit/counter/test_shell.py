"""Outputs reach link, strip and pads; answers to a PIN become words."""

import socket
from pathlib import Path
from typing import Any

import pytest

from counter.flow.desk import Desk
from counter.flow.folder import OpenFolder, Phase
from counter.flow.intents import Press, SessionOpened, SignInWith, Tick
from counter.flow.outputs import ShowStrip
from counter.flow.windows import Windows
from counter.headless import Inbox
from counter.shell import Shell, strip_text
from hall.domain.ids import ClerkId, CommandKey, CounterId, DeviceName, RatingUid, TicketNumber, TicketUid, UnitId
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.counter_screen import ScreenContent, ScreenState, Shown
from hall.ports.status import Status, StatusChanged, StatusWord
from hall.sync.hall_clock import HallClock
from hall.sync.link import Answered, HubTime, Question, ViewChanged
from hall.wire.commands import CallNext, Rate, ReportDevice, SignIn
from hall.wire.events import RatingInvited
from hall.wire.view import CounterState
from hall.words.catalogue import Words
from tests.support.views import NOW_MS, Keys, hall
from tests.unit.counter.papers import CASE, listed
from tests.unit.counter.test_desk import event

ONE = CounterId("1")
WORDS = Words("zh", "common", "counter")


class Line:
    """Records what a counter asks of its hub."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.closed = 0

    def new_key(self) -> CommandKey:
        return CommandKey("s1")

    def submit(self, command: Any) -> None:
        self.sent.append(command)

    def open_session(self, clerk: ClerkId, pin: str) -> str:
        self.sent.append((clerk, pin))
        return "q1"

    def ask(self, question: Question) -> None:
        self.sent.append(question)

    def close_session(self) -> str:
        self.closed += 1
        return "q2"


class Strip:
    def __init__(self) -> None:
        self.shown: list[ScreenContent] = []

    def show(self, content: ScreenContent) -> None:
        self.shown.append(content)


class Pad:
    def __init__(self) -> None:
        self.invited: list[RatingUid] = []

    def invite(self, rating: RatingUid) -> None:
        self.invited.append(rating)


def shell_with(line: Line, *, pads: bool = False) -> Shell:
    keys = Keys()
    desk = Desk(ONE, 60, keys)
    windows = Windows([ONE], 60, keys) if pads else None
    return Shell(UnitId("counter-1"), line, HallClock(local_ms=lambda: NOW_MS), desk, windows, WORDS, lambda: None)  # type: ignore[arg-type] # records only


def test_a_late_strip_shows_the_state_it_missed() -> None:
    shell, strip = shell_with(Line()), Strip()
    shell.take(ViewChanged(hall(state=CounterState.CALLING, number=TicketNumber("A023"), ticket=TicketUid("t"))))
    shell.use_strip(ONE, strip)  # type: ignore[arg-type] # records only
    assert [content.state for content in strip.shown] == [ScreenState.CALLING]
    assert "A023" in strip.shown[0].text


@pytest.mark.parametrize(
    ("status", "opens"),
    [(201, True), (200, True), (401, False), (403, False), (429, False), (0, False)],
)
def test_only_an_accepted_pin_opens_the_counter(status: int, opens: bool) -> None:
    line = Line()
    shell = shell_with(line)
    shell.take(ViewChanged(hall(state=CounterState.NOT_SIGNED_IN)))
    shell.take(Shown(acknowledged=True))
    shell.take(SignInWith(ClerkId("1001"), "2468"))
    shell.take(Answered("q1", status, {"retry_after_s": 30}))
    assert any(isinstance(sent, SignIn) for sent in line.sent) is opens


def test_a_foreign_answer_is_ignored() -> None:
    line = Line()
    shell_with(line).take(Answered("other", 201))
    assert line.sent == []


def phase(shell: Shell) -> Phase:
    return shell.folder.model.phase


def test_papers_are_asked_for_and_gone_when_the_clerk_leaves() -> None:
    line = Line()
    shell = shell_with(line)
    shell.take(ViewChanged(hall(clerk=ClerkId("1001"))))
    shell.take(SessionOpened(ClerkId("1001")))
    shell.take(OpenFolder(CASE))
    assert line.sent[-1] == Question(id="s1", method="GET", path=f"/v1/cases/{CASE}/documents")
    shell.take(listed("older"))
    assert phase(shell) is Phase.ASKING
    shell.take(listed("s1"))
    assert phase(shell) is Phase.LISTED
    shell.take(Press("sign_out"))
    assert phase(shell) is Phase.CLOSED
    shell.take(OpenFolder(CASE))
    assert phase(shell) is Phase.CLOSED, "nobody is signed in"


def test_a_pads_key_is_sent_and_an_invitation_reaches_the_pad() -> None:
    line, pad = Line(), Pad()
    shell = shell_with(line, pads=True)
    shell.use_pads({ONE: pad}, {})  # type: ignore[dict-item] # records only
    shell.take(CallerPressed(DeviceName("bus"), ONE, CallerIntent.CALL_NEXT))
    shell.take(event(RatingInvited(RatingUid("r"), ONE)))
    assert [type(sent) for sent in line.sent] == [CallNext]
    assert pad.invited == ["r"]


@pytest.mark.parametrize("state", list(ScreenState))
def test_every_state_has_a_text_for_the_strip(state: ScreenState) -> None:
    text = strip_text(WORDS, ONE, ShowStrip(state, "A023", "meal"))
    assert text
    assert "announce." not in text
    assert "{" not in text


def test_an_inbox_hands_on_in_order_and_ends_when_asked() -> None:
    inbox, seen = Inbox(), []
    inbox.put("a")
    inbox.put("b")

    def take(said: object) -> None:
        seen.append(said)
        if said == "b":
            inbox.ask_to_end()

    inbox.run(take)
    assert seen == ["a", "b"]


def test_a_process_without_a_face_beats_while_its_loop_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
    monkeypatch.setenv("WATCHDOG_USEC", "2")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "n"))
        systemd.settimeout(5)
        inbox = Inbox()
        inbox.put("a")
        inbox.put("b")
        heard: list[bytes] = []

        def take(said: object) -> None:
            heard.append(systemd.recv(100))
            if said == "b":
                inbox.ask_to_end()

        inbox.run(take)
        heard.append(systemd.recv(100))
    assert heard == [b"READY=1\nWATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_lost_device_is_told_to_the_hall() -> None:
    line = Line()
    shell_with(line).take(StatusChanged(DeviceName("strip"), Status(StatusWord.OFFLINE, "cable out")))
    (report,) = line.sent
    assert isinstance(report, ReportDevice)
    assert (report.unit, report.device, report.status) == ("counter-1", "strip", "offline")


def test_the_hubs_time_moves_the_clock_and_ends_no_invitation() -> None:
    line = Line()
    shell = shell_with(line, pads=True)
    shell.take(event(RatingInvited(RatingUid("r"), ONE)))
    shell.take(HubTime(NOW_MS + 3_600_000))
    shell.take(Tick())
    assert not any(isinstance(command, Rate) for command in line.sent)
