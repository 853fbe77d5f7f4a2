"""A whole voice is recorded with a program that plays the microphone; a call is said from it."""

import json
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy
import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.voice.driver import Options, open_device
from drivers.voice.prompts import Prompt, prompts
from drivers.voice.sound import Sound, read_wav, wav_bytes
from field.app import main
from field.recording.loudness import Samples
from hall.domain.ids import DeviceName, TicketNumber
from hall.ports.status import StatusWord
from hall.ports.voice import Announcement, Spoken
from hall.words.speech import call_sentence
from tests.support.wires import until_word
from tests.unit.field.recording.spoken import fake_arecord, raw, word

ZH = prompts("zh")
WHO = ("--speaker", "Zhou", "--licence", "this hall only", "--countdown", "0", "--play", "sound-file:")


def takes(chosen: tuple[Prompt, ...] = ZH) -> list[Samples]:
    return [word(prompt.words[0], peak=0.08 + 0.6 * (number % 7) / 7) for number, prompt in enumerate(chosen)]


class Person:
    """Types one answer after the other, and then goes home."""

    def __init__(self, *answers: str) -> None:
        self._answers: Iterator[str] = iter(answers)

    def readline(self) -> str:
        return next(self._answers, "")


Recorder = Callable[..., Path]


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    def with_takes(*given: Samples) -> Path:
        folder = fake_arecord(tmp_path / "bin", list(given))
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return folder

    return with_takes


def record(pack: Path, *more: str) -> int:
    return main(["record", "--pack", str(pack), *WHO[:-1], f"sound-file:{pack.parent}/played", *more])


