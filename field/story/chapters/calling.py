"""Calls: two counters at once, recall, no-show, transfer, ratings, silence, a cut, a clerk swap, a company runner."""

import threading
from functools import partial

from field.story.chapters.taking import MEDICAL, SOCIAL, take
from field.story.day import Day


def open_counters(day: Day) -> None:
    """Two clerks sign in."""
    day.book.chapter("叫号 calls")
    with day.book.step("two clerks sign in; a wrong PIN is refused in words"):
        desk = day.counter("1")
        desk.wait("sign_in.go", timeout_s=15)
        desk.type("sign_in.clerk", "1001")
        desk.type("sign_in.pin", "9999")
        desk.tap("sign_in.go")
        said = desk.wait("sign_in.message", "不正确", timeout_s=8)
        day.book.see("the clerk is told", said, "不正确" in said)
        day.picture(desk, "counter-sign-in")
        desk.clear("sign_in.clerk")
        for counter in ("1", "2"):
            day.sign_in(counter)
        day.book.until("both are in the log", lambda: len(day.witness.of("clerk.signed_in")) == 2)
        day.book.until("the strip welcomes", lambda: day.strip_text("1"))


def two_at_once(day: Day) -> None:
    """Both press call-next in the same moment: never the same ticket."""
    with day.book.step("two counters calling at once: never the same ticket"):
        for _ in range(2):
            take(day, SOCIAL)
        numbers: dict[str, str] = {}
        calls = [threading.Thread(target=_call, args=(day, counter, numbers)) for counter in ("1", "2")]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
        day.book.see("two numbers", numbers, len(numbers) == 2 and numbers["1"] != numbers["2"])
        for counter in ("1", "2"):
            number = numbers[counter]
            day.book.until(f"strip {counter} calls {number}", partial(day.strip_calls, counter, number))
        day.book.until("the lobby shows the newest", lambda: _on_board(day, set(numbers.values())))
        day.picture(day.lobby, "lobby-board")
        day.picture(day.counter("1"), "counter-calling")
        day.book.until("every voice says it", lambda: _all_spoke(day), 20)


def recall_and_no_show(day: Day) -> None:
    """A visitor who does not come is called again, then passed over."""
    with day.book.step("recall"):
        day.counter("1").press("F3")
        day.book.until("the second call is in the log", lambda: max(_calls(day), default=0) >= 2)
    with day.book.step("no-show"):
        day.counter("1").press("F4")
        day.counter("1").wait("pill.state", "空闲", timeout_s=8)
        day.book.until("it is in the log", lambda: day.witness.of("ticket.no_show"))
        day.clear_counter("2")


def transfer(day: Day) -> None:
    """A visitor is sent on with the same number and a note."""
    with day.book.step("transfer to another counter, number unchanged, note seen there"):
        take(day, SOCIAL)
        number = day.call_next("1")
        day.start_service("1")
        desk = day.counter("1")
        desk.press("F7")
        desk.type("chooser.text", "copy first")
        day.picture(desk, "counter-transfer")
        desk.tap("chooser.counter.2")
        desk.wait("pill.state", "空闲", timeout_s=8)
        day.book.equal("counter 2 calls the same number", number, day.call_next("2"))
        note = day.counter("2").wait("current.note", "copy first", timeout_s=6)
        day.book.see("the note is seen", note, "copy first" in note)
        day.serve_to_the_end("2")


def ratings(day: Day) -> None:
    """Five visitors press five levels; a sixth says nothing."""
    day.book.chapter("评价 ratings")
    with day.book.step("finish, and ratings 1 to 5 on the evaluator"):
        for level in (1, 2, 3, 4, 5):
            take(day, SOCIAL)
            day.call_next("1")
            if level == 1:
                day.start_service("1")
                day.picture(day.counter("1"), "counter-serving")
                day.finish("1")
            else:
                day.serve_to_the_end("1")
            day.wait_invited("1")
            day.rate("1", level)
            day.book.until(f"level {level} is in the log", partial(_has_level, day, level))
        day.picture(day.counter("1"), "counter-desk")
    with day.book.step("rating time-out is stored as not rated"):
        take(day, SOCIAL)
        day.call_next("1")
        day.serve_to_the_end("1")
        day.wait_invited("1")
        rating = day.witness.of("rating.invited")[-1]["rating"]
        day.book.until("silence is not rated", lambda: _has(day, "rating.not_given", rating), 15)
        ended = [body for body in day.witness.of("rating.not_given") if body["rating"] == rating]
        day.book.equal("the reason", ["timed_out"], [body["reason"] for body in ended])
        day.book.see("and no rating was made up", rating, not _has(day, "rating.given", rating))


