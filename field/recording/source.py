"""Where takes come from: `arecord` at a microphone (``default``, ``hw:1``, ``sound:hw:1``), or a folder of WAV files.

A folder (``sound-file:/folder``) holds one file for each prompt under the prompt's own file name: what a studio has
recorded comes in the same way as a voice at the microphone, and is measured and mended alike.
"""

import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy

from drivers.voice.sound import NoSound, read_wav
from field.recording.loudness import Samples

RATE = 22050
BLOCK_S = 0.05
SPARE_S = 3.0
"""How much later than asked for a recorder may end."""
FULL = 32768.0


class Take(NamedTuple):
    """One recording."""

    samples: Samples
    rate: int


class NotRecorded(NamedTuple):
    """There is no take; the text says why and what to do."""

    reason: str


Heard = Callable[[Samples], None]
"""Is given each block as it comes, for the meter."""


class Source(Protocol):
    """Something that records."""

    live: bool
    """Whether a person speaks now, so that counting down makes sense."""

    def take(self, file: str, seconds: float, heard: Heard) -> Take | NotRecorded:
        """Record for some seconds; blocks."""


def open_source(address: str) -> Source:
    """Return what the address names."""
    scheme, _, rest = address.partition(":")
    if scheme == "sound-file":
        return FolderSource(Path(rest))
    return Microphone(rest if scheme == "sound" else address)


class FolderSource:
    """WAV files that exist already."""

    live = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, file: str, seconds: float, heard: Heard) -> Take | NotRecorded:
        """Read the prompt's file."""
        del seconds
        try:
            sound = read_wav(self._folder / file)
        except NoSound as problem:
            return NotRecorded(str(problem))
        samples = numpy.array(sound.samples, dtype=numpy.float64) / FULL
        heard(samples)
        return Take(samples, sound.rate)


class Microphone:
    """An ALSA device, recorded by one `arecord` process for each take."""

    live = True

    def __init__(self, device: str, rate: int = RATE) -> None:
        self._device, self._rate = device, rate

    def take(self, file: str, seconds: float, heard: Heard) -> Take | NotRecorded:
        """Run arecord for some seconds."""
        del file
        if shutil.which("arecord") is None:
            return NotRecorded("arecord is not installed; apt-get install alsa-utils")
        command = ["arecord", "-q", "-D", self._device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(self._rate)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            data = self._read(process, seconds, heard)
        finally:
            process.kill()
            _, said = process.communicate()
        if not data:
            return NotRecorded(f"arecord: {_last_line(said)}; `arecord -l` lists microphones")
        return Take(_samples(data), self._rate)

    def _read(self, process: "subprocess.Popen[bytes]", seconds: float, heard: Heard) -> bytes:
        assert process.stdout is not None
        wanted, block = round(seconds * self._rate) * 2, round(BLOCK_S * self._rate) * 2
        data, deadline = b"", time.monotonic() + seconds + SPARE_S
        while len(data) < wanted and (left_s := deadline - time.monotonic()) > 0:
            if not select.select([process.stdout], [], [], left_s)[0]:
                break
            piece = os.read(process.stdout.fileno(), min(block, wanted - len(data)))
            if not piece:
                break
            data += piece
            heard(_samples(piece))
        return data


def _samples(data: bytes) -> Samples:
    return numpy.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(numpy.float64) / FULL


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it ended without a word"
