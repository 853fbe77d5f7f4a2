"""The document camera: pages from a worker process, previews, and the camera's own button."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Any

from drivers import binding
from drivers.catalog import Opening
from drivers.document_camera import protocol
from drivers.document_camera.camera import CameraPort
from drivers.document_camera.options import Options
from drivers.document_camera.protocol import Alive, Gone, KeyPresses, Looked, Message, Missed, Taken
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from hall.domain.document import Document, Page
from hall.domain.ids import DeviceName
from hall.ports.document_camera import DocumentCamera, PageNotTaken, PageTaken, Preview, ShutterPressed
from hall.ports.status import Emit, Status, StatusChanged, StatusWord

__all__ = ["Options", "UvcDocumentCamera", "open_device"]

READ_S = 0.2
READ_BYTES = 1 << 20
WRITE_S = 1.0
STUCK_S = 10.0
"""The worker tells that it lives twice a second, but not while it squares a large page."""
STARTING_S = 30.0
"""Until its first word: a machine that starts all its programs at once takes long to load OpenCV."""
TAKE_S = 12.0
"""The longest that `take_page` blocks: a camera that starts, a paper that moves, a slow machine."""
LOOK_S = 0.1
BOUNCE_S = 0.4
"""A button pressed again within this time is the same press."""

SLOW = Status(StatusWord.FAULT, "the camera did not answer in time; it is started again by itself if that stays")
CLOSED = Status(StatusWord.OFFLINE, "closed")


class UvcDocumentCamera:
    """A camera looked through by a process of its own; this process never loads OpenCV."""

    def __init__(self, opening: Opening, options: Options) -> None:
        self._pending: dict[int, Future[PageTaken | PageNotTaken]] = {}
        self._to_send: deque[bytes] = deque(maxlen=64)
        self._number = 0
        self._previews = False
        self._lock = threading.Lock()
        self._button: ShutterButton | None = None
        self._supervised = Supervised(
            opening.name, lambda: CameraPort(opening.address, options), self._serve, opening.emit
        )
        if options.shutter:
            self._button = ShutterButton(opening.name, options.shutter, opening.emit, self._supervised.life.remark)

    @property
    def name(self) -> DeviceName:
        """As configured."""
        return self._supervised.life.name

    def status(self) -> Status:
        """Last known status."""
        return self._supervised.life.status

    def preview(self, on: bool) -> None:
        """Emit `Preview` events, or stop."""
        self._previews = on
        self._ask(protocol.preview(on))

    def take_page(self) -> PageTaken | PageNotTaken:
        """Photograph what lies there now; blocks at most `TAKE_S`."""
        number, answer = self._request()
        try:
            return self._awaited(answer)
        finally:
            with self._lock:
                self._pending.pop(number, None)

    def bind(self, pages: tuple[Page, ...]) -> Document:
        """Put pages together in this order as one PDF. Pages stay as they are."""
        return binding.bind(pages)

    def close(self) -> None:
        """End threads and worker, give the camera back."""
        if self._button is not None:
            self._button.close()
        self._supervised.close()

    def _request(self) -> tuple[int, Future[PageTaken | PageNotTaken]]:
        answer: Future[PageTaken | PageNotTaken] = Future()
        with self._lock:
            self._number += 1
            number = self._number
            self._pending[number] = answer
        self._ask(protocol.take(number))
        return number, answer

    def _ask(self, line: bytes) -> None:
        self._to_send.append(line)
        self._supervised.wake()

    def _awaited(self, answer: Future[PageTaken | PageNotTaken]) -> PageTaken | PageNotTaken:
        """Wait for the answer as long as the camera is there."""
        deadline = time.monotonic() + TAKE_S
        while time.monotonic() < deadline:
            try:
                return answer.result(timeout=LOOK_S)
            except NotYet:
                if self._supervised.life.stopping.is_set():
                    return PageNotTaken(CLOSED)
                if self.status().word is StatusWord.OFFLINE:
                    return PageNotTaken(self.status())
        return PageNotTaken(SLOW)

    def _serve(self, port: Transport, life: Life) -> None:
        decoder, patience_until = protocol.Decoder(), time.monotonic() + STARTING_S
        if self._previews:
            port.write(protocol.preview(on=True), WRITE_S)
        while not life.stopping.is_set():
            while self._to_send:
                port.write(self._to_send.popleft(), WRITE_S)
            for message in decoder.feed(port.read(READ_BYTES, READ_S)):
                patience_until = time.monotonic() + STUCK_S
                self._heard(message, life)
            if time.monotonic() > patience_until:
                raise TransportLost("the camera worker is stuck and is started again")

    def _heard(self, message: Message, life: Life) -> None:
        head = message.head
        if isinstance(head, Alive):
            life.report(Status(head.word, head.reason))
        elif isinstance(head, Looked):
            if self._previews:
                life.emit(Preview(life.name, message.body))
        elif isinstance(head, Taken):
            page = Page(message.body, head.width, head.height, head.dpi)
            self._answer(head.number, PageTaken(page, head.found))
        elif isinstance(head, Missed):
            self._answer(head.number, PageNotTaken(Status(head.word, head.reason)))
        elif isinstance(head, Gone):
            raise TransportLost(head.reason)

    def _answer(self, number: int, outcome: PageTaken | PageNotTaken) -> None:
        with self._lock:
            waiting = self._pending.pop(number, None)
        if waiting is not None:
            waiting.set_result(outcome)


class ShutterButton:
    """The camera's own button: an input device beside it, watched by a thread of its own."""

    def __init__(self, name: DeviceName, address: str, emit: Emit, remark: Callable[[str], None]) -> None:
        self._name, self._emit, self._remark = name, emit, remark
        self._supervised = Supervised(
            DeviceName(f"{name}-button"), lambda: open_stream(address, LineSettings()), self._serve, self._note
        )

    def close(self) -> None:
        """End the thread, give the input device back."""
        self._supervised.close()

    def _serve(self, port: Transport, life: Life) -> None:
        presses, pressed_at = KeyPresses(), float("-inf")
        life.report(Status(StatusWord.READY))
        while not life.stopping.is_set():
            if not presses.feed(port.read(24 * 64, READ_S)):
                continue
            now = time.monotonic()
            if now - pressed_at >= BOUNCE_S:
                self._emit(ShutterPressed(self._name))
            pressed_at = now

    def _note(self, event: object) -> None:
        """Tell a lost button as a remark of the camera: the hall knows one device, and that one still takes pages."""
        if isinstance(event, StatusChanged) and not event.status.usable:
            self._remark(f"the camera's own button: {event.status.reason}")


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> DocumentCamera:
    """Open the document camera at an address; the row tells nothing that the camera does not tell itself."""
    del row
    return UvcDocumentCamera(opening, options)
