"""``python -m drivers.document_camera.camera_worker SOURCE OPTIONS``: look, until the input closes.

Messages out and requests in: `protocol.py`; OPTIONS is `options.Options` as JSON. A process of its own, so that
OpenCV's memory, threads and crashes are no part of the kiosk; it imports only what it needs, and OpenCV uses one
thread. Two threads here: one takes frames off the camera as fast as they come, so that none is old; the other does
what is asked.
"""

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

import cv2
import msgspec

from drivers.document_camera.finding import Picture
from drivers.document_camera.frames import Frame, Frames, fingerprint, open_frames, seen, whole
from drivers.document_camera.options import Options
from drivers.document_camera.protocol import Alive, Gone, Head, Looked, Message, Missed, Taken, request, to_bytes
from drivers.document_camera.taking import TOO_DARK, page_of, preview_of, too_dark
from drivers.freshness import REOPEN_S, Freshness
from drivers.jpeg_source import NoPictures
from hall.ports.status import StatusWord

ALIVE_S = 0.5
PREVIEW_S = 0.1
SETTLE_S = 2.0
"""So long a paper may move until it is photographed all the same."""
NEXT_S = 3.0
"""So long a picture is waited for; one that is late is told by the status first."""
STILL = 4.0
"""Mean difference of two small pictures that show the same thing, in steps of 255."""
TURN_S = 0.05


class Eye:
    """The newest frame, and how fresh it is. Filled by its own thread."""

    def __init__(self, opened: Callable[[], Frames], clock: Callable[[], float] = time.monotonic) -> None:
        self._open, self._clock = opened, clock
        self.fresh = Freshness(clock())
        self.gone = ""
        self._frame: Frame | None = None
        self._changed = threading.Condition()
        self._anew = threading.Event()

    def look(self) -> None:
        """Take frames until the camera goes."""
        try:
            while True:
                self._look_once()
        except (NoPictures, cv2.error) as problem:
            with self._changed:
                self.gone = str(problem) or "the camera went"
                self._changed.notify_all()

    def _look_once(self) -> None:
        """Look until the camera is to be opened anew."""
        frames = self._open()
        self._anew.clear()
        try:
            for frame in frames:
                if frame is not None:
                    self.take(frame)
                if self._anew.is_set():
                    return
        finally:
            frames.close()

    def take(self, frame: Frame) -> None:
        """Keep a frame if it is another one than that before."""
        frame = whole(frame)
        mark = fingerprint(frame)
        with self._changed:
            if self.fresh.came(mark, self._clock()):
                self._frame = frame
                self._changed.notify_all()

    def open_anew(self) -> None:
        """Close and open the camera: what hangs may wake."""
        with self._changed:
            self.fresh.reopened(self._clock())
        self._anew.set()

    def newest(self) -> tuple[int, Frame | None]:
        """Return number and frame."""
        with self._changed:
            return self.fresh.count, self._frame

    def after(self, count: int, wait_s: float) -> tuple[int, Frame | None]:
        """Return the first frame later than a number, or None when there was none in time or the camera went."""
        with self._changed:
            self._changed.wait_for(lambda: self.fresh.count > count or self.gone, wait_s)
            return self.fresh.count, self._frame if self.fresh.count > count else None


class Worker:
    """Does what is asked, one thing after the other."""

    def __init__(self, eye: Eye, options: Options, out: BinaryIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._eye, self._options, self._out, self._clock = eye, options, out, clock
        self._asked: deque[int] = deque(maxlen=16)
        self._previews = False
        self._told_at = self._shown_at = float("-inf")
        self._shown = 0

    def ask(self, line: str) -> None:
        """Take a request; from the thread that reads them."""
        wanted = request(line)
        if isinstance(wanted, bool):
            self._previews = wanted
        elif wanted is not None:
            self._asked.append(wanted)

    def run(self) -> None:
        """Turn until the camera goes."""
        while not self._eye.gone:
            self.turn()
            self._eye.after(self._eye.fresh.count, TURN_S)
        self._say(Gone(self._eye.gone))

    def turn(self) -> None:
        """Tell that the camera lives, take the page asked for, show a preview."""
        now = self._clock()
        if now - self._told_at >= ALIVE_S:
            self._told_at = now
            status = self._eye.fresh.status(now)
            self._say(Alive(status.word, status.reason))
        if self._eye.fresh.still_since(now) >= REOPEN_S:
            self._eye.open_anew()
        if self._asked:
            self._take(self._asked.popleft())
        if self._previews and now - self._shown_at >= PREVIEW_S:
            self._show(now)

    def _show(self, now: float) -> None:
        count, frame = self._eye.newest()
        if frame is None or count == self._shown:
            return
        self._shown_at, self._shown = now, count
        picture = seen(frame, 4)
        if picture is not None:
            self._say(Looked(), preview_of(picture, self._options.rotate))

    def _take(self, number: int) -> None:
        frame = self._settled()
        picture = None if frame is None else seen(frame)
        if picture is None:
            status = self._eye.fresh.status(self._clock())
            reason = self._eye.gone or status.reason or "the picture is broken; look at the camera's cable"
            word = StatusWord.OFFLINE if self._eye.gone else StatusWord.FAULT
            self._say(Missed(number, word, reason))
        elif too_dark(picture):
            self._say(Missed(number, StatusWord.FAULT, TOO_DARK))
        else:
            made = page_of(picture, self._options.quality, self._options.rotate, self._options.mat)
            self._say(Taken(number, made.width, made.height, made.dpi, made.found), made.jpeg)

    def _settled(self) -> Frame | None:
        """Return a frame begun after the request, when two in a row show the same: nothing moves any more."""
        count, frame = self._eye.after(self._eye.fresh.count, NEXT_S)
        small = None if frame is None else seen(frame, 8)
        until = self._clock() + SETTLE_S
        while small is not None:
            count, later = self._eye.after(count, NEXT_S)
            if later is None:
                return None
            frame, before, small = later, small, seen(later, 8)
            if self._clock() >= until or (small is not None and _alike(before, small)):
                break
        return frame

    def _say(self, head: Head, body: bytes = b"") -> None:
        self._out.write(to_bytes(Message(head, body)))
        self._out.flush()


def _alike(one: Picture, other: Picture) -> bool:
    return one.shape == other.shape and float(cv2.absdiff(one, other).mean()) < STILL


def _read_requests(worker: Worker) -> None:
    for line in sys.stdin:
        worker.ask(line)
    os._exit(0)  # the parent is gone; nothing here is worth saving


def _own_output() -> BinaryIO:
    """Return the pipe to the parent, and leave no library a way to print into it."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return out


def main(source: str, given: str) -> int:
    """Run until the camera or the parent goes."""
    options = msgspec.json.decode(given, type=Options)
    cv2.setNumThreads(1)
    eye = Eye(lambda: open_frames(source, options.width, options.height))
    worker = Worker(eye, options, _own_output())
    threading.Thread(target=_read_requests, args=(worker,), daemon=True).start()
    threading.Thread(target=eye.look, daemon=True).start()
    worker.run()
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
