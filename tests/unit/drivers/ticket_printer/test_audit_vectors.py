"""Commands, answers and blocks of the public manuals, in words and back: `tests/vectors/audit_escpos.json`."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import vocabulary
from drivers.ticket_printer.commands import CommandParser, to_bytes
from drivers.vocabulary import Ask
from tests.support.vectors import assert_decodes, assert_encodes, audit_ask, audit_vectors, decoded_audit, encodes

VECTORS = audit_vectors("escpos")
TO_PRINTER, TO_HOST = "host->printer", "printer->host"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_its_bytes_say_what_the_manual_says(vector: dict[str, Any]) -> None:
    assert_decodes(vector)


@pytest.mark.parametrize("vector", [one for one in VECTORS if encodes(one)], ids=lambda vector: vector["id"])
def test_its_words_make_its_bytes(vector: dict[str, Any]) -> None:
    assert_encodes(vector)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_what_decode_prints_makes_its_bytes(vector: dict[str, Any]) -> None:
    """Bits and bytes that no word names are kept beside the words."""
    found, ask = decoded_audit(vector), audit_ask(vector)
    if any(isinstance(item.get("error"), str) for item in found):
        return
    assert b"".join(vocabulary.encode("escpos", item, ask) for item in found).hex().upper() == vector["hex"]


@pytest.mark.parametrize(
    "vector", [one for one in VECTORS if one["direction"] == TO_PRINTER], ids=lambda one: one["id"]
)
def test_commands_may_arrive_in_any_pieces(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    parser, margin = CommandParser(), vector["device"] == "MY-628"
    whole = CommandParser(esc_b_is_margin=margin).feed(raw)
    parser = CommandParser(esc_b_is_margin=margin)
    pieces = [command for start, end in pairwise(range(len(raw) + 1)) for command in parser.feed(raw[start:end])]
    assert to_bytes(pieces) == to_bytes(whole)


@pytest.mark.parametrize("byte", range(256))
def test_every_byte_of_an_answer_comes_back_from_its_words(byte: int) -> None:
    raw = bytes((byte,))
    for model in ("ESC/POS", "epson-tm-t88", "my-628", "SNBC BT-T080", "SNBC RS-T80", "Custom"):
        for after in (
            b"",
            b"\x10\x04\x01",
            b"\x10\x04\x02",
            b"\x10\x04\x03",
            b"\x10\x04\x04",
            b"\x1dr\x01",
            b"\x1dr\x02",
        ):
            for item in vocabulary.decode("escpos", raw, Ask(model, TO_HOST, after)):
                if not isinstance(item.get("error"), str):
                    assert vocabulary.encode("escpos", item, Ask(model, TO_HOST)) == raw


@given(raw=st.binary(min_size=1, max_size=40))
def test_any_stream_to_the_printer_comes_back_from_its_words(raw: bytes) -> None:
    found = vocabulary.decode("escpos", raw, Ask("", TO_PRINTER))
    if not any("error" in item for item in found):
        assert b"".join(vocabulary.encode("escpos", json.loads(json.dumps(item)), Ask()) for item in found) == raw


@given(block=st.lists(st.integers(0, 255).filter(lambda byte: not byte & 0x90), min_size=3, max_size=3))
def test_any_block_of_automatic_status_comes_back_from_its_words(block: list[int]) -> None:
    raw = bytes((0x10, *block))
    for model in ("ESC/POS", "MY-628", "SNBC BTP-M300"):
        items = vocabulary.decode("escpos", raw, Ask(model, TO_HOST))
        if "error" not in items[0]:
            assert vocabulary.encode("escpos", items[0], Ask(model, TO_HOST)) == raw


REFUSED = [
    ({"cmd": "GS a"}, "n is missing"),
    ({"cmd": "GS a", "n": 256}, "n is 0 to 255, not 256"),
    ({"cmd": "GS a", "n": "many"}, "n is a number"),
    ({"cmd": "GS a", "n": 1, "m": 2}, "m is no field of GS a"),
    ({"cmd": "GS a 1", "n": 2}, "n contradicts cmd"),
    ({"cmd": "GS V 66", "m": 65}, "m contradicts cmd"),
    ({"cmd": "GS V 1", "n": 3}, "n is no number of GS V 1"),
    ({"cmd": "ESC ~"}, "cmd 'ESC ~' is unknown"),
    ({"cmd": "GS !", "width": 9, "height": 1}, "width is 1 to 8"),
    ({"cmd": "GS !", "n": 0, "width": 2}, "width and height contradict n"),
    ({"cmd": "ESC p", "m": 0, "t1": 25}, "t2 is missing"),
    ({"cmd": "GS v 0", "width_bytes": 2, "height": 1, "data": "AA"}, "data has width_bytes times height"),
    ({"cmd": "GS v 0", "width_bytes": 65536, "height": 1, "data": ""}, "width_bytes is 0 to 65535"),
    ({"cmd": "GS ( k model2", "data": "x" * 65533}, "data has at most"),
    ({"cmd": "GS ( k ECC-Z", "data": "x"}, "cmd: ECC is one of"),
    ({"cmd": "GS k 73 CODE128"}, "data is missing"),
    ({"cmd": "GS k 69 CODE39", "data": "x" * 256}, "data of a barcode"),
    ({"cmd": "GS k 4 CODE39", "data": "x\0"}, "data of a barcode"),
    ({"cmd": "GS k 9", "data": "x"}, "m is 0 to 6 or 65"),
    ({"cmd": "GS k 73", "data": "123", "code_set": "C"}, "data of code set C"),
    ({"text": "号", "encoding": "latin-1"}, "text: '号' is not in latin-1"),
    ({"text": "号", "encoding": "gb1"}, "encoding 'gb1' is unknown"),
    ({"commands": [1]}, "commands is a list"),
    ({"n": 2}, "ok is missing"),
    ({"n": 3, "ok": True, "cutter_error": True}, "ok contradicts cutter_error"),
    ({"n": 4, "paper": "gone"}, "paper is one of"),
    ({"n": 6}, "n is one of"),
    ({"n": 1, "online": "yes"}, "online is true or false"),
    ({"online": True, "paper": "ok", "ticket_taken": True}, "ticket_taken is no field"),
    ({"all_ok": True, "no_paper": True}, "all_ok contradicts"),
    ({"request": "GET_PORT_STATUS", "paper": "ok"}, "selected is missing"),
    ({"request": "GET_STATUS"}, "request is one of"),
    ({"flow": "on"}, "flow is XON or XOFF"),
    ({"hex": "12", "n": 1, "online": False}, "hex means something else"),
    ({}, "n, online, paper, drawer, request or a flag"),
]


@pytest.mark.parametrize(("fields", "said"), REFUSED)
def test_what_is_wrong_is_said_with_the_fields_name(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="^" + said.replace("(", r"\(")) as refusal:
        vocabulary.encode("escpos", fields, Ask("ESC/POS"))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("fields", "raw"),
    [
        ({"cmd": "GS a", "n": "0x0F"}, "1D610F"),
        ({"cmd": "GS a enable", "n": 15}, "1D610F"),
        ({"cmd": "GS V", "m": 66, "n": 3}, "1D564203"),
        ({"cmd": "GS !", "width": 3, "height": 8}, "1D2127"),
        ({"cmd": "GS !", "n": 0x91, "width": 2, "height": 2}, "1D2191"),
        ({"cmd": "DLE EOT", "n": 20}, "100414"),
        ({"cmd": "DLE ENQ 1 recover and go on"}, "100501"),
        ({"cmd": "ESC p", "n": 0, "t": 25, "u": 250}, "1B700019FA"),
        ({"cmd": "ESC @, FS &, GS V 0"}, "1B401C261D5600"),
        ({"n": 2, "feeding": True}, "1A"),
        ({"n": 4, "paper": "end and near end"}, "7E"),
        ({"cover": True, "lf_key": True}, "100F00220000"),
        ({"request": "GET_PORT_STATUS"}, "A101000000000100"),
        ({"cmd": "GS I", "text": "SNBC"}, "5F534E424300"),
    ],
)
def test_other_ways_to_say_it(fields: dict[str, Any], raw: str) -> None:
    assert vocabulary.encode("escpos", fields).hex().upper() == raw


@pytest.mark.parametrize(
    ("raw", "direction"),
    [("100404", TO_PRINTER), ("1C264130", TO_PRINTER), ("1C5701", TO_PRINTER), ("18000C00", TO_HOST), ("12", TO_HOST)],
)
def test_a_direction_that_nobody_said_is_guessed(raw: str, direction: str) -> None:
    for word in ("", "somewhere"):
        said = vocabulary.decode("escpos", bytes.fromhex(raw), Ask("ESC/POS", word))
        assert said == vocabulary.decode("escpos", bytes.fromhex(raw), Ask("ESC/POS", direction.upper()))
