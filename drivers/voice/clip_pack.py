"""A recorded voice: a folder of WAV files, one word or phrase each, and `manifest.json`.

::

    {"name": "...", "speaker": "...", "licence": "...", "lang": "zh",
     "clips": {"请": "qing3.wav", "号窗口": "hao4-chuang1-kou3.wav", "A": "letter-a.wav"},
     "rate": 22050, "sha256": {"qing3.wav": "..."}}

`hall-field record` makes one. Another language lies in a folder inside (`en/manifest.json`). The clip `chime` is the
pack's own chime, where it has one.

A sentence is cut into the longest words that there are clips for. If a single character is missing, the pack does not
say the sentence at all, and the next source does: a voice that changes in the middle is worse than another voice.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from drivers.voice.sound import NoSound, Sound, joined, read_wav, silence, trimmed

PAUSE_S = {"，": 0.25, ",": 0.25, "；": 0.4, ";": 0.4, "。": 0.4, ".": 0.4, " ": 0.1}
WORD_GAP_S = 0.03
CHIME = "chime"
"""Key of the clip that is no word."""
MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`manifest.json`."""

    name: str
    speaker: str
    licence: str
    lang: str
    clips: dict[str, str]
    """File by word."""
    rate: int = 0
    """Samples a second of all of them; 0: whatever each file says."""
    sha256: dict[str, str] = {}
    """Sum by file, where the tool that made the pack wrote it down."""


class BadPack(ValueError):
    """A folder that is no clip pack; the text says what is wrong."""


class ClipPack:
    """Clips in memory (some 100, 20 kB each)."""

    def __init__(self, manifest: Manifest, clips: dict[str, Sound]) -> None:
        self.manifest = manifest
        self.chime = clips.get(CHIME)
        self._clips = {word.casefold(): sound for word, sound in clips.items() if word != CHIME}
        self._rate = next(iter(clips.values())).rate

    def sound(self, text: str, lang: str) -> Sound | None:
        """Return the sentence, or None when it is another language or a word is missing."""
        if lang != self.manifest.lang:
            return None
        pieces = list(_pieces(text, self._clips))
        if not all(piece.known for piece in pieces):
            return None
        return joined((part for piece in pieces for part in self._parts(piece.text)), self._rate)

    def _parts(self, word: str) -> Iterator[Sound]:
        if word in PAUSE_S:
            yield silence(PAUSE_S[word], self._rate)
            return
        yield self._clips[word]
        yield silence(WORD_GAP_S, self._rate)


def words_missing(text: str, words: Collection[str]) -> list[str]:
    """Return the characters of a sentence that no clip begins at, in their order."""
    known = {word.casefold() for word in words}
    return [piece.text for piece in _pieces(text, known) if not piece.known]


class _Piece(NamedTuple):
    text: str
    known: bool


def _pieces(text: str, words: Collection[str]) -> Iterator[_Piece]:
    """Cut a sentence into pauses, the longest known words, and single characters that no word begins at.

    Latin words and numbers are known whole or not at all: ``ticket`` is not spelled from the clips of letters, and
    ``101`` is not said as ten, one; but a number without a clip is said digit by digit.
    """
    longest = max(map(len, words), default=1)
    told, text, at = text, text.casefold(), 0
    while at < len(text):
        sizes = range(min(longest, len(text) - at), 0, -1)
        found = (text[at : at + size] for size in sizes if text[at : at + size] in words and _whole(text, at, size))
        word = text[at] if text[at] in PAUSE_S else next(found, "")
        yield _Piece(word or told[at : at + 1], bool(word))
        at += len(word) or 1


def _whole(text: str, at: int, size: int) -> bool:
    """Whether nothing of the same word or number stands before or behind a piece of a text."""
    piece, before, behind = text[at : at + size], text[at - 1 : at], text[at + size : at + size + 1]
    if size == 1 and piece.isdecimal():
        return True
    return not (_joined(before, piece[0]) or _joined(piece[-1], behind))


def _joined(left: str, right: str) -> bool:
    """Whether two characters belong to one Latin word or one number."""
    if not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdecimal() and right.isdecimal())


def load_packs(folder: Path) -> tuple[ClipPack, ...]:
    """Read a pack and those of other languages in the folders inside.

    Raises:
        BadPack: no manifest anywhere, a wrong key, a clip missing, changed or no WAV.

    """
    inside = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    own = [folder] if (folder / MANIFEST).exists() or not inside else []
    return tuple(load_pack(one) for one in [*own, *inside])


def load_pack(folder: Path) -> ClipPack:
    """Read one pack.

    Raises:
        BadPack: no manifest, a wrong key, a clip missing, changed or no WAV.

    """
    try:
        manifest = read_manifest(folder)
        clips = {word: trimmed(read_wav(folder / name)) for word, name in manifest.clips.items()}
    except (OSError, ValueError, NoSound) as problem:
        raise BadPack(f"clip pack {folder}: {problem}") from problem
    if not set(clips) - {CHIME}:
        raise BadPack(f"clip pack {folder}: no clips")
    if changed := changed_files(folder, manifest):
        raise BadPack(f"clip pack {folder}: {changed[0]} is not the file that was recorded (SHA-256)")
    return ClipPack(manifest, clips)


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json`.

    Raises:
        OSError, ValueError: it is missing, no JSON, or has a wrong key.

    """
    return msgspec.convert(json.loads((folder / MANIFEST).read_text(encoding="utf-8")), Manifest)


def changed_files(folder: Path, manifest: Manifest) -> list[str]:
    """Return the files whose sum is not the one in the manifest."""
    return [name for name, wanted in manifest.sha256.items() if sha256_of(folder / name) != wanted]


def sha256_of(file: Path) -> str:
    """Return a file's sum in hex; nothing where it cannot be read."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""
