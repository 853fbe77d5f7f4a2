"""The camera: what is seen in degraded pictures, the worker's process, and its memory."""

import json
import os
from pathlib import Path

import cv2
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.codes_pictures import picture
from drivers import catalog
from drivers.catalog import Opening
from drivers.code_scanner import seeing
from drivers.code_scanner.camera import LONGEST_LINE, Found, Trouble, read_lines
from drivers.code_scanner.frames import NoPictures, open_frames
from drivers.code_scanner.options import Options
from drivers.code_scanner.seeing import Eye
from drivers.code_scanner.simulated_camera import jpeg
from drivers.jpeg_stream import JpegStream
from hall.domain.ids import DeviceName
from hall.ports.code_scanner import CodeScanned
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word


def grey(picture):
    return cv2.imdecode(numpy.frombuffer(picture, numpy.uint8), cv2.IMREAD_GRAYSCALE)


@pytest.mark.parametrize(
    "degraded",
    [{}, {"angle": 30}, {"blur": 0.8}, {"noise": 0.6}, {"angle": 200, "blur": 0.5, "noise": 0.5}],
    ids=["clean", "turned", "blurred", "grainy", "all"],
)
def test_a_code_is_seen_in_degraded_pictures(degraded):
    text = "政务服务 A023 https://hall.example/t/0123456789"
    assert Eye().codes(grey(jpeg(text, **degraded))) == [(text, "QRCode")]


def test_other_looks_take_turns_at_every_second_miss_and_the_lucky_one_stays(monkeypatch):
    looked = []
    monkeypatch.setattr(seeing, "plain", lambda _picture: [])
    looks = tuple(lambda _picture, number=number: looked.append(number) or [] for number in range(3))
    monkeypatch.setattr(seeing, "OTHER_LOOKS", looks)
    eye = Eye()
    assert [eye.codes(None) for _ in range(8)] == [[]] * 8
    assert looked == [0, 1, 2, 0]
    monkeypatch.setattr(seeing, "OTHER_LOOKS", (looks[0], lambda _picture: [("A023", "QRCode")], looks[2]))
    assert [eye.codes(None) for _ in range(6)] == [[], [("A023", "QRCode")]] * 3


