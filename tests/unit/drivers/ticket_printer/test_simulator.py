"""The far end by itself: real time, buffer, flow control, what it keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.far_end import UnknownControl
from drivers.ticket_printer.layout import job_bytes
from drivers.ticket_printer.protocol import CommandParser
from drivers.ticket_printer.simulator import CONTROLS, SimulatedTicketPrinter
from tests.support.mutate import mutated
from tests.unit.drivers.ticket_printer.slips import TICKET, row

JOB = job_bytes(TICKET, row())


def test_status_is_answered_with_the_cover_open_and_a_full_buffer():
    printer = SimulatedTicketPrinter(row())
    printer.do("cover_open", {}, 0.0)
    printer.receive(JOB * 8, 0.0)
    assert printer.state()["buffer_bytes"] > 4000
    printer.receive(b"\x10\x04\x01\x10\x04\x02", 0.0)
    assert printer.outgoing(0.0) == b"\x1a\x16"
    assert printer.state()["count"] == 0
    printer.do("cover_close", {}, 0.0)
    assert printer.state()["count"] == 8


def test_xoff_and_xon():
    printer = SimulatedTicketPrinter(row(), xonxoff=True)
    printer.do("paper_out", {}, 0.0)
    printer.receive(b"x\n" * 2000, 0.0)
    assert printer.outgoing(0.0) == b"\x13"
    printer.do("paper_in", {}, 1.0)
    assert printer.outgoing(1.0) == b"\x11"


def test_paper_takes_its_time():
    printer = SimulatedTicketPrinter(row(), speed_mm_s=100.0)
    printer.receive(JOB + b"\x1dr\x01", 10.0)
    assert printer.outgoing(10.0) == b""
    now = 10.0
    while (due := printer.next_due()) is not None:
        now = due
        if printer.outgoing(now):
            break
    assert now - 10.0 == pytest.approx(printer.printed_mm / 100.0, rel=0.1)


def test_asb_is_sent_once_per_change():
    printer = SimulatedTicketPrinter(row())
    printer.receive(b"\x1da\xff", 0.0)
    assert printer.outgoing(0.0) == b"\x10\0\0\0"
    assert printer.outgoing(0.1) == b""
    printer.do("paper_low", {}, 0.2)
    assert printer.outgoing(0.2) == b"\x10\0\x03\0"


def test_slips_are_kept_and_written(tmp_path):
    printer = SimulatedTicketPrinter(row())
    printer.receive(JOB, 0.0)
    shown = printer.do("slips", {"last": 1, "dir": str(tmp_path)}, 0.0)["slips"][0]
    assert (tmp_path / "slip-001.bin").read_bytes() == JOB == bytes.fromhex(shown["raw"])


def test_switched_off_it_neither_hears_nor_speaks():
    printer = SimulatedTicketPrinter(row())
    printer.do("offline", {}, 0.0)
    printer.receive(b"\x10\x04\x01" + JOB, 0.0)
    assert printer.outgoing(0.0) == b""
    printer.do("offline", {"on": False}, 0.0)
    assert printer.state()["count"] == 0


def test_controls_are_told_and_others_refused():
    printer = SimulatedTicketPrinter(row())
    assert printer.controls() == CONTROLS
    with pytest.raises(UnknownControl, match="paper_out"):
        printer.do("burn", {}, 0.0)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_split_prints_the_same(raw, at):
    whole, split = SimulatedTicketPrinter(row()), SimulatedTicketPrinter(row())
    whole.receive(raw, 0.0)
    split.receive(raw[:at], 0.0)
    split.receive(raw[at:], 0.0)
    assert [slip.as_json() for slip in whole.slips] == [slip.as_json() for slip in split.slips]


def test_damage_never_stops_it():
    printer = SimulatedTicketPrinter(row())
    golden = [command.to_bytes() for command in CommandParser().feed(JOB)]
    for piece in mutated(golden, 150_000, seed=3):
        printer.receive(piece, 0.0)
        printer.outgoing(0.0)
    printer.do("offline", {}, 0.0)
    printer.do("offline", {"on": False}, 0.0)
    before = printer.state()["count"]
    printer.receive(JOB, 0.0)
    assert printer.state()["count"] == before + 1


@pytest.mark.parametrize(
    ("model", "idle", "low", "out"),
    [
        ("epson-tm-t88", "10000000", "10000300", "18000F00"),
        ("snbc-btp-m300", "1000000F", "1000030F", "18000F0F"),
        ("my-628", "14000000", "14000000", "14000C00"),
    ],
)
def test_blocks_of_automatic_status_are_the_models(model, idle, low, out):
    printer = SimulatedTicketPrinter(row(model))
    for control, block in (("paper_in", idle), ("paper_low", low)):
        printer.do(control, {}, 0.0)
        printer.receive(b"\x1da\x0f", 0.0)
        assert printer.outgoing(0.0) == bytes.fromhex(block)
    printer.do("paper_out", {}, 0.0)
    assert printer.outgoing(0.0) == bytes.fromhex(out)


def test_print_status_of_the_custom_family():
    printer = SimulatedTicketPrinter(row("custom-kpm150"), speed_mm_s=50.0)
    printer.receive(b"\x10\x04\x11", 0.0)
    assert printer.outgoing(0.0) == b"\x12"
    printer.receive(b"A001\nA001\n", 0.0)
    printer.receive(b"\x10\x04\x11", 0.0)
    assert printer.outgoing(0.0) == b"\x16"
    printer.do("paper_out", {}, 0.1)
    printer.receive(b"\x10\x04\x11", 0.1)
    assert printer.outgoing(0.1) == b"\x32"


def test_esc_b_is_a_margin_or_a_buzzer():
    for model, line, beeps in (("my-628", "A001", 0), ("xprinter-xp-80", "001", 5)):
        printer = SimulatedTicketPrinter(row(model))
        printer.receive(b"\x1bB\x05A001\n\x1bd\x09\x1dV\x00", 0.0)
        assert printer.slips[-1].as_json()["lines"][0] == line
        assert printer.state()["beeps"] == beeps


@pytest.mark.parametrize(("system", "data"), [(2, b"690123456789"), (4, b"A001"), (6, b"A123A")])
def test_barcodes_of_the_older_form_are_printed(system, data):
    printer = SimulatedTicketPrinter(row())
    printer.receive(b"\x1dk" + bytes((system,)) + data + b"\0\x1dV\x00", 0.0)
    assert printer.slips[-1].as_json()["lines"][0] == f"[barcode] {data.decode()}"
