"""Numbers: by touch, by card, with priority; without paper; with a jam; a lost slip; a flow that says no beforehand."""

import re
from typing import Any

from field.story import far_ends
from field.story.day import Day

SOCIAL, MEDICAL = "social-card", "medical-insurance"


WAYS_ON = ("next", "no_rating", "leave", "back", "skip")
"""What leads on from any screen, most wanted first."""


def go_home(day: Day) -> None:
    """Bring the kiosk home from wherever it is."""
    kiosk = day.kiosk
    for _ in range(8):
        if kiosk.shows("screen_home"):
            return
        way = next((name for name in WAYS_ON if kiosk.enabled(name)), None)
        if way is None:
            break
        kiosk.tap(way)
    kiosk.wait("screen_home", timeout_s=15)


def open_item(day: Day, item: str) -> None:
    """Touch an item's tile, on whichever page it is, and wait for its detail."""
    touch_item(day, item)
    day.kiosk.wait("screen_item")


def touch_item(day: Day, item: str) -> None:
    """Touch an item's tile, on whichever page it is; one that is closed now has no detail."""
    go_home(day)
    day.settle(lambda: any(widget["name"].startswith("tile_") for widget in day.kiosk.widgets()))
    if not day.kiosk.shows(f"tile_{item}"):
        day.kiosk.tap("page_next")
    day.kiosk.tap(f"tile_{item}")


def take(day: Day, item: str = SOCIAL) -> str:
    """Take a number by touch; return it as the slip shows it."""
    before = day.slip_count()
    open_item(day, item)
    day.kiosk.tap("channel_normal")
    number = number_on(day.new_slip(before))
    day.kiosk.wait("screen_take", timeout_s=10)
    go_home(day)
    return number


def number_on(slip: dict[str, Any]) -> str:
    """Return the ticket number among a slip's lines."""
    found = re.search(r"\b([A-Z](?:-[A-Z])?\d{2,4})\b", "\n".join(slip["lines"]))
    return found[1] if found else ""


def by_touch(day: Day) -> None:
    """A citizen touches an item and gets a number."""
    day.book.chapter("取号 numbers")
    with day.book.step("number by touch"):
        day.kiosk.wait("screen_home", timeout_s=20)
        day.picture(day.kiosk, "kiosk-home")
        before = day.slip_count()
        open_item(day, SOCIAL)
        day.picture(day.kiosk, "kiosk-item")
        day.kiosk.tap("channel_normal")
        slip = day.new_slip(before)
        day.kiosk.wait("screen_take", timeout_s=10)
        day.picture(day.kiosk, "kiosk-take-slip")
        number = number_on(slip)
        day.book.see("a number with the item's prefix A", number, number.startswith("A"))
        day.book.see("one QR on the slip", slip["qr"], len(slip["qr"]) == 1)
        most = far_ends.most_bytes(day.printer_model)
        day.book.see(f"at most {most} bytes to the printer", slip["bytes"], slip["bytes"] <= most)
        day.book.until("the hub has it waiting", lambda: _confirmed(day, number))
        day.book.equal("the screen shows the slip's number", number, day.kiosk.wait("number"))
        go_home(day)
    _in_english(day)


def _in_english(day: Day) -> None:
    with day.book.step("the same screens in English, for the elderly, and in high contrast"):
        day.kiosk.tap("bar_language")
        day.picture(day.kiosk, "kiosk-home-english")
        day.kiosk.tap("bar_language")
        day.kiosk.tap("bar_elder")
        day.picture(day.kiosk, "kiosk-home-elder")
        day.kiosk.tap("bar_elder")
        day.kiosk.tap("bar_contrast")
        day.picture(day.kiosk, "kiosk-home-contrast")
        day.kiosk.tap("bar_contrast")
        day.book.see("the home screen is there again", "screen_home", day.kiosk.shows("screen_home"))


def by_card(day: Day) -> str:
    """A citizen lays the ID card on the reader; a second number for the same person is refused."""
    number = ""
    with day.book.step("number by ID card"):
        before = day.slip_count()
        open_item(day, MEDICAL)
        day.kiosk.tap("channel_card")
        day.kiosk.wait("screen_identify")
        day.picture(day.kiosk, "kiosk-identify")
        day.reader.do("insert_card", person="zhang")
        slip = day.new_slip(before, 20)
        number = number_on(slip)
        ticket = day.book.until("the hub knows the holder by reference", lambda: _with_person(day, number)) or {}
        text = "\n".join(slip["lines"])
        day.book.see("no name and no ID number on the slip", text, "张测试" not in text and "19900203" not in text)
        day.book.see("the event holds a reference, not a person", ticket.get("person"), bool(ticket.get("person")))
        day.reader.do("remove_card")
        go_home(day)
    with day.book.step("a second number for the same person and item is refused with the ticket already held"):
        before = day.slip_count()
        open_item(day, MEDICAL)
        day.kiosk.tap("channel_card")
        day.reader.do("insert_card", person="zhang")
        said = day.kiosk.wait("screen_message", timeout_s=10)
        day.picture(day.kiosk, "kiosk-second-number")
        day.book.see("the number already held is shown", said, number in day.kiosk.wait("number"))
        day.book.equal("slips printed for it", 0, day.slip_count() - before)
        day.reader.do("remove_card")
        go_home(day)
    return number


