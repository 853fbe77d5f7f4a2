"""Damaged bytes in words, and mad words in bytes: scanners, boards, supplies, pads. A sentence comes, never a bug."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device_words import models_of
from drivers.vocabulary import Ask, decode, encode
from tests.support.vectors import audit_vectors

FAMILIES = ["scanner", "other", "ups", "signature"]
DIRECTIONS = ["", "host->scanner", "scanner->host", "kernel->host", "host->relay", "relay->host"]
WORDS = """
meaning scope tag settings menu saved code type addr data crc status body text suffix encoding aim gs1 keys bom answer
unit coil on coils inputs registers values bits value count from fc exception transaction channel register
ups variable command arguments refused supply list of ok pen x y pressure at_ms key
"""
FIELDS = WORDS.split()
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-70_000, 70_000),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["@ saved", "C11", "write", "ENTER", "CR", "gbk", "]d2", "00 ok", "0002", "down", "GET VAR", "begin"]
    ),
    st.lists(st.one_of(st.integers(-9, 300), st.booleans(), st.text(max_size=3), st.none()), max_size=4),
)


def damaged(dice: Random) -> bytes:
    """Return one or two frames of the manuals with some bytes changed, added or lost."""
    known = [bytes.fromhex(vector["hex"]) for family in ("scanner", "other") for vector in audit_vectors(family)]
    raw = bytearray(b"".join(dice.choices(known, k=dice.randrange(1, 3)))[:1500])
    for _ in range(dice.randrange(5)):
        place = dice.randrange(len(raw)) if raw else 0
        raw[place : place + dice.randrange(2)] = dice.randbytes(dice.randrange(2))
    return bytes(raw[: dice.randrange(len(raw) + 1)] if dice.random() < 0.3 else raw)


@pytest.mark.parametrize("family", FAMILIES)
def test_damage_is_told_and_what_is_told_makes_bytes_or_a_sentence(family: str) -> None:
    dice = Random(20261122)
    models = ["", *(model for model in models_of(family) if model.lower() not in ("camera", "gpio"))]
    for _ in range(400):
        ask = Ask(dice.choice(models), dice.choice(DIRECTIONS))
        found = decode(family, damaged(dice), ask)
        assert found
        for described in found:
            assert all(isinstance(name, str) for name in described)
            assert made_or_refused(family, described, ask)


@pytest.mark.parametrize("family", FAMILIES)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5), direction=st.sampled_from(DIRECTIONS))
def test_no_words_are_a_bug(family: str, fields: dict[str, Any], direction: str) -> None:
    assert made_or_refused(family, fields, Ask(direction=direction))


def made_or_refused(family: str, fields: dict[str, Any], ask: Ask) -> bool:
    """Whether encoding gives bytes or one line that says why not."""
    try:
        return isinstance(encode(family, fields, ask), bytes)
    except ValueError as problem:
        return str(problem) != "" and "\n" not in str(problem)
