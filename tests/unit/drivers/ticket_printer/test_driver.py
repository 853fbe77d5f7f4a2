"""The driver against the simulator over a real line: what happened to a slip is told truly."""

import threading

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.ticket_printer.driver import Options
from drivers.ticket_printer.sensor import contradiction
from drivers.ticket_printer.simulator import SimulatedTicketPrinter
from hall.domain.ids import DeviceName
from hall.domain.slip import Slip, Text
from hall.ports.status import DeviceRemark, Status, StatusChanged, StatusWord
from hall.ports.ticket_printer import NotPrinted, PaperUsed, Printed, RollChanged
from tests.support.wires import staged, until, until_word
from tests.unit.drivers.ticket_printer.slips import TICKET, row

WELL = (StatusWord.READY, StatusWord.PAPER_LOW)
SHORT = Slip("ticket", (Text("A001"), Text("一"), Text("二"), Text("三")))


class Bench:
    """A printer, its simulator, and everything it emitted."""

    def __init__(self, stage, player, device, events):
        self.stage, self.player, self.device, self.events = stage, player, device, events

    def do(self, control, **arguments):
        return self.stage.do(self.player, control, **arguments)

    def seen(self):
        return self.stage.state(self.player)["device"]

    def words(self):
        return [event.status.word for event in self.events if isinstance(event, StatusChanged)]


@pytest.fixture(params=["memory", "serial", "tcp", "usb-sim"])
def address(request, tmp_path):
    places = {"tcp": "tcp:127.0.0.1:0", "memory": f"memory:{tmp_path.name}"}
    return places.get(request.param, f"{request.param}:{tmp_path}/line")


@pytest.fixture
def bench(tmp_path):
    """Return a function that sets a bench up; everything is closed at the end."""
    closing = []

    def made(model="epson-tm-t88", address=f"memory:{tmp_path.name}", baud=None, poll_s=0.05, **options):
        settings = Options(poll_s=poll_s, baud=baud or 0, **options)
        scene = staged(SimulatedTicketPrinter(row(model)), address, baud=baud)
        stage, player = scene.__enter__()
        closing.append(lambda: scene.__exit__(None, None, None))
        events = []
        opening = Opening(DeviceName("printer"), player.address, events.append)
        device = catalog.open_device("ticket_printer", model, opening, settings)
        closing.append(device.close)
        if model != "generic-no-status":
            until_word(device, *WELL)
        return Bench(stage, player, device, events)

    yield made
    for close in reversed(closing):
        close()


def test_a_slip_comes_out_whole_over_every_kind_of_line(bench, address):
    desk = bench(address=address)
    outcome = desk.device.print(TICKET)
    assert isinstance(outcome, Printed)
    assert outcome.confirmed
    (slip,) = desk.seen()["slips"]
    assert slip["complete"]
    assert "A023" in slip["lines"]
    assert slip["qr"] == ["https://hall.example.cn/t/A023?k=9f3c7d"]


@pytest.mark.parametrize("model", sorted(catalog.models("ticket_printer")))
def test_every_model_prints(bench, model):
    desk = bench(model)
    if model == "generic-no-status":
        until(lambda: desk.words())
        assert desk.device.status().word is StatusWord.UNKNOWN
    outcome = desk.device.print(TICKET)
    assert isinstance(outcome, Printed)
    assert outcome.confirmed is (model != "generic-no-status")


@pytest.mark.parametrize(
    ("control", "arguments", "word"),
    [
        ("paper_out", {}, StatusWord.NO_PAPER),
        ("cover_open", {}, StatusWord.COVER_OPEN),
        ("jam", {}, StatusWord.JAMMED),
        ("fail", {}, StatusWord.FAULT),
        ("silent", {}, StatusWord.OFFLINE),
        ("offline", {}, StatusWord.OFFLINE),
    ],
)
def test_trouble_before_the_slip_prints_nothing(bench, control, arguments, word):
    desk = bench()
    desk.do(control, **arguments)
    outcome = desk.device.print(TICKET)
    assert isinstance(outcome, NotPrinted)
    assert (outcome.status.word, outcome.partial) == (word, False)
    assert desk.device.check().word is word
    assert desk.seen()["count"] == 0


