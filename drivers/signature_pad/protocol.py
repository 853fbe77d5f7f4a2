"""Strokes out of a digitizer's input records. Pure.

A frame is what comes before SYN_REPORT; an axis that did not change is not sent again. Pens and single-touch pads say
where (ABS_X, ABS_Y), how hard (ABS_PRESSURE) and whether they touch (BTN_TOUCH; a mouse's button on some pads). Screens
for several fingers say it in slots (protocol B): ABS_MT_SLOT picks one, ABS_MT_TRACKING_ID below 0 frees it. The first
finger draws, the others are ignored until it is lifted; a finger that came second never takes over. The other end of
a pen (BTN_TOOL_RUBBER) does not draw, nor does a pen that hovers.

After SYN_DROPPED records are missing: the stroke is lost, everything up to the next SYN_REPORT is skipped, and nothing
is drawn until a touch begins that was seen to begin.

Points are in widths of the pad, as `hall.domain.signature` wants them; times are the records' own, from the first point
on, and never run backwards. Sources: linux/input-event-codes.h; the kernel's Documentation/input/event-codes.rst and
multi-touch-protocol.rst.
"""

from collections.abc import Mapping
from typing import NamedTuple

from drivers.input_records import EV_ABS, EV_KEY, EV_SYN, KEY_DOWN, SYN_DROPPED, SYN_REPORT, Record, RecordCutter
from hall.domain.signature import Point

ABS_X, ABS_Y, ABS_PRESSURE = 0x00, 0x01, 0x18
ABS_MT_SLOT, ABS_MT_X, ABS_MT_Y, ABS_MT_TRACKING_ID, ABS_MT_PRESSURE = 0x2F, 0x35, 0x36, 0x39, 0x3A
BTN_TOOL_PEN, BTN_TOOL_RUBBER, BTN_TOUCH, BTN_STYLUS = 0x140, 0x141, 0x14A, 0x14B
_PLACES = {ABS_X: 0, ABS_Y: 1, ABS_PRESSURE: 2}
_MT_PLACES = {ABS_MT_X: 0, ABS_MT_Y: 1, ABS_MT_PRESSURE: 2}
ROTATIONS = (0, 90, 180, 270)
MOST_SLOTS = 32


class Axis(NamedTuple):
    """Range of an axis; `resolution` in units per millimetre, 0 where the device does not say."""

    low: int = 0
    high: int = 0
    resolution: int = 0
    value: int | None = None
    """What the kernel last said of it; it is silent about an axis until that changes."""

    def share(self, value: int) -> float:
        """Return where a value lies in the range, 0..1."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def at(self, share: float) -> int:
        """Return the value at a share of the range."""
        return self.low + round(share * (self.high - self.low))


class Field(NamedTuple):
    """The writing field: its axes, how it is turned, and its height by width as it is seen."""

    x: Axis
    y: Axis
    pressure: Axis | None
    rotation: int
    aspect: float

    def point(self, raw: tuple[int, int, int], at_ms: int) -> Point:
        """Return a sample as the citizen sees it."""
        right, down = turned(self.x.share(raw[0]), self.y.share(raw[1]), self.rotation)
        return Point(right, down * self.aspect, self.pressure.share(raw[2]) if self.pressure else 1.0, at_ms)

    def raw(self, point: Point) -> tuple[int, int, int]:
        """Return what the digitizer says of a point."""
        right, down = turned(point.x, point.y / self.aspect, -self.rotation % 360)
        return self.x.at(right), self.y.at(down), self.pressure.at(point.pressure) if self.pressure else 0


def turned(right: float, down: float, degrees: int) -> tuple[float, float]:
    """Turn a place in the unit square clockwise."""
    return ((right, down), (1 - down, right), (1 - right, 1 - down), (down, 1 - right))[degrees // 90]


def field_of(x: Axis, y: Axis, pressure: Axis | None, *, rotation: int = 0, aspect: float = 0.0) -> Field | None:
    """Return the field of a digitizer, or None for axes without a range. `aspect` 0 takes the device's own."""
    if x.high <= x.low or y.high <= y.low:
        return None
    width, height = float(x.high - x.low), float(y.high - y.low)
    if x.resolution > 0 and y.resolution > 0:
        width, height = width / x.resolution, height / y.resolution
    upright = aspect or height / width
    usable = pressure if pressure is not None and pressure.high > pressure.low else None
    return Field(x, y, usable, rotation, 1 / upright if rotation in (90, 270) else upright)


class Down(NamedTuple):
    """A stroke begins."""

    point: Point


class Moved(NamedTuple):
    """It goes on."""

    point: Point


class Lifted(NamedTuple):
    """It ends."""


class Lost(NamedTuple):
    """It is not whole."""


class Key(NamedTuple):
    """A key of the pad."""

    name: str


PenEvent = Down | Moved | Lifted | Lost | Key


