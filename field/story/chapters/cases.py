"""Cases: at the centre with ticket and rating; asked about by the receipt's QR; a whole item with nobody there."""

from functools import partial
from typing import Any

from field.demo.wire import NotDone
from field.story.chapters.taking import SOCIAL, go_home, open_flow, take
from field.story.day import Day


def at_the_centre(day: Day) -> None:
    """A case registered at a counter is seen at the centre, with its ticket and the citizen's rating."""
    day.book.chapter("办件 cases")
    with day.book.step("the case visible at the centre with its ticket and rating"):
        take(day, SOCIAL)
        number = day.call_next("1")
        day.start_service("1")
        desk = day.counter("1")
        before = len(day.witness.of("case.submitted"))
        desk.press("F9")
        desk.tap("chooser.social-card")
        cases = day.book.until("the case is in the log", lambda: day.witness.of("case.submitted")[before:])
        day.finish("1")
        day.wait_invited("1")
        day.rate("1", 1)
        case = cases[0]["case"] if cases else ""
        seen = day.book.until("the centre has it, rated", lambda: _at_centre(day, case), 20) or {}
        day.book.see("with its ticket", seen, number in str(seen))


def night(day: Day) -> None:
    """At night: nobody at the counters; a whole item by itself, and then how it stands, by its receipt."""
    clerks_leave(day)
    day.picture(day.counter("1"), "counter-signed-out")
    ask_by_receipt(day, whole_item(day, hub=True))
    clerks_come(day)


def clerks_leave(day: Day) -> None:
    """Both sign out."""
    with day.book.step("the clerks go home"):
        for counter in ("1", "2"):
            day.counter(counter).tap("action.sign_out")
            day.counter(counter).wait("sign_in.go", timeout_s=8)
        day.book.until("no counter is open", lambda: _all_closed(day))


def clerks_come(day: Day) -> None:
    """Both sign in again."""
    with day.book.step("in the morning the clerks are back"):
        for counter in ("1", "2"):
            day.sign_in(counter)
        day.book.until("two counters are open", lambda: not _all_closed(day))


def whole_item(day: Day, *, hub: bool) -> dict[str, Any]:
    """A residence proof from ID card to receipt and rating, with nobody at the counters."""
    slips: list[dict[str, Any]] = []
    title = "with the hub there" if hub else "without the hub"
    with day.book.step(f"one self-service item from ID card to receipt and rating, {title}"):
        before = day.slip_count()
        go_home(day)
        open_flow(day, "residence-proof")
        kiosk = day.kiosk
        name = "night" if hub else "night-away"
        kiosk.wait("screen_notice", timeout_s=8)
        day.picture(kiosk, f"kiosk-{name}-notice")
        kiosk.tap("next")
        identify(day, "li")
        kiosk.wait("screen_form", timeout_s=12)
        _fill(day)
        day.picture(kiosk, f"kiosk-{name}-form")
        kiosk.tap("next")
        _tick(day)
        kiosk.wait("screen_confirm", timeout_s=8)
        day.picture(kiosk, f"kiosk-{name}-confirm")
        words = " ".join(widget["text"] for widget in kiosk.widgets())
        day.book.see("the ID number is masked on the screen", "masked", "19850304" not in words)
        kiosk.tap("next")
        _sign(day, name)
        slips = _collect(day, before)
        day.book.see("receipt and proof came out", [slip["lines"][:2] for slip in slips], len(slips) >= 1)
        if kiosk.shows("rate_1") or _reach(day, "screen_rate"):
            day.picture(kiosk, f"kiosk-{name}-rate")
            kiosk.tap("rate_2")
        day.reader.do("remove_card")
        go_home(day)
    return slips[0] if slips else {}


