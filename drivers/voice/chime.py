"""The chime before an announcement: two struck notes, computed, so that it is ours and small.

``python -m drivers.voice.chime FILE`` writes it again; `assets/sounds/chime.wav` is its output.
"""

import math
import sys
from array import array
from pathlib import Path

from drivers.voice.sound import FULL, Sound, wav_bytes

RATE = 22050
NOTES = ((659.26, 0.0, 0.9), (523.25, 0.42, 1.0))
"""(hertz, start and length in seconds): e2 and c2, a falling third."""
OVERTONES = ((1.0, 1.0, 5.0), (2.0, 0.35, 8.0), (3.01, 0.12, 12.0))
"""(multiple, loudness, decay a second): a bar that was struck loses its high notes first."""
LOUDNESS = 0.32
SOFT_START_S = 0.004


def chime() -> Sound:
    """Return the two notes."""
    length = max(start + seconds for _, start, seconds in NOTES)
    mixed = [0.0] * round(length * RATE)
    for hertz, start, seconds in NOTES:
        first = round(start * RATE)
        for index in range(round(seconds * RATE)):
            if first + index < len(mixed):
                mixed[first + index] += _struck(hertz, index / RATE, seconds)
    return Sound(RATE, array("h", (round(FULL * LOUDNESS * value / 1.5) for value in mixed)))


def _struck(hertz: float, at: float, seconds: float) -> float:
    value = sum(
        loud * math.exp(-decay * at) * math.sin(2 * math.pi * hertz * multiple * at)
        for multiple, loud, decay in OVERTONES
    )
    return value * min(1.0, at / SOFT_START_S) * min(1.0, (seconds - at) / 0.05)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(wav_bytes(chime()))
