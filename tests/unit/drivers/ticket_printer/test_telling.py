"""What the printer tells beside its answers: ASB blocks by itself, the USB port's own status."""

import threading

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.ticket_printer.driver import Options
from drivers.ticket_printer.model import model_of
from drivers.ticket_printer.simulator import SimulatedTicketPrinter
from drivers.transport import LineSettings, TransportLost, open_stream
from hall.domain.ids import DeviceName
from hall.domain.slip import Slip, Text
from hall.ports.status import StatusChanged, StatusWord
from hall.ports.ticket_printer import NotPrinted, Printed
from tests.support.wires import staged, until, until_word
from tests.unit.drivers.ticket_printer.slips import TICKET, row

SHORT = Slip("ticket", (Text("A001"), Text("一"), Text("二"), Text("三")))
TELLING = sorted(name for name, facts in catalog.models("ticket_printer").items() if facts.get("asb"))


class Counting(SimulatedTicketPrinter):
    """Counts the questions it was asked."""

    def __init__(self, model):
        super().__init__(model)
        self.asked = []

    def _real_time(self, command):
        self.asked.append(command.numbers[0])
        super()._real_time(command)


class Bench:
    def __init__(self, stage, player, device, events):
        self.stage, self.player, self.device, self.events = stage, player, device, events

    def do(self, control, **arguments):
        return self.stage.do(self.player, control, **arguments)

    def seen(self):
        return self.stage.state(self.player)["device"]

    def reasons(self):
        return [event.status.reason for event in self.events if isinstance(event, StatusChanged)]


@pytest.fixture
def bench(tmp_path):
    closing = []

    def made(model, scheme="memory", first=StatusWord.READY, baud=None, **options):
        place = tmp_path.name if scheme == "memory" else f"{tmp_path}/line"
        scene = staged(Counting(row(model)), f"{scheme}:{place}", baud=baud)
        stage, player = scene.__enter__()
        closing.append(lambda: scene.__exit__(None, None, None))
        events = []
        opening = Opening(DeviceName("printer"), player.address, events.append)
        device = catalog.open_device("ticket_printer", model, opening, Options(baud=baud or 0, **options))
        closing.append(device.close)
        until_word(device, first)
        return Bench(stage, player, device, events)

    yield made
    for close in reversed(closing):
        close()


@pytest.mark.parametrize("model", TELLING)
def test_a_change_is_seen_without_asking(bench, model):
    desk = bench(model, asb=True, poll_s=2.0)
    asked = len(desk.player.far_end.asked)
    desk.do("cover_open")
    until_word(desk.device, StatusWord.COVER_OPEN)
    desk.do("cover_close")
    until_word(desk.device, StatusWord.READY)
    assert len(desk.player.far_end.asked) <= asked + 2, "the looks of one poll at most"


def test_without_the_option_or_the_ability_it_is_asked(bench, capsys):
    for model, asb in (("epson-tm-t88", False), ("gprinter-gp-80", True)):
        desk = bench(model, asb=asb, poll_s=0.05)
        until(lambda desk=desk: desk.player.far_end.asked.count(4) >= 3)
        desk.device.close()
        desk.stage.stop()
        assert ("asb = true has no effect" in capsys.readouterr().out) is asb


def test_paper_that_ends_in_mid_slip_is_told_by_the_printer(bench):
    desk = bench("epson-tm-t88", asb=True, baud=115200)
    desk.do("out_at_line", n=2)
    outcome = desk.device.print(SHORT)
    assert isinstance(outcome, NotPrinted)
    assert (outcome.status.word, outcome.partial) == (StatusWord.NO_PAPER, True)


@pytest.mark.parametrize(("model", "scheme"), [("epson-tm-t88", "memory"), ("snbc-btp-r880np", "usb-sim")])
def test_a_slip_is_confirmed_while_the_printer_tells(bench, model, scheme):
    desk = bench(model, scheme, asb=True)
    assert desk.device.print(TICKET) == Printed(desk.device.print(TICKET).bytes_sent, confirmed=True)
    desk.do("paper_low")
    until_word(desk.device, StatusWord.PAPER_LOW)


def test_a_printer_switched_off_and_on_has_forgotten_and_is_reminded(bench, monkeypatch):
    monkeypatch.setattr("drivers.ticket_printer.dialogue.RENEW_S", 0.2)
    desk = bench("epson-tm-t88", asb=True, poll_s=0.1)
    desk.do("offline")
    until_word(desk.device, StatusWord.OFFLINE)
    desk.do("offline", on=False)
    until_word(desk.device, StatusWord.READY)
    desk.do("cover_open")
    until_word(desk.device, StatusWord.COVER_OPEN)


@pytest.mark.parametrize("model", ["epson-tm-t88", "snbc-btp-r880np"])
def test_a_telling_printer_that_went_silent_is_not_called_ready(bench, model):
    desk = bench(model, asb=True, poll_s=0.1)
    desk.do("silent")
    until_word(desk.device, StatusWord.OFFLINE)
    desk.do("silent", on=False)
    until_word(desk.device, StatusWord.READY)


