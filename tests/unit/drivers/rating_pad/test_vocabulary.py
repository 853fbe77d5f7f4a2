"""Keyboard pads in words."""

import pytest

from drivers import vocabulary
from drivers.vocabulary import Ask


@pytest.mark.parametrize("model", ["hid-digits", "hid-reports"])
def test_a_key_and_back(model: str) -> None:
    raw = vocabulary.encode("evaluator", {"key": "4"}, Ask(model))
    assert vocabulary.decode("evaluator", raw, Ask(model)) == [{"key": "4"}]
    assert vocabulary.decode("evaluator", raw[:3], Ask(model)) == [{"error": "no key went down"}]
