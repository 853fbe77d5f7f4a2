"""Where the paper lies in a picture: straight edges, put together to quadrilaterals, judged by what is on both sides.

Pure: a picture in, four corners out, the same on every machine; one core and no GPU. How:

1. Look at the picture at 800 pixels, lit evenly by a gain, without letters (a closing takes thin dark strokes off
   light paper, and leaves the paper's edge where it is).
2. Collect straight pieces of edges, join those of one line, and keep the longest lines of the two directions that
   fit each other best.
3. Two lines of one and two of the other direction are a quadrilateral. A side counts where the colours just inside
   and just outside differ, in the same way all along it: a line of print has paper on both sides and is no edge, and
   a paper that leaves the picture has no fourth side. All four are lighter than what is around, or all darker. Of
   those whose four sides count, the largest is the paper.
4. Each side is laid through the steepest places near it.

What it cannot know: a dark frame printed to the very edge, another sheet half under the first of the same colour, and
a mat whose own four edges are in the picture (the hint `mat` helps: what is around a paper is then dark, or light).
"""

from typing import Any, NamedTuple

import cv2
import numpy
from numpy.typing import NDArray

Picture = NDArray[Any]
Corners = NDArray[Any]
"""Top left, top right, bottom right, bottom left: (x, y) in pixels."""
Lines = NDArray[Any]
"""One row each: unit normal x, y, distance from the origin, length that speaks for it."""

LONG_SIDE = 800
LETTERS = 11
"""Strokes and gaps narrower than this (pixels of 800) are taken for print."""
SHORTEST = 24.0
WEAKEST_EDGES = (2.0, 0.6)
PIECES, LINES_EACH_WAY = 400, 12
OTHER_WAY_DEGREES = 32.0
"""How far a line may be off its direction: perspective, not another thing."""
SMALLEST_SHARE = 0.012
"""Of the picture. An ID card under an A3 head is 0.03."""
SAMPLES = 40
END = 13
"""Samples near a corner: both ends of a side must show the step too."""
NEAR, FAR = 2.5, 5.0
"""Pixels from an edge at which both sides are looked at."""
LEAST_STEP = 4.0
"""Difference of colours, in steps of the sensor's 255, that is an edge at all."""
LEAST_SIDE, LEAST_ALL = 0.66, 0.8
"""Share of a side's samples that must show the step; of the worst side, and of all four together."""
LEAST_END = 0.4
WHITE = 225.0
STRONGEST_GAIN = 8.0
DARKEST_LIGHT, LIGHTEST_DARK = 130.0, 80.0
"""Brightness, after the gain, of what lies around a paper on a dark mat at most, on a light one at least."""


class _Look(NamedTuple):
    """The picture as it is looked at."""

    plain: Picture
    """Floating-point colours, slightly smoothed, without letters."""
    grey: Picture
    scale: float
    least: float
    """The smallest difference of colours that is an edge, after the gain."""


def find_page(picture: Picture, mat: str = "") -> Corners | None:
    """Return the paper's corners in pixels of a BGR picture, or None where no paper with four edges is seen.

    `mat` is what lies under the paper: ``dark``, ``light``, or empty where nobody knows.
    """
    look = _look(picture)
    best = _best(_candidates(look.grey), look, mat)
    if best is None:
        return None
    refined = _refined(best, look)
    return upright(refined * (1 / look.scale) + (0.5 / look.scale - 0.5))


def upright(corners: Corners) -> Corners:
    """Return corners clockwise as seen, beginning with the one at the top left; the paper stays as laid."""
    middle = corners.mean(0)
    around = numpy.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[numpy.argsort(around)]
    sides = numpy.roll(ordered, -1, 0) - ordered
    # The top side is the one that runs most nearly from left to right.
    runs = sides[:, 0] / numpy.maximum(numpy.hypot(sides[:, 0], sides[:, 1]), 1e-9)
    turned: Corners = numpy.roll(ordered, -int(numpy.argmax(runs)), 0)
    return turned