def with_priority(day: Day) -> str:
    """An elderly visitor takes a priority number."""
    number = ""
    with day.book.step("priority number"):
        before = day.slip_count()
        open_item(day, SOCIAL)
        day.kiosk.tap("channel_priority")
        day.kiosk.wait("screen_ask")
        day.picture(day.kiosk, "kiosk-priority")
        day.kiosk.tap("answer_elder")
        slip = day.new_slip(before)
        number = number_on(slip)
        ticket = day.book.until("the hub has it", lambda: day.witness.ticket(number)) or {}
        day.book.equal("its priority", "elder", ticket.get("priority"))
        text = "".join(slip["lines"])
        day.book.see("the slip carries the priority sign", text, "优先" in text)
        go_home(day)
    return number


def without_paper(day: Day) -> None:
    """The roll is out: the number stands on the screen with its QR, and nothing is lost."""
    day.book.chapter("缺纸与卡纸 paper")
    if not far_ends.answers(day.printer_model):
        _unknown_paper(day)
        return
    with day.book.step("a printer without paper: number on the screen with QR, nothing lost"):
        day.printer.do("paper_out")
        before, issued = day.slip_count(), len(day.witness.of("ticket.issued"))
        open_item(day, SOCIAL)
        day.picture(day.kiosk, "kiosk-item-no-paper")
        day.kiosk.tap("channel_normal")
        day.kiosk.wait("screen_message", timeout_s=8)
        said = day.kiosk.wait("title")
        day.picture(day.kiosk, "kiosk-no-paper")
        day.book.see("the citizen is told before a number is spent", said, "缺纸" in said)
        day.book.equal("numbers spent so far", 0, len(day.witness.of("ticket.issued")) - issued)
        day.kiosk.tap("next")
        day.kiosk.wait("screen_number", timeout_s=12)
        number = day.kiosk.wait("number")
        day.picture(day.kiosk, "kiosk-number-on-screen")
        day.book.see("a QR stands on the screen", "qr", day.kiosk.shows("qr"))
        day.kiosk.tap("next")
        day.book.until("the ticket waits, marked as not printed", lambda: _confirmed(day, number, printed=False))
        day.book.equal("slips printed", 0, day.slip_count() - before)
        go_home(day)
    with day.book.step("a flow whose printer is empty is grey before it starts"):
        day.book.until("residence proof cannot be touched", lambda: _greyed(day, "flow_residence-proof"))
        day.picture(day.kiosk, "kiosk-greyed-flow")
        day.printer.do("paper_in")
        day.book.until("with a new roll it can", lambda: day.kiosk.enabled("flow_residence-proof"))


def _unknown_paper(day: Day) -> None:
    """A printer that never answers cannot tell: the number stands on the screen anyway, and the slip comes later."""
    with day.book.step("a printer without paper that never tells: the number stands on the screen"):
        day.printer.do("paper_out")
        before = day.slip_count()
        open_item(day, SOCIAL)
        day.kiosk.tap("channel_normal")
        number = day.kiosk.wait("number", "[A-Z]", timeout_s=15)
        day.picture(day.kiosk, "kiosk-unknown-paper")
        day.book.until("the ticket waits", lambda: day.witness.ticket(number))
        day.book.equal("slips printed", 0, day.slip_count() - before)
        go_home(day)
        day.printer.do("paper_in")
        day.book.equal("the slip with the new roll", number, number_on(day.new_slip(before)))


def with_jam(day: Day) -> None:
    """The slip sticks half-way: staff is called, and after clearing the same number is printed again.

    A printer without a knife loses its paper there instead; one that never answers cannot tell either.
    """
    if not far_ends.answers(day.printer_model):
        return
    knife = day.printer_model.cutter != "none"
    trouble = "a jam" if knife else "the paper's end"
    with day.book.step(f"{trouble} in mid-slip: the same number printed again, marked 补打"):
        if knife:
            day.printer.do("jam", at="cut")
        else:
            day.printer.do("out_at_line", n=3)
        open_item(day, SOCIAL)
        day.kiosk.tap("channel_normal")
        number = day.kiosk.wait("number", "[A-Z]", timeout_s=15)
        day.picture(day.kiosk, "kiosk-jam")
        before = day.slip_count()
        go_home(day)
        day.printer.do("clear_jam" if knife else "paper_in")
        staff_act(day, "jam_cleared" if knife else "roll_changed")
        day.book.until("the attendant sees the printer ready", lambda: _printer_ready(day))
        day.kiosk.tap("act_reprint")
        day.book.until("the slip came out after all, marked 补打", lambda: _marked_slip(day, before, number), 15)
        go_home(day)
        day.book.equal("tickets of that number", 1, _count_issued(day, number))


