"""A camera that a visitor holds a code before: JPEG pictures with a QR code drawn in them, as a stream.

OpenCV is imported when the first picture is drawn.
"""

from functools import cache
from typing import Any

from drivers.code_scanner.options import Options
from drivers.far_end import UnknownControl

WIDTH, HEIGHT = 640, 480
PICTURE_S = 0.2
SHOWN_S = 2.0
GRAINS = 3
CONTROLS = {
    "scan": "hold a code before the camera: text, and if wanted seconds, angle (degrees), blur and noise (0 to 1)",
    "hide": "take it away",
    "partial": "cover half of the code: text",
    "noise": "hold something without a code before it (seconds)",
    "freeze": "send the same picture again and again: on=true or false",
}


class SimulatedCamera:
    """Delivers some pictures a second, also of an empty hall."""

    def __init__(self, options: Options) -> None:
        del options
        self._due = 0.0
        self._empty: tuple[bytes, ...] = ()
        self._picture: tuple[bytes, ...] = ()
        self._frozen = False
        self._until = 0.0
        self._pictures = self._codes = 0

    def receive(self, data: bytes, now: float) -> None:
        """Ignore: a camera is only looked at."""

    def outgoing(self, now: float) -> bytes:
        """Return the next picture when it is due."""
        if now < self._due:
            return b""
        self._due = now + PICTURE_S
        self._pictures += not self._frozen
        self._empty = self._empty or grainy("")
        shown = self._picture if self._picture and now < self._until else self._empty
        return shown[self._pictures % len(shown)]

    def next_due(self) -> float | None:
        """Return when the next picture comes."""
        return self._due

    def controls(self) -> dict[str, str]:
        """What a visitor can do."""
        return CONTROLS

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control."""
        if control not in CONTROLS:
            raise UnknownControl(control, CONTROLS)
        degraded = {name: float(arguments.get(name, 0)) for name in ("angle", "blur", "noise")}
        if control == "freeze":
            self._frozen = bool(arguments.get("on", True))
            return self.state()
        if control == "hide":
            self._picture = ()
        elif control == "noise":
            self._picture = grainy("", noise=1.0)
        else:
            self._codes += control == "scan"
            self._picture = grainy(str(arguments["text"]), covered=control == "partial", **degraded)
        self._until = now + float(arguments.get("seconds", SHOWN_S))
        self._due = min(self._due, now)
        return self.state()

    def state(self) -> dict[str, Any]:
        """Counts; never the codes."""
        return {
            "pictures": self._pictures,
            "codes": self._codes,
            "showing": bool(self._picture),
            "frozen": self._frozen,
        }


@cache
def _drawing() -> tuple[Any, Any]:
    import cv2
    import numpy

    return cv2, numpy


def grainy(text: str, **how: Any) -> tuple[bytes, ...]:
    """Return the same picture some times, each a little lighter: no sensor sends the same twice."""
    return tuple(jpeg(text, shade=shade, **how) for shade in range(GRAINS))


def jpeg(
    text: str, *, angle: float = 0, blur: float = 0, noise: float = 0, covered: bool = False, shade: int = 0
) -> bytes:
    """Return a picture of a hall, with a phone's screen and the code on it if there is a text."""
    cv2, numpy = _drawing()
    picture = numpy.full((HEIGHT, WIDTH), 96, numpy.uint8)
    if text:
        _hold(picture, _code(text), angle, covered=covered)
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), 3 * blur)
    if noise:
        grain = numpy.random.default_rng(7).normal(0, 60 * noise, picture.shape)
        picture = numpy.clip(picture + grain, 0, 255).astype(numpy.uint8)
    picture = numpy.clip(picture.astype(numpy.int16) + shade, 0, 255).astype(numpy.uint8)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])


def _code(text: str) -> Any:
    cv2, numpy = _drawing()
    import zxingcpp

    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=1, add_quiet_zones=True)
    return cv2.resize(numpy.array(drawn), (320, 320), interpolation=cv2.INTER_NEAREST)


def _hold(picture: Any, code: Any, angle: float, *, covered: bool) -> None:
    cv2, _ = _drawing()
    if covered:
        code[:, : code.shape[1] // 2] = 30
    size = code.shape[0]
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), angle, 0.9)
    held = cv2.warpAffine(code, turn, (size, size), borderValue=96)
    top, left = (HEIGHT - size) // 2, (WIDTH - size) // 2
    picture[top : top + size, left : left + size] = held