def brightness(picture: Picture) -> float:
    """Return how bright the brightest hundredth of a picture is, 0 to 255."""
    small = cv2.resize(picture, (160, 120), interpolation=cv2.INTER_AREA)
    return float(numpy.percentile(small, 99))


def _look(picture: Picture) -> _Look:
    height, width = picture.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    gain = min(STRONGEST_GAIN, max(1.0, WHITE / max(1.0, float(numpy.percentile(small[::4, ::4], 98)))))
    small = cv2.convertScaleAbs(small, alpha=gain)
    small = cv2.GaussianBlur(small, (0, 0), 1.0)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, numpy.ones((LETTERS, LETTERS), numpy.uint8))
    grey = cv2.cvtColor(closed, cv2.COLOR_BGR2GRAY)
    noise = float(numpy.median(numpy.abs(cv2.Laplacian(closed, cv2.CV_32F)))) / 2
    return _Look(closed.astype(numpy.float32), grey, scale, max(LEAST_STEP * gain, 3.0 * noise))


def _candidates(grey: Picture) -> Any:
    """Return quadrilaterals (n, 4, 2): of the strong edges, and of the weak ones, which crowd the strong ones out."""
    found = [numpy.empty((0, 4, 2))]
    for weakest in WEAKEST_EDGES:
        ways = _two_ways(_lines(grey, weakest))
        if ways is not None:
            found.append(_quads(*ways, grey.shape))
    return numpy.concatenate(found)


def _lines(grey: Picture, weakest: float) -> Lines:
    """Return lines, the best proven first; an edge is as steep as `weakest` (in the detector's measure)."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE, quant=weakest).detect(grey)[0]
    if found is None:
        return numpy.empty((0, 4))
    pieces = found.reshape(-1, 4).astype(float)
    lengths = numpy.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    order = numpy.argsort(-lengths)[:PIECES]
    pieces, lengths = pieces[order][lengths[order] >= SHORTEST], lengths[order][lengths[order] >= SHORTEST]
    return _joined(pieces, lengths)


def _joined(pieces: Any, lengths: Any) -> Lines:
    """Return one line for all pieces that lie on it; the longest piece says where it is."""
    normals = numpy.stack([pieces[:, 3] - pieces[:, 1], pieces[:, 0] - pieces[:, 2]], 1) / lengths[:, None]
    free = numpy.ones(len(pieces), bool)
    lines = []
    for place in range(len(pieces)):
        if not free[place]:
            continue
        normal = normals[place]
        distance = normal @ pieces[place, :2]
        off = numpy.maximum(numpy.abs(pieces[:, :2] @ normal - distance), numpy.abs(pieces[:, 2:] @ normal - distance))
        same = free & (off < 4.0)
        lines.append((*normal, distance, lengths[same].sum()))
        free &= ~same
    if not lines:
        return numpy.empty((0, 4))
    kept = numpy.array(lines)
    joined: Lines = kept[numpy.argsort(-kept[:, 3])]
    return joined


def _two_ways(lines: Lines) -> tuple[Lines, Lines] | None:
    """Return the longest lines of the paper's two directions."""
    if len(lines) < 4:
        return None
    angles = numpy.degrees(numpy.arctan2(lines[:, 1], lines[:, 0])) % 180
    main = _main_way(angles, lines[:, 3])
    off = (angles - main + 90) % 180 - 90
    one, other = lines[numpy.abs(off) < OTHER_WAY_DEGREES], lines[numpy.abs(off) > 90 - OTHER_WAY_DEGREES]
    if len(one) < 2 or len(other) < 2:
        return None
    return one[:LINES_EACH_WAY], other[:LINES_EACH_WAY]


def _main_way(angles: Any, lengths: Any) -> float:
    """Return the direction, of 0 to 90 degrees, to which most length is parallel or square."""
    votes = numpy.bincount((angles % 90).astype(int) % 90, weights=lengths, minlength=90)
    spread = numpy.convolve(numpy.concatenate([votes[-8:], votes, votes[:8]]), numpy.hanning(17), "valid")
    return float(numpy.argmax(spread)) + 0.5


