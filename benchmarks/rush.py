"""`./run bench rush`: 300 people in 5 minutes at 8 kiosks, and 1,000 calls an hour in 4 voice zones.

Everything is real but people and devices: kiosk apps offscreen, lobby apps, hub over TLS; printers, card readers and
speech modules are simulated behind ptys at their lines' speeds. Only the rows marked "virtual" are computed: the same
voice queue, in virtual time. `--short` runs everything for 30 seconds.
"""

import argparse

from benchmarks.call import calls_at_rest
from benchmarks.kiosk_rush import Rush, rush
from benchmarks.table import machine, ms, seconds, show
from benchmarks.voice_rush import CALLS_AN_HOUR, ZONES, Spoken, card_duration, module_duration, real, virtual

PEOPLE, LONG_S, SHORT_S = 300, 300.0, 30.0
KIOSK_HEAD = (
    "touch to home again, s",
    "people",
    "p50",
    "p95",
    "max",
    "kiosk was taken, p95",
    "slips",
    "failed",
    "aim p95",
)
VOICE_HEAD = ("press to first syllable, s", "calls", "p50", "p95", "max", "unspoken", "aim p95")
APART_HEAD = ("at light load, ms", "p50", "p95", "max", "aim p95")
KIOSK_AIMS = {False: 8, True: 5}
VOICE_AIM = 10


def kiosk_rows(kiosks: int, people: int, length_s: float) -> list[list[object]]:
    """Run both rushes and return their rows."""
    rows = []
    for name, baud, by_card in (
        ("by touch, printer at 9600 baud", 9600, False),
        ("by ID card, printer at 115200 baud", 115200, True),
    ):
        found = rush(people, length_s, kiosks, baud, by_card)
        rows.append(_kiosk_row(name, found, KIOSK_AIMS[by_card]))
        _tell(name, found)
    return rows


def _kiosk_row(name: str, found: Rush, aim: int) -> list[object]:
    homes = seconds([visit.home for visit in found.visits])
    queued = seconds([visit.queued for visit in found.visits])[1]
    return [name, len(found.visits), *homes, queued, found.slips, len(found.troubles), aim]


def _tell(name: str, found: Rush) -> None:
    slip = seconds([visit.slip for visit in found.visits])
    print(
        f"{name}: {len(found.visits)} people in {found.seconds:.0f} s; touch to slip p50 {slip[0]} s, p95 {slip[1]} s; "
        f"a slip of {found.slip_bytes} bytes; a visit costs the kiosk app {found.cpu_a_visit:.2f} s of processor",
        flush=True,
    )
    for trouble in found.troubles[:5]:
        print(f"  failed: {trouble}", flush=True)


def voice_rows(length_s: float, hours: int) -> list[list[object]]:
    """Run the real zones and the virtual ones and return their rows."""
    found = real(length_s)
    a_zone = CALLS_AN_HOUR / len(ZONES)
    rows = [_voice_row(f"real, {length_s:.0f} s, speech modules", found.spoken, found.calls)]
    module = module_duration(found.seconds_a_character, found.gap_s)
    for name, duration in (("speech module", module), ("sound card", card_duration())):
        for factor in (1, 2):
            spoken = virtual(hours, a_zone * factor, duration)
            load = f"{CALLS_AN_HOUR * factor} calls an hour"
            rows.append(_voice_row(f"virtual, {hours} zone hours, {name}, {load}", spoken, len(spoken.waits)))
    print(
        f"the module: {found.seconds_a_character:.2f} s a character, {found.gap_s:.2f} s between two texts", flush=True
    )
    return rows


def _voice_row(name: str, spoken: Spoken, calls: int) -> list[object]:
    return [name, calls, *seconds(spoken.waits), spoken.unspoken, VOICE_AIM]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", action="store_true", help=f"{SHORT_S:.0f} seconds of each instead of {LONG_S:.0f}")
    parser.add_argument("--kiosks", type=int, default=8)
    parser.add_argument("--hours", type=int, default=100, help="zone hours in virtual time")
    parser.add_argument("--only", choices=["kiosks", "voice", "apart"])
    asked = parser.parse_args()
    length_s = SHORT_S if asked.short else LONG_S
    print(machine(), flush=True)
    if asked.only in (None, "kiosks"):
        show(KIOSK_HEAD, kiosk_rows(asked.kiosks, round(PEOPLE * length_s / LONG_S), length_s))
    if asked.only in (None, "voice"):
        show(VOICE_HEAD, voice_rows(length_s, asked.hours))
    if asked.only in (None, "apart"):
        apart = [call.apart for call in calls_at_rest(5 if asked.short else 15)]
        show(APART_HEAD, [["strip, screen and voice apart", *ms(apart), 300]])


if __name__ == "__main__":
    main()