def staff_act(day: Day, act: str) -> None:
    """Do what an attendant does at the kiosk: hold the clock, number and PIN, one act."""
    staff_in(day, "2001")
    day.picture(day.kiosk, f"kiosk-attendant-{act}")
    day.kiosk.tap(f"act_{act}")


def staff_in(day: Day, number: str) -> None:
    """Let somebody of the staff in: hold the clock, number and PIN (in the demo the same)."""
    day.kiosk.hold("clock", 2.4)
    day.kiosk.wait("screen_pin", timeout_s=6)
    for digits in (number, number):
        for digit in digits:
            day.kiosk.tap(f"key_{digit}")
        day.kiosk.tap("key_confirm")
    day.kiosk.wait("screen_attendant", timeout_s=10)


def lost_slip(day: Day) -> None:
    """A lost ticket is printed again by ID card: same number, marked 补打, the old QR is dead."""
    old: dict[str, Any] = {}
    again: dict[str, Any] = {}
    with day.book.step("a lost ticket reprinted by ID card, marked 补打"):
        old.update(take_by_card(day, "wang", "housing-fund"))
        before = day.slip_count()
        go_home(day)
        open_flow(day, "reprint")
        day.kiosk.wait("screen_identify")
        day.reader.do("insert_card", person="wang")
        again.update(day.new_slip(before, 20))
        day.reader.do("remove_card")
        text = "".join(again["lines"])
        day.book.see("marked 补打", text, "补打" in text)
        day.book.equal("the same number", number_on(old), number_on(again))
        day.book.see("another QR", (old["qr"], again["qr"]), bool(again["qr"]) and old["qr"] != again["qr"])
        day.book.until("the hub counted the reprint", lambda: day.witness.of("ticket.reprinted"))
        go_home(day)
    with day.book.step("the old slip's QR at the scanner is told to be void, the new one is not"):
        day.device("kiosk-c.scanner").do("scan", text=old["qr"][0])
        title = day.kiosk.wait("title", "作废", timeout_s=8)
        day.picture(day.kiosk, "kiosk-old-slip")
        day.book.see("the citizen is told", title, "作废" in title)
        go_home(day)
        day.device("kiosk-c.scanner").do("scan", text=again["qr"][0])
        day.kiosk.wait("screen_message", timeout_s=8)
        said = day.kiosk.wait("title")
        day.book.see("the new slip waits", said, "排队" in said)
        go_home(day)


def take_by_card(day: Day, person: str, item: str) -> dict[str, Any]:
    """Take a number with an ID card; return the slip."""
    before = day.slip_count()
    open_item(day, item)
    day.kiosk.tap("channel_card")
    day.kiosk.wait("screen_identify")
    day.reader.do("insert_card", person=person)
    slip = day.new_slip(before, 20)
    day.reader.do("remove_card")
    go_home(day)
    return slip


def open_flow(day: Day, code: str) -> None:
    """Touch a self-service flow, on whichever page it is."""
    if not day.kiosk.shows(f"flow_{code}"):
        day.kiosk.tap("page_next")
    day.kiosk.tap(f"flow_{code}")


def _confirmed(day: Day, number: str, *, printed: bool = True) -> bool:
    ticket = day.witness.ticket(number)
    wanted = [body for body in day.witness.of("ticket.confirmed") if ticket and body["ticket"] == ticket["uid"]]
    return any(body["printed"] is printed for body in wanted)


def _with_person(day: Day, number: str) -> dict[str, Any] | None:
    ticket = day.witness.ticket(number)
    return ticket if ticket and ticket.get("person") else None


def _greyed(day: Day, name: str) -> bool:
    return day.kiosk.shows(name) and not day.kiosk.enabled(name)


def _marked_slip(day: Day, before: int, number: str) -> bool:
    """Whether the newest slip is a reprint of `number`; the torn one may come out before it."""
    slip = day.last_slip()
    return day.slip_count() > before and number_on(slip) == number and "补打" in "".join(slip["lines"])


def _printer_ready(day: Day) -> bool:
    rows = [widget["text"] for widget in day.kiosk.widgets() if widget["name"].startswith("row_")]
    return bool(rows) and not any("卡纸" in row or "缺纸" in row for row in rows)


def _count_issued(day: Day, number: str) -> int:
    return sum(body["ticket"]["number"] == number for body in day.witness.of("ticket.issued"))
