"""Asking about a case: a second factor, or the receipt."""

import pytest

from hall.sync.link import HubAway
from hall.wire import commands as cmd
from hall.wire.replies import RefusalCode, Refused
from kiosk.flow.causes import Touch
from kiosk.flow.models import ProgressModel, Word
from kiosk.flow.state import Place
from tests.support.fake_devices import card
from tests.support.kiosk import Rig
from tests.support.views import NOW_MS

STATUS = {
    "case": "BJ-2026-000001",
    "item": "residence-proof",
    "status": "registered",
    "steps": [{"step": "registered", "at": NOW_MS}],
}


def test_receipt_on_the_home_screen_opens_the_query(rig: Rig) -> None:
    rig.scanner.hold("HC1:BJ-2026-000001:K7M2Q9")
    question = rig.link.asked[0]
    assert question.path == "/v1/cases/query"
    assert question.body["receipt"] == "HC1:BJ-2026-000001:K7M2Q9"
    rig.link.answer_question(200, STATUS)
    assert isinstance(rig.screen, ProgressModel)
    rig.touch(Touch.NEXT)
    assert [slip.kind for slip in rig.printer.slips] == ["progress"]


def test_number_and_code(rig: Rig) -> None:
    rig.touch(Touch.FLOW, "case-query").type("BJ2026000001").touch(Touch.NEXT).touch(Touch.ANSWER, "code")
    rig.type("K7M2Q9").touch(Touch.NEXT)
    body = rig.link.asked[0].body
    assert (body["case"], body["code"], body.get("sealed_number")) == ("BJ2026000001", "K7M2Q9", None)


def test_number_and_card_is_sealed(rig: Rig) -> None:
    rig.touch(Touch.FLOW, "case-query").type("BJ2026000001").touch(Touch.NEXT).touch(Touch.ANSWER, "card")
    rig.reader.lay(card())
    body = rig.link.asked[0].body
    assert body["sealed_number"]
    assert "110101" not in str(body)


@pytest.mark.parametrize(
    ("status", "body", "key"),
    [
        (404, {"code": "unknown_case"}, "unknown_case"),
        (0, None, "hub_away"),
        (429, {"code": "locked_out"}, "locked_out"),
        (200, {"odd": 1}, "malformed"),
    ],
)
def test_no_answer_has_words(rig: Rig, status: int, body: object, key: str) -> None:
    rig.scanner.hold("HC1:BJ-2026-000001:WRONG")
    rig.link.answer_question(status, body)
    assert rig.place is Place.MESSAGE
    assert rig.screen.text == Word(f"refusal.{key}")


def test_query_is_grey_without_the_hub(rig: Rig) -> None:
    rig.link.say(HubAway("timeout"))
    rig.scanner.hold("HC1:BJ-2026-000001:K7M2Q9")
    assert rig.screen.text == Word("needs.hub")
    assert rig.link.asked == []


def test_strange_code_is_said_to_be_strange(rig: Rig) -> None:
    rig.scanner.hold("https://example.org")
    assert rig.screen.title == Word("scan.unknown")


def test_lost_slip_by_card(rig: Rig) -> None:
    rig.touch(Touch.FLOW, "reprint")
    rig.reader.lay(card())
    assert [slip.kind for slip in rig.printer.slips] == ["reprint"]
    assert rig.link.of(cmd.ReprintTicket)[0].sealed_person is not None
    assert rig.link.of(cmd.ConfirmTicket) == []


def test_lost_slip_of_nobody(rig: Rig) -> None:
    rig.hub.special[cmd.ReprintTicket] = lambda c: Refused(c.key, RefusalCode.UNKNOWN_TICKET)
    rig.touch(Touch.FLOW, "reprint")
    rig.reader.lay(card())
    assert rig.screen.text.id == "refusal.unknown_ticket"
