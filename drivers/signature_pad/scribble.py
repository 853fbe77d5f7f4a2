"""An invented signature: three things that look written, and are nobody's name. Pure."""

from math import cos, sin, tau
from random import Random

from hall.domain.signature import Point

SAMPLE_MS = 5
"""Between two samples; common pads send 133 to 200 a second."""
BETWEEN_MS = 120
"""The pen is in the air."""
SAMPLES = 60
CHARACTERS = 3
Strokes = tuple[tuple[Point, ...], ...]


def scribble(seed: int, strokes: int, aspect: float) -> Strokes:
    """Return strokes that fill the middle of a field; the same seed draws the same."""
    chance = Random(seed)  # noqa: S311 - a drawing, repeatable on purpose
    drawn = []
    at_ms = 0
    for number in range(strokes):
        cell = number * CHARACTERS // strokes
        drawn.append(_stroke(chance, 0.12 + 0.28 * cell, aspect, at_ms))
        at_ms = drawn[-1][-1].at_ms + BETWEEN_MS
    return tuple(drawn)


def _stroke(chance: Random, left: float, aspect: float, began_ms: int) -> tuple[Point, ...]:
    """Return one swing: a bent line that thins out."""
    x, y = left + chance.random() * 0.1, aspect * (0.25 + chance.random() * 0.35)
    turn, bend = chance.random() * tau, (chance.random() - 0.5) * 6
    length = 0.1 + chance.random() * 0.12
    points = []
    for step in range(SAMPLES):
        share = step / (SAMPLES - 1)
        angle = turn + bend * share
        x, y = x + cos(angle) * length / SAMPLES, y + sin(angle) * length / SAMPLES
        weight = round(0.3 + 0.6 * sin(share * tau / 2), 3)
        inside = round(min(0.98, max(0.02, x)), 5), round(min(aspect * 0.98, max(aspect * 0.02, y)), 5)
        points.append(Point(*inside, weight, began_ms + step * SAMPLE_MS))
    return tuple(points)
