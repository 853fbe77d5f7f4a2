"""What became of a dead machine's work, as a Chinese technician reads it."""

import pytest

from field.commands import replace, say
from field.rescue.account import Line
from field.rescue.act import Rescued
from tests.support.technician_lines import sentence_in

LINES = {
    Line(
        "sent", "ticket A-C07 for social, printed 09:31", "its slip may not have come out; it is called all the same"
    ): ("已送出   号票 A-C07（social），打印于 09:31：凭条可能没有打出来；照样会叫号"),
    Line("known", "ticket A-C08 for social, printed 09:32", "the hub had it already"): (
        "主机已有 号票 A-C08（social），打印于 09:32：主机本来就有"
    ),
    Line("waiting", "case kiosk-c-00001-X for social", "the hall's day is not open; run this again when it is"): (
        "待送     办件 kiosk-c-00001-X（social）：大厅今天还没有开门；开门后请再运行一次"
    ),
    Line(
        "missing",
        "ticket A-C09",
        "not sent, no record readable: whoever holds this slip must be taken in by its number at a counter",
    ): ("缺失     号票 A-C09：没有送出，记录读不出：拿着这张号票的人，请在窗口按号码受理"),
    Line(
        "unknown",
        "numbers above C12, printed after 09:40 and before 10:10",
        "if any were printed, nobody can tell; the spare prints others, so none comes twice",
    ): ("不明     C12 之后的号，打印于 09:40 之后、10:10 之前：有没有打印过，谁也说不清；备机打印的是别的号，不会重复"),
    Line("refused", "service of A011 at counter 3", "no such ticket today"): (
        "被拒     号 A011 在窗口 3 的办理：今天没有这张号票"
    ),
}


@pytest.fixture(autouse=True)
def _chinese() -> None:
    say.speak("zh")


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line.state))
def test_each_thing_and_what_became_of_it(line: Line) -> None:
    assert replace._words(line) == LINES[line]
    assert not sentence_in(replace._words(line))


def test_the_verdict_counts() -> None:
    found = Rescued(lines=tuple(LINES))
    told = say.said(replace._verdict(found))
    assert told == "没有办妥：缺失 1 项，不明 1 项，待送 1 项，被拒 1 项；请把这张清单交给大厅负责人"


def test_the_verdict_when_all_is_done() -> None:
    assert say.said("settled: nothing is lost, nothing is left to send") == "已办妥：没有丢失，也没有待送的"
