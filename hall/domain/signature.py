"""A handwritten signature as data: strokes of points, whatever they were drawn on."""

import msgspec


class Point(msgspec.Struct, frozen=True):
    """One sample. `x` runs right and `y` down, 0..1 of the pad's width; `at_ms` counts from the first point."""

    x: float
    y: float
    pressure: float = 1.0
    """0..1; 1 where the pad does not measure it."""
    at_ms: int = 0


class Signature(msgspec.Struct, frozen=True):
    """Strokes in the order drawn. Personal data: never in logs, never in a repr."""

    strokes: tuple[tuple[Point, ...], ...]
    aspect: float
    """Height of the pad by its width, so that a picture is not stretched."""

    def __repr__(self) -> str:
        return f"Signature({len(self.strokes)} strokes)"
