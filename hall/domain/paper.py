"""When a roll of paper will end: what is left on it, what today has used, and what a usual day uses.

A hall's day has its shape (the first hour, the break at noon), so the usual day is kept in quarters of an hour and
today is taken as that day, more or less busy. Without a usual day the last hour's pace goes on. Times are seconds since
midnight, lengths millimetres; nothing is read from any clock.
"""

from collections.abc import Sequence
from typing import NamedTuple

SLOT_S = 900
SLOTS = 86400 // SLOT_S
PACE_S = 3600.0
"""So far back the pace is looked at where no usual day is known."""
EARLY_MM = 3000.0
"""Before about twenty slips a day has not shown yet whether it is a busy one."""
SHORTEST_PACE_S = 600.0
SHORTEST_ROLL_MM = 5000.0
"""No roll is shorter; one that "ended" sooner had the sensor in doubt."""
ONE_SLIP_MM = 300.0
ENOUGH_SLIPS = 20
"""Fewer slips make no day to go by."""
USUAL_DAYS = 10


class Used(NamedTuple):
    """One slip: when it was printed, and its length."""

    at_s: float
    mm: float


class Roll(NamedTuple):
    """The roll in a printer."""

    given_mm: float = 0.0
    """What it has given so far."""
    whole: bool = False
    """Whether it was counted from its beginning."""
    length_mm: float = 0.0
    """How long such rolls are here, 0 until one ran from beginning to end."""


class PaperKept(NamedTuple):
    """What is remembered of a printer's paper. `days` by their date, oldest first."""

    roll: Roll
    days: dict[str, list[Used]]


def roll_after(roll: Roll, used_mm: float, *, to_the_end: bool) -> Roll:
    """Return the roll that lies there after a change; `to_the_end`: the printer said that the old one ran out.

    An end that comes far too soon teaches nothing: the same roll may lie there again, begun. An end right after a
    beginning is the same change, told by printer and attendant.
    """
    if not to_the_end:
        return Roll(0.0, True, roll.length_mm)
    if roll.whole and used_mm < max(SHORTEST_ROLL_MM, roll.length_mm / 2):
        return Roll(0.0, used_mm <= ONE_SLIP_MM, roll.length_mm)
    return Roll(0.0, True, used_mm if roll.whole else roll.length_mm)


def forecast(roll: Roll, now_s: float, today: Sequence[Used], days: Sequence[Sequence[Used]]) -> float | None:
    """Return when the roll ends today; None when it does not, or when there is not enough to go on.

    `days` are those before today, oldest first.
    """
    usual = [day for day in days if len(day) >= ENOUGH_SLIPS][-USUAL_DAYS:]
    if not (roll.whole and roll.length_mm) or not (usual or len(today) >= ENOUGH_SLIPS):
        return None
    return paper_ends_at(roll.length_mm - roll.given_mm, now_s, today, usual_day(usual))


def usual_day(days: Sequence[Sequence[Used]]) -> tuple[float, ...]:
    """Return what a usual day uses in each quarter of an hour: the mean of some days, () without any."""
    if not days:
        return ()
    slots = [0.0] * SLOTS
    for used in (used for day in days for used in day):
        slots[_slot(used.at_s)] += used.mm / len(days)
    return tuple(slots)


def paper_ends_at(left_mm: float, now_s: float, today: Sequence[Used], usual: Sequence[float] = ()) -> float | None:
    """Return when `left_mm` of paper will be used up, or None when it lasts beyond midnight."""
    if left_mm <= 0:
        return now_s
    if not sum(usual):
        pace = _pace(now_s, today)
        end = now_s + left_mm / pace if pace else float("inf")
        return end if end < SLOTS * SLOT_S else None
    return _walked(left_mm, now_s, [mm * _busyness(now_s, today, usual) for mm in usual])


def as_clock(at_s: float) -> str:
    """Write a time of the day to the nearest five minutes, ``14:20``: a forecast knows no better."""
    minutes = round(at_s / 300) * 5
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _pace(now_s: float, today: Sequence[Used]) -> float:
    """Millimetres a second over the last hour, or since the first slip where that was later."""
    recent = [used for used in today if now_s - PACE_S <= used.at_s <= now_s]
    if not recent:
        return 0.0
    began = max(now_s - PACE_S, min(used.at_s for used in today))
    return sum(used.mm for used in recent) / max(SHORTEST_PACE_S, now_s - began)


def _busyness(now_s: float, today: Sequence[Used], usual: Sequence[float]) -> float:
    """How much more than usual today has used so far; near 1 while little was used."""
    so_far = sum(used.mm for used in today if used.at_s <= now_s)
    expected = sum(usual[: _slot(now_s)]) + usual[_slot(now_s)] * (now_s % SLOT_S) / SLOT_S
    return (so_far + EARLY_MM) / (expected + EARLY_MM)


def _walked(left_mm: float, now_s: float, slots: Sequence[float]) -> float | None:
    """Use the paper up slot by slot from now on."""
    at_s = now_s
    for slot in range(_slot(now_s), SLOTS):
        ends_s = (slot + 1) * SLOT_S
        uses = slots[slot] * (ends_s - at_s) / SLOT_S
        if uses >= left_mm:
            return at_s + (ends_s - at_s) * left_mm / uses
        left_mm -= uses
        at_s = ends_s
    return None


def _slot(at_s: float) -> int:
    return max(0, min(SLOTS - 1, int(at_s // SLOT_S)))
