"""The QR and barcode scanner: on a serial line, as a keyboard, or a camera."""

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from drivers.catalog import Opening
from drivers.code_scanner import commands
from drivers.code_scanner.camera import CameraPort, Found, Trouble, read_lines
from drivers.code_scanner.filter import Judge, Refused
from drivers.code_scanner.hid import HidDecoder, TypedCode
from drivers.code_scanner.options import Options
from drivers.code_scanner.protocol import Decoder, RawCode, Spoiled
from drivers.code_scanner.text import Text, decoded, explained
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from hall.domain.ids import DeviceName
from hall.ports.code_scanner import CodeRejected, CodeScanned, CodeScanner
from hall.ports.status import Status, StatusWord

__all__ = ["CameraScanner", "HidScanner", "Options", "SerialScanner", "open_device"]

READ_S = 0.1
"""Also the longest wait of a trigger."""
IDLE_S = 0.1
"""A line quiet this long has ended a code without suffix."""
WRITE_LIMIT_S = 1.0
STUCK_S = 6.0
"""The camera worker tells that it lives every second; starting OpenCV takes some."""

HOLD_AGAIN = "nothing was passed on; if it stays, look at the scanner's suffix, speed and keyboard layout (US)"
NEXT_STEPS = {
    "the code is too long": "nothing was passed on; a visitor showed something else; own ones: options.longest",
    "the code was cut off": "nothing was passed on; if it stays, set options.suffix to what the scanner sends",
    "key presses were lost": "nothing was passed on; if it stays, the machine is too slow, or take USB-COM mode",
    "the code holds control characters": "nothing was passed on; if own codes do, set the scanner to plain text",
    "a setup code of the scanner": "the kiosk did not see it, the scanner may have obeyed it: check it, or lock setup",
}
"""What a technician does about a refused code; nothing of the code itself is told."""
REFUSED = "is `model` the maker's? If so, set it to be triggered by the host"
READY = Status(StatusWord.READY)
SILENT = Status(StatusWord.UNKNOWN, "the port is open; this scanner tells nothing before its first code")


class _Scanner(ABC):
    """What all three have in common: one thread, one judge."""

    def __init__(self, opening: Opening, options: Options, open_port: Callable[[], Transport]) -> None:
        self._judge = Judge(options.longest, setup_codes=options.setup_codes)
        self._to_send: deque[bytes] = deque(maxlen=16)
        self._supervised = Supervised(opening.name, open_port, self._serve, opening.emit)

    @property
    def name(self) -> DeviceName:
        """As configured."""
        return self._supervised.life.name

    def status(self) -> Status:
        """Last known status."""
        return self._supervised.life.status

    def trigger(self, on: bool) -> None:
        """Switch light and reading on or off where the model can; else nothing happens."""
        if data := self._trigger_bytes(on):
            self._to_send.append(data)

    def close(self) -> None:
        """End the thread, give the port back."""
        self._supervised.close()

    def _serve(self, port: Transport, life: Life) -> None:
        self._begin(life)
        while not life.stopping.is_set():
            while self._to_send:
                port.write(self._to_send.popleft(), WRITE_LIMIT_S)
            self._turn(port, life)

    @abstractmethod
    def _trigger_bytes(self, on: bool) -> bytes:
        """Return what to send."""

    @abstractmethod
    def _begin(self, life: Life) -> None:
        """Start afresh on a port just opened."""

    @abstractmethod
    def _turn(self, port: Transport, life: Life) -> None:
        """Read once."""

    def _tell(self, text: Text | None, life: Life) -> None:
        if text is None:
            self._reject("the code is in an unknown encoding", life)
            return
        verdict = self._judge.judge(text.text, time.monotonic())
        if isinstance(verdict, Refused):
            self._reject(verdict.reason, life)
        elif verdict is not None:
            life.emit(CodeScanned(life.name, verdict.text, text.symbology))

    def _reject(self, reason: str, life: Life) -> None:
        life.emit(CodeRejected(life.name, reason))
        life.remark(f"{reason}; {NEXT_STEPS.get(reason, HOLD_AGAIN)}")


