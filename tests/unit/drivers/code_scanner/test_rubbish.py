"""A code of 3 kB of rubbish, or with control characters: refused and named over each line, and the next one is read."""

from contextlib import contextmanager
from random import Random

import cv2
import numpy
import pytest
import zxingcpp

from drivers import catalog
from drivers.catalog import Opening
from drivers.code_scanner import seeing, simulator
from drivers.code_scanner.options import Options
from drivers.code_scanner.seeing import Eye
from hall.domain.ids import DeviceName
from hall.ports.code_scanner import CodeRejected, CodeScanned
from hall.ports.status import DeviceRemark, StatusWord
from tests.support.wires import staged, until, until_word

FULL = "x7!" * 984
"""As much as the largest QR code holds of bytes: 2952 of 2953."""
MORE = "9" * 7000
"""It holds 7089 digits."""
RUBBISH = Random(7).randbytes(2900)
CONTROLS = "A023\x07\x1b[2J\x00"


class Desk:
    """A scanner of any kind, what it told, and a way to show it something."""

    def __init__(self, show, events):
        self.show, self.events = show, events

    def texts(self):
        return [event.text for event in self.events if isinstance(event, CodeScanned)]

    def reasons(self):
        return [event.reason for event in self.events if isinstance(event, CodeRejected)]

    def remarks(self):
        return [event.text for event in self.events if isinstance(event, DeviceRemark)]


@contextmanager
def line(model, address, options):
    events = []
    with staged(catalog.make_far_end("code_scanner", model, options), address) as (stage, player):
        scanner = catalog.open_device("code_scanner", model, opening(address, events), options)
        try:
            until(lambda: "not opened" not in scanner.status().reason)
            yield Desk(lambda text: stage.do(player, "scan", text=text), events)
        finally:
            scanner.close()


def opening(address, events):
    return Opening(DeviceName("scanner"), address, events.append)


def picture(content):
    drawn = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4, add_quiet_zones=True)
    return cv2.imencode(".jpg", numpy.array(drawn))[1].tobytes()


@contextmanager
def camera(folder, options):
    events = []
    scanner = catalog.open_device("code_scanner", "camera", opening(f"camera:{folder}", events), options)
    names = iter(range(100))

    def show(content):
        name = f"{next(names):03}"
        (folder / f".{name}").write_bytes(picture(content))
        (folder / f".{name}").rename(folder / f"{name}.jpg")

    try:
        until_word(scanner, StatusWord.READY)
        yield Desk(show, events)
    finally:
        scanner.close()


@pytest.fixture(params=["serial", "keyboard", "camera"])
def desk(request, tmp_path, monkeypatch):
    monkeypatch.setattr(simulator, "EVENT_S", 0.0)
    options = Options(longest=2048)
    wire = {
        "serial": lambda: line("usb-com", "memory:rubbish", options),
        "keyboard": lambda: line("hid-wedge", f"fifo:{tmp_path}/event7", options),
        "camera": lambda: camera(tmp_path, options),
    }
    with wire[request.param]() as found:
        yield found


def test_three_kilobytes_of_rubbish_are_refused_and_named(desk):
    desk.show(FULL)
    until(lambda: desk.reasons() == ["the code is too long"])
    said = "the code is too long; nothing was passed on; a visitor showed something else; own ones: options.longest"
    until(lambda: desk.remarks() == [said])
    desk.show("A023")
    until(lambda: desk.texts() == ["A023"])


def test_control_characters_are_refused_and_named(desk):
    desk.show(CONTROLS)
    until(lambda: desk.reasons() == ["the code holds control characters"])
    until(desk.remarks)
    assert "; nothing was passed on; if own codes do" in desk.remarks()[0]
    desk.show("A023")
    until(lambda: desk.texts() == ["A023"])


def test_more_than_any_line_takes_is_too_long_too(desk):
    desk.show(MORE)
    until(lambda: desk.reasons() == ["the code is too long"])
    desk.show("A023")
    until(lambda: desk.texts() == ["A023"])


@pytest.mark.parametrize("content", [RUBBISH, b"A023\x00\x07\x1b"], ids=["rubbish", "controls"])
def test_bytes_that_are_no_text_stay_visible_as_such(content):
    """The picture's reader must not write them as readable letters."""
    grey = cv2.imdecode(numpy.frombuffer(picture(content), numpy.uint8), cv2.IMREAD_GRAYSCALE)
    ((text, _kind),) = Eye().codes(grey)
    assert "<NUL>" not in text
    assert any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in text)


def test_items_of_gs1_are_written_as_from_a_scanner():
    code = zxingcpp.create_barcode("(01)06901234567892(10)ABC123", zxingcpp.BarcodeFormat.Code128, gs1=True)
    grey = numpy.array(code.to_image(scale=2, add_quiet_zones=True))
    assert seeing.plain(grey)[0][0] == "(01)06901234567892(10)ABC123"
