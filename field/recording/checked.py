"""Is a recorded pack whole and even: every call sayable, files as recorded, one rate, levels within 3 dB, lengths."""

from pathlib import Path
from statistics import median

import msgspec
import numpy

from drivers.voice.clip_pack import CHIME, Manifest, changed_files, read_manifest
from drivers.voice.prompts import unsayable
from drivers.voice.sound import NoSound, read_wav
from field.recording import loudness

APART_DB = 3.0
"""The most a word may differ from the middle of all, louder or softer."""
SHORTEST_S = 0.08
LONGEST_S = 0.6
LONGEST_S_A_SIGN = 0.6
"""A word lasts at most `LONGEST_S` and this much for each of its characters (Latin words: for each three)."""


class Clip(msgspec.Struct, frozen=True):
    """What was measured of one file."""

    word: str
    file: str
    rate: int
    seconds: float
    level_db: float
    peak_db: float


class Checked(msgspec.Struct, frozen=True):
    """The result: `findings` in words, empty if all is well."""

    pack: str
    name: str
    lang: str
    clips: tuple[Clip, ...]
    level_db: float
    """The middle of all."""
    findings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the pack can be used as it is."""
        return not self.findings


def check_pack(folder: Path, names: tuple[str, ...] = ()) -> Checked:
    """Measure a pack; `names` are the hall's counters that are no numbers."""
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError) as problem:
        wrong = f"no usable manifest ({problem}); finish the recording: hall-field record --pack {folder}"
        return Checked(str(folder), "", "", (), loudness.FLOOR_DB, (wrong,))
    clips, unreadable = _clips(folder, manifest)
    findings = [
        *unreadable,
        *(
            f"{name}: not the file that was recorded (SHA-256); record it again"
            for name in changed_files(folder, manifest)
        ),
        *_not_said(manifest, names),
        *_uneven(clips),
    ]
    middle = round(median(clip.level_db for clip in clips), 1) if clips else loudness.FLOOR_DB
    return Checked(str(folder), manifest.name, manifest.lang, tuple(clips), middle, tuple(findings))


def _clips(folder: Path, manifest: Manifest) -> tuple[list[Clip], list[str]]:
    clips, unreadable = [], []
    for file, word in {file: word for word, file in reversed(manifest.clips.items())}.items():
        try:
            sound = read_wav(folder / file)
        except NoSound as problem:
            unreadable.append(f"{problem}; record {word} again")
            continue
        samples = numpy.array(sound.samples, dtype=numpy.float64) / 32768
        level = loudness.speech_db(samples, sound.rate)
        peak = loudness.true_peak_db(samples)
        clips.append(Clip(word, file, sound.rate, round(sound.seconds, 3), round(level, 1), round(peak, 1)))
    return clips[::-1], unreadable


def _not_said(manifest: Manifest, names: tuple[str, ...]) -> list[str]:
    words = set(manifest.clips) - {CHIME}
    missing = unsayable(words, manifest.lang, names) if manifest.lang in ("zh", "en") else []
    return [f"calls cannot be said, no clip for: {' '.join(missing)}"] if missing else []


def _uneven(clips: list[Clip]) -> list[str]:
    words = [clip for clip in clips if clip.word != CHIME]
    if not words:
        return ["no clips"]
    level, rate = median(clip.level_db for clip in words), median(clip.rate for clip in words)
    found = [
        f"{clip.word}: {clip.rate} Hz, the others {rate:.0f}; record it again" for clip in clips if clip.rate != rate
    ]
    for clip in words:
        apart = clip.level_db - level
        if abs(apart) > APART_DB:
            found.append(f"{clip.word}: {abs(apart):.1f} dB {'louder' if apart > 0 else 'softer'} than the others")
        if not SHORTEST_S <= clip.seconds <= _longest_s(clip.word):
            found.append(f"{clip.word}: lasts {clip.seconds:.2f} s; listen to it, and record it again")
        if clip.peak_db > 0:
            found.append(f"{clip.word}: its peaks are cut off ({clip.peak_db:+.1f} dB)")
    return found


def _longest_s(word: str) -> float:
    signs = len(word) if not word.isascii() else 1 + len(word) / 3
    return LONGEST_S + LONGEST_S_A_SIGN * signs