class SerialScanner(_Scanner):
    """USB-COM or RS-232."""

    def __init__(self, opening: Opening, row: dict[str, Any], options: Options) -> None:
        self._dialect: str = row["dialect"]
        self._suffix: str = options.suffix or row["suffix"]
        line = LineSettings(baud=options.baud or row["baud"])
        self._decoder = Decoder(self._dialect, self._suffix)
        super().__init__(opening, options, lambda: open_stream(opening.address, line))

    def _trigger_bytes(self, on: bool) -> bytes:
        return commands.trigger(self._dialect, on)

    def _begin(self, life: Life) -> None:
        self._decoder = Decoder(self._dialect, self._suffix)
        life.report(SILENT)

    def _turn(self, port: Transport, life: Life) -> None:
        data = port.read(512, IDLE_S if self._decoder.partial else READ_S)
        for event in self._decoder.feed(data) if data else self._decoder.idle():
            if isinstance(event, Spoiled):
                self._reject(event.reason, life)
                continue
            text = decoded(event.data) if isinstance(event, RawCode) else None
            if text is not None or not isinstance(event, RawCode):
                life.report(READY)  # noise and a wrong speed are bytes too, and prove no scanner
            if isinstance(event, RawCode):
                self._tell(text, life)
            elif event.refused:
                life.remark(f"the scanner refused a command: {event.refused}; {REFUSED}")


class HidScanner(_Scanner):
    """Keyboard mode, grabbed, so that its keys reach no window."""

    def __init__(self, opening: Opening, row: dict[str, Any], options: Options) -> None:
        self._suffix: str = options.suffix or row["suffix"]
        self._alt_codes = options.alt_codes
        self._decoder = self._fresh()
        super().__init__(opening, options, lambda: open_stream(opening.address, LineSettings()))

    def _fresh(self) -> HidDecoder:
        return HidDecoder(suffix=self._suffix, alt_codes=self._alt_codes)

    def _trigger_bytes(self, on: bool) -> bytes:
        del on
        return b""

    def _begin(self, life: Life) -> None:
        self._decoder = self._fresh()
        life.report(READY)  # the kernel has it enumerated, and the grab succeeded

    def _turn(self, port: Transport, life: Life) -> None:
        data = port.read(24 * 64, IDLE_S if self._decoder.partial else READ_S)
        events: Sequence[TypedCode | Spoiled] = self._decoder.feed(data) if data else self._decoder.idle()
        for event in events:
            if isinstance(event, Spoiled):
                self._reject(event.reason, life)
            else:
                self._tell(explained(event.text, "hid"), life)


class CameraScanner(_Scanner):
    """A camera, looked through by a process of its own."""

    def __init__(self, opening: Opening, options: Options) -> None:
        self._heard_at = 0.0
        self._rest = bytearray()
        super().__init__(
            opening, options, lambda: CameraPort(opening.address, width=options.width, height=options.height)
        )

    def _trigger_bytes(self, on: bool) -> bytes:
        return b"on\n" if on else b"off\n"

    def _begin(self, life: Life) -> None:
        del life
        self._heard_at = time.monotonic()
        self._rest.clear()

    def _turn(self, port: Transport, life: Life) -> None:
        self._rest += port.read(65536, READ_S)
        for line in read_lines(self._rest):
            self._heard_at = time.monotonic()
            if isinstance(line, Found):
                life.report(READY)
                self._tell(Text(line.text, "", line.symbology), life)
            else:
                life.report(_camera_status(line))
        if time.monotonic() - self._heard_at > STUCK_S:
            raise TransportLost("the camera worker is stuck and is started again")


def _camera_status(trouble: Trouble) -> Status:
    return Status(StatusWord.OFFLINE, trouble.reason) if trouble.reason else READY


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> CodeScanner:
    """Open the scanner that the row describes."""
    if row["transport"] == "camera":
        return CameraScanner(opening, options)
    if row["transport"] == "hid":
        return HidScanner(opening, row, options)
    return SerialScanner(opening, row, options)
