"""The drivers against their simulators over memory, pseudo terminals and FIFOs."""

from contextlib import contextmanager

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.code_scanner import simulator
from drivers.code_scanner.options import Options
from hall.domain.ids import DeviceName
from hall.ports.code_scanner import CodeRejected, CodeScanned
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

SERIAL = ["usb-com", "honeywell", "newland", "gm65"]


@contextmanager
def scanning(model, address, host_address=None, **settings):
    options, events = Options(**settings), []
    with staged(catalog.make_far_end("code_scanner", model, options), address) as (stage, player):
        opening = Opening(DeviceName("scanner"), host_address or address, events.append)
        scanner = catalog.open_device("code_scanner", model, opening, options)
        try:
            yield scanner, events, stage, player
        finally:
            scanner.close()


def texts(events):
    return [event.text for event in events if isinstance(event, CodeScanned)]


def reasons(events):
    return [event.reason for event in events if isinstance(event, CodeRejected)]


@pytest.mark.parametrize("model", SERIAL)
@pytest.mark.parametrize("scheme", ["memory", "serial"])
def test_codes_in_both_encodings_reach_the_hall(model, scheme, tmp_path):
    address = f"memory:scan-{model}" if scheme == "memory" else f"serial:{tmp_path / 'tty'}"
    with scanning(model, address) as (scanner, events, stage, player):
        until_word(scanner, StatusWord.UNKNOWN, StatusWord.READY)
        until(lambda: "not opened" not in scanner.status().reason)
        stage.do(player, "scan", text="政务A023")
        until(lambda: texts(events) == ["政务A023"])
        stage.do(player, "scan", text="政务A024", encoding="gb18030", suffix="crlf")
        until(lambda: texts(events) == ["政务A023", "政务A024"])
        assert scanner.status().word is StatusWord.READY


def test_a_code_without_suffix_is_read_when_the_line_is_quiet():
    with scanning("usb-com", "memory:scan-bare", suffix="none") as (_scanner, events, stage, player):
        stage.do(player, "scan", text="A023")
        until(lambda: texts(events) == ["A023"])


@pytest.mark.parametrize("model", ["honeywell", "newland", "gm65"])
def test_trigger_reaches_the_scanner_and_its_answer_is_no_code(model):
    with scanning(model, f"memory:trigger-{model}") as (scanner, events, stage, player):
        scanner.trigger(True)
        until(lambda: stage.state(player)["device"]["triggers"] == 1)
        stage.do(player, "scan", text="A023")
        until(lambda: texts(events) == ["A023"])
        assert reasons(events) == []


NOISE = [b"\x84\x91\xff\x80", b"\x02\x01\xff\xfe", b"\x02\x00\x07\xff\x00\x00", b"\xff" * 700]
"""None holds a suffix; two begin like an answer of a dialect and never end, one is longer than any answer."""


@pytest.mark.parametrize("model", SERIAL)
@pytest.mark.parametrize("noise", NOISE, ids=lambda noise: noise[:4].hex())
def test_noise_without_an_end_costs_no_code_after_a_quiet_moment(model, noise):
    with scanning(model, f"memory:scan-noise-{model}") as (scanner, events, stage, player):
        stage.do(player, "noise", hex=noise.hex())
        until(lambda: reasons(events))
        until(lambda: not scanner._decoder.partial)  # the quiet moment has passed
        stage.do(player, "scan", text="A023")
        until(lambda: texts(events))
        assert texts(events) == ["A023"]


def test_a_code_glued_to_noise_is_lost_and_told_and_the_next_is_read():
    with scanning("usb-com", "memory:scan-glued") as (_scanner, events, stage, player):
        stage.do(player, "noise", hex=(b"\x84\x91\xff\x80" + b"A023\rA024\r").hex())
        until(lambda: texts(events))
        assert texts(events) == ["A024"]
        assert reasons(events) == ["the code is in an unknown encoding"]


def test_noise_alone_proves_no_scanner():
    with scanning("usb-com", "memory:scan-unproven") as (scanner, events, stage, player):
        stage.do(player, "noise", hex="8491ff80")
        until(lambda: reasons(events))
        assert scanner.status().word is StatusWord.UNKNOWN


def test_half_a_code_is_no_code_where_the_suffix_is_known():
    with scanning("usb-com", "memory:scan-half", suffix="cr") as (_scanner, events, stage, player):
        stage.do(player, "partial", text="A023A023")
        until(lambda: reasons(events) == ["the code was cut off"])
        assert texts(events) == []


def test_a_setup_code_reaches_no_flow_and_no_repr_shows_a_code():
    with scanning("newland", "memory:scan-setup") as (_scanner, events, stage, player):
        stage.do(player, "scan", text="#99900030;")
        until(lambda: reasons(events) == ["a setup code of the scanner"])
        stage.do(player, "scan", text="11010519491231002X")
        until(lambda: texts(events))
        assert "11010519491231002X" not in repr(events)


def test_a_pulled_scanner_is_offline_and_heals():
    with scanning("usb-com", "memory:scan-pulled") as (scanner, events, stage, player):
        until(lambda: "the port is open" in scanner.status().reason)
        stage.do(player, "unplug")
        until_word(scanner, StatusWord.OFFLINE)
        stage.do(player, "plug")
        until(lambda: "the port is open" in scanner.status().reason)
        stage.do(player, "scan", text="A023")
        until(lambda: texts(events) == ["A023"])


def test_keys_from_a_fifo(tmp_path):
    with scanning("hid-wedge", f"fifo:{tmp_path / 'event7'}") as (scanner, events, stage, player):
        until_word(scanner, StatusWord.READY)
        scanner.trigger(True)
        stage.do(player, "scan", text="A023-政务!")
        until(lambda: texts(events) == ["A023-政务!"])
        stage.do(player, "partial", text="B024B024")
        until(lambda: reasons(events) == ["key presses were lost"])
        stage.do(player, "scan", text="swallowed with the broken one")
        stage.do(player, "scan", text="B025")
        until(lambda: "B025" in texts(events))


def test_a_code_longer_than_the_fifo_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(simulator, "EVENT_S", 0.0)  # typed without pauses: a stall of the machine would end the code
    long = "0123456789abcdef" * 80
    with scanning("hid-wedge", f"fifo:{tmp_path / 'event8'}") as (scanner, events, stage, player):
        until_word(scanner, StatusWord.READY)
        stage.do(player, "scan", text=long)
        until(lambda: texts(events) == [long])


def test_a_missing_port_is_a_status_with_the_address():
    events = []
    opening = Opening(DeviceName("scanner"), "serial:/nowhere/tty", events.append)
    scanner = catalog.open_device("code_scanner", "usb-com", opening, Options())
    until_word(scanner, StatusWord.OFFLINE)
    assert "/nowhere/tty" in scanner.status().reason
    scanner.close()
