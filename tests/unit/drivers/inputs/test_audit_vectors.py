"""Frames of boards and lines of supplies after the published standards, in words and back: `audit_other.json`."""

from typing import Any

import pytest

from drivers.vocabulary import Ask, decode
from tests.support.vectors import assert_decodes, assert_encodes, audit_vectors, decoded_audit, encodes

VECTORS = audit_vectors("other")


def understood(vector: dict[str, Any]) -> bool:
    """Whether it begins with something that is no damage, and need not be told from a board's frame."""
    return vector.get("alone", True) and "error" not in decoded_audit(vector)[0]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_its_bytes_say_what_the_manual_says(vector: dict[str, Any]) -> None:
    assert_decodes(vector)


@pytest.mark.parametrize("vector", [one for one in VECTORS if encodes(one)], ids=lambda vector: vector["id"])
def test_its_words_make_its_bytes(vector: dict[str, Any]) -> None:
    assert_encodes(vector)


@pytest.mark.parametrize("vector", [one for one in VECTORS if understood(one)], ids=lambda vector: vector["id"])
@pytest.mark.parametrize("ask", [Ask(), Ask(direction="SIDEWAYS")], ids=["nothing said", "an unknown direction"])
def test_its_bytes_alone_say_it(vector: dict[str, Any], ask: Ask) -> None:
    assert decode(vector["family"].upper(), bytes.fromhex(vector["hex"]), ask) == decoded_audit(vector)