@pytest.mark.parametrize(
    ("control", "arguments", "word"),
    [
        ("out_at_line", {"n": 2}, StatusWord.NO_PAPER),
        ("jam", {"line": 2}, StatusWord.JAMMED),
        ("jam", {"at": "cut"}, StatusWord.JAMMED),
    ],
)
def test_trouble_in_mid_slip_is_partial(bench, control, arguments, word):
    desk = bench(baud=115200)
    desk.do(control, **arguments)
    outcome = desk.device.print(SHORT)
    assert isinstance(outcome, NotPrinted)
    assert (outcome.status.word, outcome.partial) == (word, True)
    assert desk.seen()["unfinished"][:2] == ["A001", "一"]
    assert not any(isinstance(event, PaperUsed) for event in desk.events)


def test_a_jam_is_recovered_by_the_attendant(bench):
    desk = bench()
    desk.do("jam", line=1)
    assert desk.device.print(SHORT).status.word is StatusWord.JAMMED
    assert desk.device.recover().word is StatusWord.JAMMED, "the paper still sticks"
    desk.do("clear_jam")
    assert desk.device.recover().word is StatusWord.READY
    assert isinstance(desk.device.print(SHORT), Printed)
    torn, whole = desk.seen()["slips"]
    assert (torn["complete"], whole["complete"]) == (False, True)
    assert whole["lines"] == ["A001", "一", "二", "三", "[cut]"]


def test_a_new_roll_heals_by_itself_and_counts_from_zero(bench):
    desk = bench()
    desk.device.print(SHORT)
    first = desk.device.roll_mm
    assert first > 10
    desk.do("paper_out")
    until_word(desk.device, StatusWord.NO_PAPER)
    desk.do("paper_in")
    until_word(desk.device, StatusWord.READY)
    desk.device.print(SHORT)
    assert desk.device.roll_mm == first
    assert abs(first * 2 - desk.seen()["printed_mm"]) < 1
    changed = [event for event in desk.events if isinstance(event, RollChanged)]
    assert changed == [RollChanged(DeviceName("printer"), round(first, 1), to_the_end=True)]


def test_the_count_of_a_roll_goes_on_after_a_restart_and_ends_with_the_attendant(bench):
    desk = bench()
    desk.device.resume_roll(52_000.0)
    desk.device.print(SHORT)
    (used,) = [event for event in desk.events if isinstance(event, PaperUsed)]
    assert used.roll_mm == round(52_000 + used.slip_mm, 1)
    desk.device.new_roll()
    assert desk.device.roll_mm == 0.0
    changed = [event for event in desk.events if isinstance(event, RollChanged)]
    assert changed == [RollChanged(DeviceName("printer"), used.roll_mm, to_the_end=False)]


@pytest.mark.parametrize("model", ["masung-ep802", "custom-kpm150", "my-628"])
def test_a_slip_nobody_took_is_noticed(bench, model):
    desk = bench(model)
    desk.do("hold_slips")
    assert isinstance(desk.device.print(SHORT), Printed)
    until_word(desk.device, StatusWord.NOT_TAKEN)
    outcome = desk.device.print(SHORT)
    assert outcome == NotPrinted(desk.device.status(), partial=False)
    assert desk.do("take_slip")["taken"]
    until_word(desk.device, StatusWord.READY)


def test_paper_low_still_prints(bench):
    desk = bench()
    desk.do("paper_low")
    assert isinstance(desk.device.print(SHORT), Printed)
    assert desk.device.check().word is StatusWord.PAPER_LOW


