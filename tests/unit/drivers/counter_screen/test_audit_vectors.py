"""What the documents of the strips state and the open vectors do not hold, decoded and encoded."""

from typing import Any

import pytest

from tests.support.vectors import assert_decodes, assert_encodes, audit_vectors, encodes

ALL = audit_vectors("led")


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector["id"])
def test_it_decodes_to_its_facts(vector: dict[str, Any]) -> None:
    assert_decodes(vector)


@pytest.mark.parametrize("vector", [vector for vector in ALL if encodes(vector)], ids=lambda vector: vector["id"])
def test_its_words_encode_to_its_bytes(vector: dict[str, Any]) -> None:
    assert_encodes(vector)
