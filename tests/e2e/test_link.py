"""A unit's link against the real hub over TLS: enrolment, the stream, a killed hub, a lost reply."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hall.domain.ids import ItemCode, TicketUid
from hall.domain.ticket import Ticket
from hall.store.unit_store import UnitStore, open_store
from hall.sync import link
from hall.sync.credential import Credential, NoCredential, load_credential, pinned_ca
from hall.sync.enrol import NotEnrolled, enrol
from hall.sync.loop import HubLink, LinkOptions
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.enrolment import Enrolled, series_mark
from hall.wire.replies import Done
from server.auth.certificates import ensure_tls
from tests.support.line import Line
from tests.support.server_process import ServerProcess, hall_file, token_for

pytestmark = pytest.mark.timeout(120)
PATIENCE_S = 30.0
ITEM = ItemCode("social-card")
Told = TypeVar("Told")


class Kiosk:
    """A kiosk's link with what its face would hear."""

    def __init__(self, folder: Path, url: str, ca: Path | None = None) -> None:
        credential = load_credential(folder)
        assert isinstance(credential, Credential)
        store = open_store(folder / "unit.db")
        assert isinstance(store, UnitStore)
        self.store = store
        self.events: list[ev.Event] = []
        self._heard: queue.Queue[link.LinkEvent] = queue.Queue()
        options = LinkOptions(
            url=url,
            unit=credential.unit,
            ca=ca or pinned_ca(folder),
            series=credential.enrolled.series,
            mark=series_mark(credential.enrolled.generation),
            hub_away_s=1.0,
            hub_away_cold_s=1.5,
        )
        self.link = HubLink(options, store, credential)
        self.link.start(self._heard.put)

    def stop(self) -> None:
        self.link.stop()
        self.store.close()

    def wait(self, kind: type[Told], fits: Callable[[Told], bool] = lambda _told: True) -> Told:
        """Return the next event of a kind that fits; keep the hub's events on the way."""
        while True:
            told = self._heard.get(timeout=PATIENCE_S)
            if isinstance(told, link.HubEvent):
                self.events.append(told.event)
            if isinstance(told, kind) and fits(told):
                return told

    def wait_for_event(self, kind: type[ev.Body], fits: Callable[[Any], bool]) -> ev.Event:
        """Return the hub's event with such a body, heard already or to come."""
        while True:
            for event in self.events:
                if isinstance(event.body, kind) and fits(event.body):
                    return event
            self.wait(link.HubEvent)

    def ask_number(self) -> link.Replied:
        """Touch an item."""
        key = self.link.new_key()
        self.link.submit(cmd.IssueTicket(key=key, item=ITEM))
        return self.wait(link.Replied, lambda told: told.key == key)

    def take_number(self) -> Ticket:
        """Touch an item and take the slip."""
        ticket = ticket_of(self.ask_number())
        key = self.link.new_key()
        self.link.submit(cmd.ConfirmTicket(key=key, ticket=ticket.uid))
        self.wait(link.Replied, lambda told: told.key == key)
        return ticket

    def assert_no_gap(self) -> None:
        """Every event of the hub since the first one was told once, in order."""
        seqs = [event.seq for event in self.events]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def ticket_of(told: link.Replied) -> Ticket:
    assert isinstance(told.reply, Done), told.reply
    assert told.reply.ticket is not None
    return told.reply.ticket


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(hall_file(tmp_path_factory.mktemp("link")))
    yield running
    running.stop()


@pytest.fixture
def line(server: ServerProcess) -> Iterator[Line]:
    with Line(server.port) as cable:
        yield cable


@pytest.fixture
def kiosk(server: ServerProcess, line: Line, tmp_path: Path, letter: str) -> Iterator[Kiosk]:
    token = token_for(server, "kiosk", f"kiosk-{letter}", "--series", letter)
    enrolled = enrol(line.url, token, tmp_path / "kiosk")
    assert isinstance(enrolled, Enrolled), enrolled
    running = Kiosk(tmp_path / "kiosk", line.url)
    running.wait(link.ViewChanged)
    yield running
    running.stop()


def restart(server: ServerProcess, line: Line) -> None:
    """Start a dead hub again, at whatever port it gets."""
    server.start()
    line.target = server.port


def waiting_uids(kiosk: Kiosk, number: str) -> list[TicketUid]:
    """Return the tickets that ever bore a number, in order of their events, less those that were voided."""
    bodies = [event.body for event in kiosk.events]
    entered = [one.ticket for one in bodies if isinstance(one, ev.TicketIssued | ev.OfflineTicketEntered)]
    void = {one.ticket for one in bodies if isinstance(one, ev.TicketVoided)}
    return [one.uid for one in entered if one.number == number and one.uid not in void]


