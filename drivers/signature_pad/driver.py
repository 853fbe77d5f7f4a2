"""Life of a signature pad: grabbed, so that a pen never moves the kiosk's pointer; told only while collecting."""

from typing import Any

from drivers.catalog import Opening
from drivers.signature_pad.axes import asked_axes
from drivers.signature_pad.model import assumed_axes, decoder_of, field_in
from drivers.signature_pad.options import Options
from drivers.signature_pad.protocol import Down, Field, Key, Lifted, Moved, PenDecoder, PenEvent
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from hall.domain.ids import DeviceName
from hall.ports.signature_pad import PadKey, PenDown, PenMoved, PenUp, SignaturePad, StrokeLost
from hall.ports.status import Status, StatusWord

__all__ = ["DigitizerPad", "Options", "open_device"]

READ_S = 0.2
READ_BYTES = 24 * 256
STALE_READS = 200
"""A pipe holds a megabyte at most."""
READY = Status(StatusWord.READY)
NO_FIELD = "has no axes to draw on; it is not the pad's node: take the one that `suggest` calls a digitizer"


class DigitizerPad:
    """SignaturePad over input records."""

    def __init__(self, opening: Opening, row: dict[str, Any], options: Options) -> None:
        self._address, self._row, self._options = opening.address, row, options
        self._asked = (0, False)
        """How often somebody asked, and what for; set by the flow's thread, the device's thread follows."""
        self._supervised = Supervised(
            opening.name, lambda: open_stream(opening.address, LineSettings()), self._serve, opening.emit
        )

    @property
    def name(self) -> DeviceName:
        """As configured."""
        return self._supervised.life.name

    def status(self) -> Status:
        """Last known status."""
        return self._supervised.life.status

    def collect(self, on: bool) -> None:
        """Begin a new signature, or end it; a stroke that is being drawn is not part of the new one."""
        self._asked = (self._asked[0] + 1, on)
        self._supervised.wake()

    def close(self) -> None:
        """End the thread, give the pad back."""
        self._supervised.close()

    def _serve(self, port: Transport, life: Life) -> None:
        decoder = decoder_of(self._field(), self._row, self._options)
        life.report(READY)  # the kernel has it enumerated, and the grab succeeded
        seen, collecting = self._asked
        try:
            while not life.stopping.is_set():
                data = port.read(READ_BYTES, READ_S)
                if self._asked[0] != seen:
                    seen, collecting = self._asked
                    _begin(port, decoder, data)
                    continue
                for event in decoder.feed(data):
                    if collecting:
                        life.emit(_worded(event, life.name))
        except TransportLost:
            if decoder.drawing and collecting:
                life.emit(StrokeLost(life.name))
            raise

    def _field(self) -> Field:
        scheme, _, path = self._address.partition(":")
        asked = scheme == "evdev"
        axes = asked_axes(self._address, path) if asked else assumed_axes(self._row, self._options)
        field = field_in(axes, self._row, self._options)
        if field is None:
            raise TransportLost(f"{self._address}: {NO_FIELD}")
        return field


def _begin(port: Transport, decoder: PenDecoder, data: bytes) -> None:
    """Begin a signature with what comes from now on; what lay in the pipe was drawn before."""
    for _ in range(STALE_READS):
        decoder.feed(data)
        if not (data := port.read(READ_BYTES, 0)):
            break
    decoder.begin()


def _worded(event: PenEvent, name: DeviceName) -> PenDown | PenMoved | PenUp | PadKey | StrokeLost:
    match event:
        case Down(point):
            return PenDown(name, point)
        case Moved(point):
            return PenMoved(name, point)
        case Lifted():
            return PenUp(name)
        case Key(key):
            return PadKey(name, key)
    return StrokeLost(name)


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> SignaturePad:
    """Open the pad; it reconnects by itself until closed."""
    return DigitizerPad(opening, row, options)
