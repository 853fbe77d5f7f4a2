"""Trouble: the hub killed in the middle, the kiosk's own series, everything without power at once."""

import re
from pathlib import Path
from typing import Any

from field.demo.hall import HUB
from field.demo.wire import NotDone
from field.story.chapters.cases import whole_item
from field.story.chapters.taking import SOCIAL, go_home, number_on, open_item, take
from field.story.day import Day
from hall.ports.status import StatusWord
from hall.store.device_board import FILE, read_board

AHEAD = "+2d"
"""A kiosk whose battery is dead comes up at another time; two days are enough to spoil any rule that uses its clock."""


def wrong_clock(offset: str) -> dict[str, str]:
    """Return the environment in which a program sees another date, by Debian's libfaketime.

    Raises:
        NotDone: it is not installed.

    """
    library = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
    if library is None:
        raise NotDone("libfaketime is not installed; ./run installs it")
    return {"LD_PRELOAD": str(library), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def hub_killed(day: Day) -> None:
    """The hub is killed while people take numbers; it comes back, and nothing is lost or doubled."""
    day.book.chapter("主机故障 the hub away")
    with day.book.step("hub killed and restarted in the middle: the same key is answered"):
        before = day.slip_count()
        open_item(day, SOCIAL)
        day.kill_hub()
        day.kiosk.tap("channel_normal")
        day.hub_back()
        slip = day.new_slip(before, 20)
        number = number_on(slip)
        day.book.until("the number is in the log once", lambda: _live(day, number) == 1, 15)
        go_home(day)
    with day.book.step("the counters are back by themselves"):
        take(day, SOCIAL)
        number = day.book.until("counter 1 calls", lambda: day.call_next("1"), 20)
        day.book.see("a ticket was called", number, bool(number))
        day.serve_to_the_end("1")


def own_series(day: Day) -> None:
    """Without the hub the kiosk prints from its own series, a counter serves it, and all of it is joined later."""
    number = ""
    with day.book.step("the hub is away: the kiosk prints from its own series"):
        day.kill_hub()
        before = day.slip_count()
        open_item(day, SOCIAL)
        day.kiosk.tap("channel_normal")
        slip = day.new_slip(before, 25)
        number = number_on(slip)
        day.picture(day.kiosk, "kiosk-own-series")
        day.book.see("a number of series C", number, bool(re.fullmatch(r"A-C\d{2,}", number)))
        text = "".join(slip["lines"])
        day.book.see("the slip names a counter in plain words", text, "窗口" in text)
        go_home(day)
        day.picture(day.kiosk, "kiosk-home-away")
    with day.book.step("a counter stops calling, serves the slip that names it, and says why"):
        desk = day.counter("1")
        desk.wait("pill.hub", "未连接|离线", timeout_s=20)
        day.picture(desk, "counter-away")
        day.book.see("call-next is off", "action.call_next", not desk.enabled("action.call_next"))
        desk.tap("action.serve_slip")
        desk.type("chooser.text", number)
        desk.tap("chooser.go")
        desk.wait("pill.state", "办理中", timeout_s=6)
        day.picture(day.lobby, "lobby-away")
    with day.book.step("the hub returns: the offline ticket enters with its number, served once"):
        day.hub_back()
        day.book.until("the ticket entered with its printed number", lambda: day.witness.ticket(number), 25)
        day.book.until("its service was reported", lambda: _reported(day, number), 25)
        ticket = day.witness.ticket(number) or {}
        day.book.see("it came from the kiosk's own series", ticket.get("offline"), bool(ticket.get("offline")))
        day.counter("1").wait("pill.hub", "正常", timeout_s=20)
    with day.book.step("no phantom: what the hub may have made for the same touch is void"):
        day.book.equal("live tickets of one visitor without a live one", [], _doubled(day))


def night_away(day: Day) -> None:
    """A whole item by itself while the hub is away; it enters when the hub is back."""
    day.kill_hub()
    whole_item(day, hub=False)
    day.hub_back()
    with day.book.step("the case of the night enters the hub with its provisional number"):
        number = day.book.until("it is in the log", lambda: _provisional(day), 25)
        seen = day.book.until("the hub finds it by what the receipt says", lambda: _found(day, number)) or {}
        day.book.see("under its official number", seen.get("number"), bool(seen) and seen.get("number") != number)


def _printer_ready(kiosk_state: Path) -> bool:
    """Whether the kiosk that runs now has heard its printer say that it is ready."""
    board = read_board(kiosk_state)
    return board is not None and "printer" in board.devices and board.devices["printer"].word is StatusWord.READY


def power_cut(day: Day) -> None:
    """Everything loses power at once and comes back, one kiosk with a wrong clock."""
    day.book.chapter("停电 power cut")
    with day.book.step("everything losing power at once, coming back with the kiosk's clock two days wrong"):
        number = take(day, SOCIAL)
        uid = (day.witness.ticket(number) or {}).get("uid", "")
        issued = {body["ticket"]["uid"] for body in day.witness.of("ticket.issued")}
        units = [unit.name for unit in day.demo.units]
        for name in (HUB, *units):
            day.hall.processes.kill(name)
        kiosk_state = day.demo.state("kiosk-c")
        (kiosk_state / FILE).unlink(missing_ok=True)
        day.hub_back()
        for unit in day.demo.units:
            day.hall.start_unit(unit, wrong_clock(AHEAD) if unit.kind == "kiosk" else {})
        for name in day.hall.remotes:
            day.hall.wait_unit(name)
        day.witness.events.clear()
        again = {body["ticket"]["uid"] for body in day.witness.of("ticket.issued")}
        day.book.see("every ticket is there after the cut", f"{len(again)} of {len(issued)}", issued <= again)
        day.kiosk.wait("screen_home", timeout_s=25)
        day.picture(day.kiosk, "kiosk-after-power-cut")
        day.settle(lambda: _printer_ready(kiosk_state), 30)  # the cut may have come in the middle of a slip
        later = take(day, SOCIAL)
        ticket = day.witness.ticket(later) or {}
        day.book.see("a new number, in the order of the hub", later, later != number)
        skew = abs(int(ticket.get("arrived_at", 0)) - _hub_time(day))
        day.book.see("its time is the hub's, not the kiosk's", f"{skew} ms apart", skew < 60_000)
        day.book.see("the ticket of before still waits", uid, _live(day, number) == 1)
    with day.book.step("the clerks are at work again"):
        for counter in ("1", "2"):
            if day.counter(counter).shows("sign_in.go"):
                day.sign_in_as(counter, *_clerk_of(day, counter))
        number = day.call_next("1")
        day.book.see("a ticket of before the cut is called", number, bool(number))
        day.serve_to_the_end("1")
    with day.book.step("the kiosk's clock is set right, and the kiosk started again"):
        # libfaketime makes every sleep of Python fail, so the program could not end by itself with it.
        day.hall.processes.kill("kiosk-c")
        day.hall.start_unit(day.hall.unit("kiosk-c"))
        day.hall.wait_unit("kiosk-c")
        day.book.see("the home screen", day.kiosk.wait("screen_home", timeout_s=25), day.kiosk.shows("screen_home"))


def _clerk_of(day: Day, counter: str) -> tuple[str, str]:
    """Return who was signed in there last; PINs of the demo are the ids."""
    signed = [body["clerk"] for body in day.witness.of("clerk.signed_in") if body["counter"] == counter]
    return signed[-1], signed[-1]


def _live(day: Day, number: str) -> int:
    kinds = ("ticket.issued", "ticket.entered_offline")
    uids = {
        body["ticket"]["uid"] for kind in kinds for body in day.witness.of(kind) if body["ticket"]["number"] == number
    }
    dead = {body["ticket"] for body in day.witness.of("ticket.voided")}
    return len(uids - dead)


def _reported(day: Day, number: str) -> bool:
    return any(body["number"] == number for body in day.witness.of("service.reported"))


def _doubled(day: Day) -> list[str]:
    """Return issued tickets that were never confirmed and never voided: nobody holds them."""
    confirmed = {body["ticket"] for body in day.witness.of("ticket.confirmed")}
    voided = {body["ticket"] for body in day.witness.of("ticket.voided")}
    issued = {body["ticket"]["uid"]: body["ticket"]["number"] for body in day.witness.of("ticket.issued")}
    return sorted(number for uid, number in issued.items() if uid not in confirmed | voided)


def _provisional(day: Day) -> str:
    return next((str(body["provisional"]) for body in day.witness.of("case.submitted") if body.get("provisional")), "")


def _found(day: Day, provisional: str) -> dict[str, Any] | None:
    try:
        seen: dict[str, Any] = day.centre.get(f"/v1/centre/cases/{provisional}")
    except NotDone:
        return None
    return seen


def _hub_time(day: Day) -> int:
    return int(day.witness.get("/v1/view")["at"])
