"""The far end of a signature pad: the kernel's records of somebody who signs.

Nothing drawn here is anybody's name. What the state shows are counts, never strokes.
"""

from collections import deque
from random import Random
from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.input_records import EV_ABS, EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, Record
from drivers.signature_pad.model import assumed_axes, field_in, keys_of
from drivers.signature_pad.options import Options
from drivers.signature_pad.protocol import (
    ABS_MT_SLOT,
    ABS_MT_TRACKING_ID,
    ABS_MT_X,
    ABS_MT_Y,
    ABS_PRESSURE,
    ABS_X,
    ABS_Y,
    BTN_TOOL_PEN,
    BTN_TOUCH,
    Field,
)
from drivers.signature_pad.scribble import SAMPLE_MS, Strokes, scribble
from hall.domain.signature import Point

CONTROLS = {
    "sign": "Sign with an invented scribble: strokes= (default 7), seed=, quick=true for all at once.",
    "scribble": "Draw given strokes: strokes=[[[x, y, pressure], ...], ...] in widths of the pad, quick=.",
    "press": "Press a key of the pad: key=confirm, clear or cancel, or code=.",
    "lose": "Begin a stroke whose rest the kernel drops (SYN_DROPPED).",
    "noise": "Bytes where records should be: hex=, or count= (default 240).",
}
PEN, FINGER_TOOL = BTN_TOOL_PEN, 0x145
STROKES = 7


