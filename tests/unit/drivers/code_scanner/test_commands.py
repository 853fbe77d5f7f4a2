import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.code_scanner.commands import (
    LONGEST_COMMAND,
    CommandDecoder,
    Setting,
    Trigger,
    gm65,
    honeywell_menu,
    newland_settings,
    trigger,
)
from tests.support.vectors import vector_bytes


@pytest.mark.parametrize(
    ("identity", "data"),
    [
        ("scan.hw.trigger", trigger("honeywell", True)),
        ("scan.hw.untrigger", trigger("honeywell", False)),
        ("scan.nl.start", trigger("newland", True)),
        ("scan.nl.stop", trigger("newland", False)),
        ("scan.nl.set", newland_settings("C11", "ENA1,MIN12,MAX22", saved=True)),
        ("scan.gm.trigger", gm65("write", 2, b"\x01", checked=False)),
        ("scan.gm.trigger_crc", gm65("write", 2, b"\x01")),
        ("scan.gm.trigger_crc", trigger("gm65", True)),
    ],
)
def test_commands_of_the_manuals(identity, data):
    assert data == vector_bytes(identity)


def test_a_model_without_trigger_gets_no_bytes():
    assert trigger("none", True) == b""


@pytest.mark.parametrize("dialect", ["honeywell", "newland", "gm65"])
def test_the_scanner_understands_them_in_any_split(dialect):
    setting = {
        "honeywell": honeywell_menu("SUFBK2990D", saved=True),
        "newland": newland_settings("C11", "ENA1", saved=False),
        "gm65": gm65("write", 0x2A, b"\x39\x01"),
    }[dialect]
    stream = trigger(dialect, True) + setting + trigger(dialect, True)
    decoder = CommandDecoder(dialect)
    found = [command for byte in stream for command in decoder.feed(bytes([byte]))]
    assert [type(command) for command in found] == [Trigger, Setting, Trigger]


def test_gm65_with_a_wrong_crc_is_not_obeyed():
    broken = trigger("gm65", True)[:-1] + b"\x00"
    assert CommandDecoder("gm65").feed(broken + trigger("gm65", True)) == [Trigger(True)]


@pytest.mark.parametrize("dialect", ["none", "honeywell", "newland", "gm65"])
@given(chunks=st.lists(st.binary(max_size=500), max_size=10))
def test_garbage_never_raises_and_never_piles_up(dialect, chunks):
    decoder = CommandDecoder(dialect)
    for chunk in chunks:
        decoder.feed(chunk)
        assert len(decoder._buffer) <= LONGEST_COMMAND
