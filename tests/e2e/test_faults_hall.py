"""Faults in a hall at work: each is told to the person concerned, loses nothing, and leaves the apps going on."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from field.demo.hall import HUB
from field.demo.wire import NotDone
from field.story.chapters.taking import SOCIAL, WAYS_ON, open_item, take, touch_item
from field.story.day import Day
from tests.support.demo_at_work import change_hall, demo_at_work, eventually, texts

UNITS = ("kiosk-c", "counter-1", "bus-1", "lobby-1")
RECALLS = 3
"""`rules.recalls_before_no_show` of the demo hall."""
SHORT, CLOSED, GONE = "pick-up", "tax-invoice", "housing-fund"


def _item(hall: dict[str, Any], code: str) -> dict[str, Any]:
    return next(item for item in hall["items"] if item["code"] == code)


def _short_and_closed(hall: dict[str, Any]) -> None:
    """One number a day for one item; another one is open only at another time of day."""
    morning = datetime.now(ZoneInfo("Asia/Shanghai")).hour < 12
    _item(hall, SHORT)["quota"] = 1
    _item(hall, CLOSED)["opens"], _item(hall, CLOSED)["closes"] = ("13:00", "14:00") if morning else ("01:00", "02:00")


def _without_one(hall: dict[str, Any]) -> None:
    _short_and_closed(hall)
    hall["items"] = [item for item in hall["items"] if item["code"] != GONE]
    for counter in hall["counters"]:
        counter["items"] = [code for code in counter.get("items", []) if code != GONE]


@pytest.fixture(scope="module")
def shared() -> Iterator[Day]:
    with demo_at_work(UNITS, _short_and_closed) as day:
        day.kiosk.wait("screen_home", timeout_s=30)
        day.sign_in("1")
        day.counter("1").wait("pill.state", "空闲", timeout_s=8)
        yield day


@pytest.fixture
def day(shared: Day) -> Iterator[Day]:
    """The hall between two faults: everybody alive, nothing fell over, no log holds a traceback."""
    home(shared)
    yield shared
    assert [name for name in shared.hall.processes.names() if not shared.hall.processes.alive(name)] == []
    for log in (shared.demo.root / "logs").iterdir():
        assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace"), log.name


def home(day: Day) -> None:
    """Touch on until the kiosk is at home: some screens take a moment before they let anybody on."""

    def there() -> bool:
        way = next((name for name in WAYS_ON if day.kiosk.enabled(name)), None)
        if way is not None and not day.kiosk.shows("screen_home"):
            with suppress(NotDone):  # the screen may have moved on by itself just now
                day.kiosk.tap(way, wait_s=0.5)
        return day.kiosk.shows("screen_home")

    assert eventually(there, 30), texts(day.kiosk)


def refused(day: Day, item: str, name: str, *, closed: bool = False) -> str:
    """Ask for a number that is not to be had; return what the citizen reads, after a picture."""
    issued = len(day.witness.of("ticket.issued"))
    if closed:
        home(day)
        day.picture(day.kiosk, f"{name}-home")
        touch_item(day, item)
    else:
        open_item(day, item)
        day.kiosk.tap("channel_normal")
    day.kiosk.wait("screen_message", timeout_s=10)
    day.picture(day.kiosk, name)
    said = texts(day.kiosk)
    assert len(day.witness.of("ticket.issued")) == issued, "no number is spent on a refusal"
    day.kiosk.tap("bar_language")
    day.picture(day.kiosk, f"{name}-english")
    english = texts(day.kiosk)
    day.kiosk.tap("bar_language")
    home(day)
    return f"{said} / {english}"


def printed_number(day: Day) -> str:
    """Take a number as on any day: everything still works."""
    number = take(day, SOCIAL)
    assert re.fullmatch(r"A\d{3}", number)
    assert eventually(lambda: _state_of(day, number) == "waiting"), number
    return number


def _state_of(day: Day, number: str) -> str:
    ticket = day.witness.ticket(number)
    if ticket is None:
        return "unknown"
    return "waiting" if "ticket.confirmed" in day.witness.about(ticket["uid"]) else "issued"


def printer_back(day: Day) -> None:
    """Wait until the flow that needs printer and reader may be touched again: they came back by themselves."""
    assert eventually(lambda: day.kiosk.enabled("flow_residence-proof")), texts(day.kiosk)


def free_counter(day: Day) -> None:
    day.clear_counter("1")


@pytest.mark.story
def test_an_item_that_is_closed_now(day: Day) -> None:
    said = refused(day, CLOSED, "fault-closed-item", closed=True)
    assert "受理时间" in said
    assert "Closed now" in said
    assert re.search(r"\d\d:00-\d\d:00", said), "the hours are said"


@pytest.mark.story
def test_a_quota_that_is_used_up(day: Day) -> None:
    assert take(day, SHORT).startswith("Q")
    said = refused(day, SHORT, "fault-quota-full")
    assert "已发完" in said
    assert "numbers are gone" in said


@pytest.mark.story
def test_a_silent_printer_costs_the_paper_and_not_the_number(day: Day) -> None:
    day.printer.do("mute", on=True)
    try:
        open_item(day, SOCIAL)
        day.kiosk.tap("channel_normal")
        day.kiosk.wait("title", "打印机|号码|缺纸|打印", timeout_s=15)
        day.picture(day.kiosk, "fault-printer-silent")
        if not day.kiosk.shows("number"):
            day.kiosk.tap("next")
        number = day.kiosk.wait("number", "^A", timeout_s=15)
        day.picture(day.kiosk, "fault-printer-silent-number")
        assert day.kiosk.shows("qr"), "the number can be photographed"
        day.kiosk.tap("next")
        assert eventually(lambda: _state_of(day, number) == "waiting")
    finally:
        day.printer.do("mute", on=False)
    home(day)
    printer_back(day)
    printed_number(day)


@pytest.mark.story
def test_the_printers_cable_is_pulled_in_mid_slip(day: Day) -> None:
    before = day.slip_count()
    open_item(day, SOCIAL)
    day.kiosk.tap("channel_normal")
    assert eventually(lambda: day.printer.device()["unfinished"]), "the slip has begun"
    day.printer.do("unplug")
    number = day.kiosk.wait("number", "^A", timeout_s=15)
    day.picture(day.kiosk, "fault-cable-in-mid-slip")
    assert day.slip_count() == before
    day.printer.do("plug")
    home(day)
    assert eventually(lambda: _state_of(day, number) == "waiting"), "the number is valid without its slip"
    assert sum(body["ticket"]["number"] == number for body in day.witness.of("ticket.issued")) == 1
    printer_back(day)
    assert printed_number(day) != number


@pytest.mark.story
def test_a_clerk_reads_why_the_hub_says_no(day: Day) -> None:
    free_counter(day)
    printed_number(day)
    number, desk = day.call_next("1"), day.counter("1")
    for recalls in range(2, RECALLS + 2):
        desk.press("F3")
        desk.wait("current.calls", str(recalls))
    desk.press("F3")
    assert "已达重呼次数" in desk.wait("message", "重呼")
    day.picture(desk, "fault-recall-limit")
    assert desk.wait("current.number") == number, "the desk stays as it is"
    free_counter(day)


@pytest.mark.story
def test_the_strips_cable_is_pulled_while_it_is_written_to(day: Day) -> None:
    free_counter(day)
    printed_number(day)
    strip = day.device("counter-1.strip")
    day.counter("1").wait("pill.strip", "正常", timeout_s=10)
    before = len(_lost(day, "counter-1", "strip"))
    number = day.call_next("1")
    strip.do("unplug")
    lost = eventually(lambda: _lost(day, "counter-1", "strip")[before:])
    assert "strip-1" in lost[-1], "the technician reads which port it was"
    day.picture(day.counter("1"), "fault-strip-pulled")
    day.start_service("1")
    strip.do("plug")
    assert eventually(lambda: number in day.strip_text("1") or "办理" in day.strip_text("1"), 20), day.strip_text("1")
    day.finish("1")


def _lost(day: Day, unit: str, device: str) -> list[str]:
    """Return the reasons that the unit's log gives for the loss of a device."""
    log = day.demo.log(unit).read_text(encoding="utf-8", errors="replace")
    lines = [json.loads(line) for line in log.splitlines() if '"device lost"' in line]
    return [line["reason"] for line in lines if line["device"] == device]


