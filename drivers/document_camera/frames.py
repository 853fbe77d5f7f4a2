"""Frames for the camera worker: from a video node at its best size, or as JPEGs from a FIFO or a TCP port.

A frame stays as the camera sent it (MJPEG where it can) until somebody wants to see it: most are never decoded.
"""

import os
import stat
from collections.abc import Generator
from typing import Any
from zlib import crc32

import cv2
import numpy

from drivers.document_camera.finding import Picture
from drivers.document_camera.sizes import best_given, offered_by, to_ask
from drivers.jpeg_source import NoPictures, connected, newest_jpegs, opened
from drivers.jpeg_stream import END, START

VIDEO_MAJOR = 81
"""The kernel's number of video4linux devices."""
LARGEST_JPEG = 24_000_000
SCAN = b"\xff\xda"
Frame = bytes | Picture
Frames = Generator[Frame | None, None, None]


def open_frames(source: str, width: int, height: int) -> Frames:
    """Yield frames for ever; None when there was nothing for a moment. 0 is no limit to the size.

    Raises:
        NoPictures: now, or when the source goes.

    """
    if source.startswith("tcp:"):
        return newest_jpegs(source, connected(source), LARGEST_JPEG)
    try:
        mode = os.stat(source)
    except OSError as problem:
        raise NoPictures(f"{source}: {problem.strerror}; check the camera's cable and name") from problem
    if stat.S_ISCHR(mode.st_mode) and os.major(mode.st_rdev) == VIDEO_MAJOR:
        capture = cv2.VideoCapture(source, cv2.CAP_V4L2)
        return captured(capture, source, to_ask(offered_by(source), (width, height)))
    return newest_jpegs(source, opened(source), LARGEST_JPEG)


def captured(capture: Any, source: str, sizes: list[tuple[int, int]]) -> Frames:
    """Yield what a camera gives at the best of some sizes, MJPEG undecoded if it can.

    Raises:
        NoPictures: it cannot be opened, or was unplugged.

    """
    try:
        if not capture.isOpened():
            raise NoPictures(f"{source}: cannot be opened; another program may use it")
        _settle(capture, sizes)
        while True:
            there, picture = capture.read()
            if not there:
                raise NoPictures(f"{source}: no more pictures; was the camera unplugged?")
            yield as_frame(picture)
    finally:
        capture.release()


def _settle(capture: Any, sizes: list[tuple[int, int]]) -> None:
    mjpeg = cv2.VideoWriter.fourcc(*"MJPG")
    capture.set(cv2.CAP_PROP_FOURCC, mjpeg)

    def ask(size: tuple[int, int]) -> tuple[int, int]:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        return int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))

    best_given(sizes, ask)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    if int(capture.get(cv2.CAP_PROP_FOURCC)) == mjpeg:
        capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)


def as_frame(picture: Picture) -> Frame | None:
    """Return OpenCV's picture as a frame: bytes where it is an undecoded JPEG; None for a broken one.

    OpenCV may hand out the whole buffer: behind the JPEG's end stands what was left of an earlier one.
    """
    if picture.ndim == 3 and picture.shape[2] == 3:
        return picture
    data = picture.tobytes()
    end = data.find(END, len(START))
    return data[: end + len(END)] if data.startswith(START) and end > 0 else None


def whole(frame: Frame) -> Frame:
    """Return the last picture of a frame that lost its middle: a beginning cut off by the next picture's."""
    return frame[frame.rfind(START) :] if isinstance(frame, bytes) else frame


def fingerprint(frame: Frame) -> int:
    """Return a number that is another one for any other look of the sensor: its noise is never the same twice.

    Of a JPEG only the picture counts, not what a camera writes before it (a counter, a time).
    """
    if isinstance(frame, bytes):
        return crc32(frame[max(0, frame.rfind(SCAN)) :])
    return crc32(numpy.ascontiguousarray(frame[::8]).tobytes())


def seen(frame: Frame, shrunk: int = 1) -> Picture | None:
    """Return the picture (BGR), a fraction (1, 4 or 8) of its size if wanted; None where it is broken."""
    if isinstance(frame, bytes):
        flags = {1: cv2.IMREAD_COLOR, 4: cv2.IMREAD_REDUCED_COLOR_4, 8: cv2.IMREAD_REDUCED_COLOR_8}
        try:
            decoded: Picture | None = cv2.imdecode(numpy.frombuffer(frame, numpy.uint8), flags[shrunk])
        except cv2.error:
            return None
        return decoded
    height, width = frame.shape[:2]
    size = (max(1, width // shrunk), max(1, height // shrunk))
    return frame if shrunk == 1 else cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
