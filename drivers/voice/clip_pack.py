"""A recorded voice: a folder of WAV files, one word or phrase each, and `manifest.json`.

::

    {"name": "...", "speaker": "...", "licence": "...", "lang": "zh",
     "clips": {"请": "qing.wav", "号窗口": "haochuangkou.wav", "A": "letter-a.wav"}}

A sentence is cut into the longest words that there are clips for. If a single character is missing, the pack does not
say the sentence at all, and the next source does: a voice that changes in the middle is worse than another voice.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from drivers.voice.sound import NoSound, Sound, joined, read_wav, silence, trimmed

PAUSE_S = {"，": 0.25, ",": 0.25, "；": 0.4, ";": 0.4, "。": 0.4, ".": 0.4, " ": 0.1}
WORD_GAP_S = 0.03


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`manifest.json`."""

    name: str
    speaker: str
    licence: str
    lang: str
    clips: dict[str, str]


class BadPack(ValueError):
    """A folder that is no clip pack; the text says what is wrong."""


class ClipPack:
    """Clips in memory (some 100, 20 kB each)."""

    def __init__(self, manifest: Manifest, clips: dict[str, Sound]) -> None:
        self.manifest = manifest
        self._clips = clips
        self._longest = max(map(len, clips))
        self._rate = next(iter(clips.values())).rate

    def sound(self, text: str, lang: str) -> Sound | None:
        """Return the sentence, or None when it is another language or a word is missing."""
        if lang != self.manifest.lang:
            return None
        parts = list(self._parts(text))
        return None if None in parts else joined((part for part in parts if part is not None), self._rate)

    def _parts(self, text: str) -> Iterator[Sound | None]:
        while text:
            if text[0] in PAUSE_S:
                yield silence(PAUSE_S[text[0]], self._rate)
                text = text[1:]
                continue
            word = self._word_at(text)
            yield self._clips.get(word)
            yield silence(WORD_GAP_S, self._rate)
            text = text[max(1, len(word)) :]

    def _word_at(self, text: str) -> str:
        sizes = range(min(self._longest, len(text)), 0, -1)
        return next((text[:size] for size in sizes if text[:size] in self._clips), "")


def load_pack(folder: Path) -> ClipPack:
    """Read a pack.

    Raises:
        BadPack: no manifest, a wrong key, a clip missing or no WAV.

    """
    try:
        manifest = msgspec.convert(json.loads((folder / "manifest.json").read_text(encoding="utf-8")), Manifest)
        clips = {word: trimmed(read_wav(folder / name)) for word, name in manifest.clips.items()}
    except (OSError, ValueError, NoSound) as problem:
        raise BadPack(f"clip pack {folder}: {problem}") from problem
    if not clips:
        raise BadPack(f"clip pack {folder}: no clips")
    return ClipPack(manifest, clips)
