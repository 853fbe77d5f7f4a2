"""Best size, undecoded frames, and what tells a frozen camera from a quiet one."""

import os
from typing import Any

import cv2
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import freshness
from drivers.document_camera.frames import as_frame, captured, fingerprint, open_frames, seen, whole
from drivers.document_camera.sizes import ENTRY, ENUM_FRAMESIZES, MJPEG, USUAL, best_given, offered, offered_by, to_ask
from drivers.freshness import Freshness
from drivers.jpeg_source import NoPictures
from hall.ports.status import StatusWord

MJPG = cv2.VideoWriter.fourcc(*"MJPG")


def jpeg(shade: int, width: int = 64, height: int = 48) -> bytes:
    return bytes(cv2.imencode(".jpg", numpy.full((height, width, 3), shade, numpy.uint8))[1])


class Sensor:
    """What OpenCV shows of a camera that knows some sizes, and gives the nearest of them."""

    def __init__(self, sizes: list[tuple[int, int]], mjpeg: bool = True, pictures: int = 2) -> None:
        self.sizes, self.mjpeg, self.left = sizes, mjpeg, pictures
        self.set_to: dict[int, float] = {}
        self.released = False

    def isOpened(self) -> bool:
        return bool(self.sizes)

    def set(self, what: int, value: float) -> bool:
        self.set_to[what] = value
        return True

    def get(self, what: int) -> float:
        if what == cv2.CAP_PROP_FOURCC:
            return float(MJPG) if self.mjpeg else 0.0
        width, height = self.size()
        return float(width if what == cv2.CAP_PROP_FRAME_WIDTH else height)

    def size(self) -> tuple[int, int]:
        wanted = self.set_to.get(cv2.CAP_PROP_FRAME_WIDTH, 640) * self.set_to.get(cv2.CAP_PROP_FRAME_HEIGHT, 480)
        return min(self.sizes, key=lambda size: abs(size[0] * size[1] - wanted))

    def read(self) -> tuple[bool, Any]:
        self.left -= 1
        if self.left < 0:
            return False, None
        width, height = self.size()
        if self.set_to.get(cv2.CAP_PROP_CONVERT_RGB) == 0:
            return True, numpy.frombuffer(jpeg(self.left, width // 8, height // 8), numpy.uint8)[None, :]
        return True, numpy.zeros((height // 8, width // 8, 3), numpy.uint8)

    def release(self) -> None:
        self.released = True


def test_the_largest_size_within_the_limit_is_taken_as_mjpeg_and_left_undecoded() -> None:
    sensor = Sensor([(640, 480), (1920, 1080), (3264, 2448)])
    frames = captured(sensor, "camera", to_ask([], (0, 0)))
    first = next(frames)
    assert sensor.size() == (3264, 2448)
    assert isinstance(first, bytes)
    picture = seen(first)
    assert picture is not None
    assert picture.shape == (306, 408, 3)
    frames.close()
    assert sensor.released


def test_a_camera_without_mjpeg_gives_pictures() -> None:
    frame = next(captured(Sensor([(1280, 720)], mjpeg=False), "camera", [(1280, 720)]))
    assert isinstance(frame, numpy.ndarray)
    shrunk = seen(frame, 4)
    assert shrunk is not None
    assert shrunk.shape == (22, 40, 3)


def test_an_unplugged_or_busy_camera_says_so_and_is_released() -> None:
    gone = Sensor([(640, 480)], pictures=1)
    frames = captured(gone, "cam", [(640, 480)])
    next(frames)
    with pytest.raises(NoPictures, match="unplugged"):
        next(frames)
    assert gone.released
    with pytest.raises(NoPictures, match="another program"):
        next(captured(Sensor([]), "cam", [(640, 480)]))


@given(st.lists(st.sampled_from(USUAL), min_size=1, max_size=5, unique=True), st.integers(0, 4000))
def test_no_size_beyond_the_limit_and_none_smaller_than_need_be(sizes: list[tuple[int, int]], limit: int) -> None:
    asked = to_ask(list(sizes), (limit, 0))
    assert asked == sorted(asked, key=lambda size: size[0] * size[1], reverse=True)
    fitting = [size for size in sizes if limit == 0 or size[0] <= limit]
    assert asked[0] == (max(fitting, key=lambda size: size[0] * size[1]) if fitting else (limit, 480))


def test_the_best_that_was_given_is_asked_for_again() -> None:
    answers = {(9, 9): (2, 2), (5, 5): (4, 4), (3, 3): (1, 1), (4, 4): (4, 4)}
    asked: list[tuple[int, int]] = []

    def ask(size: tuple[int, int]) -> tuple[int, int]:
        asked.append(size)
        return answers[size]

    assert best_given([(9, 9), (5, 5), (3, 3)], ask) == (4, 4)
    assert asked[-1] == (4, 4)


def test_the_kernels_list_of_sizes_is_read_in_both_forms() -> None:
    def kernel(entries: list[tuple[int, ...]]) -> Any:
        def ask(_descriptor: int, number: int, entry: bytearray) -> None:
            index, pixel_format, *_ = ENTRY.unpack(entry)
            assert (number, pixel_format) == (ENUM_FRAMESIZES, MJPEG)
            if index >= len(entries):
                raise OSError(22, "no more")
            entry[:] = ENTRY.pack(index, pixel_format, *entries[index], 0, 0)

        return ask

    discrete = kernel([(1, 640, 480, 0, 0, 0, 0), (1, 2592, 1944, 0, 0, 0, 0)])
    assert offered(0, ask=discrete) == [(640, 480), (2592, 1944)]
    assert offered(0, ask=kernel([(3, 64, 3264, 2, 64, 2448, 2)])) == [(3264, 2448)]
    assert ENTRY.size == 44


def test_what_is_no_camera_offers_nothing(tmp_path: Any) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert offered_by(str(tmp_path / "file")) == []
    assert offered_by(str(tmp_path / "none")) == []


def test_a_missing_camera_or_far_end_says_what_to_do(tmp_path: Any) -> None:
    with pytest.raises(NoPictures, match="check the camera"):
        open_frames(str(tmp_path / "video0"), 0, 0)
    with pytest.raises(NoPictures, match="refused"):
        open_frames("tcp:127.0.0.1:9", 0, 0)


def test_a_fifo_gives_the_newest_picture_and_its_end(tmp_path: Any) -> None:
    os.mkfifo(tmp_path / "camera")
    frames = open_frames(str(tmp_path / "camera"), 0, 0)
    writer = os.open(tmp_path / "camera", os.O_WRONLY)
    os.write(writer, jpeg(1) + jpeg(2))
    assert next(frames) == jpeg(2)
    os.close(writer)
    with pytest.raises(NoPictures, match="hung up"):
        next(frames)


def test_a_picture_cut_off_by_the_next_one_is_not_taken_for_its_beginning() -> None:
    assert whole(jpeg(9)[:200] + jpeg(5)) == jpeg(5)
    assert as_frame(numpy.frombuffer(b"no picture", numpy.uint8)[None, :]) is None
    assert seen(b"\xff\xd8\xffbroken\xff\xd9") is None


def test_of_a_whole_buffer_only_the_picture_is_taken_and_half_a_picture_is_none() -> None:
    buffer = numpy.frombuffer(jpeg(9) + jpeg(5)[300:] + bytes(99), numpy.uint8)[None, :]
    assert as_frame(buffer) == jpeg(9)
    assert as_frame(buffer[:, :200]) is None


def test_a_cameras_jpeg_without_huffman_tables_is_seen() -> None:
    """UVC cameras leave the usual tables out (as in AVI); a reader has to know them."""
    one = jpeg(120)
    bare = one
    while (at := bare.find(b"\xff\xc4")) > 0:
        bare = bare[:at] + bare[at + 2 + int.from_bytes(bare[at + 2 : at + 4], "big") :]
    picture = seen(bare)
    assert len(bare) < len(one)
    assert picture is not None
    assert abs(float(picture.mean()) - 120) < 3


def test_a_counter_in_the_head_of_a_picture_does_not_hide_that_it_is_frozen() -> None:
    one = jpeg(5)
    counted = [one[:2] + b"\xff\xfe\x00\x04" + bytes([0, number]) + one[2:] for number in (1, 2)]
    assert fingerprint(counted[0]) == fingerprint(counted[1])
    assert fingerprint(jpeg(5)) != fingerprint(jpeg(6))
    assert fingerprint(numpy.zeros((9, 9, 3), numpy.uint8)) != fingerprint(numpy.ones((9, 9, 3), numpy.uint8))


def test_a_camera_begins_sees_freezes_and_heals() -> None:
    fresh = Freshness(100.0)
    assert fresh.status(103.9).word is StatusWord.UNKNOWN
    assert fresh.status(104.0) == freshness.NONE_YET
    assert fresh.came(1, 105.0)
    assert fresh.status(106.9) == freshness.READY
    assert not fresh.came(1, 107.0)
    assert fresh.status(107.1) == freshness.FROZEN
    assert fresh.status(109.1) == freshness.SILENT
    assert fresh.came(2, 110.0)
    assert fresh.status(110.1) == freshness.READY
    assert fresh.count == 2


def test_a_camera_that_stands_still_is_opened_anew_only_now_and_then() -> None:
    fresh = Freshness(0.0)
    fresh.came(1, 0.0)
    assert fresh.still_since(10.0) >= freshness.REOPEN_S
    fresh.reopened(10.0)
    assert fresh.still_since(10.1) < freshness.REOPEN_S
    assert fresh.status(10.1) == freshness.SILENT
