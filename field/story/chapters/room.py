"""The room: an emergency button and who answers it, guidance lamps, and the technician at the kiosk."""

from field.demo.plan import BUTTON
from field.demo.wire import Remote, wait_for_socket
from field.story.chapters.taking import SOCIAL, go_home, staff_in, take
from field.story.day import Day

PROGRAM_S = 30.0


def emergency(day: Day) -> None:
    """The button under a desk: every desk says so, until a clerk has seen to it."""
    day.book.chapter("现场 the room")
    with day.book.step("the emergency button at counter 1: every desk shows it until a clerk ends it"):
        day.board.do("press", name=BUTTON, ms=300)
        for counter in ("1", "2"):
            said = day.counter(counter).wait("alarm.what", BUTTON, timeout_s=10)
            day.book.see(f"desk {counter} names the button", said, BUTTON in said)
        day.picture(day.counter("2"), "counter-alarm")
        day.book.until("the button was let go, the alarm stands", lambda: _let_go(day) and _alarmed(day, "1"))
        day.counter("2").tap("alarm.end")
        day.book.until("it is gone from every desk", lambda: not any(_alarmed(day, one) for one in ("1", "2")))
        raised, ended = day.witness.of("alarm.raised"), day.witness.of("alarm.ended")
        day.book.equal("alarms in the log", [BUTTON], [body["what"] for body in raised])
        day.book.equal("ended", [BUTTON], [body["what"] for body in ended])


def lamps(day: Day) -> None:
    """The lamp over a zone is lit while one of its counters calls."""
    with day.book.step("the guidance lamp is lit at the call, and dark when the visitor sits down"):
        day.book.equal("lit before", [], _lit(day))
        take(day, SOCIAL)
        day.call_next("2")
        day.book.until("the lamp of zone A is lit", lambda: _lit(day) == ["A"])
        day.start_service("2")
        day.book.until("it is dark", lambda: not _lit(day))
        day.finish("2")


def technician(day: Day) -> None:
    """The hidden gesture, number and PIN: the own program tries a printer, and the kiosk goes on afterwards."""
    with day.book.step("a technician comes in by the hidden gesture, tests a printer, and leaves"):
        slips = day.slip_count()
        staff_in(day, "4001")
        day.kiosk.tap("act_technician")
        door = day.demo.remote("kiosk-c").with_name("kiosk-c.sock.technician")
        wait_for_socket(door, PROGRAM_S)
        screen = Remote(door)
        screen.wait("device_printer", timeout_s=PROGRAM_S)
        day.settle(lambda: not screen.shows("reason_camera"))  # the last one that says how it is
        day.picture(screen, "technician-devices")
        screen.tap("device_printer")
        screen.tap("test_external")
        day.book.until("a slip came out", lambda: day.slip_count() > slips, 20)
        day.settle(lambda: screen.enabled("back"))
        day.picture(screen, "technician-test")
        screen.tap("back")
        screen.tap("leave")
        day.kiosk.wait("screen_home", timeout_s=20)
        day.book.until("the kiosk has its devices again", lambda: day.kiosk.enabled("flow_lease-registration"), 20)
        go_home(day)


def _let_go(day: Day) -> bool:
    return not day.board.device()["contacts"][BUTTON]


def _alarmed(day: Day, counter: str) -> bool:
    return day.counter(counter).shows("alarm.what")


def _lit(day: Day) -> list[str]:
    return [name for name, on in day.board.device()["lamps"].items() if on]