@pytest.mark.story
def test_garbage_on_every_line_disturbs_nobody(day: Day) -> None:
    free_counter(day)
    for simulator in day.hall.simulators.values():
        simulator.do("garble", on=True, share=0.5)
    day.device("kiosk-c.scanner").do("noise", count=700)
    day.printer.do("babble", on=True)
    day.reader.do("babble", on=True)
    open_item(day, SOCIAL)
    day.kiosk.tap("channel_normal")
    day.kiosk.wait("title", "打印机|号码|缺纸|打印", timeout_s=20)
    day.picture(day.kiosk, "fault-garbage")
    for simulator in day.hall.simulators.values():
        simulator.do("garble", on=False)
    day.printer.do("babble", on=False)
    day.reader.do("babble", on=False)
    home(day)
    printer_back(day)
    printed_number(day)
    number = day.call_next("1")
    assert eventually(lambda: number in day.strip_text("1")), day.strip_text("1")
    day.start_service("1")
    day.finish("1")


@pytest.mark.story
def test_an_item_that_was_taken_away_while_the_citizen_looked_at_it(day: Day) -> None:
    """The hub has read another file meanwhile; no other test needs that item."""
    free_counter(day)
    change_hall(day.hall, _without_one)
    open_item(day, GONE)
    day.hall.processes.kill(HUB)
    day.hall.restart_hub()
    day.kiosk.wait("screen_message", timeout_s=15)
    said = texts(day.kiosk)
    day.picture(day.kiosk, "fault-unknown-item")
    assert "没有这项业务" in said
    home(day)
    assert not day.kiosk.shows(f"tile_{GONE}")
    printed_number(day)
