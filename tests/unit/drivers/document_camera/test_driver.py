"""The camera at work against its simulator: pages, previews, trouble in words, and what heals by itself."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from PIL import Image

from drivers import catalog, supervise
from drivers.catalog import Opening
from drivers.document_camera.options import Options
from drivers.document_camera.protocol import EV_KEY, RECORD
from drivers.stage import Player, Stage
from hall.domain.ids import DeviceName
from hall.ports.document_camera import DocumentCamera, PageNotTaken, PageTaken, Preview, ShutterPressed
from hall.ports.status import DeviceRemark, StatusChanged, StatusWord
from tests.support.wires import staged, until, until_word

SMALL: dict[str, Any] = {"width": 1296, "height": 972}


class Desk(NamedTuple):
    """A camera over its simulator."""

    camera: DocumentCamera
    stage: Stage
    player: Player
    events: list[Any]

    def do(self, control: str, **arguments: Any) -> dict[str, Any]:
        return self.stage.do(self.player, control, **arguments)

    def taken(self) -> PageTaken:
        outcome = self.camera.take_page()
        assert isinstance(outcome, PageTaken), outcome
        return outcome


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.02)
    monkeypatch.setattr(supervise, "LAST_BACKOFF_S", 0.05)


@contextmanager
def desk(folder: Path, **options: Any) -> Iterator[Desk]:
    chosen = Options(**{**SMALL, **options})
    far_end = catalog.make_far_end("document_camera", "uvc", chosen)
    with staged(far_end, f"camera:{folder}/wire") as (stage, player):
        events: list[Any] = []
        opening = Opening(DeviceName("camera"), f"camera:{folder}/wire", events.append)
        camera = cast(DocumentCamera, catalog.open_device("document_camera", "uvc", opening, chosen))
        try:
            yield Desk(camera, stage, player, events)
        finally:
            camera.close()


def size_in(jpeg: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(jpeg)).size


def test_papers_are_photographed_in_order_and_a_second_look_keeps_the_first(tmp_path: Path) -> None:
    with desk(tmp_path) as at:
        at.do("lay", angle=5, tilt=6)
        first = at.taken()
        kept = first.page.jpeg
        at.do("lay", sheet="card", angle=-15)
        card = at.taken()
        again = at.taken()
        assert (first.found, card.found, again.found) == (True, True, True)
        assert first.page.jpeg == kept
        assert first.page.height_px / first.page.width_px == pytest.approx(297 / 210, rel=0.01)
        assert card.page.width_px / card.page.height_px == pytest.approx(85.6 / 53.98, rel=0.02)
        assert first.page.dpi > 0
        assert len(repr(first)) < 120, "a page's content is nobody's to print"
        assert size_in(first.page.jpeg) == (first.page.width_px, first.page.height_px)
        document = at.camera.bind((card.page, first.page, again.page))
        assert document.pages == (card.page.sha256, first.page.sha256, again.page.sha256)
        assert document.sha256 == at.camera.bind((card.page, first.page, again.page)).sha256


def test_a_paper_that_leaves_the_picture_is_kept_whole_and_a_covered_lens_is_no_page(tmp_path: Path) -> None:
    with desk(tmp_path) as at:
        at.do("lay", x=0.4)
        whole = at.taken()
        assert not whole.found
        assert (whole.page.width_px, whole.page.height_px, whole.page.dpi) == (1296, 972, 0)
        at.do("dark")
        outcome = at.camera.take_page()
        assert isinstance(outcome, PageNotTaken)
        assert "too dark" in outcome.status.reason


def test_a_camera_mounted_sideways_gives_upright_pages(tmp_path: Path) -> None:
    with desk(tmp_path, rotate=90) as at:
        at.do("lay", sheet="card")
        page = at.taken().page
        assert page.height_px > page.width_px


def test_previews_come_only_while_they_are_on_and_are_small(tmp_path: Path) -> None:
    with desk(tmp_path) as at:
        until_word(at.camera, StatusWord.READY)
        assert not [event for event in at.events if isinstance(event, Preview)]
        at.camera.preview(True)
        until(lambda: [event for event in at.events if isinstance(event, Preview)])
        seen = next(event for event in at.events if isinstance(event, Preview))
        assert size_in(seen.jpeg) == (324, 243)
        at.camera.preview(False)
        at.taken()  # whatever was on its way has come by now
        count = len([event for event in at.events if isinstance(event, Preview)])
        at.taken()
        assert len([event for event in at.events if isinstance(event, Preview)]) == count


def test_a_frozen_or_silent_camera_takes_no_page_says_so_and_heals(tmp_path: Path) -> None:
    with desk(tmp_path) as at:
        at.do("lay")
        until_word(at.camera, StatusWord.READY)
        at.do("freeze")
        outcome = at.camera.take_page()
        assert isinstance(outcome, PageNotTaken)
        assert outcome.status.word is StatusWord.FAULT
        assert "frozen" in outcome.status.reason
        assert "plug" in outcome.status.reason
        until_word(at.camera, StatusWord.FAULT)
        at.do("freeze", on=False)
        until_word(at.camera, StatusWord.READY)
        at.do("stall")
        until_word(at.camera, StatusWord.FAULT)
        assert "no new picture" in at.camera.status().reason
        at.do("stall", on=False)
        until_word(at.camera, StatusWord.READY)


def test_a_camera_pulled_in_mid_capture_is_offline_and_comes_back(tmp_path: Path) -> None:
    with desk(tmp_path) as at:
        at.do("lay")
        at.taken()
        at.do("freeze")  # so that the capture waits
        outcomes: list[Any] = []
        asking = threading.Thread(target=lambda: outcomes.append((at.camera.take_page(), at.camera.status().word)))
        asking.start()
        at.do("unplug")
        asking.join(timeout=10)
        outcome, word = outcomes[0]
        assert isinstance(outcome, PageNotTaken)
        assert (outcome.status.word, word) == (StatusWord.OFFLINE, StatusWord.OFFLINE)
        assert outcome.status.reason
        refused = at.camera.take_page()
        assert isinstance(refused, PageNotTaken)
        at.do("freeze", on=False)
        at.do("plug")
        until_word(at.camera, StatusWord.READY)
        assert at.taken().found


def test_a_killed_worker_is_started_again_and_previews_go_on(tmp_path: Path) -> None:
    with desk(tmp_path) as at:
        until_word(at.camera, StatusWord.READY)
        at.camera.preview(True)
        os.kill(cast(Any, at.camera)._supervised._port.pid, 9)
        until_word(at.camera, StatusWord.OFFLINE)
        until_word(at.camera, StatusWord.READY)
        at.events.clear()
        until(lambda: [event for event in at.events if isinstance(event, Preview)])


def test_the_button_is_told_once_a_press_and_its_loss_is_only_a_remark(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "button")
    with desk(tmp_path, shutter=f"fifo:{tmp_path}/button") as at:
        until_word(at.camera, StatusWord.READY)
        keys = os.open(tmp_path / "button", os.O_WRONLY)
        down, up = (RECORD.pack(0, 0, EV_KEY, 212, value) for value in (1, 0))
        os.write(keys, down + up + down[:9])
        until(lambda: ShutterPressed(DeviceName("camera")) in at.events)
        os.write(keys, down[9:] + up)
        os.close(keys)
        until(lambda: [event for event in at.events if isinstance(event, DeviceRemark)])
        assert "button" in next(event.text for event in at.events if isinstance(event, DeviceRemark))
        assert at.camera.status().word is StatusWord.READY
        assert at.events.count(ShutterPressed(DeviceName("camera"))) == 1
        assert {event.device for event in at.events if isinstance(event, StatusChanged)} == {"camera"}


def test_two_heads_are_two_devices(tmp_path: Path) -> None:
    (tmp_path / "left").mkdir()
    (tmp_path / "right").mkdir()
    with desk(tmp_path / "left") as left, desk(tmp_path / "right") as right:
        left.do("lay", sheet="card")
        right.do("lay")
        assert left.taken().page.sha256 != right.taken().page.sha256


def test_a_missing_camera_or_a_wrong_address_says_what_to_do(tmp_path: Path) -> None:
    for address, says in ((f"camera:{tmp_path}/video0", "check the camera"), ("video0", "write camera:")):
        opening = Opening(DeviceName("camera"), address, lambda _event: None)
        camera = cast(DocumentCamera, catalog.open_device("document_camera", "uvc", opening, Options()))
        try:
            until_word(camera, StatusWord.OFFLINE)
            assert says in camera.status().reason
            assert isinstance(camera.take_page(), PageNotTaken)
        finally:
            camera.close()
