"""1,000 calls an hour in 4 voice zones: how long from the key to the first syllable, and whether any stays unspoken.

Two ways, and the table says which is which:

* real: hub over TLS, four `hall-lobby` processes, each with its own SYN6288 module (pty at 9600 baud, speaking at a
  module's pace), keys pressed over HTTP at twelve counters, arrivals of a Poisson process for some minutes
* virtual: the same `VoiceQueue`, many hours in virtual time; how long each manner of speaking takes was measured from
  the announcer (the real module's driver, or what `Speaker` renders for the sound card with espeak-ng)
"""

import itertools
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.hall_at_work import HallAtWork, hall_at_work, plan_root, timed
from benchmarks.observed import Observed
from benchmarks.on_line import UnitOnLine
from counter.lobby.flow.voice_queue import VoiceQueue, Waiting
from field.demo.plan import DeviceAt, UnitAt
from hall.domain.ids import CounterId, TicketNumber, TicketUid
from hall.ports.voice import Announcement
from hall.words.speech import spoken_ticket

ZONES = "ABCD"
COUNTERS_A_ZONE = 3
CALLS_AN_HOUR = 1000
ENOUGH_S = 90.0
"""After the last key, every call must have been said by then."""
Duration = Callable[[Announcement], float]


class Spoken(NamedTuple):
    """What a run came to; waits in seconds from key to first syllable."""

    waits: list[float]
    unspoken: int


def lobbies() -> list[UnitAt]:
    """Return a lobby for each zone."""
    return [
        UnitAt(_lobby(zone), "lobby", "hall-lobby", zone=zone, extra={"lobby": {"zones": [zone]}}) for zone in ZONES
    ]


def modules(root: Path) -> list[DeviceAt]:
    """Return a speech module for each lobby."""
    return [timed(_lobby(zone), "module", "voice", "syn6288", root) for zone in ZONES]


def hall_of_zones() -> dict[str, Any]:
    """Return the tables of a hall with a zone, an item and some counters for each voice."""
    counters = [str(number + 1) for number in range(len(ZONES) * COUNTERS_A_ZONE)]
    return {
        "zones": [{"code": zone, "names": {"zh": f"{zone}区"}} for zone in ZONES],
        "items": [{"code": _item(zone), "prefix": zone, "names": {"zh": f"{zone}项"}, "zone": zone} for zone in ZONES],
        "counters": [
            {"id": counter, "zone": zone_of(counter), "items": [_item(zone_of(counter))]} for counter in counters
        ],
        "clerks": [
            {"id": _clerk(counter), "name": "演示", "pin": _clerk(counter), "counters": [counter]}
            for counter in counters
        ],
    }


