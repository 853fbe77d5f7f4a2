"""A signature pad behind a FIFO."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.signature_pad import axes
from drivers.signature_pad.driver import DigitizerPad, open_device
from drivers.signature_pad.options import Options
from drivers.signature_pad.protocol import ABS_PRESSURE, ABS_X, ABS_Y, Axis
from drivers.signature_pad.simulator import far_end
from drivers.stage import Player, Stage
from drivers.transport import TransportLost
from hall.domain.ids import DeviceName
from hall.domain.signature import Point
from hall.ports.signature_pad import PadKey, PenDown, PenMoved, PenUp, StrokeLost
from hall.ports.status import StatusChanged, StatusWord
from tests.support.wires import staged, until, until_word

NAME = DeviceName("pad")
LINE = [[0.1, 0.1, 0.5], [0.2, 0.1, 0.5], [0.3, 0.1, 0.5]]


class Bench(NamedTuple):
    """A pad opened against its simulator."""

    pad: DigitizerPad
    stage: Stage
    player: Player
    events: list[Any]

    def drawn(self) -> list[Any]:
        return [event for event in self.events if not isinstance(event, StatusChanged)]

    def marked(self) -> list[Any]:
        """Press a key that is told behind everything drawn before, and return all of it."""
        before = sum(isinstance(event, PadKey) for event in self.events)
        self.stage.do(self.player, "press", key="confirm")
        until(lambda: sum(isinstance(event, PadKey) for event in self.events) > before)
        return self.drawn()


@contextmanager
def opened(tmp_path: Path, model: str = "hid-digitizer") -> Iterator[Bench]:
    row, options, address = catalog.model("signature_pad", model), Options(), f"fifo:{tmp_path}/pad"
    with staged(far_end(row, options), address) as (stage, player):
        events: list[Any] = []
        pad = open_device(Opening(NAME, address, events.append), row, options)
        assert isinstance(pad, DigitizerPad)
        try:
            until_word(pad, StatusWord.READY)
            yield Bench(pad, stage, player, events)
        finally:
            pad.close()


def collect(bench: Bench) -> None:
    """Collect, and wait until it does."""
    bench.pad.collect(True)
    told = threading.Event()
    while not any(isinstance(event, PadKey) for event in bench.events):
        bench.stage.do(bench.player, "press", key="confirm")
        told.wait(0.02)
    pressed = bench.stage.state(bench.player)["device"]["pressed"]
    assert pressed < 200
    bench.marked()
    assert set(kinds(bench.drawn())) == {"PadKey"}
    bench.events.clear()


def kinds(events: list[Any]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_stroke_is_told_point_by_point_and_a_key_behind_it(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        collect(bench)
        bench.stage.do(bench.player, "scribble", strokes=[LINE], quick=True)
        found = bench.marked()
        assert kinds(found) == ["PenDown", "PenMoved", "PenMoved", "PenUp", "PadKey"]
        down, moved = found[0], found[2]
        assert isinstance(down, PenDown)
        assert isinstance(moved, PenMoved)
        assert (round(down.point.x, 3), round(down.point.y, 3), round(down.point.pressure, 2)) == (0.1, 0.1, 0.5)
        assert (round(moved.point.x, 3), moved.point.at_ms) == (0.3, 10)
        assert found[-2:] == [PenUp(NAME), PadKey(NAME, "confirm")]


def test_nothing_is_told_while_nobody_collects(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        bench.stage.do(bench.player, "sign", quick=True)
        until(lambda: not bench.stage.state(bench.player)["device"]["drawing"])
        collect(bench)
        bench.pad.collect(False)
        bench.stage.do(bench.player, "sign", quick=True)
        until(lambda: not bench.stage.state(bench.player)["device"]["drawing"])
        collect(bench)


@pytest.mark.parametrize("model", catalog.models("signature_pad"))
def test_a_signature_in_its_own_time_has_all_its_strokes(model: str, tmp_path: Path) -> None:
    with opened(tmp_path, model) as bench:
        collect(bench)
        bench.stage.do(bench.player, "sign", strokes=2)
        until(lambda: kinds(bench.events).count("PenUp") == 2)
        assert kinds(bench.events).count("PenDown") == 2
        points = [event.point for event in bench.events if isinstance(event, PenDown | PenMoved)]
        assert len(points) == 120
        assert all(isinstance(point, Point) and 0 <= point.x <= 1 for point in points)


def test_lost_records_lose_the_stroke_and_the_next_one_is_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        collect(bench)
        bench.stage.do(bench.player, "lose")
        until(lambda: StrokeLost(NAME) in bench.events)
        assert "PenUp" not in kinds(bench.events)
        bench.events.clear()
        bench.stage.do(bench.player, "scribble", strokes=[LINE], quick=True)
        assert kinds(bench.marked()) == ["PenDown", "PenMoved", "PenMoved", "PenUp", "PadKey"]


def test_a_pad_pulled_within_a_stroke_loses_it_and_comes_back(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        collect(bench)
        bench.stage.do(bench.player, "sign", strokes=1)
        until(lambda: "PenMoved" in kinds(bench.events))
        bench.stage.do(bench.player, "unplug")
        until(lambda: StrokeLost(NAME) in bench.events)
        until_word(bench.pad, StatusWord.OFFLINE)
        until(lambda: not bench.stage.state(bench.player)["device"]["drawing"])
        bench.stage.do(bench.player, "plug")
        until_word(bench.pad, StatusWord.READY)
        bench.events.clear()
        bench.stage.do(bench.player, "scribble", strokes=[LINE], quick=True)
        assert kinds(bench.marked()) == ["PenDown", "PenMoved", "PenMoved", "PenUp", "PadKey"]


def test_a_key_may_be_given_another_meaning_or_none(tmp_path: Path) -> None:
    row, address = catalog.model("signature_pad", "hid-digitizer"), f"fifo:{tmp_path}/pad"
    options = Options(keys={"256": "clear", "258": ""})
    with staged(far_end(row, options), address) as (stage, player):
        events: list[Any] = []
        pad = open_device(Opening(NAME, address, events.append), row, options)
        pad.collect(True)
        until_word(pad, StatusWord.READY)

        def pressed() -> bool:
            # What is pressed before the pad collects is not part of the signature, so a hand presses again.
            for code in (258, 256):
                stage.do(player, "press", code=code)
            return PadKey(NAME, "clear") in events

        until(pressed)
        assert {event.key for event in events if isinstance(event, PadKey)} == {"clear"}
        pad.close()


def _device(said: dict[int, Any]) -> Any:
    return lambda _path: SimpleNamespace(
        capabilities=lambda absinfo: {3: list(said.items())} if absinfo else {}, close=lambda: None
    )


def test_a_real_device_is_asked_for_its_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    info = SimpleNamespace(min=5, max=105, resolution=4, value=7)
    monkeypatch.setattr("evdev.InputDevice", _device({0: info, 0x36: info}))
    assert axes.asked_axes("evdev:/x", "/x") == {ABS_X: Axis(5, 105, 4, 7), ABS_Y: Axis(5, 105, 4, 7)}
    assert ABS_PRESSURE not in axes.axes_of({})


def test_a_device_that_is_gone_or_has_no_axes_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(TransportLost, match="plug the pad in again"):
        axes.asked_axes("evdev:/nowhere", f"{tmp_path}/nowhere")
    monkeypatch.setattr("drivers.signature_pad.driver.asked_axes", lambda _address, _path: {})
    monkeypatch.setattr("drivers.signature_pad.driver.open_stream", lambda _a, _l: SimpleNamespace(close=lambda: None))
    row = catalog.model("signature_pad", "hid-digitizer")
    pad = open_device(Opening(NAME, "evdev:/x", lambda _event: None), row, Options())
    until_word(pad, StatusWord.OFFLINE)
    assert "no axes to draw on" in pad.status().reason
    pad.close()