def _quads(one: Lines, other: Lines, shape: tuple[int, ...]) -> Any:
    """Return all quadrilaterals of two lines each way that could be a paper: (n, 4, 2), in order around."""
    first, second = numpy.triu_indices(len(one), 1)
    third, fourth = numpy.triu_indices(len(other), 1)
    both = numpy.repeat(numpy.arange(len(first)), len(third)), numpy.tile(numpy.arange(len(third)), len(first))
    a, b = one[first[both[0]]], one[second[both[0]]]
    c, d = other[third[both[1]]], other[fourth[both[1]]]
    quads = numpy.stack([_meet(a, c), _meet(c, b), _meet(b, d), _meet(d, a)], 1)
    return quads[_plausible(quads, shape)]


def _meet(one: Lines, other: Lines) -> Any:
    across = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    across = numpy.where(numpy.abs(across) < 1e-6, 1e-6, across)
    x = (one[:, 2] * other[:, 1] - other[:, 2] * one[:, 1]) / across
    y = (one[:, 0] * other[:, 2] - other[:, 0] * one[:, 2]) / across
    return numpy.stack([x, y], 1)


def _plausible(quads: Any, shape: tuple[int, ...]) -> Any:
    """Tell which lie in the picture, are large enough, convex, and not too much out of square."""
    height, width = shape[:2]
    inside = ((quads > -1.5) & (quads < numpy.array([width, height]) + 0.5)).all((1, 2))
    sides = numpy.roll(quads, -1, 1) - quads
    after = numpy.roll(sides, -1, 1)
    crosses = sides[:, :, 0] * after[:, :, 1] - sides[:, :, 1] * after[:, :, 0]
    lengths = numpy.maximum(numpy.hypot(sides[:, :, 0], sides[:, :, 1]), 1e-6)
    sines = crosses / (lengths * numpy.roll(lengths, -1, 1))
    square = (sines > 0.75).all(1) | (sines < -0.75).all(1)
    opposite = lengths[:, [0, 1]] / lengths[:, [2, 3]]
    even = ((opposite > 0.55) & (opposite < 1.8)).all(1)
    return inside & square & even & (_areas(quads) > SMALLEST_SHARE * width * height)


def _areas(quads: Any) -> Any:
    after = numpy.roll(quads, -1, 1)
    return numpy.abs((quads[:, :, 0] * after[:, :, 1] - quads[:, :, 1] * after[:, :, 0]).sum(1)) / 2


def _best(quads: Any, look: _Look, mat: str) -> Corners | None:
    """Return the quadrilateral that is a paper, or None."""
    if not len(quads):
        return None
    steps, outside, there = _steps(quads, look.plain)
    mean = steps.mean(2)
    size = numpy.maximum(numpy.linalg.norm(mean, axis=2), 1e-6)
    along = (steps * (mean / size[:, :, None])[:, :, None, :]).sum(3)
    shown = (along > look.least) & there
    share = shown.mean(2)
    ends = numpy.minimum(shown[:, :, :END].mean(2), shown[:, :, -END:].mean(2))
    counts = (share.min(1) >= LEAST_SIDE) & (share.mean(1) >= LEAST_ALL) & (ends.min(1) >= LEAST_END)
    lighter = mean.sum(2) > 0
    counts &= lighter.all(1) | ~lighter.any(1)
    if mat:
        around = outside.mean((2, 3))
        counts &= (around < DARKEST_LIGHT).all(1) if mat == "dark" else (around > LIGHTEST_DARK).all(1)
    if not counts.any():
        return None
    # A stripe of the desk beside the paper is a side too, but a far weaker one than the other three.
    even = numpy.sqrt(numpy.minimum(1.0, size.min(1) / numpy.median(size, axis=1)))
    worth = numpy.where(counts, _areas(quads) * share.mean(1) ** 3 * share.min(1) * even, 0.0)
    best: Corners = quads[int(numpy.argmax(worth))]
    return best


