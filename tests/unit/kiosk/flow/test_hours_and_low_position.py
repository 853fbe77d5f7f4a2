"""Items that are closed now say so, on their tile and at a touch; the low position ends with its visitor."""

from pathlib import Path

import msgspec
import pytest

from hall.sync.link import ViewChanged
from hall.wire import commands as cmd
from hall.wire.view import ItemView
from kiosk.flow import queue
from kiosk.flow.causes import Tick, Touch
from kiosk.flow.models import Word
from kiosk.flow.state import Place
from tests.support.kiosk import Rig, view
from tests.support.views import SOCIAL, hall

MIDNIGHT_MS = 16 * 3_600_000
"""00:00 of 2 January 1970 in Shanghai."""


def at(hour: int, minute: int = 0) -> Tick:
    return Tick(hall_ms=MIDNIGHT_MS + (hour * 60 + minute) * 60_000)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A kiosk of a hall whose first item is open from nine to five."""
    made = Rig(tmp_path).begin()
    plain = view()
    items = tuple(
        msgspec.structs.replace(item, opens="09:00", closes="17:00") if item.code == SOCIAL.code else item
        for item in plain.items
    )
    made.shell.take(ViewChanged(msgspec.structs.replace(plain, items=items)))
    return made


def test_a_tile_shows_when_it_is_open_and_only_while_it_is_not(rig: Rig) -> None:
    def closed() -> dict[str, Word | None]:
        return {tile.value: tile.closed for tile in rig.screen.items}

    assert not any(closed().values()), "nobody told the time yet"
    rig.shell.take(at(8, 59))
    assert closed()["social"] == Word("home.closed", {"hours": "09:00-17:00"})
    assert [value for value, why in closed().items() if why is not None] == ["social"]
    rig.shell.take(at(9))
    assert not any(closed().values())
    rig.shell.take(at(17))
    assert closed()["social"] is not None


def test_a_touch_on_a_closed_item_explains_and_spends_no_number(rig: Rig) -> None:
    rig.shell.take(at(20))
    rig.touch(Touch.ITEM, "social")
    assert rig.place is Place.MESSAGE
    assert rig.screen.text == Word("refusal.closed_item", {"hours": "09:00-17:00"})
    assert rig.link.of(cmd.IssueTicket) == []
    rig.touch(Touch.NEXT)
    assert rig.place is Place.HOME
    rig.shell.take(at(10))
    rig.touch(Touch.ITEM, "social")
    assert rig.place is Place.ITEM


def test_the_explanation_goes_home_by_itself(rig: Rig) -> None:
    rig.shell.take(at(20))
    rig.touch(Touch.ITEM, "social").wait(120)
    assert rig.place is Place.HOME


@pytest.mark.parametrize(
    ("opens", "closes", "hour", "is_open"),
    [
        ("00:00", "24:00", 3, True),
        ("09:00", "17:00", 16, True),
        ("09:00", "17:00", 17, False),
        ("22:00", "02:00", 1, True),
        ("22:00", "02:00", 12, False),
    ],
)
def test_hours_by_the_halls_own_clock_face(opens: str, closes: str, hour: int, is_open: bool) -> None:
    item = ItemView(SOCIAL.code, {}, "A", opens=opens, closes=closes)
    assert queue.open_now(hall(), item, at(hour).hall_ms // 60_000) is is_open


def test_the_low_position_is_the_visitors_and_ends_with_them(rig: Rig) -> None:
    rig.touch(Touch.LOW)
    assert rig.shell.state.shown is not None
    assert rig.shell.state.shown.low
    rig.touch(Touch.FLOW, "case-query").touch(Touch.LEAVE)
    assert not rig.shell.state.shown.low
    rig.touch(Touch.LOW).touch(Touch.LOW)
    assert not rig.shell.state.low


def test_a_kiosk_left_low_comes_back_by_itself(rig: Rig) -> None:
    rig.touch(Touch.LOW).wait(200)
    assert not rig.shell.state.low