def test_enrolment_checks_the_hub_before_it_says_anything(server: ServerProcess, tmp_path: Path) -> None:
    token = token_for(server, "kiosk", "kiosk-e", "--series", "E")
    secret, fingerprint = token.split(".")
    other = fingerprint[:-1] + ("0" if fingerprint[-1] != "0" else "1")

    refused = enrol(server.url, f"{secret}.{other}", tmp_path / "wrong")
    assert isinstance(refused, NotEnrolled)
    assert "is it the right hub?" in refused.reason
    assert not (tmp_path / "wrong").exists()

    enrolled = enrol(server.url, token, tmp_path / "right")
    assert isinstance(enrolled, Enrolled), enrolled
    assert (enrolled.unit, enrolled.series) == ("kiosk-e", "E")
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "right").iterdir()} == {
        "unit.key": 0o600,
        "enrolled.json": 0o600,
        "hub_ca.pem": 0o600,
    }
    again = enrol(server.url, token, tmp_path / "again")
    assert isinstance(again, NotEnrolled)
    assert isinstance(load_credential(tmp_path / "again"), NoCredential)


@pytest.mark.parametrize("letter", ["C"])
def test_another_hubs_authority_is_told_nothing(kiosk: Kiosk, line: Line, tmp_path: Path) -> None:
    kiosk.stop()
    (tmp_path / "stranger").mkdir()
    stranger = ensure_tls(tmp_path / "stranger", "elsewhere", "127.0.0.1")
    misled = Kiosk(tmp_path / "kiosk", line.url, ca=stranger.ca)
    try:
        assert misled.wait(link.HubAway).reason == "wrong_hub"
        assert misled.ask_number().offline
        assert misled.events == []
    finally:
        misled.stop()


@pytest.mark.parametrize("letter", ["F"])
def test_a_hub_killed_and_back_loses_and_doubles_nothing(kiosk: Kiosk, server: ServerProcess, line: Line) -> None:
    before = kiosk.take_number()
    server.kill()

    alone = kiosk.take_number()
    assert alone.number.startswith(f"{before.number[0]}-F")
    assert kiosk.link.away
    restart(server, line)

    kiosk.wait(link.HubBack)
    kiosk.wait_for_event(ev.OfflineTicketEntered, lambda body: body.ticket.uid == alone.uid)
    after = kiosk.take_number()
    assert not after.offline
    assert not kiosk.link.away
    kiosk.wait_for_event(ev.TicketConfirmed, lambda body: body.ticket == after.uid)
    for one in (before, alone, after):
        assert waiting_uids(kiosk, one.number) == [one.uid]
    kiosk.assert_no_gap()


@pytest.mark.parametrize("letter", ["G"])
def test_a_lost_reply_leaves_one_live_ticket(kiosk: Kiosk, line: Line) -> None:
    kiosk.take_number()
    for _ in range(10):
        line.lose_next_reply()
        told = kiosk.ask_number()
        if line.swallowed.is_set():
            break
        kiosk.link.submit(cmd.AbandonTicket(key=kiosk.link.new_key(), issue_key=told.key))
    assert line.swallowed.is_set()
    assert told.offline, "the hub has a number for it, but the citizen never saw it"
    mine = ticket_of(told)
    kiosk.link.submit(cmd.ConfirmTicket(key=kiosk.link.new_key(), ticket=mine.uid))
    line.mend()

    void = kiosk.wait_for_event(ev.TicketVoided, lambda body: body.ticket == told.key)
    entered = kiosk.wait_for_event(ev.OfflineTicketEntered, lambda body: body.ticket.uid == mine.uid)
    assert void.seq < entered.seq, "the phantom goes before anything else is said"
    phantom = [one.body.ticket.uid for one in kiosk.events if isinstance(one.body, ev.TicketIssued)]
    assert phantom.count(TicketUid(told.key)) == 1
    assert waiting_uids(kiosk, mine.number) == [mine.uid]


@pytest.mark.parametrize("letter", ["H"])
def test_a_cut_stream_goes_on_after_the_last_event(
    kiosk: Kiosk, server: ServerProcess, line: Line, tmp_path: Path
) -> None:
    kiosk.take_number()
    line.cut()
    kiosk.wait(link.HubAway)
    talker = Kiosk(enrolled_beside(server, tmp_path), server.url)
    try:
        missed = talker.take_number()
    finally:
        talker.stop()
    line.mend()
    kiosk.wait_for_event(ev.TicketConfirmed, lambda body: body.ticket == missed.uid)
    kiosk.assert_no_gap()


def enrolled_beside(server: ServerProcess, tmp_path: Path) -> Path:
    folder = tmp_path / "beside"
    enrolled = enrol(server.url, token_for(server, "kiosk", "kiosk-i", "--series", "I"), folder)
    assert isinstance(enrolled, Enrolled), enrolled
    return folder


def test_no_thread_stays_behind() -> None:
    assert [thread.name for thread in threading.enumerate() if thread.name == "hub-link"] == []
