"""`hall-field record --check`: each fault of a pack is named, and a good one passes."""

import json
from array import array
from pathlib import Path
from typing import Any

import numpy
import pytest

from drivers.voice.clip_pack import BadPack, load_pack, load_packs
from drivers.voice.prompts import prompts
from drivers.voice.sound import Sound, wav_bytes
from field.app import main
from field.recording.checked import check_pack
from field.recording.loudness import Samples, factor
from field.recording.session import Identity, Session, finished
from field.recording.source import Take
from tests.unit.field.recording.spoken import RATE, raw, word


@pytest.fixture(scope="module")
def words() -> dict[str, Samples]:
    """Every prompt, finished once for all tests."""
    return {prompt.file: finished(Take(word(prompt.shown), RATE)) for prompt in prompts("zh")}


@pytest.fixture
def pack(tmp_path: Path, words: dict[str, Samples]) -> Path:
    """A good pack."""
    made(tmp_path, words)
    return tmp_path


def made(folder: Path, words: dict[str, Samples], rate: int = RATE) -> None:
    identity = Identity("a voice", "Zhou", "this hall only", "zh")
    session = Session(folder, identity, prompts("zh"))
    manifest: dict[str, Any] = {"name": "a voice", "speaker": "Zhou", "licence": "x", "lang": "zh", "rate": rate}
    for file, samples in words.items():
        write(folder / file, samples, rate)
    manifest["clips"] = {
        text: prompt.file for prompt in session.prompts for text in prompt.words if prompt.file in words
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def write(file: Path, samples: Samples, rate: int = RATE) -> None:
    file.write_bytes(wav_bytes(Sound(rate, array("h", raw(samples)))))


def findings(folder: Path, *names: str) -> list[str]:
    return list(check_pack(folder, names).findings)


def test_a_good_pack_has_none(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--check", str(pack), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["lang"], told["findings"]) == (True, "zh", [])
    assert len(told["clips"]) == len(prompts("zh"))
    assert all(abs(clip["level_db"] - told["level_db"]) <= 3 for clip in told["clips"])


def test_a_missing_word_is_named(pack: Path) -> None:
    manifest = json.loads((pack / "manifest.json").read_text())
    del manifest["clips"]["七"], manifest["clips"]["七号窗口"], manifest["clips"]["Q"]
    (pack / "manifest.json").write_text(json.dumps(manifest))
    assert findings(pack) == ["calls cannot be said, no clip for: 七 Q"]
    assert findings(pack, "不动产")[0].endswith("七 Q 不 动 产")


def test_a_word_that_is_softer_louder_longer_or_cut_off_is_named(pack: Path, words: dict[str, Samples]) -> None:
    write(pack / "yi1.wav", words["yi1.wav"] * factor(-5))
    write(pack / "er4.wav", numpy.clip(words["er4.wav"] * factor(16), -1, 1))
    write(pack / "san1.wav", numpy.tile(words["san1.wav"], 4))
    write(pack / "si4.wav", words["si4.wav"][4000:5500])
    told = " | ".join(findings(pack))
    assert "一: 5.0 dB softer than the others" in told
    assert "dB louder than the others" in told
    assert "二: its peaks are cut off" in told
    assert "三: lasts" in told
    assert "四: lasts 0.07 s" in told


def test_another_rate_is_named(pack: Path, words: dict[str, Samples]) -> None:
    write(pack / "yi1.wav", words["yi1.wav"], 16000)
    assert "一: 16000 Hz, the others 22050; record it again" in findings(pack)


def test_a_file_that_is_gone_or_changed_is_named_and_not_spoken(tmp_path: Path) -> None:
    listed = prompts("zh")[:2]
    session = Session(tmp_path, Identity("v", "Zhou", "x", "zh"), listed)
    for prompt in listed:
        session.keep(prompt, Take(word(prompt.shown), RATE))
    assert session.write_manifest() == tmp_path / "manifest.json"
    assert load_pack(tmp_path).sound("一零", "zh") is not None
    write(tmp_path / "yi1.wav", word("somebody else"))
    assert "yi1.wav: not the file that was recorded (SHA-256); record it again" in findings(tmp_path)
    assert session.open_prompts() == [1]
    with pytest.raises(BadPack, match=r"yi1\.wav is not the file that was recorded"):
        load_pack(tmp_path)
    (tmp_path / "yi1.wav").unlink()
    assert any("record 一 again" in finding for finding in findings(tmp_path))


@pytest.mark.parametrize("content", [None, "{", '{"name": 1}'])
def test_no_manifest_says_what_to_do(content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    assert main(["record", "--check", str(tmp_path)]) == 1
    assert f"finish the recording: hall-field record --pack {tmp_path}" in capsys.readouterr().out


def test_a_pack_of_another_language_lies_inside(pack: Path, words: dict[str, Samples]) -> None:
    english = pack / "en"
    english.mkdir()
    write(english / "one.wav", words["yi1.wav"])
    write(english / "ticket.wav", words["er4.wav"])
    clips = {
        "name": "v",
        "speaker": "Zhou",
        "licence": "x",
        "lang": "en",
        "clips": {"one": "one.wav", "ticket": "ticket.wav"},
    }
    (english / "manifest.json").write_text(json.dumps(clips))
    packs = load_packs(pack)
    assert [one.manifest.lang for one in packs] == ["zh", "en"]
    assert packs[1].sound("Ticket one.", "en") is not None
    assert packs[1].sound("Tickets one.", "en") is None
    assert [one.chime is not None for one in packs] == [True, False]
