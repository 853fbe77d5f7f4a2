"""What the documents of this family state beyond the open vectors: bytes and words, both ways."""

from typing import Any

import pytest

from tests.support.vectors import assert_decodes, assert_encodes, audit_vectors, encodes

ALL = audit_vectors("smartcard")


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector["id"])
def test_bytes_say_what_the_documents_say(vector: dict[str, Any]) -> None:
    assert_decodes(vector)


@pytest.mark.parametrize("vector", [vector for vector in ALL if encodes(vector)], ids=lambda vector: vector["id"])
def test_words_make_the_same_bytes(vector: dict[str, Any]) -> None:
    assert_encodes(vector)
