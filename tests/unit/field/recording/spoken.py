"""Takes that sound like speech to a meter, and a program `arecord` that serves them in order."""

import zlib
from pathlib import Path

import numpy

from field.recording.loudness import Samples

RATE = 22050


def word(
    text: str, peak: float = 0.3, noise: float = 0.0004, lead_s: float = 0.4, tail_s: float = 0.4, length_s: float = 0.4
) -> Samples:
    """Return a voice saying something: harmonics of its own for each text, under an envelope, in a quiet room."""
    chance = numpy.random.default_rng(zlib.crc32(text.encode()))
    time = numpy.arange(round(length_s * RATE)) / RATE
    pitch = chance.uniform(110, 190) * (1 + chance.uniform(-0.15, 0.15) * time / length_s)
    voice = sum(
        chance.uniform(0.1, 1) / order * numpy.sin(2 * numpy.pi * order * pitch * time + chance.uniform(0, 6))
        for order in range(1, 16)
    )
    voice *= numpy.sqrt(numpy.sin(numpy.pi * time / length_s))
    voice *= peak / max(float(numpy.abs(voice).max()), 1e-9)
    whole = numpy.concatenate([numpy.zeros(round(lead_s * RATE)), voice, numpy.zeros(round(tail_s * RATE))])
    return whole + chance.normal(0, noise, len(whole))


def raw(samples: Samples) -> bytes:
    """Return 16-bit samples as a recorder gives them; what is too loud is cut off, as a converter does."""
    return numpy.clip(numpy.round(samples * 32768), -32768, 32767).astype("<i2").tobytes()


def fake_arecord(folder: Path, takes: list[Samples]) -> Path:
    """Make a folder with a program `arecord` that plays one take after the other; return the folder for PATH."""
    folder.mkdir()
    for number, take in enumerate(takes):
        (folder / f"{number}.raw").write_bytes(raw(take))
    (folder / "count").write_text("0")
    program = folder / "arecord"
    program.write_text(
        f"""#!/bin/sh
cd {folder}
echo "$@" >> asked
n=$(cat count)
echo $((n + 1)) > count
[ -e $n.raw ] || {{ echo "arecord: main:831: audio open error: No such file or directory" >&2; exit 1; }}
cat $n.raw
"""
    )
    program.chmod(0o755)
    return folder
