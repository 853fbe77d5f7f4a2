"""Rounds of the story with every model, and the page that remembers them."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from drivers import catalog
from field.story import models
from field.story.models import AS_EXPECTED, PLACES, Played, played_of, rounds, wanted_models, write_page


def test_each_model_stands_somewhere_once() -> None:
    seen = Counter(text.partition("@")[0] for one in rounds(wanted_models({})) for text in one.values())
    assert seen == Counter(model for family in PLACES for model in catalog.models(family))


def test_models_share_rounds() -> None:
    assert rounds({"counter_screen": ["strip-sum", "sunpn", "kanban4"], "voice": ["syn6288"]}) == [
        {"counter-1.strip": "strip-sum@serial", "counter-2.strip": "sunpn@serial", "lobby-1.module": "syn6288@serial"},
        {"counter-1.strip": "kanban4@serial"},
    ]


def good(family: str, model: str, story: str = AS_EXPECTED) -> Played:
    return Played(family, model, PLACES[family][0], "serial", story, "2026-11-21")


def test_what_was_as_expected_is_not_played_again() -> None:
    known = {
        ("voice", "syn6288"): good("voice", "syn6288"),
        ("voice", "syn6658"): good("voice", "syn6658", "not as expected: recall"),
    }
    wanted = wanted_models(known)["voice"]
    assert "syn6288" not in wanted
    assert "syn6658" in wanted


def test_the_page_is_read_as_it_was_written(tmp_path: Path) -> None:
    lines = [good("voice", "syn6288"), good("counter_screen", "sunpn", "not as expected: a jam: it sticks")]
    known = {(line.family, line.model): line for line in lines}
    gone = {("voice", "gone"): good("voice", "gone")}
    write_page(tmp_path / "models.md", known | gone)
    assert played_of((tmp_path / "models.md").read_text(encoding="utf-8")) == known


def test_the_shipped_page_names_models_of_the_catalogue_only() -> None:
    played = played_of(models.PAGE.read_text(encoding="utf-8"))
    assert played
    assert [key for key in played if key[1] not in catalog.models(key[0])] == []
    assert [line.model for line in played.values() if line.story != AS_EXPECTED] == []


def test_a_round_plays_and_tells_of_each_of_its_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    steps = [{"step": "recall", "ok": True}, {"step": "no|show", "ok": False}]

    def play(folder: Path, *, only: str, chosen: dict[str, str]) -> int:
        asked.append((only, chosen))
        folder.mkdir()
        (folder / "story.json").write_bytes(msgspec.json.encode({"ok": False, "steps": steps}))
        return 1

    monkeypatch.setattr(models, "play_story", play)
    chosen = {"counter-1.strip": "sunpn@serial", "kiosk-c.printer": "my-628@tcp"}
    told = models.play_round(chosen, tmp_path / "story")
    assert asked == [(models.CHAPTERS, chosen)]
    assert [(line.family, line.model, line.transport, line.story) for line in told] == [
        ("counter_screen", "sunpn", "serial", "not as expected: no/show"),
        ("ticket_printer", "my-628", "tcp", "not as expected: no/show"),
    ]
