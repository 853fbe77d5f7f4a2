"""``python -m drivers.code_scanner.camera_worker SOURCE WIDTH HEIGHT``: look for codes until the input closes.

Messages out: `camera.py`. Lines in: ``off`` stops looking, ``on`` looks again. A process of its own, so it imports
only what it needs and OpenCV uses one thread.
"""

import json
import os
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from typing import Any

from drivers.freshness import Freshness

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

ALIVE_S = 1.0
COARSE = 8
"""Every so many dots of a picture tell whether it is another one: a sensor's noise is in all of them."""
SHORTEST_TURN_S = 0.06
"""At most some 16 pictures a second: enough for a hand, and half a core at most."""


def tell(**fields: str) -> None:
    """Print one message."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def _obey(looking: threading.Event) -> None:
    for line in sys.stdin:
        (looking.set if line.strip() == "on" else looking.clear)()
    os._exit(0)  # the parent is gone; nothing here is worth saving


def look(frames: Iterator[Any], looking: threading.Event) -> None:
    """Look at picture after picture."""
    from drivers.code_scanner.seeing import Eye

    eye, told_at = Eye(), float("-inf")
    fresh = Freshness(time.monotonic())
    for picture in frames:
        began = time.monotonic()
        if picture is not None:
            fresh.came(zlib.crc32(picture[::COARSE, ::COARSE].tobytes()), began)
        if began - told_at >= ALIVE_S:
            status = fresh.status(began)
            tell(trouble="" if status.usable else status.reason)
            told_at = began
        if picture is None or not looking.is_set():
            continue
        for text, kind in eye.codes(picture):
            tell(code=text, format=kind)
        time.sleep(max(0.0, SHORTEST_TURN_S - (time.monotonic() - began)))


def main(source: str, width: int, height: int) -> int:
    """Run until the source or the parent goes."""
    import cv2

    from drivers.code_scanner.frames import NoPictures, open_frames

    cv2.setNumThreads(1)
    looking = threading.Event()
    looking.set()
    threading.Thread(target=_obey, args=(looking,), daemon=True).start()
    try:
        look(open_frames(source, width, height), looking)
    except (NoPictures, cv2.error) as problem:
        tell(trouble=str(problem))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
