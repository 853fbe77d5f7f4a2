"""An item that the hall takes away while a citizen looks at it."""

import msgspec

from hall.sync.link import ViewChanged
from kiosk.flow.causes import Touch
from kiosk.flow.models import ItemModel, Message
from kiosk.flow.state import Place
from tests.support.kiosk import Rig, view


def test_it_is_said_and_the_button_leads_home(rig: Rig) -> None:
    rig.touch(Touch.ITEM, "social")
    assert isinstance(rig.screen, ItemModel)
    rig.shell.take(ViewChanged(msgspec.structs.replace(view(), items=())))
    assert isinstance(rig.screen, Message)
    assert rig.screen.code == "unknown_item"
    rig.touch(Touch.NEXT)
    assert rig.place is Place.HOME
    assert rig.link.submitted == []
