"""Many people at many kiosks: real kiosk apps offscreen, touched by object name, each with printer and card reader.

A visitor touches as soon as a screen is there; reading time is not counted. A visit begins with the touch of an item
on the home screen and ends when the home screen is there again.
"""

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.hall_at_work import HallAtWork, hall_at_work, plan_root, played
from benchmarks.proc import cpu_s
from field.demo.plan import DeviceAt, UnitAt
from field.demo.wire import NotDone, Remote, Simulator
from hall.domain.id_number import resident_check_digit

ITEMS = ("social-card", "medical-insurance", "residence-permit", "housing-fund")
WAIT_S = 60.0
SLIP_S = 90.0


class Visit(NamedTuple):
    """One citizen at one kiosk; seconds after the first touch. `queued` is how long the kiosk was still taken."""

    queued: float
    slip: float
    home: float


class Rush(NamedTuple):
    """What a rush came to."""

    visits: list[Visit]
    troubles: list[str]
    seconds: float
    cpu_a_visit: float
    """Seconds of processor that the kiosk apps took for one visit."""
    slips: int
    slip_bytes: int
    """Of the last slip at the first kiosk."""


def kiosk_name(number: int) -> str:
    """Return the unit id of a kiosk."""
    return f"kiosk-{number + 1}"


def units(count: int) -> list[UnitAt]:
    """Return so many kiosks with series of their own."""
    face = {"width_px": 1080, "height_px": 1920}
    return [UnitAt(kiosk_name(n), "kiosk", "hall-kiosk", series=chr(ord("A") + n), face=face) for n in range(count)]


def devices(root: Path, count: int, baud: int) -> list[DeviceAt]:
    """Return a printer and a card reader for each kiosk, all played by the simulators' process."""
    found = []
    for number in range(count):
        name = kiosk_name(number)
        found.append(played(name, "printer", "ticket_printer", "xprinter-xp-80", root, baud=baud))
        found.append(played(name, "reader", "id_card", "sdt-serial", root))
    return found


def card(number: int) -> dict[str, str]:
    """Return the fields of an invented person's card; region 990101 is nobody's."""
    body = f"99010119800101{number:03d}"
    return {
        "name": "张测试",
        "sex": "1",
        "nation": "01",
        "birth": "19800101",
        "address": "演示省测试市样例区模拟路1号",
        "number": body + resident_check_digit(body),
        "authority": "样例市公安局",
        "valid_from": "20200101",
        "valid_to": "20400101",
    }


class Kiosk:
    """One kiosk and the people in front of it."""

    def __init__(self, screen: Remote, reader: Simulator, by_card: bool) -> None:
        self._screen, self._reader, self._by_card = screen, reader, by_card
        self.visits: list[Visit] = []
        self.troubles: list[str] = []

    def serve(self, people: list[tuple[int, float]]) -> None:
        """Let people come at their moments (number, monotonic time) and note each visit."""
        for number, arrives in people:
            time.sleep(max(0.0, arrives - time.monotonic()))
            queued = time.monotonic() - arrives
            try:
                self.visits.append(self._visit(number)._replace(queued=queued))
            except NotDone as problem:
                self.troubles.append(str(problem)[:300])

    def _visit(self, number: int) -> Visit:
        screen = self._screen
        began = time.monotonic()
        screen.tap(f"tile_{ITEMS[number % len(ITEMS)]}", WAIT_S)
        if self._by_card:
            screen.tap("channel_card", WAIT_S)
            screen.wait("screen_identify", timeout_s=WAIT_S)
            self._reader.do("insert_card", fields=card(number))
        else:
            screen.tap("channel_normal", WAIT_S)
        screen.wait("screen_take", timeout_s=SLIP_S)
        slip = time.monotonic() - began
        if self._by_card:
            self._reader.do("remove_card")
        screen.tap("next", WAIT_S)
        screen.wait("screen_home", timeout_s=WAIT_S)
        return Visit(0.0, slip, time.monotonic() - began)


def rush(people: int, seconds: float, kiosks: int, baud: int, by_card: bool) -> Rush:
    """Start a hall, let people come evenly over the seconds, kiosk after kiosk, and return what was seen."""
    with plan_root() as root, ExitStack() as stack:
        work = stack.enter_context(hall_at_work(root, units(kiosks), devices(root, kiosks, baud)))
        fronts = [_front(work, number, by_card) for number in range(kiosks)]
        _warm(fronts, people)
        return _flood(work, fronts, people, seconds)


def _front(work: HallAtWork, number: int, by_card: bool) -> Kiosk:
    name = kiosk_name(number)
    work.hall.remotes[name].wait(f"tile_{ITEMS[0]}", timeout_s=WAIT_S)
    return Kiosk(work.hall.remotes[name], work.hall.simulators[f"{name}.reader"], by_card)


def _warm(fronts: list[Kiosk], people: int) -> None:
    """One visit at each kiosk that does not count: fonts and icons are drawn for the first time."""
    _together(fronts, [[(people + index, time.monotonic())] for index in range(len(fronts))])
    for front in fronts:
        if front.troubles:
            raise NotDone(front.troubles[0])
        front.visits.clear()


def _flood(work: HallAtWork, fronts: list[Kiosk], people: int, seconds: float) -> Rush:
    slips, cpu, began = _slips(work, fronts), _cpu(work, fronts), time.monotonic()
    comes = [(number, began + number * seconds / people) for number in range(people)]
    _together(fronts, [comes[index :: len(fronts)] for index in range(len(fronts))])
    took = time.monotonic() - began
    visits = [visit for front in fronts for visit in front.visits]
    troubles = [trouble for front in fronts for trouble in front.troubles]
    spent = (_cpu(work, fronts) - cpu) / max(1, len(visits))
    return Rush(visits, troubles, took, spent, _slips(work, fronts) - slips, _slip_bytes(work))


def _together(fronts: list[Kiosk], people: list[list[tuple[int, float]]]) -> None:
    threads = [threading.Thread(target=front.serve, args=(own,)) for front, own in zip(fronts, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _cpu(work: HallAtWork, fronts: list[Kiosk]) -> float:
    return sum(cpu_s(work.hall.processes.pid(kiosk_name(number))) for number in range(len(fronts)))


def _slip_bytes(work: HallAtWork) -> int:
    printer = work.hall.simulators[f"{kiosk_name(0)}.printer"]
    return int(printer.do("state")["state"]["device"]["slips"][-1]["bytes"])


def _slips(work: HallAtWork, fronts: list[Kiosk]) -> int:
    printers = [work.hall.simulators[f"{kiosk_name(number)}.printer"] for number in range(len(fronts))]
    return sum(int(printer.do("state")["state"]["device"]["count"]) for printer in printers)
