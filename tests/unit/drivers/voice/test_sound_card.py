"""The sound card's voice: chime, espeak-ng, recorded clips, files and a missing device."""

import json
import subprocess
import sys
import threading
from array import array
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.transport import TransportLost
from drivers.voice import announcement, chime, espeak, pinyin, sound_port
from drivers.voice.clip_pack import BadPack, load_pack
from drivers.voice.driver import SoundCardVoice, open_device
from drivers.voice.options import Options
from drivers.voice.sound import NoSound, Sound, amplified, joined, read_wav, resampled, silence, trimmed, wav_bytes
from hall.domain.ids import DeviceName, TicketNumber
from hall.ports.status import StatusWord
from hall.ports.voice import Announcement, NotSpoken, Spoken
from hall.words.assets import asset
from hall.words.speech import call_sentence
from tests.support.wires import until_word

ZH = call_sentence(TicketNumber("A023"), "3")
EN = call_sentence(TicketNumber("A023"), "3", "en")


@contextmanager
def opened(address, **options):
    row = catalog.model("voice", "sound-card")
    voice = open_device(Opening(DeviceName("voice"), address, lambda _event: None), row, Options(**options))
    assert isinstance(voice, SoundCardVoice)
    try:
        yield voice
    finally:
        voice.close()


def test_the_file_sink_gets_each_announcement_with_sound_in_it(tmp_path):
    with opened(f"sound-file:{tmp_path / 'out'}", cache_dir=str(tmp_path / "cache")) as voice:
        until_word(voice, StatusWord.READY)
        outcome = voice.say(Announcement((("zh", ZH), ("en", EN)), repeats=2))
        assert isinstance(voice.say(Announcement((("zh", ZH),), chime=False, repeats=1)), Spoken)
    first, second = (read_wav(tmp_path / "out" / f"announcement-000{number}.wav") for number in (1, 2))
    assert isinstance(outcome, Spoken)
    assert outcome.seconds == pytest.approx(first.seconds)
    assert first.rms > 0.03
    assert second.rms > 0.05
    assert first.seconds > 3 * second.seconds


def test_the_second_time_comes_from_the_cache(tmp_path, monkeypatch):
    first = espeak.render(ZH, "zh", 60, tmp_path)
    monkeypatch.setenv("PATH", "")
    assert espeak.render(ZH, "zh", 60, tmp_path).samples == first.samples
    with pytest.raises(espeak.CannotSay, match="apt-get install espeak-ng"):
        espeak.render(ZH, "zh", 61, tmp_path)


def test_the_cache_forgets_the_oldest(tmp_path, monkeypatch):
    monkeypatch.setattr(espeak, "MOST_CACHED", 2)
    for text in ("一", "二", "三"):
        espeak.render(text, "zh", 60, tmp_path)
    assert len(list(tmp_path.glob("*.wav"))) == 2


def test_the_tones_of_a_call_are_right():
    """请 is a low third tone before A; 零 2, 二 4, 三 1, 号 4, 到 4, 窗 1, 口 3."""
    tones = espeak.phonemes(ZH, "zh").replace("\n", " ").split()
    heard = ["".join(filter(str.isdigit, part)) for part in tones]
    assert heard == ["21", "51", "35", "51", "55", "51", "51", "55", "51", "55", "214"]


def test_pinyin_as_the_voice_wants_it():
    assert pinyin.pinyin_text("请B C零幺七号，到绿色通道。") == (
        "qing3 B C ling2 yao1 qi1 hao4, dao4 lv4 se4 tong1 dao4."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("到综合窗口", "dao4 zong1 he2 chuang1 kou3"),
        ("请到银行窗口", "qing3 dao4 yin2 hang2 chuang1 kou3"),
        ("A3", "A 3"),
        ("", ""),
    ],
)
def test_words_outside_the_table_are_looked_up(text, said):
    assert pinyin.pinyin_text(text) == said


def test_the_table_agrees_with_pypinyin():
    words = "零一二三四五六七八九十。幺号。到窗口。请再次呼叫"
    assert set(words) - {"。"} == set(pinyin.KNOWN)
    assert pinyin.pinyin_text(words).replace(".", "").split() == pinyin.looked_up(words).replace("。", " ").split()


