"""Pads that are keyboards, behind a FIFO of records and behind reports."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.rating_pad.driver import HidRatingPad, Options
from drivers.stage import Player, Stage
from hall.domain.ids import DeviceName, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.rating_pad import RatingPressed
from hall.ports.status import StatusChanged, StatusWord
from tests.support.wires import staged, until, until_word

WIRES = [("hid-digits", "fifo"), ("hid-reports", "hid-sim")]


class Bench(NamedTuple):
    """A keyboard pad opened against its simulator."""

    pad: HidRatingPad
    stage: Stage
    player: Player
    events: list[Any]

    def levels(self) -> list[int]:
        return [event.level for event in self.events if isinstance(event, RatingPressed)]

    def remarks(self) -> list[str]:
        return [item.status.reason for item in self.events if isinstance(item, StatusChanged) and item.status.usable]

    def press(self, key: str, control: str = "press", **arguments: Any) -> None:
        self.stage.do(self.player, control, key=key, **arguments)


@contextmanager
def keyboard(model: str, address: str, options: Options = Options()) -> Iterator[Bench]:  # noqa: B008 - frozen
    with staged(catalog.make_far_end("rating_pad", model, options), address) as (stage, player):
        events: list[Any] = []
        pad = catalog.open_device("rating_pad", model, Opening(DeviceName("pad"), address, events.append), options)
        assert isinstance(pad, HidRatingPad)
        try:
            until(lambda: events)
            yield Bench(pad, stage, player, events)
        finally:
            pad.close()


@pytest.mark.parametrize(("model", "wire"), WIRES)
def test_one_press_of_a_held_key_with_enter_is_one_rating(model: str, wire: str, tmp_path: Path) -> None:
    with keyboard(model, f"{wire}:{tmp_path}/pad") as bench:
        bench.pad.invite(RatingUid("r"))
        bench.press("3", "hold", enter=True)
        until(bench.levels)
        bench.press("z")
        until(lambda: bench.pad.status().reason)
        assert bench.levels() == [RatingLevel.BASICALLY_SATISFIED]


@pytest.mark.parametrize(("model", "wire"), WIRES)
def test_a_key_outside_the_map_is_named_once_and_not_rated(model: str, wire: str, tmp_path: Path) -> None:
    with keyboard(model, f"{wire}:{tmp_path}/pad", Options(levels={"2": RatingLevel.SATISFIED})) as bench:
        bench.pad.invite(RatingUid("r"))
        for key in ("9", "9", "8", "9", "2"):
            bench.press(key)
        until(bench.levels)
        assert bench.levels() == [2]
        assert [reason for reason in bench.remarks() if "map" in reason] == [
            "key 9 is not in the level map; add it to options.levels, or leave it: it is not rated",
            "key 8 is not in the level map; add it to options.levels, or leave it: it is not rated",
        ]


def test_digits_outside_an_invitation_are_nothing_and_the_last_may_count(tmp_path: Path) -> None:
    options = Options(last_press_counts=True, settle_ms=30000)
    with keyboard("hid-digits", f"fifo:{tmp_path}/pad", options) as bench:
        bench.press("1")
        bench.press("z")
        until(lambda: bench.pad.status().reason)
        bench.pad.invite(RatingUid("r"))
        bench.press("5")
        bench.press("4")
        bench.press("y")
        until(lambda: "key y" in bench.pad.status().reason)
        assert bench.levels() == []
        bench.pad.end_invitation()
        assert bench.levels() == [4]


def test_another_keyboard_does_not_type_into_it(tmp_path: Path) -> None:
    with (
        keyboard("hid-digits", f"fifo:{tmp_path}/one") as one,
        keyboard("hid-digits", f"fifo:{tmp_path}/two") as two,
    ):
        one.pad.invite(RatingUid("r"))
        two.pad.invite(RatingUid("s"))
        two.press("1")
        until(two.levels)
        one.press("z")
        until(lambda: one.pad.status().reason)
        assert one.levels() == []


def test_an_unplugged_pad_is_offline_and_comes_back(tmp_path: Path) -> None:
    with keyboard("hid-digits", f"fifo:{tmp_path}/pad") as bench:
        bench.pad.invite(RatingUid("r"))
        bench.stage.do(bench.player, "unplug")
        until_word(bench.pad, StatusWord.OFFLINE)
        bench.stage.do(bench.player, "plug")
        until_word(bench.pad, StatusWord.READY)
        bench.press("1")
        until(bench.levels)
        assert bench.levels() == [1]
