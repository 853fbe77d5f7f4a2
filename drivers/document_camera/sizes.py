"""The sensor's best size: what the kernel says a camera offers, and asking for it.

Video4Linux lists a camera's sizes by VIDIOC_ENUM_FRAMESIZES (linux/videodev2.h: `_IOWR('V', 74, struct
v4l2_frmsizeenum)`, 44 bytes: index, pixel format, type, then width and height, or the steps' ends). A driver that does
not list them is asked for usual sensor sizes, the largest first; it answers with the nearest it has.
"""

import fcntl
import os
import struct
from collections.abc import Callable

ENUM_FRAMESIZES = 0xC02C564A
ENTRY = struct.Struct("=III6I2I")
DISCRETE = 1
MJPEG = int.from_bytes(b"MJPG", "little")
MOST_ENTRIES = 64
USUAL = (
    (5664, 4248), (4896, 3672), (4656, 3496), (4208, 3120), (4160, 3120), (3840, 2880), (3672, 2754), (3264, 2448),
    (3840, 2160), (2592, 1944), (2048, 1536), (1920, 1080), (1600, 1200), (1280, 960), (1280, 720), (640, 480),
)  # fmt: skip
"""Of document cameras on sale: 24, 18, 16, 13, 12, 11, 10, 8, 5, 3 megapixels and less."""

Size = tuple[int, int]
Asked = Callable[[int, int, bytearray], object]


def offered(descriptor: int, pixel_format: int = MJPEG, ask: Asked = fcntl.ioctl) -> list[Size]:
    """Return the sizes that a video node offers in a format; none where the driver does not say."""
    found = []
    for index in range(MOST_ENTRIES):
        entry = bytearray(ENTRY.pack(index, pixel_format, *([0] * 9)))
        try:
            ask(descriptor, ENUM_FRAMESIZES, entry)
        except OSError:
            break
        _, _, kind, *numbers = ENTRY.unpack(entry)
        # Discrete: width, height. Stepwise: least, most and step of the width, then of the height.
        found.append((numbers[0], numbers[1]) if kind == DISCRETE else (numbers[1], numbers[4]))
        if kind != DISCRETE:
            break
    return found


def offered_by(node: str) -> list[Size]:
    """Return the sizes of a video node by its name; none where it cannot be opened."""
    try:
        descriptor = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        return offered(descriptor)
    finally:
        os.close(descriptor)


def to_ask(sizes: list[Size], limit: Size) -> list[Size]:
    """Return sizes to ask for, the largest first, none beyond the limit (0 for no limit)."""
    within = [size for size in sizes or USUAL if _within(size, limit)]
    return sorted(within or [(limit[0] or 640, limit[1] or 480)], key=_area, reverse=True)


def best_given(sizes: list[Size], ask: Callable[[Size], Size]) -> Size:
    """Ask for one size after the other until one is given as asked; else ask again for the largest that was given."""
    given: list[Size] = []
    for size in sizes:
        given.append(ask(size))
        if given[-1] == size:
            return size
    best = max(given, key=_area)
    return best if best == given[-1] else ask(best)


def _within(size: Size, limit: Size) -> bool:
    return all(most == 0 or side <= most for side, most in zip(size, limit, strict=True))


def _area(size: Size) -> int:
    return size[0] * size[1]