def cut_invitation(day: Day) -> None:
    """Call-next while an invitation is open: the cut is counted, the invitation lives on."""
    with day.book.step("call-next while a rating invitation is open: it lives on, the cut is counted"):
        for _ in range(2):
            take(day, SOCIAL)
        day.call_next("1")
        day.serve_to_the_end("1")
        day.wait_invited("1")
        rating = day.witness.of("rating.invited")[-1]["rating"]
        day.call_next("1")
        day.book.until("the cut is counted", lambda: _has(day, "rating.cut", rating))
        day.rate("1", 2)
        day.book.until("the answer still counts", lambda: _has(day, "rating.given", rating))
        day.clear_counter("1")


def clerk_swap(day: Day) -> None:
    """A visitor is parked, the clerks swap, the visitor is taken back by the new one."""
    with day.book.step("a clerk swap with a parked visitor"):
        desk = day.counter("1")
        take(day, SOCIAL)
        number = day.call_next("1")
        day.start_service("1")
        desk.press("F6")
        desk.wait("pill.state", "空闲", timeout_s=8)
        desk.tap("action.sign_out")
        day.sign_in_as("1", "1003", "1003")
        desk.wait("pill.state", "空闲", timeout_s=8)
        day.picture(desk, "counter-parked")
        desk.tap(f"parked.{number}")
        day.book.equal("the parked visitor is back", number, desk.wait("current.number", number, timeout_s=8))
        resumed = day.book.until("the log names both clerks", lambda: day.witness.of("ticket.resumed")) or [{}]
        day.book.equal("who took the visitor back", "1003", resumed[-1].get("clerk"))
        day.clear_counter("1")


def company_runner(day: Day) -> None:
    """One ticket, twelve cases."""
    with day.book.step("a company runner with 12 cases on one ticket"):
        take(day, MEDICAL)
        number = day.call_next("2")
        day.start_service("2")
        desk = day.counter("2")
        before = len(day.witness.of("case.submitted"))
        for count in range(1, 13):
            desk.press("F9")
            desk.tap("chooser.medical-insurance")
            desk.wait("current.cases", rf"\b{count} 件", timeout_s=8)
        day.picture(desk, "counter-twelve-cases")
        cases = day.book.until("twelve cases are in the log", lambda: day.witness.of("case.submitted")[before:])
        ticket = day.witness.ticket(number) or {}
        day.book.equal("all on the one ticket", [ticket.get("uid")] * 12, [case.get("ticket") for case in cases or []])
        numbers = {case["case"] for case in cases or []}
        day.book.equal("different case numbers", 12, len(numbers))
        day.finish("2")


def _call(day: Day, counter: str, numbers: dict[str, str]) -> None:
    numbers[counter] = day.call_next(counter)


def _calls(day: Day) -> list[int]:
    return [body["calls"] for body in day.witness.of("ticket.called")]


def _has_level(day: Day, level: int) -> bool:
    return any(body["level"] == level for body in day.witness.of("rating.given"))


def _has(day: Day, kind: str, rating: str) -> bool:
    return any(body["rating"] == rating for body in day.witness.of(kind))


def _on_board(day: Day, numbers: set[str]) -> bool:
    words = " ".join(widget["text"] for widget in day.lobby.widgets())
    return all(number in words for number in numbers)


def _all_spoke(day: Day) -> dict[str, list[str]]:
    spoken = day.spoken()
    return spoken if all(spoken.values()) else {}
