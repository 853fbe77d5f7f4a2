"""An IC card where an ID card is wanted: a hint, never a crash, and nothing of it kept."""

from pathlib import Path

import msgspec
import pytest

from config.flows_check import load_flows
from hall.ports.smart_card import IcCardRemoved, IcCardUnreadable
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.flow.state import Place
from tests.support.fake_devices import card
from tests.support.papers import PaperRig


@pytest.fixture
def rig(tmp_path: Path) -> PaperRig:
    return PaperRig(tmp_path / "k", flows=load_flows(("take-number", "residence-proof"))).begin()


def test_at_identify_the_other_card_is_asked_for(rig: PaperRig) -> None:
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.NEXT).touch(Touch.ANSWER, "self")
    assert rig.ic_reader.watching
    rig.ic_reader.put_in()
    assert (rig.place, rig.screen.problem) == (Place.IDENTIFY, Word("card.ic"))
    assert "张三丰" not in str(msgspec.to_builtins(msgspec.structs.replace(rig.shell.state, view=None)))
    rig.reader.lay(card())
    assert rig.place is Place.FORM
    assert not rig.ic_reader.watching or rig.shell.state.card_lies


def test_unreadable_is_the_same_and_elsewhere_it_is_nothing(rig: PaperRig) -> None:
    rig.ic_reader.put_in()
    assert (rig.place, rig.shell.state.session) == (Place.HOME, None)
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.NEXT).touch(Touch.ANSWER, "self")
    rig.shell.take(IcCardUnreadable(rig.ic_reader.name, "mute"))
    assert rig.screen.problem == Word("card.ic")


def test_a_card_left_in_its_reader_is_reminded_of_until_both_readers_are_free(rig: PaperRig) -> None:
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.NEXT).touch(Touch.ANSWER, "self")
    rig.ic_reader.put_in()
    rig.reader.lay(card())
    assert rig.ic_reader.watching, "or nobody hears it taken out"
    rig.touch(Touch.LEAVE)
    assert rig.place is Place.TAKE_CARD
    rig.reader.lift()
    assert rig.place is Place.TAKE_CARD
    rig.shell.take(IcCardRemoved(rig.ic_reader.name))
    assert rig.place is Place.HOME


def test_one_that_cannot_be_read_is_not_waited_for(rig: PaperRig) -> None:
    rig.touch(Touch.FLOW, "residence-proof").touch(Touch.NEXT).touch(Touch.ANSWER, "self")
    rig.shell.take(IcCardUnreadable(rig.ic_reader.name, "mute"))
    rig.touch(Touch.LEAVE)
    assert rig.place is Place.HOME, "its taking out is not told"
