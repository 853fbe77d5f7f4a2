"""The arithmetic of `./run bench devices`: counted bytes, lines that run dry, ratios."""

import pytest

from benchmarks.devices_card import FindingPort, Read, TimedReader
from benchmarks.devices_idle import models
from benchmarks.devices_slip import DryNoting, blind
from benchmarks.devices_strip import Pass, speeds
from benchmarks.paced import CountedPort, line_s
from drivers import catalog
from drivers.id_card.model import model_of
from drivers.id_card.protocol import Command, Request


class Port:
    """Answers three bytes to everything."""

    def read(self, size: int, timeout_s: float) -> bytes:
        return b"abc"[:size]

    def write(self, data: bytes, timeout_s: float) -> None:
        """Take it."""

    def close(self) -> None:
        """Nothing to give back."""


def test_bytes_of_both_directions_count_and_take_ten_bits_each() -> None:
    port = CountedPort(Port())
    port.write(b"12345", 1.0)
    port.read(2, 1.0)
    assert port.count == 7
    assert line_s(960, 9600) == 1.0


def test_each_look_for_a_card_begins_a_new_count() -> None:
    reader = TimedReader(model_of(catalog.model("id_card", "sdt-serial")))
    port = FindingPort(Port(), reader)
    for command in (Command.FIND, Command.SELECT, Command.FIND, Command.READ):
        frame = Request(command.value).to_bytes()
        port.write(frame, 1.0)
        reader.receive(frame, 0.0)
    assert port.count == 2 * len(Request(Command.FIND.value).to_bytes())
    assert port.reader_s == pytest.approx(0.15 + 0.6)


def test_ratios() -> None:
    assert Read(9.0, 1.1, 0.4, 0.6).ratio == pytest.approx(1.1)
    assert Pass(0.105, 0.1).ratio == pytest.approx(1.05)


def test_a_line_that_runs_dry_in_mid_slip_is_noticed_and_silence_before_and_after_is_not() -> None:
    printer = DryNoting(blind(), 0.001)
    printer.receive(b"\x10\x04\x01", 0.0)
    printer.expect(20)
    for now in (5.010, 5.015, 5.030, 9.0):
        printer.receive(b"\0" * 5, now)
    assert [round(gap, 6) for gap in printer.gaps][:2] == [0.0, 0.01]
    printer.receive(b"\0" * 5, 99.0)
    assert len(printer.gaps) == 3


def test_a_blind_printer_gets_everything_as_dots() -> None:
    assert not blind().holds("A")
    assert not blind().native_qr


def test_every_model_of_a_strip_has_a_speed_and_the_counter_has_its_devices() -> None:
    assert all(list(speeds(row)) for row in catalog.models("counter_screen").values())
    assert {desk.kind for desk in models()} == {"counter_screen", "ff68", "ticket_printer", "id_card", "code_scanner"}
