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
from drivers.code_scanner.options import Options
from drivers.code_scanner.protocol import Decoder
from drivers.code_scanner.simulator import far_end
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


def told(dialect, *said, refuses=False):
    """Return what a simulated scanner answers."""
    far = far_end({"dialect": dialect, "transport": "serial", "suffix": "cr"}, Options())
    if refuses:
        far.do("refuse", {}, 0.0)
    for command in said:
        far.receive(command, 0.0)
    return far.outgoing(0.0)


@pytest.mark.parametrize(
    ("command", "answer", "refusal"),
    [
        (honeywell_menu("SUFBK2990D", saved=True), b"SUFBK2990D\x06.", b"SUFBK2990D\x15."),
        (honeywell_menu("A;B,C", saved=False), b"A\x06;B\x06,C\x06!", b"A\x15;B\x15,C\x15!"),
    ],
)
def test_each_setting_of_a_honeywell_command_is_answered(command, answer, refusal):
    assert told("honeywell", command) == answer
    assert told("honeywell", command, refuses=True) == refusal
    (event,) = Decoder("honeywell").feed(refusal)
    assert event.refused == "it does not take the value"


def test_each_setting_of_a_newland_command_is_answered():
    answer = told("newland", newland_settings("C11", "ENA1,MIN12,MAX22", saved=True))
    assert answer == vector_bytes("scan.nl.set_rsp")


def test_what_is_written_into_a_module_is_read_from_it():
    write, save = gm65("write", 0x2A, b"\x39\x01"), gm65("save", 0, b"\0", checked=False)
    accepted = vector_bytes("scan.gm.rsp_ok")
    answers = told("gm65", write, save, gm65("read", 0x29, b"\x03"))
    assert answers.startswith(accepted * 2)
    *_, found = Decoder("gm65").feed(answers)
    assert (found.statuses, found.data, found.refused) == ((0,), b"\x00\x39\x01", "")
    (refused,) = Decoder("gm65").feed(told("gm65", write, refuses=True))
    assert refused.refused == "status 01"
