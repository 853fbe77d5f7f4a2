"""Records of a digitizer as objects: what `hall-field decode` prints and `encode` takes.

``{"pen": "down", "x": 0.1, "y": 0.2, "pressure": 1.0, "at_ms": 0}``, ``{"pen": "up"}``, ``{"key": "confirm"}``. Where
the axes' ranges are not known, the model's are taken. Six digits say an axis of up to 500,000 places exactly.
"""

from collections.abc import Mapping
from typing import Any

from drivers.input_records import EV_ABS, EV_KEY, EV_SYN, RECORD, Record
from drivers.signature_pad.model import assumed_axes, decoder_of, field_in, keys_of
from drivers.signature_pad.options import Options
from drivers.signature_pad.protocol import ABS_PRESSURE, ABS_X, ABS_Y, Down, Field, Key, Lifted, Moved, PenEvent
from hall.domain.signature import Point

_PLAIN = Options()


def decode(raw: bytes, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one object per event, at least one."""
    events = decoder_of(_field(row), row, _PLAIN).feed(raw)
    cut = [{"error": "unfinished record"}] if len(raw) % RECORD.size else []
    return [*(_described(event) for event in events), *cut] or [{"error": "nothing was drawn or pressed"}]


def encode(fields: dict[str, Any], row: Mapping[str, Any]) -> bytes:
    """Return the records of one event.

    Raises:
        KeyError: a field is missing.
        ValueError: no such event, or no such key on this model.

    """
    at_ms = int(_number(fields, "at_ms", 0, 1 << 40)) if "at_ms" in fields else 0
    if "key" in fields:
        return _framed(at_ms, (EV_KEY, _code(str(fields["key"]), row), 1))
    pen = fields["pen"]
    if pen not in ("down", "move", "up"):
        raise ValueError(f"pen is down, move or up, not {pen!r}")
    touch = [] if pen == "move" else [(EV_KEY, row["touch_keys"][0], int(pen == "down"))]
    return _framed(at_ms, *touch, *([] if pen == "up" else _place(fields, row)))


def _described(event: PenEvent) -> dict[str, Any]:
    match event:
        case Down(point) | Moved(point):
            place = {"x": round(point.x, 6), "y": round(point.y, 6), "pressure": round(point.pressure, 6)}
            return {"pen": "down" if isinstance(event, Down) else "move", **place, "at_ms": point.at_ms}
        case Lifted():
            return {"pen": "up"}
        case Key(name):
            return {"key": name}
    return {"error": "records were lost"}


def _field(row: Mapping[str, Any]) -> Field:
    field = field_in(assumed_axes(row, _PLAIN), row, _PLAIN)
    assert field is not None, "every row has ranges"
    return field


def _place(fields: dict[str, Any], row: Mapping[str, Any]) -> list[tuple[int, int, int]]:
    field = _field(row)
    pressed = _number(fields, "pressure", 0, 1) if "pressure" in fields else 0.0
    point = Point(_number(fields, "x", 0, 1), _number(fields, "y", 0, round(field.aspect, 6)), pressed)
    x, y, pressure = field.raw(point)
    told = [(EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)]
    return [*told, (EV_ABS, ABS_PRESSURE, pressure)] if "pressure" in fields and field.pressure else told


def _number(fields: dict[str, Any], word: str, least: float, most: float) -> float:
    value = fields[word]
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{word} is a number from {least} to {most}, not {value!r}")
    return value


def _code(name: str, row: Mapping[str, Any]) -> int:
    for code, meant in keys_of(row, _PLAIN).items():
        if meant == name:
            return code
    raise ValueError(f"this model has no key {name!r}")


def _framed(at_ms: int, *records: tuple[int, int, int]) -> bytes:
    return b"".join(Record(at_ms, *item).to_bytes() for item in (*records, (EV_SYN, 0, 0)))
