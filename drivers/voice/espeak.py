"""Sentences rendered by espeak-ng, kept by the hash of what was said.

Chinese goes in as pinyin with tone digits to the voice ``cmn-latn-pinyin``: Debian 12's plain ``cmn`` reads pieces of
Chinese as English (espeak-ng issues 1236 and 1370). espeak-ng runs as a program of its own and nothing is linked.
"""

import hashlib
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from drivers.voice.pinyin import pinyin_text
from drivers.voice.sound import CannotSay, NoSound, Sound, read_wav, trimmed, wav_bytes

VOICES = {"zh": "cmn-latn-pinyin", "en": "en-gb"}
WORDS_A_MINUTE = {"zh": (110, 190), "en": (120, 190)}
"""At speed 0 and 100; 60 gives about 160."""
RENDER_LIMIT_S = 10
MOST_CACHED = 2000
"""Files; some 200 kB each. The oldest go first."""


def said_as(text: str, lang: str) -> str:
    """Return the text as it goes into the program."""
    return pinyin_text(text) if lang == "zh" else text


def words_a_minute(lang: str, speed: int) -> int:
    """Turn 0..100 into the program's measure."""
    slow, fast = WORDS_A_MINUTE[lang]
    return round(slow + (fast - slow) * speed / 100)


def default_cache() -> Path:
    """Return the user's cache folder for sentences."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hallfloor" / "voice"


def render(text: str, lang: str, speed: int, cache: Path) -> Sound:
    """Return the spoken sentence, from the cache where it is.

    Raises:
        CannotSay: no such language, no program, or it failed.

    """
    if lang not in VOICES:
        raise CannotSay(f"no voice for {lang!r}; there are {', '.join(VOICES)}")
    pace = words_a_minute(lang, speed)
    path = cache / f"{hashlib.sha256(f'{VOICES[lang]}|{pace}|{text}'.encode()).hexdigest()[:32]}.wav"
    with suppress(NoSound):
        return read_wav(path)
    return _rendered(said_as(text, lang), lang, pace, path)


def _rendered(words: str, lang: str, pace: int, path: Path) -> Sound:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-") as folder:
            new = Path(folder) / "new.wav"
            _run(words, lang, pace, new)
            sound = trimmed(read_wav(new))
            new.write_bytes(wav_bytes(sound))
            new.replace(path)
    except (OSError, NoSound) as problem:
        raise CannotSay(str(problem)) from problem
    _forget_oldest(path.parent)
    return sound


def _run(words: str, lang: str, pace: int, path: Path) -> None:
    command = ["espeak-ng", "-v", VOICES[lang], "-s", str(pace), "-a", "100", "-w", str(path), "--stdin"]
    try:
        subprocess.run(command, input=words.encode(), check=True, capture_output=True, timeout=RENDER_LIMIT_S)
    except FileNotFoundError as problem:
        raise CannotSay("espeak-ng is not installed; apt-get install espeak-ng") from problem
    except subprocess.SubprocessError as problem:
        raise CannotSay(f"espeak-ng failed: {problem}") from problem


def _forget_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.wav"), key=lambda file: file.stat().st_mtime)
    for file in files[:-MOST_CACHED]:
        file.unlink(missing_ok=True)


def phonemes(text: str, lang: str) -> str:
    """Return what the program would say, in its own phoneme letters: for tests and technicians.

    Raises:
        CannotSay: no program.

    """
    command = ["espeak-ng", "-v", VOICES[lang], "-q", "-x", said_as(text, lang)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=RENDER_LIMIT_S)
    except (OSError, subprocess.SubprocessError) as problem:
        raise CannotSay(f"espeak-ng: {problem}") from problem
    return done.stdout.strip()