def zone_of(counter: str) -> str:
    """Return the zone of a counter: the first ones are in A."""
    return ZONES[(int(counter) - 1) // COUNTERS_A_ZONE]


def _lobby(zone: str) -> str:
    return f"lobby-{zone.lower()}"


def _item(zone: str) -> str:
    return f"item-{zone.lower()}"


def _clerk(counter: str) -> str:
    return str(5000 + int(counter))


def arrivals(seconds: float, calls_an_hour: float, dice: random.Random) -> list[float]:
    """Return the moments of a Poisson process."""
    found, at = [], 0.0
    while (at := at + dice.expovariate(calls_an_hour / 3600)) < seconds:
        found.append(at)
    return found


class Desks:
    """Twelve counters on one unit's credential, pressed in turn within their zone."""

    def __init__(self, work: HallAtWork) -> None:
        counters = [str(number + 1) for number in range(len(ZONES) * COUNTERS_A_ZONE)]
        named = [word for counter in counters for word in ("--counter", counter)]
        self._unit = _enrolled(work, "counter", *named)
        self._sessions = {one: self._unit.session(one, _clerk(one), _clerk(one)) for one in counters}
        self._turn = {zone: itertools.cycle([one for one in counters if zone_of(one) == zone]) for zone in ZONES}
        self._calling: set[str] = set()

    def press(self, zone: str) -> tuple[str, float]:
        """Press call-next at the next counter of a zone; return the number and the moment of the press."""
        counter = next(self._turn[zone])
        session = self._sessions[counter]
        if counter in self._calling:
            self._unit.command("start", session, counter=counter)
        at = time.monotonic()
        ticket = self._unit.command("call_next", session, counter=counter)["ticket"]
        self._calling.add(counter)
        return str(ticket["number"]), at


def _enrolled(work: HallAtWork, kind: str, *arguments: str) -> UnitOnLine:
    name = f"bench-{kind}"
    token = str(work.hall.server_act("hall", "token", "--kind", kind, "--name", name, *arguments)["token"])
    return UnitOnLine(work.demo.hub_url, work.demo.state(name), token)


class RealRun(NamedTuple):
    """A run in real time, and how the module spoke."""

    spoken: Spoken
    calls: int
    seconds_a_character: float
    gap_s: float
    """Silence between the texts of one announcement."""


def real(seconds: float, seed: int = 1) -> RealRun:
    """Call for so many seconds, at `CALLS_AN_HOUR` over all zones."""
    dice = random.Random(seed)
    moments = arrivals(seconds, CALLS_AN_HOUR, dice)
    zones = [dice.choice(ZONES) for _ in moments]
    with plan_root() as root, ExitStack() as stack:
        work = stack.enter_context(hall_at_work(root, lobbies(), modules(root), hall_of_zones()))
        for remote in work.hall.remotes.values():
            remote.wait("zones", ".", timeout_s=60)
        kiosk = _enrolled(work, "kiosk", "--series", "K")
        for zone in zones:
            kiosk.take_number(_item(zone))
        voices = {zone: work.observed[f"{_lobby(zone)}.module"] for zone in ZONES}
        pressed = _press_all(Desks(work), moments, zones)
        return _heard(voices, pressed)


def _press_all(desks: Desks, moments: list[float], zones: list[str]) -> list[tuple[str, str, float]]:
    began, pressed = time.monotonic(), []
    for moment, zone in zip(moments, zones, strict=True):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        pressed.append((zone, *desks.press(zone)))
    return pressed


def _heard(voices: dict[str, Observed], pressed: list[tuple[str, str, float]]) -> RealRun:
    deadline = time.monotonic() + ENOUGH_S
    waits, unspoken = [], 0
    for zone, number, at in pressed:
        sight = voices[zone].await_text(spoken_ticket(number), at, max(0.0, deadline - time.monotonic()))
        if sight is None:
            unspoken += 1
        else:
            waits.append(sight.at - at)
    return RealRun(Spoken(waits, unspoken), len(pressed), *_pace(voices.values()))


def _pace(voices: Any) -> tuple[float, float]:
    spoken = [voice.state()["spoken"] for voice in voices]
    said = [one for row in spoken for one in row if not one["cut"]]
    characters = sum(len(one["text"].rpartition("]")[2]) for one in said)
    gaps = sorted(
        second["began"] - first["ended"]
        for row in spoken
        for first, second in itertools.pairwise(row)
        if first["text"] == second["text"]
    )
    pace = sum(one["ended"] - one["began"] for one in said) / max(1, characters)
    return pace, gaps[len(gaps) // 2] if gaps else 0.0


def module_duration(seconds_a_character: float, gap_s: float) -> Duration:
    """Return how long the module takes for an announcement; it knows no chime."""

    def duration(announcement: Announcement) -> float:
        once = sum(len(text) for _, text in announcement.texts)
        return announcement.repeats * (once * seconds_a_character + gap_s)

    return duration


def card_duration() -> Duration:
    """Return how long the sound card takes, from rendered announcements, the same manner rendered only once."""
    from drivers.voice.announcement import Speaker
    from drivers.voice.options import Options

    speaker, known = Speaker(Options()), {}

    def duration(announcement: Announcement) -> float:
        length = sum(len(text) for _, text in announcement.texts)
        manner = (announcement.repeats, announcement.chime, length)
        if manner not in known:
            known[manner] = speaker.sound(announcement).seconds
        return known[manner]

    return duration


def virtual(hours: int, calls_an_hour: float, duration: Duration, seed: int = 1) -> Spoken:
    """Run so many hours of one zone in virtual time; calls still waiting at the end are said to the end."""
    waits: list[float] = []
    made = 0
    for hour in range(hours):
        moments = arrivals(3600, calls_an_hour, random.Random(seed * 1000 + hour))
        waits += _an_hour(moments, duration)
        made += len(moments)
    return Spoken(waits, made - len(waits))


def _an_hour(moments: list[float], duration: Duration) -> list[float]:
    queue, waits, free_at = VoiceQueue(), [], 0.0
    coming = [
        Waiting(TicketUid(str(n)), TicketNumber(f"A{n % 1000:03d}"), CounterId(str(n % COUNTERS_A_ZONE + 1)), at)
        for n, at in enumerate(moments)
    ]
    while coming or queue.waiting:
        now = free_at if queue.waiting else max(free_at, coming[0].at)
        while coming and coming[0].at <= now:
            queue = queue.called(coming.pop(0))
        queue, saying = queue.next(now)
        if saying is not None:
            waits += [now - call.at for call in saying.calls if not saying.recall]
            free_at = now + duration(saying.announcement)
            queue = queue.done()
    return waits
