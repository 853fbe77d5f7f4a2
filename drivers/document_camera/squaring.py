"""From a picture and four corners to a page: seen from straight above, cut out, its lines of print level.

Pure. The page is resampled once: perspective, the lines' remaining angle and the turn the user wants are one mapping.
The true shape of the paper follows from the perspective itself (a rectangle's picture tells its sides' ratio when the
middle of the picture is where the lens looks): Zhengyou Zhang and Li-Wei He, "Whiteboard scanning and image
enhancement", Microsoft Research TR-2003-39, equations 11, 12, 20. A shape close to that of a known paper becomes
exactly that, and tells the resolution.
"""

from typing import Any, NamedTuple

import cv2
import numpy
from numpy.typing import NDArray

from drivers.document_camera.finding import Corners, Picture

MM_PER_INCH = 25.4
A4_MM, CARD_MM = (210.0, 297.0), (53.98, 85.60)
"""ISO 216 A4, which A3 and A5 are like in shape: a smaller or larger one is taken for A4. ISO/IEC 7810 ID-1."""
ALIKE = 0.035
"""How far a shape may be off a known one."""
LEAST_TURN, MOST_TURN = 0.25, 4.0
"""Degrees of the print against the paper: less is not seen, more is meant (a stamp, a photo)."""
SURE = 3.0
"""By how much rows must stand out more at that angle than they usually do: six lines of print reach 8, a heading 2."""
PROFILE_SIDE = 480
USUAL_LENS = 1.05
"""Focal length by the picture's longer side: a head of 45 cm that sees an A4 sheet with some room around it."""
LEAST_LEAN = 0.03
"""A paper nearer at one end by less than this tells nothing about the lens."""


class Squared(NamedTuple):
    """A page, and its resolution or 0."""

    picture: Picture
    dpi: int


def squared(picture: Picture, corners: Corners) -> Squared:
    """Return the paper between four corners (`find_page`), as it lies: not turned by quarters."""
    height, width = picture.shape[:2]
    wide, high, dpi = _size(corners, (width, height))
    there = numpy.array([[0, 0], [wide, 0], [wide, high], [0, high]], numpy.float32) - 0.5
    onto = cv2.getPerspectiveTransform(corners.astype(numpy.float32), there)
    angle = leftover_angle(_small(picture, onto, wide, high))
    if angle:
        onto, wide, high = _turned(onto, wide, high, angle)
    page = cv2.warpPerspective(picture, onto, (wide, high), flags=cv2.INTER_LINEAR)
    if angle:
        _clear_around(page, corners, onto, _paper_colour(picture, corners))
    return Squared(page, dpi)


def quarter_turned(picture: Picture, degrees: int) -> Picture:
    """Return a picture turned clockwise by 0, 90, 180 or 270 degrees."""
    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return picture if degrees not in turns else cv2.rotate(picture, turns[degrees])


def leftover_angle(page: Picture) -> float:
    """Return by how many degrees the lines of print rise to the right, or 0 where no print says so clearly."""
    ink = _ink(page)
    if ink.mean() < 0.5:
        return 0.0
    coarse = numpy.arange(-MOST_TURN - 1, MOST_TURN + 1.01, 0.5)
    scores = numpy.array([_rows_stand_out(ink, angle) for angle in coarse])
    best = float(coarse[int(scores.argmax())])
    if abs(best) > MOST_TURN or scores.max() < SURE * float(numpy.median(scores)):
        return 0.0
    fine = numpy.arange(best - 0.5, best + 0.51, 0.1)
    found = float(fine[int(numpy.argmax([_rows_stand_out(ink, angle) for angle in fine]))])
    return found if abs(found) >= LEAST_TURN else 0.0


def shape(corners: Corners, size: tuple[int, int]) -> float:
    """Return the true width of the paper divided by its height, seen through a lens at the picture's middle."""
    middle = numpy.array([size[0] / 2, size[1] / 2])
    top_left, top_right, bottom_right, bottom_left = (numpy.array([*(one - middle), 1.0]) for one in corners)
    k2 = _dot(numpy.cross(top_left, bottom_right), bottom_left) / _dot(
        numpy.cross(top_right, bottom_right), bottom_left
    )
    k3 = _dot(numpy.cross(top_left, bottom_right), top_right) / _dot(numpy.cross(bottom_left, bottom_right), top_right)
    across, down = k2 * top_right - top_left, k3 * bottom_left - top_left
    focal = _focal_squared(across, down, size)
    weight = numpy.array([1 / focal, 1 / focal, 1.0])
    return float(numpy.sqrt((across * across * weight).sum() / (down * down * weight).sum()))


