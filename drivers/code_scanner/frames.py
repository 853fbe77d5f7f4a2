"""Pictures for the camera worker: from a camera, a recording, a folder, or a stream of JPEGs. Grey, one at a time."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from drivers.jpeg_source import POLL_S, NoPictures, connected, newest_jpegs, opened

__all__ = ["Grey", "NoPictures", "open_frames"]

Grey = NDArray[Any]
VIDEO_MAJOR = 81
"""The kernel's number of video4linux devices."""
CLOCK_SLACK_S = 2.0
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp"})


def open_frames(source: str, width: int, height: int) -> Iterator[Grey | None]:
    """Yield pictures for ever; None when there was nothing for `POLL_S`.

    Raises:
        NoPictures: now, or when the source goes.

    """
    if source.startswith("tcp:"):
        return _decoded(newest_jpegs(source, connected(source)))
    try:
        mode = os.stat(source)
    except OSError as problem:
        raise NoPictures(f"{source}: {problem.strerror}; check the camera's cable and name") from problem
    if stat.S_ISDIR(mode.st_mode):
        return _from_folder(Path(source))
    if stat.S_ISREG(mode.st_mode):
        return _from_recording(source)
    if stat.S_ISCHR(mode.st_mode) and os.major(mode.st_rdev) == VIDEO_MAJOR:
        return _from_camera(source, width, height)
    return _decoded(newest_jpegs(source, opened(source)))


def _from_camera(source: str, width: int, height: int) -> Iterator[Grey | None]:
    capture = cv2.VideoCapture(source, cv2.CAP_V4L2)
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    if not capture.isOpened():
        raise NoPictures(f"{source}: cannot be opened; another program may use it")
    return _captured(capture, source)


def _captured(capture: cv2.VideoCapture, source: str) -> Iterator[Grey | None]:
    while True:
        there, picture = capture.read()
        if not there:
            raise NoPictures(f"{source}: no more pictures; was the camera unplugged?")
        yield cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def _from_recording(source: str) -> Iterator[Grey | None]:
    """Play it in a loop at its own speed, as if somebody stood there."""
    while True:
        capture = cv2.VideoCapture(source)
        pause = 1 / (capture.get(cv2.CAP_PROP_FPS) or 25)
        there, picture = capture.read()
        if not there:
            raise NoPictures(f"{source}: OpenCV finds no pictures in it")
        while there:
            yield cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            time.sleep(pause)
            there, picture = capture.read()


def _from_folder(folder: Path) -> Iterator[Grey | None]:
    """Look at each picture that is put there from now on, once, in the order of their names."""
    began, seen = time.time() - CLOCK_SLACK_S, dict[Path, int]()
    while True:
        fresh = [path for path in _pictures(folder) if _is_new(path, began, seen)]
        for path in fresh:
            yield cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if not fresh:
            time.sleep(POLL_S)
            yield None


def _pictures(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    except OSError as problem:
        raise NoPictures(f"{folder}: {problem.strerror}") from problem


def _is_new(path: Path, began: float, seen: dict[Path, int]) -> bool:
    try:
        state = path.stat()
    except OSError:
        return False  # taken away meanwhile
    if state.st_mtime < began or seen.get(path) == state.st_mtime_ns:
        return False
    seen[path] = state.st_mtime_ns
    return True


def _decoded(jpegs: Iterator[bytes | None]) -> Iterator[Grey | None]:
    for jpeg in jpegs:
        yield None if jpeg is None else cv2.imdecode(numpy.frombuffer(jpeg, numpy.uint8), cv2.IMREAD_GRAYSCALE)