def test_a_wrong_speed_is_told_as_such(bench):
    desk = bench()
    desk.player._baud = 19200
    until(lambda: any(isinstance(event, StatusChanged) and "baud" in event.status.reason for event in desk.events))


def test_garbage_is_a_fault_with_a_hint(bench):
    desk = bench()
    desk.do("babble")
    until(lambda: any(isinstance(event, StatusChanged) and "baud" in event.status.reason for event in desk.events))
    desk.do("babble", on=False)
    until_word(desk.device, StatusWord.READY)


def test_the_cable_pulled_in_mid_slip(bench, address):
    desk = bench(address=address, baud=9600)
    outcomes = []
    printing = threading.Thread(target=lambda: outcomes.append(desk.device.print(TICKET)))
    printing.start()
    until(lambda: desk.seen()["unfinished"])
    desk.do("unplug")
    printing.join(10)
    assert outcomes[0].status.word is StatusWord.OFFLINE
    assert outcomes[0].partial
    assert desk.device.print(SHORT).partial is False, "nothing is sent while the port is away"
    desk.do("plug")
    until_word(desk.device, *WELL)
    assert desk.words().count(StatusWord.OFFLINE) == 1


def test_a_cable_pulled_before_the_slip_prints_nothing(bench):
    desk = bench(poll_s=2.0)
    desk.do("unplug")
    outcome = desk.device.print(SHORT)
    assert (outcome.status.word, outcome.partial) == (StatusWord.OFFLINE, False)


def test_closing_ends_a_waiting_print(bench):
    desk = bench()
    desk.do("speed", mm_s=1)
    outcomes = []
    printing = threading.Thread(target=lambda: outcomes.append(desk.device.print(TICKET)))
    printing.start()
    until(lambda: desk.seen()["buffer_bytes"])
    desk.device.close()
    printing.join(10)
    assert isinstance(outcomes[0], NotPrinted)
    assert desk.device.print(TICKET).status.word is StatusWord.OFFLINE


def test_a_check_while_printing_says_busy(bench, monkeypatch):
    monkeypatch.setattr("drivers.ticket_printer.driver.CHECK_S", 0.05)
    desk = bench()
    desk.do("speed", mm_s=5)
    printing = threading.Thread(target=lambda: desk.device.print(SHORT))
    printing.start()
    until(lambda: desk.seen()["buffer_bytes"])
    assert desk.device.check().word is StatusWord.BUSY
    desk.do("speed", mm_s=0)
    printing.join(10)


def test_a_beep_only_where_the_model_has_one(bench):
    desk = bench("xprinter-xp-80", beep=True)
    desk.device.print(SHORT)
    until(lambda: desk.seen()["beeps"] == 2)


def remarks(desk):
    return [event.text for event in desk.events if isinstance(event, DeviceRemark)]


def test_a_sensor_that_sees_paper_after_the_rolls_end_is_named_once(bench):
    desk = bench(roll_m=80)
    desk.device.resume_roll(84_100)
    until(lambda: remarks(desk))
    (told,) = remarks(desk)
    assert told.startswith("the printer says that there is paper, and 84.1 m of a roll of 80 m went out; touch 'roll")
    assert isinstance(desk.device.print(SHORT), Printed), "it goes on printing"
    desk.device.new_roll()
    desk.do("paper_out")
    until(lambda: len(remarks(desk)) == 2)
    assert "no paper, and only 0.0 m of a roll of 80 m" in remarks(desk)[1]


@pytest.mark.parametrize(
    ("word", "used_mm", "roll_m"),
    [
        (StatusWord.READY, 79_000, 80),
        (StatusWord.READY, 900_000, 0),
        (StatusWord.NO_PAPER, 78_000, 80),
        (StatusWord.COVER_OPEN, 0, 80),
        (StatusWord.PAPER_LOW, 90_000, 80),
    ],
)
def test_what_can_be_so_is_not_remarked(word, used_mm, roll_m):
    assert contradiction(Status(word), used_mm, roll_m) == ""
