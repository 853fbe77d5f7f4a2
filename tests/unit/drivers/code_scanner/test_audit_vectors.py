"""Commands, answers and frames of the public manuals, in words and back: `tests/vectors/audit_scanner.json`."""

from typing import Any

import pytest

from tests.support.vectors import assert_decodes, assert_encodes, audit_vectors, encodes

VECTORS = audit_vectors("scanner")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_its_bytes_say_what_the_manual_says(vector: dict[str, Any]) -> None:
    assert_decodes(vector)


@pytest.mark.parametrize("vector", [one for one in VECTORS if encodes(one)], ids=lambda vector: vector["id"])
def test_its_words_make_its_bytes(vector: dict[str, Any]) -> None:
    assert_encodes(vector)
