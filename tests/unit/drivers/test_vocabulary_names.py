"""Names on the command line: any case, other blanks, devices named together, directions that nobody knows."""

from typing import Any

import pytest

from drivers import vocabulary
from drivers.catalog import UnknownModel
from drivers.described import UnknownField
from drivers.vocabulary import Ask
from tests.support.vectors import vectors

SOME = [next(iter(vectors(family))) for family in ("escpos", "led", "caller", "evaluator", "scanner", "voice", "other")]


@pytest.mark.parametrize("vector", SOME, ids=lambda vector: vector["family"])
def test_names_are_understood_however_they_are_written(vector: dict[str, Any]) -> None:
    family, raw = vector["family"], bytes.fromhex(vector["hex"])
    wanted = vocabulary.decode(family, raw, Ask(vector["device"], vector["direction"]))
    for change in (str.upper, str.lower, str.title, lambda word: word.replace(" ", "")):
        direction = change(vector["direction"])
        assert vocabulary.decode(family.upper(), raw, Ask(change(vector["device"]), direction)) == wanted
    spaced = vector["direction"].replace("->", " -> ")
    assert vocabulary.decode(family, raw, Ask(vector["device"], spaced)) == wanted


@pytest.mark.parametrize("vector", SOME, ids=lambda vector: vector["family"])
def test_a_direction_that_nobody_knows_is_guessed(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    guessed = vocabulary.decode(vector["family"], raw, Ask(vector["device"]))
    assert vocabulary.decode(vector["family"], raw, Ask(vector["device"], "north->south")) == guessed


def test_devices_named_together_are_each_tried() -> None:
    stop = bytes.fromhex("FD000102")
    assert vocabulary.decode("voice", stop, Ask("SYN6658 / VTX316")) == [{"cmd": "stop"}]
    with pytest.raises(UnknownModel, match="nearest"):
        vocabulary.decode("voice", stop, Ask("SYN6658/nobody"))
    with pytest.raises(UnknownModel):
        vocabulary.decode("voice", stop, Ask("/"))


@pytest.mark.parametrize(
    ("family", "device", "fields"),
    [
        ("idcard", "SDT/SAM_V", {"cmd": "10", "para": "FF"}),
        ("escpos", "ESC/POS", {"cmd": "GS a", "n": 1}),
        ("led", "ONBON BX-5K/6K", {"dst": "0001", "text": "A023"}),
        ("led", "AlphaSign", {"type": "Z", "addr": "00", "file": "A", "text": "A"}),
        ("smartcard", "PC/SC", {"sw": "9000"}),
    ],
)
def test_a_sentence_beside_the_fields_makes_no_bytes_and_any_other_stranger_is_named(
    family: str, device: str, fields: dict[str, Any]
) -> None:
    raw = vocabulary.encode(family, fields, Ask(device))
    assert vocabulary.encode(family, {**fields, "usage": "sent at every start"}, Ask(device)) == raw
    with pytest.raises(UnknownField, match="coluor is no field of "):
        vocabulary.encode(family, {**fields, "coluor": "red"}, Ask(device))
