"""A row of the catalogue and the options, as the decoder wants them."""

from collections.abc import Mapping
from typing import Any

from drivers.signature_pad.options import Options
from drivers.signature_pad.protocol import ABS_PRESSURE, ABS_X, ABS_Y, Axis, Field, PenDecoder, field_of


def assumed_axes(row: Mapping[str, Any], options: Options) -> dict[int, Axis]:
    """Return the axes of a device that cannot be asked."""
    resolution = row.get("resolution", 0)
    return {
        ABS_X: Axis(0, options.x_max or row["x_max"], resolution),
        ABS_Y: Axis(0, options.y_max or row["y_max"], resolution),
        ABS_PRESSURE: Axis(0, options.pressure_max or row["pressure_max"]),
    }


def field_in(axes: Mapping[int, Axis], row: Mapping[str, Any], options: Options) -> Field | None:
    """Return the writing field, or None when the device has no axes to draw on."""
    none = Axis()
    x, y = axes.get(ABS_X, none), axes.get(ABS_Y, none)
    said = options.aspect or (0.0 if x.resolution and y.resolution else row.get("aspect", 0.0))
    return field_of(x, y, axes.get(ABS_PRESSURE), rotation=options.rotation, aspect=said)


def keys_of(row: Mapping[str, Any], options: Options) -> dict[int, str]:
    """Return the pad's keys by code, as the options correct them."""
    return {int(code): name for code, name in {**row["keys"], **options.keys}.items() if code.isdecimal()}


def decoder_of(field: Field, row: Mapping[str, Any], options: Options) -> PenDecoder:
    """Return a fresh decoder of a model."""
    return PenDecoder(field, frozenset(row["touch_keys"]), keys_of(row, options))