@pytest.mark.parametrize(
    ("look", "kind", "symbology"),
    [
        (seeing.enlarged, "small", "qr"),
        (seeing.brightened, "low light", "code128"),
        (seeing.through_pyzbar, "glare", "code128"),
        (seeing.aslant, "turned", "code128"),
        (seeing.inverted, "inverted", "code128"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_each_other_look_sees_what_the_plain_one_does_not(look, kind, symbology):
    tried = (picture(kind, strength, symbology, number, 20261121) for strength in (2, 3, 1) for number in range(6))
    hidden = (one for one in tried if not seeing.plain(one.frame))
    assert any(one.text in [text for text, _kind in look(one.frame)] for one in hidden)


def test_an_eye_that_is_shown_a_negative_long_enough_reads_it():
    eye, negative = Eye(), picture("inverted", 1, "code128", 0, 1)
    seen = [eye.codes(negative.frame) for _ in range(seeing.EVERY * len(seeing.OTHER_LOOKS))]
    assert (negative.text, "Code128") in [code for codes in seen for code in codes]


def test_half_a_code_is_no_code():
    eye = Eye()
    assert all(eye.codes(grey(jpeg("A023", covered=True))) == [] for _ in range(10))


@given(st.lists(st.integers(0, 5000), max_size=6), st.binary(max_size=50))
def test_pictures_come_out_of_any_split_and_garbage(cuts, garbage):
    one = b"\xff\xd8\xff\xe0" + b"picture" * 30 + b"\xff\xd9"
    stream = garbage.replace(b"\xff", b"") + one + one + one[:40] + one
    places = sorted({min(cut, len(stream)) for cut in cuts})
    decoder, found = JpegStream(), []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        found += decoder.feed(stream[start:end])
    assert found == [one, one, one[:40] + one]


def test_an_endless_picture_is_bounded():
    decoder = JpegStream()
    for _ in range(50):
        assert decoder.feed(b"\xff\xd8\xff" + bytes(100_000)) == []
        assert len(decoder._buffer) < 4_200_000


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_the_parent_survives_any_worker(chunks):
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        assert all(isinstance(message, Found | Trouble) for message in read_lines(buffer))
    buffer += b"\n" + json.dumps({"code": "A023", "format": "QRCode"}).encode() + b"\n"
    assert read_lines(buffer)[-1] == Found("A023", "QRCode")
    buffer += b"x" * (LONGEST_LINE + 1)
    read_lines(buffer)
    assert not buffer


def test_a_missing_camera_says_what_to_do():
    with pytest.raises(NoPictures, match="check the camera's cable"):
        open_frames("/dev/video-nowhere", 640, 480)


def test_a_recording_is_played(tmp_path):
    path = str(tmp_path / "seen.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 100, (640, 480))
    for text in ("A023", "A024"):
        writer.write(cv2.cvtColor(grey(jpeg(text)), cv2.COLOR_GRAY2BGR))
    writer.release()
    frames, eye = open_frames(path, 640, 480), Eye()
    assert [eye.codes(next(frames))[0][0] for _ in range(3)] == ["A023", "A024", "A023"]


def pss_mb(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def opened(address, events):
    opening = Opening(DeviceName("camera"), address, events.append)
    return catalog.open_device("code_scanner", "camera", opening, Options())


def texts(events):
    return [event.text for event in events if isinstance(event, CodeScanned)]


def show(folder, name, text):
    """As a dock shows a code to a camera that is a folder: a picture, put there whole."""
    (folder / f".{name}").write_bytes(jpeg(text))
    (folder / f".{name}").rename(folder / f"{name}.jpg")


def test_a_watched_folder_is_a_camera_with_little_memory(tmp_path):
    events = []
    scanner = opened(f"camera:{tmp_path}", events)
    try:
        until_word(scanner, StatusWord.READY)
        show(tmp_path, "1", "A023")
        until(lambda: texts(events) == ["A023"])
        for number in range(4):
            show(tmp_path, f"empty{number}", "")
        show(tmp_path, "z", "政务A024")
        until(lambda: texts(events) == ["A023", "政务A024"])
        assert pss_mb(scanner._supervised._port.pid) < 60
    finally:
        scanner.close()


def test_the_simulated_camera_behind_a_fifo_and_its_switch(tmp_path):
    events, fifo = [], tmp_path / "camera"
    far_end = catalog.make_far_end("code_scanner", "camera", Options())
    with staged(far_end, f"fifo:{fifo}") as (stage, player):
        scanner = opened(f"camera:{fifo}", events)
        try:
            until_word(scanner, StatusWord.READY)
            stage.do(player, "scan", text="A023", angle=10, blur=0.3)
            until(lambda: texts(events) == ["A023"])
            scanner.trigger(False)
            stage.do(player, "hide")
            scanner.trigger(True)
            stage.do(player, "scan", text="A024")
            until(lambda: "A024" in texts(events))
        finally:
            scanner.close()


def test_a_killed_worker_is_started_again(tmp_path):
    events = []
    scanner = opened(f"camera:{tmp_path}", events)
    try:
        until_word(scanner, StatusWord.READY)
        os.kill(scanner._supervised._port.pid, 9)
        until_word(scanner, StatusWord.OFFLINE)
        until_word(scanner, StatusWord.READY)
        show(tmp_path, "1", "A023")
        until(lambda: texts(events) == ["A023"])
    finally:
        scanner.close()


def test_no_camera_is_a_status_in_words(tmp_path):
    scanner = opened(f"camera:{tmp_path}/video0", [])
    try:
        until_word(scanner, StatusWord.OFFLINE)
        assert "video0" in scanner.status().reason
        assert "check the camera" in scanner.status().reason
    finally:
        scanner.close()


def test_a_frozen_camera_is_named_and_heals(tmp_path):
    opening_events = []
    far_end = catalog.make_far_end("code_scanner", "camera", Options())
    with staged(far_end, f"fifo:{tmp_path}/wire") as (stage, player):
        opening = Opening(DeviceName("camera"), f"camera:{tmp_path}/wire", opening_events.append)
        device = catalog.open_device("code_scanner", "camera", opening, Options())
        until(lambda: device.status().word is StatusWord.READY, within_s=15)
        stage.do(player, "freeze", on=True)
        until(lambda: "the same picture for 2 s: the camera is frozen" in device.status().reason, within_s=15)
        assert "pull its plug" in device.status().reason
        stage.do(player, "freeze", on=False)
        until(lambda: device.status().word is StatusWord.READY, within_s=15)
        device.close()
