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