class PenDecoder:
    """Bounded: one finger, one record. Any split of the same bytes gives the same events."""

    def __init__(self, field: Field, touch_keys: frozenset[int], keys: Mapping[int, str]) -> None:
        self._field, self._touch_keys, self._keys = field, touch_keys, dict(keys)
        self._cutter = RecordCutter()
        self._single = _Contact(field.x.value, field.y.value)
        self._fingers = _Fingers()
        self._drawing = self._skipping = False
        self._blocked = False
        """A touch that nobody saw begin, or that began before anybody collected."""
        self._last: tuple[int, int, int] | None = None
        self._zero: int | None = None
        self._latest = 0

    @property
    def drawing(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._drawing

    def begin(self) -> None:
        """Begin a signature: time starts at its first point; a touch that is there already draws nothing."""
        self._zero, self._latest = None, 0
        self._drawing, self._blocked = False, self._touches()

    def feed(self, data: bytes) -> list[PenEvent]:
        """Take bytes, return what became known."""
        found: list[PenEvent] = []
        for record in self._cutter.feed(data):
            self._take(record, found)
        return found

    def _take(self, record: Record, found: list[PenEvent]) -> None:
        if record.kind == EV_SYN:
            self._synchronise(record, found)
        elif self._skipping:
            return
        elif record.kind == EV_ABS:
            self._single.axis(record.code, record.value)
            self._fingers.axis(record.code, record.value)
        elif record.kind == EV_KEY:
            self._key(record, found)

    def _key(self, record: Record, found: list[PenEvent]) -> None:
        if record.code in self._touch_keys:
            self._single.touch = record.value != 0
        elif record.code == BTN_TOOL_RUBBER:
            self._single.rubber = record.value != 0
        elif record.value == KEY_DOWN and (name := self._keys.get(record.code, "")):
            found.append(Key(name))

    def _synchronise(self, record: Record, found: list[PenEvent]) -> None:
        if record.code == SYN_DROPPED:
            found += [Lost()] if self._drawing else []
            self._skipping, self._drawing = True, False
            self._single, self._fingers = _Contact(), _Fingers(seen=self._fingers.seen)
        elif record.code == SYN_REPORT and self._skipping:
            self._skipping = False
        elif record.code == SYN_REPORT:
            self._frame(record.at_ms, found)

    def _frame(self, at_ms: int, found: list[PenEvent]) -> None:
        fresh = self._fingers.fresh
        self._fingers.fresh = False
        touches = self._touches()
        if self._drawing and (not touches or fresh):
            found.append(Lifted())
            self._drawing = False
        self._blocked = self._blocked and touches and not fresh
        raw = (self._fingers.place if self._fingers.seen else self._single).known()
        if not touches or self._blocked or raw is None or (self._drawing and raw == self._last):
            return
        point = self._field.point(raw, self._passed(at_ms))
        found.append(Moved(point) if self._drawing else Down(point))
        self._drawing, self._last = True, raw

    def _touches(self) -> bool:
        return self._fingers.owner is not None if self._fingers.seen else self._single.touch and not self._single.rubber

    def _passed(self, at_ms: int) -> int:
        if self._zero is None:
            self._zero = at_ms
        self._latest = max(self._latest, at_ms - self._zero)
        return self._latest


class _Contact:
    """Where one pen or finger is; axes are kept from frame to frame."""

    def __init__(self, x: int | None = None, y: int | None = None) -> None:
        self.touch = self.rubber = False
        self.raw: list[int | None] = [x, y, None]

    def axis(self, code: int, value: int, places: Mapping[int, int] = _PLACES) -> None:
        if code in places:
            self.raw[places[code]] = value

    def known(self) -> tuple[int, int, int] | None:
        x, y, pressure = self.raw
        return None if x is None or y is None else (x, y, pressure or 0)


class _Fingers:
    """Slots, each with its last place, of which only the first finger's is drawn."""

    def __init__(self, *, seen: bool = False) -> None:
        self.seen = seen
        """Slots were seen: the pointer that the kernel makes of them is not needed."""
        self.slot = 0
        self.owner: int | None = None
        self.fresh = False
        """A finger took over within this frame, though one may have drawn in the frame before."""
        self._places: dict[int, _Contact] = {}

    @property
    def place(self) -> "_Contact":
        """Where the first finger is."""
        return self._places.get(self.slot if self.owner is None else self.owner) or _Contact()

    def axis(self, code: int, value: int) -> None:
        if code == ABS_MT_SLOT:
            self.slot = value
        elif code == ABS_MT_TRACKING_ID:
            self.seen = True
            self._track(value)
        elif code in _MT_PLACES and 0 <= self.slot < MOST_SLOTS:
            self._places.setdefault(self.slot, _Contact()).axis(code, value, _MT_PLACES)

    def _track(self, tracking: int) -> None:
        if tracking < 0 and self.slot == self.owner:
            self.owner = None
        elif tracking >= 0 and self.owner in (None, self.slot):
            self.owner, self.fresh = self.slot, True
