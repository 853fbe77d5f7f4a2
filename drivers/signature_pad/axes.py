"""What the kernel says of a digitizer's axes (EVIOCGABS)."""

from typing import Any, cast

from drivers.signature_pad.protocol import ABS_MT_PRESSURE, ABS_MT_X, ABS_MT_Y, ABS_PRESSURE, ABS_X, ABS_Y, Axis
from drivers.transport.stream import lost

_FALL_BACK = {ABS_X: ABS_MT_X, ABS_Y: ABS_MT_Y, ABS_PRESSURE: ABS_MT_PRESSURE}
"""A screen for several fingers may have its slots' axes alone."""


def asked_axes(address: str, path: str) -> dict[int, Axis]:
    """Return the device's axes.

    Raises:
        TransportLost: it went away, or may not be read.

    """
    import evdev

    try:
        device = evdev.InputDevice(path)
    except OSError as problem:
        raise lost(address, problem.strerror or str(problem), "plug the pad in again") from problem
    try:
        # The library's own stub knows only capabilities without ranges.
        said: dict[int, Any] = dict(cast(Any, device.capabilities(absinfo=True)).get(evdev.ecodes.EV_ABS, ()))
    except OSError as problem:
        raise lost(address, problem.strerror or str(problem), "plug the pad in again") from problem
    finally:
        device.close()
    return axes_of({code: (info.min, info.max, info.resolution, info.value) for code, info in said.items()})


def axes_of(said: dict[int, tuple[int, int, int, int]]) -> dict[int, Axis]:
    """Return the axes that are drawn on, by the single pointer's codes."""
    found = {code: said.get(code) or said.get(other) for code, other in _FALL_BACK.items()}
    return {code: Axis(*info) for code, info in found.items() if info is not None}
