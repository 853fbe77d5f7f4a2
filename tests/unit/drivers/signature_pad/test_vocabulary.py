"""A digitizer's records in words."""

from typing import Any

import pytest

from drivers import catalog, vocabulary
from drivers.vocabulary import Ask


@pytest.mark.parametrize("model", catalog.models("signature_pad"))
def test_a_stroke_and_a_key_there_and_back(model: str) -> None:
    told: list[dict[str, Any]] = [
        {"pen": "down", "x": 0.5, "y": 0.25},
        {"pen": "move", "x": 0.625, "y": 0.25},
        {"pen": "up"},
    ]
    raw = b"".join(vocabulary.encode("signature", item, Ask(model)) for item in [*told, {"key": "confirm"}])
    found = vocabulary.decode("signature", raw, Ask(model))
    assert [item.get("pen", item.get("key")) for item in found] == ["down", "move", "up", "confirm"]
    assert [round(item["x"], 3) for item in found if "x" in item] == [0.5, 0.625]


@pytest.mark.parametrize("fields", [{"pen": "left"}, {"key": "sing"}, {"pen": "down"}])
def test_what_no_pad_says_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"pen is|no key|missing"):
        vocabulary.encode("signature", fields)


@pytest.mark.parametrize("model", catalog.models("signature_pad"))
def test_what_was_decoded_makes_the_same_bytes(model: str) -> None:
    told: list[dict[str, Any]] = [
        {"pen": "down", "x": 0.123456, "y": 0.234567, "pressure": 0.5, "at_ms": 0},
        {"pen": "move", "x": 1, "y": 0.3, "pressure": 1, "at_ms": 15},
        {"pen": "up"},
    ]
    raw = b"".join(vocabulary.encode("signature", item, Ask(model)) for item in told)
    found = vocabulary.decode("signature", raw, Ask(model))
    assert b"".join(vocabulary.encode("signature", item, Ask(model)) for item in found) == raw
    assert [item.get("at_ms") for item in found] == [0, 15, None]


def test_a_record_that_is_cut_off_is_told() -> None:
    raw = vocabulary.encode("signature", {"key": "confirm"})
    assert vocabulary.decode("signature", raw[:-1]) == [{"key": "confirm"}, {"error": "unfinished record"}]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"pen": "down", "x": 2, "y": 0.1}, "x is a number from 0 to 1"),
        ({"pen": "down", "x": 0.1, "y": "low"}, "y is a number"),
        ({"pen": "down", "x": 0.1, "y": 0.1, "pressure": -1}, "pressure is a number"),
        ({"pen": "up", "at_ms": -1}, "at_ms is a number"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        vocabulary.encode("signature", fields)
