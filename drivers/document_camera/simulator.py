"""A document camera's far end: JPEGs of a drawn table with a drawn paper on it, some a second."""

from typing import Any

import msgspec

from drivers.document_camera.options import Options
from drivers.document_camera.papers import (
    DARK_MAT,
    LIGHT_DESK,
    SHEETS_MM,
    Picture,
    Scene,
    bare,
    corners_of,
    draw,
    noisy,
)
from drivers.far_end import FarEnd, UnknownControl

PICTURE_S = 0.25
QUALITY = 88
WIDTH, HEIGHT = 2592, 1944
DESKS = {"dark": DARK_MAT, "light": LIGHT_DESK}
FAINT = 0.02
"""Light of a covered lens."""
NUMBERS = ("angle", "tilt", "across", "light", "slope", "shadow", "noise", "wood", "bend", "slant")
COUNTS = ("lines", "clutter", "seed")

CONTROLS = {
    "lay": "Lay a paper: sheet=a4|a4-wide|a5|card, and if wanted lines, angle, tilt, across, x, y, light, slope, "
    "shadow, noise, clutter, wood, bend, slant, seed, desk=dark|light.",
    "remove": "Take the paper away.",
    "freeze": "Send the same picture again and again: on=true or false.",
    "stall": "Send no picture at all: on=true or false.",
    "dark": "Cover the lens: on=true or false.",
    "noise": "Grain of the sensor: sigma=.",
}


class SimulatedDocumentCamera:
    """Draws when something is laid or changed, and sends two looks in turn that differ in their grain."""

    def __init__(self, options: Options) -> None:
        self._scene = Scene(width=min(options.width or WIDTH, WIDTH), height=min(options.height or HEIGHT, HEIGHT))
        self._paper = self._frozen = self._stalled = self._dark = False
        self._looks: tuple[bytes, ...] = ()
        self._due = 0.0
        self._pictures = self._laid = 0

    def receive(self, data: bytes, now: float) -> None:
        """Ignore: a camera is only looked at."""

    def outgoing(self, now: float) -> bytes:
        """Return the next picture when it is due."""
        if now < self._due or self._stalled:
            return b""
        self._due = now + PICTURE_S
        self._looks = self._looks or self._drawn()
        self._pictures += not self._frozen
        return self._looks[self._pictures % len(self._looks)]

    def next_due(self) -> float | None:
        """Return when the next picture comes."""
        return None if self._stalled else self._due

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return CONTROLS

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control not in CONTROLS:
            raise UnknownControl(control, CONTROLS)
        on = bool(arguments.get("on", True))
        if control == "lay":
            self._lay(arguments)
        elif control == "remove":
            self._paper = False
        elif control == "freeze":
            self._frozen = on
        elif control == "stall":
            self._stalled = on
        elif control == "dark":
            self._dark = on
        else:
            self._scene = msgspec.structs.replace(self._scene, noise=float(arguments["sigma"]))
        if control not in ("freeze", "stall"):
            self._looks = ()
        self._due = min(self._due, now)
        return self.state()

    def _lay(self, arguments: dict[str, Any]) -> None:
        sheet = str(arguments.get("sheet", "a4"))
        if sheet not in SHEETS_MM:
            raise ValueError(f"sheet is one of {', '.join(SHEETS_MM)}")
        given: dict[str, Any] = {name: float(arguments[name]) for name in NUMBERS if name in arguments}
        given |= {name: int(arguments[name]) for name in COUNTS if name in arguments}
        shift = float(arguments.get("x", 0)), float(arguments.get("y", 0))
        mat = DESKS[str(arguments.get("desk", "dark"))]
        size = self._scene.width, self._scene.height
        self._scene = Scene(*size, sheet=sheet, shift=shift, mat=mat, **given)
        self._paper = True
        self._laid += 1

    def _drawn(self) -> tuple[bytes, ...]:
        scene = msgspec.structs.replace(self._scene, light=FAINT) if self._dark else self._scene
        picture = draw(scene)[0] if self._paper else bare(scene)
        return _jpeg(picture), _jpeg(_looked_again(picture))

    def state(self) -> dict[str, Any]:
        """Return what lies there, and where: corners in pixels."""
        return {
            "pictures": self._pictures,
            "laid": self._laid,
            "sheet": self._scene.sheet if self._paper else "",
            "corners": corners_of(self._scene).round(1).tolist() if self._paper else [],
            "frozen": self._frozen,
            "stalled": self._stalled,
            "dark": self._dark,
        }


def _looked_again(picture: Picture) -> Picture:
    """Return the same view with other grain in a strip of it: enough to be another look, and cheap."""
    again = picture.copy()
    again[:64] = noisy(again[:64], 2.0, 2)
    return again


def _jpeg(picture: Picture) -> bytes:
    import cv2

    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the simulator of a row."""
    del row
    return SimulatedDocumentCamera(options)