class SimulatedSignaturePad:
    """A pen pad, a touch pad, or one for several fingers, on which a palm rests too."""

    def __init__(self, row: dict[str, Any], options: Options) -> None:
        field = field_in(assumed_axes(row, options), row, options)
        if field is None:
            raise ValueError("x_max and y_max of a simulated pad must be above 0")
        self._field, self._keys = field, keys_of(row, options)
        self._touch, self._fingers = int(row["touch_keys"][0]), bool(row["multitouch"])
        self._due: deque[tuple[float, bytes]] = deque()
        self._noise = Random(7)  # noqa: S311 - garbage on a wire, repeatable on purpose
        self._strokes = self._pressed = self._tracking = 0

    def receive(self, data: bytes, now: float) -> None:
        """Ignore: nobody writes to a digitizer."""

    def outgoing(self, now: float) -> bytes:
        """Return the records of what was drawn by now."""
        said = b""
        while self._due and self._due[0][0] <= now:
            said += self._due.popleft()[1]
        return said

    def next_due(self) -> float | None:
        """When the pen moves next."""
        return self._due[0][0] if self._due else None

    def controls(self) -> dict[str, str]:
        """What a citizen can do."""
        return CONTROLS

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        quick = bool(arguments.get("quick", False))
        if control == "sign":
            seed, strokes = int(arguments.get("seed", 1)), int(arguments.get("strokes", STROKES))
            self._draw(scribble(seed, strokes, self._field.aspect), now, quick=quick)
        elif control == "scribble":
            self._draw(_given(arguments["strokes"]), now, quick=quick)
        elif control == "press":
            self._press(int(arguments["code"]) if "code" in arguments else self._code(str(arguments["key"])), now)
        elif control == "lose":
            self._lose(now)
        elif control == "noise":
            certain = bytes.fromhex(str(arguments.get("hex", "")))
            self._due.append((now, certain or self._noise.randbytes(int(arguments.get("count", 240)))))
        else:
            raise UnknownControl(control, CONTROLS)
        return self.state()

    def state(self) -> dict[str, Any]:
        """Counts; never what was drawn."""
        return {"strokes": self._strokes, "pressed": self._pressed, "drawing": bool(self._due)}

    def field(self) -> Field:
        """Return the field, to compare what arrives with what was drawn."""
        return self._field

    def _draw(self, strokes: Strokes, now: float, *, quick: bool) -> None:
        for stroke in strokes:
            self._strokes += 1
            for number, point in enumerate(stroke):
                last = number == len(stroke) - 1
                self._at(now, point.at_ms, self._sample(point, first=number == 0), quick=quick)
                if last:
                    self._at(now, point.at_ms + SAMPLE_MS, self._lift(), quick=quick)

    def _at(self, now: float, after_ms: int, records: list[tuple[int, int, int]], *, quick: bool) -> None:
        moment = now + after_ms / 1000
        self._due.append((now if quick else moment, _framed(records, moment)))

    def _sample(self, point: Point, *, first: bool) -> list[tuple[int, int, int]]:
        x, y, pressure = self._field.raw(point)
        if self._fingers:
            return self._finger(x, y, first=first)
        place = [(EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)]
        place += [(EV_ABS, ABS_PRESSURE, pressure)] if self._field.pressure else []
        tool = [(EV_KEY, PEN, 1)] if self._touch == BTN_TOUCH and self._field.pressure else []
        return [*tool, (EV_KEY, self._touch, 1), *place] if first else place

    def _finger(self, x: int, y: int, *, first: bool) -> list[tuple[int, int, int]]:
        """A finger in slot 0, and a palm that lies still in slot 1; the kernel makes a pointer of the first."""
        if not first:
            return [(EV_ABS, ABS_MT_X, x), (EV_ABS, ABS_MT_Y, y), (EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)]
        self._tracking += 2
        finger = [(EV_ABS, ABS_MT_SLOT, 0), (EV_ABS, ABS_MT_TRACKING_ID, self._tracking)]
        finger += [(EV_ABS, ABS_MT_X, x), (EV_ABS, ABS_MT_Y, y)]
        palm = [(EV_ABS, ABS_MT_SLOT, 1), (EV_ABS, ABS_MT_TRACKING_ID, self._tracking + 1)]
        palm += [(EV_ABS, ABS_MT_X, self._field.x.high), (EV_ABS, ABS_MT_Y, self._field.y.high)]
        return [
            *finger,
            *palm,
            (EV_ABS, ABS_MT_SLOT, 0),
            (EV_KEY, BTN_TOUCH, 1),
            (EV_ABS, ABS_X, x),
            (EV_ABS, ABS_Y, y),
        ]

    def _lift(self) -> list[tuple[int, int, int]]:
        if self._fingers:
            lifted = [(EV_ABS, ABS_MT_TRACKING_ID, -1), (EV_ABS, ABS_MT_SLOT, 1), (EV_ABS, ABS_MT_TRACKING_ID, -1)]
            return [*lifted, (EV_ABS, ABS_MT_SLOT, 0), (EV_KEY, BTN_TOUCH, 0)]
        tool = [(EV_KEY, PEN, 0)] if self._touch == BTN_TOUCH and self._field.pressure else []
        return [(EV_KEY, self._touch, 0), *tool]

    def _press(self, code: int, now: float) -> None:
        self._pressed += 1
        self._due.append((now, _framed([(EV_KEY, code, 1)], now) + _framed([(EV_KEY, code, 0)], now)))

    def _code(self, name: str) -> int:
        found = [code for code, meant in self._keys.items() if meant == name]
        if not found:
            raise ValueError(f"this pad has no key {name!r}; it has {', '.join(sorted(set(self._keys.values())))}")
        return found[0]

    def _lose(self, now: float) -> None:
        """Half a stroke, then the kernel's word that the rest was dropped, its lifting included."""
        (stroke,) = scribble(3, 1, self._field.aspect)
        for number, point in enumerate(stroke[: len(stroke) // 2]):
            self._at(now, point.at_ms, self._sample(point, first=number == 0), quick=True)
        self._at(now, stroke[-1].at_ms, [(EV_SYN, SYN_DROPPED, 0)], quick=True)


def _framed(records: list[tuple[int, int, int]], moment: float) -> bytes:
    at_ms = int(moment * 1000)
    return b"".join(Record(at_ms, *item).to_bytes() for item in [*records, (EV_SYN, SYN_REPORT, 0)])


def _given(strokes: list[list[list[float]]]) -> Strokes:
    """Read strokes from a control; times go on from stroke to stroke."""
    drawn, at_ms = [], 0
    for stroke in strokes:
        points = []
        for place in stroke:
            points.append(Point(float(place[0]), float(place[1]), float(place[2]) if len(place) > 2 else 1.0, at_ms))
            at_ms += SAMPLE_MS
        drawn.append(tuple(points))
        at_ms += SAMPLE_MS * 10
    return tuple(drawn)


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the simulator of a row."""
    return SimulatedSignaturePad(row, options)
