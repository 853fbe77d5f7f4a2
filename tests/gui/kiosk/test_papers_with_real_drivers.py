"""The whole way with the product's own drivers against their simulators: camera, pad and A4 printer, in threads."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytestqt.exceptions import TimeoutError as NeverCame
from pytestqt.qtbot import QtBot

from drivers import catalog
from drivers.catalog import Opening
from hall.domain.ids import DeviceName
from hall.ports.status import Status, StatusChanged, StatusWord
from hall.qt.background import Background
from hall.qt.bridge import Bridge
from kiosk.app import slow_door
from kiosk.flow.causes import Touch
from kiosk.flow.state import Place
from tests.conformance.test_every_model import Case, _addresses
from tests.support.papers import PaperRig
from tests.support.wires import staged

FAMILIES = {
    "document_camera": ("uvc", "camera"),
    "signature_pad": ("hid-digitizer", "fifo"),
    "page_printer": ("ipp-everywhere", "http"),
}
PATIENCE_MS = 30_000
TRIES = 6


class Desk:
    """A kiosk whose devices for papers are real drivers."""

    def __init__(self, rig: PaperRig, controls: dict[str, Callable[..., Any]]) -> None:
        self.rig, self.controls = rig, controls


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    bridge, background = Bridge(), Background(workers=1)
    rig = PaperRig(tmp_path / "k")
    rig.shell._run_slow = slow_door(background)
    bridge.arrived.connect(rig.shell.take)
    controls: dict[str, Callable[..., Any]] = {}
    with ExitStack() as stack:
        stack.callback(background.close)
        stack.callback(bridge.close)
        for kind, (model, wire) in FAMILIES.items():
            folder = tmp_path / kind
            folder.mkdir()
            far, near = _addresses(Case(kind, model, wire), folder)
            options = catalog.family(kind).options()
            stage, player = stack.enter_context(staged(catalog.make_far_end(kind, model, options), far))
            controls[kind] = lambda do, stage=stage, player=player, **given: stage.do(player, do, **given)
            device = catalog.open_device(kind, model, Opening(DeviceName(kind), near, bridge.put), options)
            stack.callback(device.close)
            rig.machines.use(kind, kind, device)
        controls["document_camera"]("lay", sheet="a4")
        rig.begin()
        made = Desk(rig, controls)
        # `begin` told the fakes' statuses; the drivers' own follow, each when it changed.
        rig.shell.state = msgspec.structs.replace(rig.shell.state, devices={"slip": Status(StatusWord.READY)})
        qtbot.waitUntil(lambda: _all_usable(rig), timeout=PATIENCE_MS)
        yield made


def _all_usable(rig: PaperRig) -> bool:
    """The devices themselves are asked: one that was ready before the kiosk listened says so only once."""
    machines = rig.machines.papers
    devices: tuple[Any, ...] = (machines.camera, machines.pad, machines.printer)
    if not all(device.status().usable for device in devices):
        return False
    for kind, device in zip(FAMILIES, devices, strict=True):
        rig.shell.take(StatusChanged(DeviceName(kind), device.status()))
    return True


def _signed(desk: Desk, qtbot: QtBot) -> None:
    """Sign, and again if the pad was not listening yet: what is drawn while the field opens is not part of it."""
    rig = desk.rig
    for _ in range(TRIES):
        desk.controls["signature_pad"]("sign", strokes=3, seed=5, quick=True)
        with suppress(NeverCame):
            qtbot.waitUntil(lambda: len(rig.shell.state.session.strokes) >= 3, timeout=PATIENCE_MS // TRIES)
            return
        desk.controls["signature_pad"]("press", key="clear")
        qtbot.waitUntil(lambda: not rig.shell.state.session.strokes, timeout=PATIENCE_MS)
    raise AssertionError("three strokes never came")


def test_a_page_a_signature_and_a_sheet_through_the_real_drivers(desk: Desk, qtbot: QtBot) -> None:
    rig = desk.rig
    rig.touch(Touch.FLOW, "papers")
    qtbot.waitUntil(lambda: bool(rig.glass.previews), timeout=PATIENCE_MS)
    rig.touch(Touch.SHOOT)
    qtbot.waitUntil(lambda: bool(rig.screen.pages or rig.screen.doubtful), timeout=PATIENCE_MS)
    assert rig.screen.problem is None
    page = rig.glass.pictures[rig.screen.pages[0]]
    assert page.startswith(b"\xff\xd8\xff")
    rig.touch(Touch.NEXT)
    qtbot.waitUntil(lambda: rig.place is Place.CONFIRM, timeout=PATIENCE_MS)
    rig.touch(Touch.NEXT)
    _signed(desk, qtbot)
    rig.touch(Touch.NEXT)
    qtbot.waitUntil(lambda: rig.place in (Place.TAKE, Place.NUMBER), timeout=PATIENCE_MS)
    assert rig.screen.kind == "sheets"
    assert [state for _, state in rig.documents()] == ["waiting", "waiting"]
    rig.touch(Touch.NEXT)
    assert rig.place is Place.HOME


def test_a_camera_unplugged_in_the_middle_of_the_step(desk: Desk, qtbot: QtBot) -> None:
    rig = desk.rig
    rig.touch(Touch.FLOW, "papers")
    desk.controls["document_camera"]("unplug")
    qtbot.waitUntil(lambda: not rig.screen.camera_ok, timeout=PATIENCE_MS)
    assert not rig.screen.can_shoot
    desk.controls["document_camera"]("plug")
    qtbot.waitUntil(lambda: rig.screen.camera_ok, timeout=PATIENCE_MS)
    assert rig.shell.state.devices["camera"].word is not StatusWord.OFFLINE
