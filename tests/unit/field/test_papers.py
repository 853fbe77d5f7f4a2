"""Printers and scanners of pages as the technician meets them: suggested, and tested against their simulators."""

import io
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from config.devices import DeviceConfig
from drivers import catalog
from drivers.stage import Player, Stage
from field.examine.exercise import EXERCISES, WAITS
from field.examine.opened import SETTLE_S, Opened, answers, opened
from field.examine.sheet import sheet
from field.plugged.papers import cups_printers, sane_scanners
from tests.support.wires import staged, until

QUEUES = {
    "a4": "device-uri=ipp://x printer-make-and-model='HP LaserJet M404, driverless'",
    "slips": "device-uri=usb://x printer-make-and-model='Local Raw Printer'",
    "bar": "printer-make-and-model='EPSON TM-T88V Receipt'",
    "odd": "printer-make-and-model='half a quote",
}


def _lpstat(command: list[str]) -> str:
    return "\n".join(QUEUES) + "\n" if command[0] == "lpstat" else QUEUES[command[-1]]


def test_a_queue_is_taken_for_what_it_is() -> None:
    found = {item.node: item.guesses[0].kind for item in cups_printers(_lpstat)}
    assert found == {"a4": "page_printer", "slips": "ticket_printer", "bar": "ticket_printer", "odd": "page_printer"}
    for item in cups_printers(_lpstat):
        assert item.guesses[0].model in catalog.models(item.guesses[0].kind)


def test_scanners_are_listed_as_sane_names_them_and_cameras_are_not() -> None:
    listed = "fujitsu:libusb:001:004|FUJITSU|fi-7160|scanner\nv4l:/dev/video0|Noname|cam|virtual device\n\nnoise\n"
    (scanner,) = sane_scanners(lambda _command: listed)
    assert scanner.address == "sane:fujitsu:libusb:001:004"
    assert (scanner.says, scanner.guesses[0].model) == ("FUJITSU fi-7160", "sane")
    assert "followed" in scanner.note


def _config(kind: str, model: str, address: str, **options: Any) -> DeviceConfig:
    made = catalog.family(kind).options(**options)
    return DeviceConfig(name="it", kind=kind, model=model, address=address, options=made)


@contextmanager
def _open(kind: str, model: str, near: str, **options: Any) -> Iterator[tuple[Opened, Stage, Player]]:
    far = catalog.make_far_end(kind, model, catalog.family(kind).options(**options))
    with staged(far, "http:127.0.0.1:0") as (stage, player):
        address = near.format(player.address.removeprefix("http:"))
        with opened((_config(kind, model, address, **options),)) as (item,):
            item.settled(time.monotonic() + SETTLE_S)
            yield item, stage, player


def test_a_test_sheet_is_printed_and_a_person_asked() -> None:
    with _open("page_printer", "ipp-everywhere", "ipp://{}/ipp/print", simulated_sheet_s=0.0) as (item, stage, player):
        done = EXERCISES["page_printer"](item)
        assert done.ok
        assert "frame" in done.look
        assert stage.state(player)["device"]["sheets"] == 1
        stage.do(player, "paper_out")
        assert "tray" in EXERCISES["page_printer"](item).says


@pytest.mark.skipif(shutil.which("scanimage") is None, reason="sane-utils is not installed")
def test_a_scanner_tells_what_it_saw_and_nothing_of_it() -> None:
    with _open("page_scanner", "escl", "escl:http://{}/eSCL", simulated_page_s=0.0) as (item, stage, player):
        stage.do(player, "lay", what="text", on="glass")
        assert "1 pages: 2480x" in EXERCISES["page_scanner"](item).says
        until(lambda: item.status().usable)
        assert "feeder is empty" in WAITS["page_scanner"].act(item).says
        stage.do(player, "lay", what="blank")
        assert "only blank pages" in WAITS["page_scanner"].act(item).says
        stage.do(player, "lay", what="seal")
        assert WAITS["page_scanner"].act(item).ok


def test_who_answers_by_itself() -> None:
    assert answers(_config("page_printer", "cups-queue", "cups:a4"))
    assert answers(_config("page_scanner", "escl", "escl:http://x/eSCL"))
    assert not answers(_config("page_scanner", "sane", "sane:test:0"))


def test_the_sheet_is_one_whole_page_of_pdf() -> None:
    made = sheet()
    assert made.count(b"/Type /Page ") == 1
    table = int(made.rsplit(b"startxref\n", 1)[1].split()[0])
    assert made[table : table + 4] == b"xref"
    for number, line in enumerate(made[table:].split(b"\n")[3:8], 1):
        assert made[int(line[:10]) :].startswith(b"%d 0 obj" % number)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_the_sheet_is_drawn_as_it_is_meant() -> None:
    from PIL import Image

    drawn = subprocess.run(
        ["pdftoppm", "-r", "72", "-gray", "-"], input=sheet(), capture_output=True, check=True, timeout=30
    )
    picture = Image.open(io.BytesIO(drawn.stdout))
    assert picture.size in ((595, 842), (596, 842))
    assert picture.getpixel((60, 842 - 590)) == 0, "the darkest shade"
    assert picture.getpixel((300, 400)) == 255