def test_an_offline_printer_that_only_tells_keeps_its_last_word(bench):
    desk = bench("snbc-btp-r880np", poll_s=0.1)
    desk.do("paper_out")
    until_word(desk.device, StatusWord.NO_PAPER)
    assert desk.device.check().word is StatusWord.NO_PAPER
    desk.do("paper_in")
    until_word(desk.device, StatusWord.READY)


def test_requests_of_the_printer_class(tmp_path):
    with staged(SimulatedTicketPrinter(row("xprinter-xp-80")), f"usb-sim:{tmp_path}/usb") as (stage, player):
        stream = open_stream(player.address, LineSettings())
        named = stream.class_request(0, 200, 1.0)
        assert int.from_bytes(named[:2], "big") == len(named)
        assert b"MFG:Xprinter;" in named
        assert stream.class_request(1, 1, 1.0) == b"\x18"
        stage.do(player, "paper_out")
        assert stream.class_request(1, 1, 1.0) == b"\x38"
        stage.do(player, "jam")
        assert stream.class_request(1, 1, 1.0) == b"\x30"
        assert stream.class_request(9, 1, 1.0) is None, "stalled"
        stage.do(player, "mute")
        assert stream.class_request(1, 1, 0.05) is None, "too late"
        stage.do(player, "unplug")
        with pytest.raises(TransportLost, match="plug the device in again"):
            stream.class_request(1, 1, 1.0)
        stream.close()


@pytest.mark.parametrize(
    ("byte", "word"), [("30", StatusWord.NO_PAPER), ("38", StatusWord.NO_PAPER), ("10", StatusWord.FAULT)]
)
def test_a_printer_that_lies_about_its_paper(bench, byte, word):
    desk = bench("xprinter-xp-80", "usb-sim", poll_s=0.05)
    desk.do("port_says", byte=byte)
    until_word(desk.device, word)
    assert "port_status = false" in desk.device.status().reason
    assert desk.device.print(SHORT) == NotPrinted(desk.device.status())
    desk.do("port_says")
    until_word(desk.device, StatusWord.READY)


@pytest.mark.parametrize("asb", [False, True])
@pytest.mark.parametrize("size", [8, 64, 512])
def test_answers_filled_up_to_whole_packets(bench, size, asb):
    desk = bench("xprinter-xp-80", "usb-sim", poll_s=0.05, asb=asb)
    desk.do("pad", bytes=size)
    asked = len(desk.player.far_end.asked)
    until(lambda: len(desk.player.far_end.asked) > asked + 8)
    assert desk.device.check().word is StatusWord.READY
    assert desk.device.print(SHORT) == Printed(desk.device.print(SHORT).bytes_sent, confirmed=True)
    desk.do("out_at_line", n=2)
    outcome = desk.device.print(SHORT)
    assert isinstance(outcome, NotPrinted), "the zeros behind an answer do not confirm the slip"
    assert (outcome.status.word, outcome.partial) == (StatusWord.NO_PAPER, True)


@pytest.mark.parametrize(("byte", "options"), [("00", {}), ("FF", {}), ("38", {"port_status": False})])
def test_nonsense_of_the_port_is_not_believed(bench, byte, options):
    desk = bench("xprinter-xp-80", "usb-sim", poll_s=2.0, **options)
    desk.do("port_says", byte=byte)
    assert desk.device.check().word is StatusWord.READY
    assert isinstance(desk.device.print(SHORT), Printed)


def test_the_port_speaks_for_a_printer_that_never_answers(bench):
    desk = bench("generic-no-status", "usb-sim", first=StatusWord.UNKNOWN, poll_s=0.05)
    until(lambda: desk.reasons())
    desk.do("paper_out")
    until_word(desk.device, StatusWord.NO_PAPER)
    desk.do("paper_in")
    until_word(desk.device, StatusWord.UNKNOWN)


def test_silence_with_a_live_port_says_so(bench):
    desk = bench("xprinter-xp-80", "usb-sim", poll_s=0.05)
    desk.do("silent")
    until(lambda: "its USB port answers" in desk.device.status().reason)
    assert desk.device.status().word is StatusWord.OFFLINE


def test_a_pulled_cable_between_setup_and_answer(bench):
    desk = bench("xprinter-xp-80", "usb-sim", poll_s=0.05)
    desk.do("mute")
    unplug = threading.Timer(0.02, lambda: desk.do("unplug"))
    unplug.start()
    until_word(desk.device, StatusWord.OFFLINE)
    unplug.join()
    desk.do("mute", on=False)
    desk.do("plug")
    until_word(desk.device, StatusWord.READY)


def test_a_row_that_only_tells_is_known_as_such():
    assert model_of(catalog.model("ticket_printer", "snbc-btp-r880np")).status == "asb"
