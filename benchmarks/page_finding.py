"""`./run bench page_finding`: papers drawn under a document camera; how many are found, how exactly, how fast.

    python -m benchmarks.page_finding [--each N] [--seed S]

Pictures of 8 megapixels (3264x2448) with known corners, one core, no GPU. Every picture has a bent lens (up to 2 % at
the corners), wood or weave under the paper, clutter, uneven light, some a shadow; each row adds its own trouble.

* found: every corner within 1 % of the picture's diagonal of where it is
* wrong: said to be found, but a corner is further off
* left whole: no paper was seen and the picture would be kept whole. For papers that leave the picture that is right
* off: the worst corner of those found, in shares of the diagonal
* find, page: milliseconds from the decoded picture to the corners, and to the finished JPEG of the page
* size: median of the page's JPEG at quality 85, colour at full resolution
"""

import argparse
import time
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import cv2
import msgspec
import numpy

from benchmarks.table import machine, percentile, show
from drivers.document_camera.finding import find_page, upright
from drivers.document_camera.papers import LIGHT_DESK, Scene, corners_of, draw
from drivers.document_camera.taking import page_of

SIZE = (3264, 2448)
NEAR = 0.01
NEARLY_WHITE = (224, 232, 236)
TRIES = 200


class Seen(NamedTuple):
    """One picture: how far the worst corner is off (share of the diagonal, None where none was found), times, size."""

    off: float | None
    find_s: float
    page_s: float
    size: int


def usual(random: Random) -> dict[str, Any]:
    """Return what is the matter with every picture."""
    return {
        "angle": random.uniform(-4, 4),
        "tilt": random.uniform(-6, 6),
        "across": random.uniform(-4, 4),
        "lines": random.choice((0, 6, 28)),
        "slope": random.uniform(0, 0.35),
        "shadow": random.choice((0.0, 0.0, 0.45)),
        "noise": random.uniform(1, 4),
        "bend": random.uniform(-0.015, 0.02),
        "wood": random.uniform(0, 5),
        "clutter": random.randrange(6),
        "seed": random.randrange(1_000_000),
    }


def dark_mat(_random: Random) -> dict[str, Any]:
    """A4 on the mat that came with the camera."""
    return {}


def tilted(random: Random) -> dict[str, Any]:
    """A5 thrown down anyhow, one end raised."""
    far = {"angle": random.uniform(-45, 45), "tilt": random.uniform(-20, 20), "across": random.uniform(-14, 14)}
    return {"sheet": "a5", "shift": (random.uniform(-0.1, 0.1), random.uniform(-0.05, 0.05)), **far}


def card(random: Random) -> dict[str, Any]:
    """An ID card anywhere."""
    shift = random.uniform(-0.25, 0.25), random.uniform(-0.2, 0.2)
    return {"sheet": "card", "angle": random.uniform(-45, 45), "shift": shift}


def low_light(random: Random) -> dict[str, Any]:
    """A dim corner."""
    return {"light": random.uniform(0.08, 0.25), "noise": random.uniform(3, 7)}


def light_desk(_random: Random) -> dict[str, Any]:
    """White paper on a light desk."""
    return {"mat": LIGHT_DESK, "wood": 1.5}


def nearly_white(_random: Random) -> dict[str, Any]:
    """White paper on a nearly white desk: 14 steps of 255 apart, and stripes of the wood."""
    return {"mat": NEARLY_WHITE, "wood": 1.5}


def leaving(random: Random) -> dict[str, Any]:
    """A4 of which a side is outside."""
    return {"shift": (random.choice((-1, 1)) * random.uniform(0.33, 0.45), random.uniform(-0.1, 0.1))}


ROWS: dict[str, tuple[Callable[[Random], dict[str, Any]], bool]] = {
    "A4, dark mat": (dark_mat, True),
    "A5, turned up to 45 degrees, tilted up to 20": (tilted, True),
    "ID card": (card, True),
    "A4, light 8 % to 25 %": (low_light, True),
    "A4, light desk": (light_desk, True),
    "A4, nearly white desk": (nearly_white, True),
    "A4 that leaves the picture": (leaving, False),
}
"""What is laid, and whether all of it is in the picture."""


def scene_of(trouble: Callable[[Random], dict[str, Any]], random: Random, inside: bool) -> Scene:
    """Return a scene whose paper is wholly in the picture, or not, as wanted."""
    for _ in range(TRIES):
        scene = Scene(*SIZE, **{**usual(random), **trouble(random)})
        corners = corners_of(msgspec.structs.replace(scene, bend=0.0)) / SIZE
        if not inside or (corners.min() > 0.01 and corners.max() < 0.99):
            return scene
    raise ValueError(f"{trouble.__name__}: no paper of {TRIES} lay in the picture")


def look(scene: Scene) -> Seen:
    """Find the paper of one scene."""
    picture, corners = draw(scene)
    began = time.perf_counter()
    found = find_page(picture)
    find_s = time.perf_counter() - began
    made = page_of(picture, 85, 0, "")
    page_s = time.perf_counter() - began - find_s
    off = None if found is None else float(numpy.hypot(*(found - upright(corners)).T).max() / numpy.hypot(*SIZE))
    return Seen(off, find_s, page_s, len(made.jpeg))


def row_of(name: str, seen: list[Seen], inside: bool) -> list[object]:
    """Return one line of the table."""
    near = [one.off for one in seen if one.off is not None and one.off <= NEAR]
    wrong = sum(one.off is not None and (one.off > NEAR or not inside) for one in seen)
    whole = sum(one.off is None for one in seen)
    times = [percentile([getattr(one, part) for one in seen], 0.5) * 1000 for part in ("find_s", "page_s")]
    return [
        name,
        len(seen),
        f"{len(near) / len(seen):.1%}" if inside else "-",
        f"{wrong / len(seen):.1%}",
        f"{whole / len(seen):.1%}",
        f"{max(near):.2%}" if near and inside else "-",
        *(f"{part:.0f}" for part in times),
        f"{percentile([one.size for one in seen], 0.5) / 1000:.0f} kB",
    ]


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--each", type=int, default=60, help="pictures a row")
    parser.add_argument("--seed", type=int, default=20261121)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    print(machine())
    rows = []
    for name, (trouble, inside) in ROWS.items():
        random = Random(f"{given.seed} {name}")
        rows.append(row_of(name, [look(scene_of(trouble, random, inside)) for _ in range(given.each)], inside))
    show(["paper", "pictures", "found", "wrong", "left whole", "off", "find ms", "page ms", "size"], rows)


if __name__ == "__main__":
    main()