def ask_by_receipt(day: Day, receipt: dict[str, Any]) -> None:
    """The receipt's QR, shown to the scanner on the home screen, tells how the case stands."""
    with day.book.step("the receipt's QR scanned at the kiosk to ask about the case"):
        codes = receipt.get("qr") or [""]
        day.book.see("the receipt carries a QR", codes, bool(codes[0]))
        day.kiosk.wait("screen_home", timeout_s=15)
        day.device("kiosk-c.scanner").do("scan", text=codes[0])
        day.kiosk.wait("screen_progress", timeout_s=12)
        day.picture(day.kiosk, "kiosk-progress")
        words = " ".join(widget["text"] for widget in day.kiosk.widgets())
        day.book.see("nothing personal is shown", words, "李样例" not in words and "19850304" not in words)
        go_home(day)


def identify(day: Day, person: str) -> None:
    """For oneself, by the ID card."""
    to_identify(day)
    day.picture(day.kiosk, "kiosk-place-card")
    day.reader.do("insert_card", person=person)


def to_identify(day: Day) -> None:
    """Say that it is for oneself, where that is asked, and come to the card's turn."""
    kiosk = day.kiosk
    for _ in range(2):
        if kiosk.shows("screen_ask"):
            kiosk.tap("answer_self")
        if kiosk.shows("screen_identify"):
            break
        kiosk.wait("title", timeout_s=3)
    kiosk.wait("screen_identify", timeout_s=6)


def _fill(day: Day) -> None:
    """Fill what the card does not know: since when, phone, purpose."""
    kiosk = day.kiosk
    for field, digits in (("since", "2015"), ("phone", "13800000000")):
        kiosk.tap(f"field_{field}")
        for digit in digits:
            kiosk.tap(f"key_{digit}")
    kiosk.tap("field_purpose")
    choices = [widget["name"] for widget in kiosk.widgets() if widget["name"].startswith("choice_")]
    if choices:
        kiosk.tap(choices[0])


def _sign(day: Day, name: str) -> None:
    """Sign with a finger on the glass."""
    kiosk = day.kiosk
    kiosk.wait("screen_sign", timeout_s=8)
    for left in (0.2, 0.45, 0.65):
        kiosk.draw("ink", [(left + 0.015 * step, 0.5 + (0.04 if step % 2 else -0.04)) for step in range(10)])
    day.picture(kiosk, f"kiosk-{name}-sign")
    kiosk.tap("next")


def _tick(day: Day) -> None:
    kiosk = day.kiosk
    if not _reach(day, "screen_checklist"):
        return
    for widget in kiosk.widgets():
        if widget["name"].startswith("tick_"):
            kiosk.tap(widget["name"])
    day.picture(kiosk, "kiosk-checklist")
    kiosk.tap("next")


def _reach(day: Day, screen: str) -> bool:
    """Return whether a screen comes up within some seconds."""
    try:
        day.kiosk.wait(screen, timeout_s=6)
    except NotDone:
        return False
    return True


def _collect(day: Day, before: int) -> list[dict[str, Any]]:
    """Take the slips as they come out, and touch on."""
    slips: list[dict[str, Any]] = []
    for _ in range(2):
        if not day.book.until("a slip comes out", partial(_more_slips, day, before + len(slips)), 20):
            break
        slips.append(day.last_slip())
        if _reach(day, "screen_take"):
            day.picture(day.kiosk, "kiosk-night-slip")
            day.kiosk.tap("next")
        if day.kiosk.shows("screen_rate"):
            break
    return slips


def _all_closed(day: Day) -> bool:
    counters = day.witness.get("/v1/view")["counters"]
    return all(counter.get("clerk") is None for counter in counters)


def _more_slips(day: Day, than: int) -> bool:
    return day.slip_count() > than


def _at_centre(day: Day, case: str) -> dict[str, Any] | None:
    try:
        seen: dict[str, Any] = day.centre.get(f"/v1/centre/cases/{case}")
    except NotDone:
        return None
    return seen if any(rating.get("level") == 1 for rating in seen.get("ratings", [])) else None