def _focal_squared(across: NDArray[Any], down: NDArray[Any], size: tuple[int, int]) -> float:
    """Return the lens's focal length squared: what the paper tells, where it leans both ways; else a usual one."""
    usual = (USUAL_LENS * max(size)) ** 2
    if min(abs(across[2]), abs(down[2])) < LEAST_LEAN:
        return usual
    found = -(across[0] * down[0] + across[1] * down[1]) / (across[2] * down[2])
    return float(found) if usual / 4 < found < usual * 4 else usual


def _dot(one: NDArray[Any], other: NDArray[Any]) -> float:
    product = float(one @ other)
    return product if abs(product) > 1e-9 else 1e-9


def _size(corners: Corners, size: tuple[int, int]) -> tuple[int, int, int]:
    """Return the page's width and height in pixels, none of the sensor's thrown away, and its resolution or 0."""
    sides = numpy.linalg.norm(numpy.roll(corners, -1, 0) - corners, axis=1)
    wide, high = max(sides[0], sides[2]), max(sides[1], sides[3])
    ratio = min(8.0, max(0.125, shape(corners, size)))
    short_mm, long_mm = _known(ratio)
    if long_mm:
        ratio = long_mm / short_mm if ratio > 1 else short_mm / long_mm
    wide, high = max(wide, high * ratio), max(high, wide / ratio)
    dpi = round(max(wide, high) / long_mm * MM_PER_INCH) if long_mm else 0
    return max(8, round(wide)), max(8, round(high)), dpi


def _known(ratio: float) -> tuple[float, float]:
    """Return short and long side in mm of the known paper that has this shape, or zeros."""
    longer = max(ratio, 1 / ratio)
    for short_mm, long_mm in (A4_MM, CARD_MM):
        if abs(longer / (long_mm / short_mm) - 1) < ALIKE:
            return short_mm, long_mm
    return 0.0, 0.0


def _small(picture: Picture, onto: Any, wide: int, high: int) -> Picture:
    """Return a small squared page, for looking at its print."""
    scale = min(1.0, PROFILE_SIDE / max(wide, high))
    shrink = numpy.diag([scale, scale, 1.0])
    coarse = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    return cv2.warpPerspective(coarse, shrink @ onto @ numpy.diag([2.0, 2.0, 1.0]), size, flags=cv2.INTER_AREA)


def _ink(page: Picture) -> Picture:
    """Return how much darker than the paper around it each place is, without the page's rim."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    ink = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, numpy.ones((15, 15), numpy.uint8))
    height, width = ink.shape
    rim_y, rim_x = height // 25, width // 25
    return ink[rim_y : height - rim_y or None, rim_x : width - rim_x or None].astype(numpy.float32)


def _rows_stand_out(ink: Picture, angle: float) -> float:
    """Return how sharply rows (or columns, for print that lies sideways) alternate when turned back by an angle."""
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    turned = cv2.warpAffine(ink, turn, (width, height), flags=cv2.INTER_LINEAR)
    return max(float((numpy.diff(turned.mean(axis)) ** 2).sum()) for axis in (0, 1))


def _turned(onto: Any, wide: int, high: int, angle: float) -> tuple[Any, int, int]:
    """Return the mapping with the print level, in a frame so large that no corner of the paper is lost."""
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), -angle, 1.0)
    slope = abs(numpy.sin(numpy.radians(angle)))
    new_wide, new_high = round(wide + high * slope), round(high + wide * slope)
    turn[:, 2] += (new_wide - wide) / 2, (new_high - high) / 2
    return numpy.vstack([turn, [0, 0, 1]]) @ onto, new_wide, new_high


def _clear_around(page: Picture, corners: Corners, onto: Any, paper: tuple[int, ...]) -> None:
    """Give the slivers of table beside a turned paper the paper's colour."""
    edge = cv2.perspectiveTransform(corners[None].astype(numpy.float32), onto)[0]
    around = numpy.full(page.shape[:2], 255, numpy.uint8)
    cv2.fillConvexPoly(around, numpy.rint(edge).astype(numpy.int32), 0)
    page[around > 0] = paper


def _paper_colour(picture: Picture, corners: Corners) -> tuple[int, ...]:
    """Return the colour in the middle half of the paper, letters left out: the brighter end of what is there."""
    middle = corners.mean(0)
    low = numpy.maximum(0, (middle + (corners.min(0) - middle) / 2)).astype(int)
    high = (middle + (corners.max(0) - middle) / 2).astype(int)
    part = picture[low[1] : high[1] : 8, low[0] : high[0] : 8].reshape(-1, 3)
    return tuple(int(one) for one in numpy.percentile(part, 75, axis=0)) if len(part) else (255, 255, 255)
