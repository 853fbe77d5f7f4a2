"""The opened bus over a memory line: views, events, what a pad sees, remarks."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.ff68.bus import Window
from drivers.ff68.driver import Ff68Bus, Options
from drivers.stage import Player, Stage
from hall.domain.ids import CounterId, DeviceName, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.rating_pad import RatingPressed
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

OPTIONS = Options(windows=(Window("1", 1, 1), Window("2", 2, 2), Window("3", 3)))
ONE, TWO, THREE = CounterId("1"), CounterId("2"), CounterId("3")


class Line(NamedTuple):
    bus: Ff68Bus
    stage: Stage
    player: Player
    events: list[Any]

    def pads(self) -> dict[str, Any]:
        state: dict[str, Any] = self.stage.state(self.player)["device"]
        return state

    def told(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def line() -> Iterator[Line]:
    with staged(catalog.make_far_end("ff68", "ff68-bus", OPTIONS), "memory:ff68", baud=9600) as (stage, player):
        events: list[Any] = []
        bus = catalog.open_device("ff68", "ff68-bus", Opening(DeviceName("bus"), "memory:ff68", events.append), OPTIONS)
        assert isinstance(bus, Ff68Bus)
        yield Line(bus, stage, player, events)
        bus.close()


def test_a_press_reaches_the_hall_and_the_pad_is_answered(line: Line) -> None:
    assert line.bus.status().word is not StatusWord.READY
    line.stage.do(line.player, "press", counter="2", key="call_next")
    until(lambda: line.told(CallerPressed))
    assert line.told(CallerPressed) == [CallerPressed(DeviceName("bus/2/caller"), TWO, CallerIntent.CALL_NEXT)]
    until(lambda: line.pads()["callers"]["2"]["acknowledged"] == 1)
    until_word(line.bus, StatusWord.READY)


def test_a_view_invites_and_tells_the_grade(line: Line) -> None:
    pad = line.bus.rating_pad(ONE)
    until_word(pad, StatusWord.UNKNOWN)
    pad.invite(RatingUid("r1"))
    until(lambda: line.pads()["evaluators"]["1"]["openings"] == 1)
    line.stage.do(line.player, "rate", counter="1", level=4)
    until(lambda: line.told(RatingPressed))
    assert line.told(RatingPressed) == [RatingPressed(pad.name, ONE, RatingUid("r1"), RatingLevel.DISSATISFIED)]
    until(lambda: line.pads()["evaluators"]["1"]["acknowledged"] == 1)
    pad.invite(RatingUid("r2"))
    pad.end_invitation()
    line.stage.do(line.player, "rate", counter="1", level=1)
    until(lambda: line.pads()["evaluators"]["1"]["acknowledged"] == 2)
    assert len(line.told(RatingPressed)) == 1


def test_a_view_shows_and_beeps(line: Line) -> None:
    pad = line.bus.caller_pad(THREE)
    pad.show(17, 23)
    pad.beep()
    until(lambda: line.pads()["callers"]["3"]["beeps"] == 1)
    assert (line.pads()["callers"]["3"]["waiting"], line.pads()["callers"]["3"]["ticket"]) == ("017", "023")
    pad.close()
    assert line.bus.status().usable, "closing a view leaves the bus open"


def test_views_of_what_is_not_there_are_refused(line: Line) -> None:
    with pytest.raises(KeyError, match="no evaluator at counter 3"):
        line.bus.rating_pad(THREE)
    with pytest.raises(KeyError, match="no caller pad at counter 9"):
        line.bus.caller_pad(CounterId("9"))


def test_an_unknown_key_is_remarked_and_answered(line: Line) -> None:
    line.stage.do(line.player, "press", counter="1", key="7F")
    until(lambda: "key 7F is not in the key map" in line.bus.status().reason)
    until(lambda: line.pads()["callers"]["1"]["acknowledged"] == 1)
    assert line.told(CallerPressed) == []


@pytest.mark.parametrize(
    ("windows", "problem"),
    [
        ([{"counter": "1", "caller": 4}, {"counter": "2", "caller": 4}], "caller address 4"),
        ([{"counter": "1", "evaluator": 7}, {"counter": "2", "evaluator": 7}], "evaluator address 7"),
        ([{"counter": "1", "caller": 256}], "<= 255"),
        ([{"counter": "1", "caller": 1, "stars": 6}], "<= 5"),
    ],
)
def test_addresses_that_no_bus_can_have_are_refused(windows: list[dict[str, Any]], problem: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        msgspec.convert({"windows": windows}, Options)


def test_both_pads_of_a_window_may_share_their_address() -> None:
    shared = msgspec.convert({"windows": [{"counter": "1", "caller": 4, "evaluator": 4}]}, Options)
    assert shared.windows == (Window("1", 4, 4),)
