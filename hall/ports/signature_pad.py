"""The signature pad (手写签名屏): strokes, as they were drawn."""

from typing import Protocol

import msgspec

from hall.domain.ids import DeviceName
from hall.domain.signature import Point
from hall.ports.status import Device


class PenDown(msgspec.Struct, frozen=True, tag="pen_down"):
    """A stroke begins."""

    device: DeviceName
    point: Point


class PenMoved(msgspec.Struct, frozen=True, tag="pen_moved"):
    """The stroke goes on."""

    device: DeviceName
    point: Point


class PenUp(msgspec.Struct, frozen=True, tag="pen_up"):
    """The stroke ends."""

    device: DeviceName


class StrokeLost(msgspec.Struct, frozen=True, tag="stroke_lost"):
    """Part of the stroke begun last is missing (lost records, a pulled cable): forget it; the next begins anew."""

    device: DeviceName


class PadKey(msgspec.Struct, frozen=True, tag="pad_key"):
    """A key of the pad itself: ``confirm``, ``clear`` or ``cancel``."""

    device: DeviceName
    key: str


class SignaturePad(Device, Protocol):
    """Emits the events above while `collect(True)`; a pad with a screen shows an empty field then."""

    def collect(self, on: bool) -> None: ...
