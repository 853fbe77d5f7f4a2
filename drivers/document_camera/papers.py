"""Drawn papers under a drawn document camera, with known corners: for the simulator, the tests and the benchmark.

A scene is seen from above: a mat or desk, maybe clutter on it, a paper turned and tilted, uneven light, a shadow, the
sensor's noise. Everything follows from the scene's numbers, so the same scene is the same picture on every machine.
Nothing here is written on any real paper: the lines of "text" are strokes without meaning. OpenCV is imported when the
first picture is drawn.
"""

from functools import cache
from typing import Any

import msgspec
from numpy.typing import NDArray

Picture = NDArray[Any]
Corners = NDArray[Any]
"""Four (x, y) of a picture in pixels: top left, top right, bottom right, bottom left of the paper as it lies."""

A4, CARD = "a4", "card"
SHEETS_MM = {A4: (210.0, 297.0), "a4-wide": (297.0, 210.0), "a5": (148.0, 210.0), CARD: (85.6, 53.98)}
FIELD_MM = 440.0
"""What the longer side of the picture covers on the table: an A4 head, as the makers give it (A4 with some margin)."""
LENS_MM = 450.0
"""How high the lens is over the table."""
_DRAWN_PER_MM = 6.0
DARK_MAT, LIGHT_DESK = (46, 44, 42), (196, 206, 212)
_GRAIN = 389
"""Pixels after which the noise repeats: drawing it anew all over would take most of the time."""
_SEAL = (60, 50, 200)


class Scene(msgspec.Struct, frozen=True):
    """What lies under the camera. Lengths are shares of the picture's width, colours BGR, angles degrees."""

    width: int = 2592
    height: int = 1944
    sheet: str = A4
    lines: int = 28
    slant: float = 0.0
    """Degrees by which the lines of print rise to the right on the paper."""
    angle: float = 0.0
    tilt: float = 0.0
    """Degrees by which the lower end of the paper lies nearer to the lens than the upper one."""
    across: float = 0.0
    """The same from left to right."""
    shift: tuple[float, float] = (0.0, 0.0)
    """How far the paper lies from the middle."""
    mat: tuple[int, int, int] = DARK_MAT
    paper: tuple[int, int, int] = (238, 243, 244)
    light: float = 1.0
    """1 is a lit desk, 0.2 a dim corner, 0 darkness."""
    slope: float = 0.0
    """How much darker one side of the picture is than the other."""
    shadow: float = 0.0
    """How dark the shadow of a head or hand is; 0 is none."""
    noise: float = 2.0
    """Of the sensor, in steps of 255."""
    wood: float = 0.0
    """Stripes of a wooden desk, in steps of 255."""
    bend: float = 0.0
    """How much a cheap lens bends what is straight: 0.01 moves the picture's corners by a hundredth."""
    clutter: int = 0
    """Pens, cables and corners of other papers around it."""
    seed: int = 1


@cache
def _drawing() -> tuple[Any, Any]:
    import cv2
    import numpy

    return cv2, numpy


