"""Volume by the hour: the marker in the bytes, the gain of the sound card, tables that are refused."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.voice import conversation
from drivers.voice.driver import open_device
from drivers.voice.options import Options
from drivers.voice.sound import read_wav
from hall.domain.ids import DeviceName
from hall.ports.status import StatusWord
from hall.ports.voice import Announcement, Spoken, VoiceCaller
from tests.support.wires import staged, until_word

HOURS = ((6, 10), (12, 5), (20, 3))


CALL = Announcement((("zh", "请到三号窗口。"),), chime=False, repeats=1)


class Wall:
    """The clock on the hall's wall."""

    hour = 0

    def now(self) -> datetime:
        return datetime(2026, 11, 21, self.hour, 59)


def opened(model: str, address: str, options: Options, wall: Wall) -> VoiceCaller:
    row = catalog.model("voice", model)
    return open_device(Opening(DeviceName("voice"), address, lambda _event: None, now=wall.now), row, options)


def markers_at(hours: tuple[int, ...], model: str, options: Options) -> list[str]:
    """Say a call at some hours, and return the markers that the module received."""
    address, wall = f"memory:by-hour-{model}-{options.answers}", Wall()
    with staged(catalog.make_far_end("voice", model, options), address) as (stage, player):
        voice = opened(model, address, options, wall)
        until_word(voice, StatusWord.READY, StatusWord.UNKNOWN)
        for hour in hours:
            wall.hour = hour
            assert isinstance(voice.say(CALL), Spoken)
        voice.close()
        return [said["text"].rpartition("]")[0] + "]" for said in stage.state(player)["device"]["spoken"]]


@pytest.mark.parametrize(
    ("model", "markers"),
    [
        ("syn6288", ["[v16][t3]", "[v8][t3]", "[v5][t3]", "[v5][t3]"]),
        ("syn6658", ["[v10][s6]", "[v5][s6]", "[v3][s6]", "[v3][s6]"]),
        ("xfs5152ce", ["[v10][s6]", "[v5][s6]", "[v3][s6]", "[v3][s6]"]),
    ],
)
def test_a_module_is_told_the_volume_of_the_hour(model: str, markers: list[str]) -> None:
    assert markers_at((8, 12, 23, 2), model, Options(volume_by_hour=HOURS, simulated_speed_up=100)) == markers


def test_a_module_that_is_never_heard_is_told_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "USUAL_S_A_CHARACTER", 0.02)
    options = Options(volume_by_hour=HOURS, simulated_speed_up=100, answers=False)
    assert markers_at((8, 23), "syn6288", options) == ["[v16][t3]", "[v5][t3]"]


def test_the_sound_card_is_softer_in_the_evening(tmp_path: Path) -> None:
    options = Options(volume_by_hour=HOURS, cache_dir=str(tmp_path / "cache"))
    wall = Wall()
    voice = opened("sound-card", f"sound-file:{tmp_path}", options, wall)
    until_word(voice, StatusWord.READY)
    for hour in (12, 20):
        wall.hour = hour
        assert isinstance(voice.say(CALL), Spoken)
    voice.close()
    noon, evening = (read_wav(tmp_path / f"announcement-000{number}.wav").rms for number in (1, 2))
    assert evening / noon == pytest.approx(3 / 5, rel=0.02)


def test_without_a_table_the_volume_stays() -> None:
    assert Options(volume=70).volume_at(Wall().now()) == 70


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([[8, 3], [8, 4]], r"the hours must rise, each once: \[8, 8\]"),
        ([[18, 3], [8, 4]], "the hours must rise"),
        ([[8, 11]], r"volume_by_hour: 11 is not within 0\.\.10"),
        ([[24, 5]], r"<= 23 - at `\$.volume_by_hour\[0\]\[0\]"),
        ([[8]], r"at `\$.volume_by_hour\[0\]`"),
        ([[8, "loud"]], r"Expected `int`, got `str`"),
    ],
)
def test_a_wrong_table_is_refused_in_words(table: Any, says: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=says):
        msgspec.convert({"volume_by_hour": table}, Options)