def _places(quads: Any, shares: Any) -> tuple[Any, Any]:
    """Return points along the sides (n, 4, samples, 2), and the sides' normals to the outside (n, 4, 1, 2)."""
    sides = numpy.roll(quads, -1, 1) - quads
    points = quads[:, :, None, :] + sides[:, :, None, :] * shares[None, None, :, None]
    normals = numpy.stack([sides[:, :, 1], -sides[:, :, 0]], 2)
    normals /= numpy.maximum(numpy.linalg.norm(normals, axis=2, keepdims=True), 1e-6)
    outward = ((quads.mean(1)[:, None, :] - quads) * normals).sum(2) < 0
    normals = numpy.where(outward[:, :, None], normals, -normals)
    return points, normals[:, :, None, :]


def _steps(quads: Any, plain: Picture) -> tuple[Any, Any, Any]:
    """Return for each sample (n, 4, samples) inside minus outside colour, outside colour, and whether it is there."""
    points, normals = _places(quads, numpy.linspace(0.05, 0.95, SAMPLES))
    inside = sum(_colours(plain, points - normals * depth)[0] for depth in (NEAR, FAR)) / 2
    near, near_there = _colours(plain, points + normals * NEAR)
    far, _ = _colours(plain, points + normals * FAR)
    outside = (near + far) / 2
    return inside - outside, outside, near_there


def _colours(plain: Picture, points: Any) -> tuple[Any, Any]:
    height, width = plain.shape[:2]
    whole = numpy.rint(points).astype(numpy.int32)
    x, y = whole[..., 0], whole[..., 1]
    there = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    return plain[numpy.clip(y, 0, height - 1), numpy.clip(x, 0, width - 1)], there


REACH, FINE = 6.0, 0.5


def _refined(quad: Corners, look: _Look) -> Corners:
    """Return the quadrilateral with each side laid through the steepest places near it."""
    points, normals = _places(quad[None], numpy.linspace(0.06, 0.94, 60))
    depths = numpy.arange(-REACH, REACH + FINE, FINE)
    spots = points[0][:, :, None, :] + normals[0][:, :, None, :] * depths[None, None, :, None]
    sides = [_fitted(spots[side], depths, normals[0, side, 0], look.plain) for side in range(4)]
    lines = numpy.array([side if side is not None else _through(quad, place) for place, side in enumerate(sides)])
    corners: Corners = _meet(numpy.roll(lines, 1, 0), lines)
    moved = numpy.abs(corners - quad).max()
    return corners if moved < 3 * REACH else quad


def _through(quad: Corners, side: int) -> tuple[float, float, float, float]:
    (x, y), (x2, y2) = quad[side], quad[(side + 1) % 4]
    length = max(float(numpy.hypot(x2 - x, y2 - y)), 1e-6)
    normal = (y2 - y) / length, (x - x2) / length
    return normal[0], normal[1], normal[0] * x + normal[1] * y, length


def _fitted(spots: Any, depths: Any, normal: Any, plain: Picture) -> tuple[float, float, float, float] | None:
    """Return the line through the steepest places of one side, or None where they lie on none."""
    grid = spots.astype(numpy.float32)
    colours = cv2.remap(plain, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    steep = numpy.diff(colours, axis=1)
    way = steep[:, 6:-6].mean((0, 1)) if steep.shape[1] > 12 else steep.mean((0, 1))
    way = way / max(float(numpy.linalg.norm(way)), 1e-6)
    slope = cv2.blur((steep @ way).astype(numpy.float32), (3, 1))
    peak = slope.argmax(1)
    good = slope.max(1) > 0.3 * max(float(numpy.median(slope.max(1))), 1e-6)
    if good.sum() < 12:
        return None
    rows = numpy.arange(len(peak))
    at = depths[numpy.minimum(peak, len(depths) - 2)] + FINE / 2
    points = (spots[rows, depths.searchsorted(0.0)] + at[:, None] * normal)[good].astype(numpy.float32)
    x_way, y_way, x, y = cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    return y_way, -x_way, y_way * x - x_way * y, float(good.sum())
