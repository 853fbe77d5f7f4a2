"""Mono 16-bit sound and what an announcement needs of it: read, join, make louder, write. Only the stdlib."""

import io
import math
import wave
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Samples = array[int]
else:  # Python 3.11 cannot write array[int] when it runs
    Samples = array

FULL = 32767


class NoSound(ValueError):
    """A file that is no 16-bit mono WAV; the text says which and why."""


class CannotSay(OSError):
    """A voice is missing or failed; the text says what to do."""


@dataclass(frozen=True)
class Sound:
    """Samples of one channel at a rate in Hz."""

    rate: int
    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    @property
    def rms(self) -> float:
        """Loudness, 0 to 1."""
        if not self.samples:
            return 0.0
        energy = sum(sample * sample for sample in self.samples)
        return math.sqrt(energy / len(self.samples)) / FULL


def read_wav(path: Path) -> Sound:
    """Read a WAV file, stereo is mixed down.

    Raises:
        NoSound: missing, not a WAV, not 16 bits.

    """
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as problem:
        raise NoSound(f"{path}: {problem}") from problem
    if width != 2:
        raise NoSound(f"{path}: {width * 8} bits, 16 are needed")
    samples = array("h", data[: len(data) // (2 * channels) * 2 * channels])
    return Sound(rate, samples if channels == 1 else _mixed(samples, channels))


def _mixed(samples: Samples, channels: int) -> Samples:
    parts = [samples[channel::channels] for channel in range(channels)]
    return array("h", (sum(frame) // channels for frame in zip(*parts, strict=True)))


def silence(seconds: float, rate: int) -> Sound:
    """Return nothing, for a while."""
    return Sound(rate, array("h", bytes(2 * round(seconds * rate))))


def joined(sounds: Iterable[Sound], rate: int) -> Sound:
    """Return all one after the other at one rate."""
    samples = array("h")
    for sound in sounds:
        samples.extend(resampled(sound, rate).samples)
    return Sound(rate, samples)


def resampled(sound: Sound, rate: int) -> Sound:
    """Return it at another rate, by straight lines between samples: good enough for speech and a chime."""
    if sound.rate == rate or not sound.samples:
        return Sound(rate, sound.samples)
    source, step = sound.samples, sound.rate / rate
    last = len(source) - 1
    made = array("h")
    for index in range(int(len(source) / step)):
        place = index * step
        left = int(place)
        right = min(left + 1, last)
        made.append(int(source[left] + (source[right] - source[left]) * (place - left)))
    return Sound(rate, made)


def amplified(sound: Sound, factor: float) -> Sound:
    """Return it louder or softer; what would be too loud is cut at full scale."""
    if factor == 1:
        return sound
    return Sound(sound.rate, array("h", (max(-FULL, min(FULL, int(sample * factor))) for sample in sound.samples)))


def trimmed(sound: Sound, threshold: float = 0.01, keep_s: float = 0.02) -> Sound:
    """Return it without the quiet at both ends."""
    limit, keep = int(threshold * FULL), round(keep_s * sound.rate)
    loud = [index for index, sample in enumerate(sound.samples) if abs(sample) > limit]
    if not loud:
        return Sound(sound.rate, array("h"))
    return Sound(sound.rate, sound.samples[max(0, loud[0] - keep) : loud[-1] + keep + 1])


def wav_bytes(sound: Sound) -> bytes:
    """Return a whole WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sound.rate)
        out.writeframes(sound.samples.tobytes())
    return file.getvalue()
