"""A pack in the making: what is recorded, what comes next, and the manifest at the end.

Every kept take is a file of the pack at once and a line in `recording.json`; a session that ends early, by a person
or by the power, goes on at the first prompt that has none. `manifest.json` is written when nothing needed is missing.
"""

from array import array
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy

from drivers.voice.clip_pack import MANIFEST, Manifest, sha256_of
from drivers.voice.prompts import Prompt
from drivers.voice.sound import Sound, wav_bytes
from field.recording import loudness
from field.recording.source import Take

if TYPE_CHECKING:
    Integers = array[int]
else:  # Python 3.11 cannot write array[int] when it runs
    Integers = array

STATE = "recording.json"


class Kept(msgspec.Struct, frozen=True):
    """One recorded prompt."""

    sha256: str
    rate: int
    seconds: float
    level_db: float


class Identity(msgspec.Struct, frozen=True):
    """Whose voice it is."""

    name: str
    speaker: str
    licence: str
    lang: str
    names: tuple[str, ...] = ()
    """Counters of the hall that are no numbers."""


class _State(msgspec.Struct):
    identity: Identity
    kept: dict[str, Kept] = {}
    skipped: list[str] = []


class NotThisPack(ValueError):
    """The folder holds something else; the text says what."""


class Session:
    """One folder's recording. Every change is on the disk when the call returns."""

    def __init__(self, folder: Path, identity: Identity, prompts: tuple[Prompt, ...]) -> None:
        self.folder, self.prompts = folder, prompts
        self._state = _state_of(folder, identity)
        self.identity = self._state.identity
        folder.mkdir(parents=True, exist_ok=True)

    def kept(self, prompt: Prompt) -> Kept | None:
        """Return what is recorded of a prompt; a file that is gone or changed does not count."""
        found = self._state.kept.get(prompt.file)
        return found if found and sha256_of(self.folder / prompt.file) == found.sha256 else None

    def open_prompts(self) -> list[int]:
        """Return the numbers of the prompts that are neither recorded nor skipped, in order."""
        return [
            number
            for number, prompt in enumerate(self.prompts)
            if self.kept(prompt) is None and prompt.file not in self._state.skipped
        ]

    def keep(self, prompt: Prompt, take: Take) -> Kept:
        """Trim a take, bring it to the pack's loudness, and make it the prompt's file."""
        word = finished(take)
        sound = Sound(take.rate, _whole_numbers(word))
        _write_whole(self.folder / prompt.file, wav_bytes(sound))
        kept = Kept(
            sha256_of(self.folder / prompt.file),
            take.rate,
            round(sound.seconds, 3),
            round(loudness.speech_db(word, take.rate), 1),
        )
        self._state.kept[prompt.file] = kept
        self._unskip(prompt)
        self._save()
        return kept

    def skip(self, prompt: Prompt) -> None:
        """Leave a prompt out for now."""
        if prompt.file not in self._state.skipped:
            self._state.skipped.append(prompt.file)
            self._save()

    def _unskip(self, prompt: Prompt) -> None:
        if prompt.file in self._state.skipped:
            self._state.skipped.remove(prompt.file)

    def missing(self) -> list[Prompt]:
        """Return the needed prompts that are not recorded."""
        return [prompt for prompt in self.prompts if prompt.needed and self.kept(prompt) is None]

    def write_manifest(self) -> Path | None:
        """Write the pack's manifest, or nothing while something needed is missing."""
        if self.missing():
            return None
        done = [(prompt, kept) for prompt in self.prompts if (kept := self.kept(prompt)) is not None]
        manifest = Manifest(
            self.identity.name,
            self.identity.speaker,
            self.identity.licence,
            self.identity.lang,
            {word: prompt.file for prompt, _ in done for word in prompt.words},
            done[0][1].rate,
            {prompt.file: kept.sha256 for prompt, kept in done},
        )
        path = self.folder / MANIFEST
        _write_whole(path, _json(manifest))
        return path

    def _save(self) -> None:
        _write_whole(self.folder / STATE, _json(self._state))


def finished(take: Take) -> loudness.Samples:
    """Return a take as it goes into a pack: trimmed and at the pack's loudness."""
    return loudness.normalised(loudness.trimmed(take.samples, take.rate), take.rate)


def identity_of(folder: Path) -> Identity | None:
    """Return whose voice a folder holds, where one was begun there.

    Raises:
        NotThisPack: what stands there cannot be read.

    """
    state = _read(folder)
    return state.identity if state is not None else None


def _read(folder: Path) -> _State | None:
    path = folder / STATE
    try:
        return msgspec.json.decode(path.read_bytes(), type=_State)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as problem:
        raise NotThisPack(f"{path}: {problem}; take another folder") from problem


def _state_of(folder: Path, identity: Identity) -> _State:
    state = _read(folder)
    if state is None:
        return _State(identity)
    if state.identity.lang != identity.lang:
        raise NotThisPack(
            f"{folder} holds a pack in {state.identity.lang!r}; take another folder for {identity.lang!r}"
        )
    state.identity = identity
    return state


def _whole_numbers(samples: loudness.Samples) -> Integers:
    return array("h", numpy.clip(numpy.round(samples * 32767), -32767, 32767).astype("<i2").tobytes())


def _write_whole(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _json(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