def test_a_whole_pack_and_a_call_from_it(
    tmp_path: Path, recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack"
    asked = recorder(*takes())
    assert record(pack, "--yes", "--name", "Zhou at noon") == 0, capsys.readouterr().out
    assert "whole and even" in capsys.readouterr().out
    assert (asked / "asked").read_text().splitlines()[0] == "-q -D default -t raw -f S16_LE -c 1 -r 22050"
    manifest = json.loads((pack / "manifest.json").read_text())
    assert (manifest["name"], manifest["speaker"], manifest["lang"], manifest["rate"]) == (
        "Zhou at noon",
        "Zhou",
        "zh",
        22050,
    )
    assert len(manifest["clips"]) == len(ZH) == len(manifest["sha256"])
    spoken = said(pack, tmp_path / "said", call_sentence(TicketNumber("A023"), "12"))
    pieces = [manifest["clips"][piece] for piece in ("请", "A", "零", "二", "三", "号", "到", "十", "二号窗口")]
    assert_in_order(spoken, [samples(pack / piece) for piece in pieces])


def said(pack: Path, folder: Path, sentence: str) -> Samples:
    row = catalog.model("voice", "sound-card")
    options = Options(clip_pack=str(pack), cache_dir=str(folder / "cache"))
    voice = open_device(Opening(DeviceName("voice"), f"sound-file:{folder}", lambda _event: None), row, options)
    until_word(voice, StatusWord.READY)
    assert isinstance(voice.say(Announcement((("zh", sentence),), chime=False, repeats=1)), Spoken)
    voice.close()
    assert not (folder / "cache").exists(), "espeak-ng was asked"
    return samples(folder / "announcement-0001.wav")


def samples(file: Path) -> Samples:
    return numpy.array(read_wav(file).samples, dtype=numpy.float64)


def assert_in_order(spoken: Samples, pieces: list[Samples]) -> None:
    """Find each piece behind the one before; a place counts where both are alike to 99 %."""
    at = 0
    for piece in pieces:
        core = piece[len(piece) // 3 : len(piece) // 2]  # ends may have been trimmed again
        rest = spoken[at:]
        alike = numpy.correlate(rest, core, "valid")
        energy = numpy.sqrt(numpy.convolve(rest**2, numpy.ones(len(core)), "valid") * (core**2).sum())
        likeness = alike / numpy.maximum(energy, 1)
        place = int(numpy.flatnonzero(likeness > 0.99)[0])
        at += place + len(core)


def test_bad_takes_are_told_and_recorded_again(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder(
        word("零", peak=0.01, noise=0.00005),
        numpy.clip(word("零", peak=1.7), -1, 1),
        word("nobody", peak=0.0),
        word("零", peak=0.2, noise=0.02),
        word("零"),
        word("一"),
    )
    monkeypatch.setattr("sys.stdin", Person("\n", "k\n", "r\n", "\n", "\n", "\n", "p\n", "\n", "q\n"))
    assert record(tmp_path / "pack") == 1
    told = capsys.readouterr().out
    for words in (
        "too quiet",
        "clipped",
        "nothing was heard",
        "too much noise",
        "good",
        "kept ling2.wav",
        "kept yi1.wav",
    ):
        assert words in told
    assert told.index("too much noise") < told.index("kept ling2.wav")
    assert (tmp_path / "played" / "announcement-0001.wav").exists()
    assert "still needed: 二 三" in told
    assert not (tmp_path / "pack" / "manifest.json").exists()


def test_a_half_pack_goes_on_where_it_stopped(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, all_takes = tmp_path / "pack", takes()
    folder = recorder(*all_takes)
    monkeypatch.setattr("sys.stdin", Person("\n", "\n", "\n"))
    assert record(pack) == 1
    (folder / "count").write_text("3")
    capsys.readouterr()
    assert main(["record", "--pack", str(pack), "--countdown", "0", "--yes"]) == 0
    told = capsys.readouterr().out
    assert "[1/60]" not in told
    assert told.startswith(f"[4/{len(ZH)}]  三")


def test_back_and_skip(tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = tmp_path / "pack"
    recorder(word("wrong"), word("一"), word("零"), word("一 again"))
    monkeypatch.setattr("sys.stdin", Person("\n", "b\n", "\n", "s\n"))
    assert record(pack) == 1
    state = json.loads((pack / "recording.json").read_text())
    assert list(state["kept"]) == ["ling2.wav"]
    assert state["skipped"] == ["yi1.wav"]
    assert_in_order(samples(pack / "ling2.wav"), [samples_of(word("零"))])


def samples_of(take: Samples) -> Samples:
    return take[round(0.5 * 22050) : round(0.7 * 22050)] * 32768


def test_a_studios_files_are_taken_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    studio = tmp_path / "studio"
    studio.mkdir()
    for prompt, take in zip(ZH[:-1], takes()[:-1], strict=True):
        (studio / prompt.file).write_bytes(wav_bytes(Sound(22050, array("h", raw(take)))))
    assert record(tmp_path / "pack", "--yes", "--device", f"sound-file:{studio}") == 0
    assert "chime.wav" in capsys.readouterr().out


def test_without_a_microphone_it_says_what_to_do(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder()
    monkeypatch.setattr("sys.stdin", Person("q\n"))
    assert record(tmp_path / "pack") == 1
    assert "audio open error: No such file or directory; `arecord -l` lists" in capsys.readouterr().out
    monkeypatch.setenv("PATH", "")
    assert record(tmp_path / "pack") == 1
    assert "apt-get install alsa-utils" in capsys.readouterr().out


def test_the_prompts_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall = tmp_path / "hall.toml"
    shipped = Path(__file__).parents[4] / "config" / "examples" / "demo" / "hall.toml"
    text = shipped.read_text(encoding="utf-8") + '\n[[counters]]\nid = "vip"\nnames = { zh = "贵宾室" }\nzone = "A"\n'
    hall.write_text(text, encoding="utf-8")
    assert record(tmp_path / "pack", "--list", "--hall", str(hall)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(ZH) + 1
    assert any(line.endswith("\t贵宾室") for line in lines)
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--pack", "{}/new"], "--speaker and --licence are needed"),
        (["--pack", "{}/new", *WHO[:4], "--redo", "绿"], "no such prompt among"),
        (["--pack", "{}/new", *WHO[:4], "--hall", "{}/none.toml"], "cannot be read"),
        (["--pack", "{}/other", *WHO[:4], "--lang", "en"], "take another folder for 'en'"),
        (["--pack", "{}/broken", *WHO[:4]], "broken"),
    ],
)
def test_a_wrong_command_line_is_told(
    arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (
        ("other", '{"identity": {"name": "", "speaker": "", "licence": "", "lang": "zh"}}'),
        ("broken", "{"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "recording.json").write_text(text)
    assert main(["record", *(argument.format(tmp_path) for argument in arguments)]) == 2
    assert says in capsys.readouterr().err