def test_a_call_needs_no_big_library():
    code = (
        f"import sys; from drivers.voice.espeak import said_as; said_as({ZH!r}, 'zh'); print('pypinyin' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_a_voice_the_chime_still_calls(tmp_path, monkeypatch):
    with opened(f"sound-file:{tmp_path}", cache_dir=str(tmp_path / "cache")) as voice:
        until_word(voice, StatusWord.READY)
        monkeypatch.setenv("PATH", "")
        assert isinstance(voice.say(Announcement((("zh", ZH),))), Spoken)
        silent = voice.say(Announcement((("zh", ZH),), chime=False))
        assert "espeak-ng" in silent.status.reason
    assert 1 < read_wav(tmp_path / "announcement-0001.wav").seconds < 2


def test_realtime_file_sink_can_be_stopped(tmp_path):
    with opened(f"sound-file:{tmp_path}", cache_dir=str(tmp_path / "cache"), realtime=True) as voice:
        until_word(voice, StatusWord.READY)
        outcomes = []
        caller = threading.Thread(target=lambda: outcomes.append(voice.say(Announcement((("zh", ZH),), repeats=9))))
        caller.start()
        while caller.is_alive():
            if (tmp_path / "announcement-0001.wav").exists():
                voice.stop()
            caller.join(0.01)
    assert isinstance(outcomes[0], NotSpoken)


@pytest.mark.parametrize(
    ("address", "words"),
    [("sound:hw:97", "card97"), ("sound:plughw:CARD=Nobody,DEV=0", "Nobody"), ("tcp:x:1", "not a sound address")],
)
def test_a_missing_sound_card_is_a_status_in_words(address, words, tmp_path):
    with opened(address, cache_dir=str(tmp_path)) as voice:
        until_word(voice, StatusWord.OFFLINE)
        assert words in voice.status().reason
        assert isinstance(voice.say(Announcement((("zh", ZH),))), NotSpoken)


def _fake_aplay(folder: Path, script: str, monkeypatch) -> sound_port.AplayPort:
    program = folder / "aplay"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    cards = folder / "asound"
    (cards / "card0").mkdir(parents=True)
    monkeypatch.setattr(sound_port, "CARDS", cards)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return sound_port.AplayPort("sound:hw:0", "hw:0")


def test_aplay_gets_the_whole_file_and_the_device(tmp_path, monkeypatch):
    port = _fake_aplay(tmp_path, f'echo "$@" > {tmp_path}/args; cat > {tmp_path}/heard.wav', monkeypatch)
    wav = wav_bytes(chime.chime())
    assert port.play(wav, 1.0, threading.Event())
    assert (tmp_path / "heard.wav").read_bytes() == wav
    assert (tmp_path / "args").read_text().split() == ["-q", "-D", "hw:0", "-"]


def test_aplay_that_fails_says_why(tmp_path, monkeypatch):
    port = _fake_aplay(tmp_path, 'echo "audio open error: Device or resource busy" >&2; exit 1', monkeypatch)
    with pytest.raises(TransportLost, match="resource busy"):
        port.play(wav_bytes(silence(9, 22050)), 1.0, threading.Event())


def test_cut_kills_aplay(tmp_path, monkeypatch):
    port = _fake_aplay(tmp_path, "exec sleep 60", monkeypatch)
    cut = threading.Event()
    cut.set()
    assert not port.play(wav_bytes(silence(1, 22050)), 60.0, cut)


def test_an_unplugged_card_is_noticed(tmp_path, monkeypatch):
    port = _fake_aplay(tmp_path, "cat", monkeypatch)
    assert port.read(1, 0) == b""
    (tmp_path / "asound" / "card0").rmdir()
    with pytest.raises(TransportLost, match="card0 is not there"):
        port.read(1, 0)


def _pack(folder: Path, clips: dict[str, Sound]) -> Path:
    folder.mkdir()
    names = {}
    for number, (word, clip) in enumerate(clips.items()):
        (folder / f"{number}.wav").write_bytes(wav_bytes(clip))
        names[word] = f"{number}.wav"
    manifest = {"name": "test", "speaker": "nobody", "licence": "CC0-1.0", "lang": "zh", "clips": names}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _tone(seconds: float) -> Sound:
    return Sound(24000, array("h", [9000, -9000] * round(seconds * 12000)))


def test_recorded_clips_are_joined_longest_word_first(tmp_path):
    pack = load_pack(
        _pack(tmp_path / "pack", {"请": _tone(0.2), "号窗口": _tone(0.6), "号": _tone(5), "三": _tone(0.3)})
    )
    sound = pack.sound("请三号窗口。", "zh")
    assert sound is not None
    assert sound.seconds == pytest.approx(0.2 + 0.3 + 0.6 + 3 * 0.03 + 0.4, abs=0.01)
    assert pack.sound("请四号窗口", "zh") is None
    assert pack.sound("请", "en") is None


def test_a_recorded_pack_comes_before_espeak(tmp_path, monkeypatch):
    folder = _pack(tmp_path / "pack", {"请": _tone(0.2), "进": _tone(0.2)})
    speaker = announcement.Speaker(Options(clip_pack=str(folder), cache_dir=str(tmp_path)))
    monkeypatch.setenv("PATH", "")
    recorded = speaker.sound(Announcement((("zh", "请进"),), chime=False, repeats=1))
    assert recorded.rms > 0.05
    with pytest.raises(espeak.CannotSay):
        speaker.sound(Announcement((("zh", "请出"),), chime=False))


def test_a_broken_pack_is_named_and_left_out(tmp_path):
    with pytest.raises(BadPack, match=str(tmp_path)):
        load_pack(tmp_path)
    speaker = announcement.Speaker(Options(clip_pack=str(tmp_path), cache_dir=str(tmp_path)))
    assert speaker.sound(Announcement((("zh", "请"),))).rms > 0


def test_the_shipped_chime_is_what_the_script_makes():
    assert asset("sounds/chime.wav").read_bytes() == wav_bytes(chime.chime())
    assert chime.chime().rms > 0.02


def test_sound_arithmetic(tmp_path):
    tone = _tone(0.5)
    assert joined([tone, silence(0.5, 24000)], 24000).seconds == pytest.approx(1.0)
    assert resampled(tone, 12000).seconds == pytest.approx(0.5)
    assert max(amplified(tone, 100).samples) == 32767
    assert trimmed(joined([silence(1, 24000), tone, silence(1, 24000)], 24000)).seconds == pytest.approx(0.54, abs=0.01)
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    with pytest.raises(NoSound, match=r"bad\.wav"):
        read_wav(tmp_path / "bad.wav")