def draw(scene: Scene) -> tuple[Picture, Corners]:
    """Return the picture (BGR) and where the paper's corners are in it, which may be outside."""
    cv2, numpy = _drawing()
    corners = corners_of(scene)
    table = _table(scene)
    sheet = _sheet(scene)
    height, width = sheet.shape[:2]
    there = numpy.float32([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
    onto = cv2.getPerspectiveTransform(there, corners.astype(numpy.float32))
    size = (scene.width, scene.height)
    _cast(table, corners)
    laid = cv2.warpPerspective(sheet, onto, size, flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(numpy.full((height, width), 255, numpy.uint8), onto, size, flags=cv2.INTER_LINEAR)
    cv2.copyTo(laid, cover, table)
    return _lit(_bent_by_lens(table, scene.bend), scene), _moved_by_lens(corners, scene)


def bare(scene: Scene) -> Picture:
    """Return the table without a paper."""
    return _lit(_table(scene), scene)


def noisy(picture: Picture, sigma: float, seed: int) -> Picture:
    """Return the picture with other grain: the next look of the same sensor."""
    cv2, numpy = _drawing()
    if sigma <= 0:
        return picture
    tile = numpy.random.default_rng(seed).normal(0, sigma, (_GRAIN, _GRAIN, 3)).astype(numpy.int16)
    height, width = picture.shape[:2]
    grain = numpy.tile(tile, (height // _GRAIN + 1, width // _GRAIN + 1, 1))[:height, :width]
    grained: Picture = cv2.add(picture, grain, dtype=cv2.CV_8U)
    return grained


def corners_of(scene: Scene) -> Corners:
    """Return the paper's corners in the picture of a straight lens."""
    _, numpy = _drawing()
    turn, tilt, across = (numpy.deg2rad(part) for part in (scene.angle, scene.tilt, scene.across))
    width, height = SHEETS_MM[scene.sheet]
    square = numpy.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    turned = square @ numpy.array([[numpy.cos(turn), numpy.sin(turn)], [-numpy.sin(turn), numpy.cos(turn)]])
    raised = turned[:, 1] * numpy.sin(tilt) + turned[:, 0] * numpy.sin(across)
    flat = turned * (numpy.cos(across), numpy.cos(tilt)) + numpy.array(scene.shift) * FIELD_MM
    seen = flat * (LENS_MM / (LENS_MM - raised))[:, None]
    corners: Corners = seen * scene.width / FIELD_MM + numpy.array([scene.width, scene.height]) / 2
    return corners


def _table(scene: Scene) -> Picture:
    cv2, numpy = _drawing()
    random = numpy.random.default_rng(scene.seed)
    table = numpy.empty((scene.height, scene.width, 3), numpy.uint8)
    table[:] = scene.mat
    weave = random.normal(0, 2.5, (scene.height // 8 + 1, scene.width // 8 + 1)).astype(numpy.float32)
    grain = cv2.resize(weave, (scene.width, scene.height), interpolation=cv2.INTER_LINEAR)
    if scene.wood:
        stripes = random.normal(0, scene.wood, (scene.height // 24 + 1, 6)).astype(numpy.float32)
        grain += cv2.resize(stripes, (scene.width, scene.height), interpolation=cv2.INTER_CUBIC)
    strewn: Picture = numpy.clip(table + grain[:, :, None], 0, 255).astype(numpy.uint8)
    for _ in range(scene.clutter):
        _strew(strewn, random)
    return strewn


def _strew(table: Picture, random: Any) -> None:
    """Put a pen, a cable or another paper's corner somewhere near the edge of the picture."""
    cv2, numpy = _drawing()
    height, width = table.shape[:2]
    colour = tuple(int(part) for part in random.integers(20, 230, 3))
    start = random.uniform(0, 1, 2) * (width, height)
    turn, length = random.uniform(0, 6.28), random.uniform(0.1, 0.3) * width
    end = start + length * numpy.array([numpy.cos(turn), numpy.sin(turn)])
    kind = random.integers(3)
    if kind == 0:
        cv2.line(table, _point(start), _point(end), colour, max(2, width // 130), cv2.LINE_AA)
    elif kind == 1:
        bow = [start, (start + end) / 2 + random.uniform(-0.08, 0.08, 2) * width, end]
        curve = [_bent(bow, step / 20) for step in range(21)]
        cv2.polylines(table, [numpy.array(curve, numpy.int32)], False, colour, max(2, width // 250), cv2.LINE_AA)
    else:
        corner = numpy.array([random.choice([0, width]), random.choice([0, height])])
        reach = random.uniform(0.06, 0.14) * width
        near = corner + numpy.array([[-1, 0], [0.1, 1], [1, 0.1], [0, -1]]) * reach
        cv2.fillConvexPoly(table, near.astype(numpy.int32), colour, cv2.LINE_AA)


def _bent(bow: Any, share: float) -> Any:
    first, middle, last = bow
    return (1 - share) ** 2 * first + 2 * share * (1 - share) * middle + share**2 * last


def _point(place: Any) -> tuple[int, int]:
    return int(place[0]), int(place[1])


def _cast(table: Picture, corners: Corners) -> None:
    """Darken the table close around the paper, as its thickness does."""
    cv2, numpy = _drawing()
    width = table.shape[1]
    moved = (corners + width * 0.0012).astype(numpy.int32)
    low, high = moved.min(0) - 20, moved.max(0) + 20
    left, top = (max(0, int(part)) for part in low)
    right, bottom = (max(0, int(part)) for part in high)
    part = table[top:bottom, left:right]
    if not part.size:
        return
    mask = numpy.zeros(part.shape[:2], numpy.uint8)
    cv2.fillConvexPoly(mask, moved - (left, top), 90, cv2.LINE_AA)
    mask = cv2.blur(mask, (max(3, width // 400),) * 2)
    part[:] = (part * (1 - mask[:, :, None] / 255.0)).astype(numpy.uint8)


def _bent_by_lens(picture: Picture, bend: float) -> Picture:
    cv2, numpy = _drawing()
    if not bend:
        return picture
    height, width = picture.shape[:2]
    x, y = numpy.meshgrid(numpy.arange(width, dtype=numpy.float32), numpy.arange(height, dtype=numpy.float32))
    x -= width / 2
    y -= height / 2
    further = 1 + bend * (x * x + y * y) / ((width * width + height * height) / 4)
    x, y = x * further + width / 2, y * further + height / 2
    bent: Picture = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return bent


def _moved_by_lens(corners: Corners, scene: Scene) -> Corners:
    """Return where the lens shows the corners; solved by going to and fro, for the bend is given the other way."""
    _, numpy = _drawing()
    middle = numpy.array([scene.width, scene.height]) / 2
    straight = (corners - middle) / numpy.hypot(*middle)
    shown = straight.copy()
    for _ in range(12):
        shown = straight / (1 + scene.bend * (shown**2).sum(1, keepdims=True))
    moved: Corners = shown * numpy.hypot(*middle) + middle
    return moved


def _sheet(scene: Scene) -> Picture:
    """Return the paper as it was printed: a heading, lines, a frame with boxes, a red seal; or a card."""
    cv2, numpy = _drawing()
    random = numpy.random.default_rng(scene.seed + 1)
    width, height = (round(side * _DRAWN_PER_MM) for side in SHEETS_MM[scene.sheet])
    sheet: Picture = numpy.empty((height, width, 3), numpy.uint8)
    sheet[:] = scene.paper
    if scene.sheet == CARD:
        _print_card(sheet, random)
    else:
        _print_form(sheet, scene.lines, random)
    if scene.slant:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), scene.slant, 1.0)
        sheet = cv2.warpAffine(sheet, turn, (width, height), borderValue=scene.paper)
    return sheet


def _print_form(sheet: Picture, lines: int, random: Any) -> None:
    cv2, _ = _drawing()
    height, width = sheet.shape[:2]
    margin, pitch = width // 9, height // 38
    _write(sheet, width // 3, int(pitch * 1.5), width // 3, int(pitch * 0.9), random)
    row = pitch * 3
    for number in range(lines):
        row += pitch
        if row > height - 3 * pitch:
            break
        length = (width - 2 * margin) * (random.uniform(0.3, 0.9) if number % 6 == 5 else 1.0)
        _write(sheet, margin, row, int(length), int(pitch * 0.55), random)
    if lines > 12:
        box = (margin, height // 2), (width - margin, height // 2 + pitch * 5)
        cv2.rectangle(sheet, *box, (60, 60, 60), 3)
        cv2.line(sheet, (width // 2, box[0][1]), (width // 2, box[1][1]), (60, 60, 60), 3)
        cv2.circle(sheet, (width - 2 * margin, height - 6 * pitch), 2 * pitch, _SEAL, 8, cv2.LINE_AA)


def _write(sheet: Picture, left: int, top: int, length: int, size: int, random: Any) -> None:
    """Draw strokes in squares, as dense as Chinese print looks."""
    cv2, _ = _drawing()
    squares = range(left, left + length - size, int(size * 1.15))
    strokes = random.integers(0, size, (len(squares), 5, 3)).tolist()
    for start, square in zip(squares, strokes, strict=True):
        for number, (x, y, far) in enumerate(square):
            end = (start + far, top + y) if number % 2 else (start + x, top + far)
            cv2.line(sheet, (start + x, top + y), end, (50, 45, 45), max(2, size // 11))


def _print_card(sheet: Picture, random: Any) -> None:
    height, width = sheet.shape[:2]
    sheet[:] = (226, 214, 196)
    sheet[height // 8 : height * 3 // 4, width * 5 // 8 : width * 15 // 16] = (190, 178, 170)
    for row in range(4):
        _write(sheet, width // 12, height // 8 + row * height // 6, width // 2, height // 14, random)
    _write(sheet, width // 12, height * 5 // 6, width * 3 // 4, height // 12, random)


def _lit(picture: Picture, scene: Scene) -> Picture:
    """Return the picture under the scene's light, with the sensor's noise."""
    cv2, numpy = _drawing()
    height, width = picture.shape[:2]
    across = numpy.linspace(1 - scene.slope, 1, width, dtype=numpy.float32)[None, :]
    light = numpy.repeat(across * scene.light, height // 8 + 1, axis=0)
    if scene.shadow:
        place = (int(width * 0.7), int(height / 8 * 0.25))
        shade = numpy.zeros(light.shape, numpy.float32)
        cv2.ellipse(shade, place, (int(width * 0.3), int(height / 8 * 0.45)), 20, 0, 360, scene.shadow, -1)
        light *= 1 - cv2.blur(shade, (width // 16, max(1, height // 128)))
    light = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    lit = cv2.multiply(picture, cv2.merge([light] * 3), dtype=cv2.CV_8U)
    return noisy(lit, scene.noise, scene.seed)
