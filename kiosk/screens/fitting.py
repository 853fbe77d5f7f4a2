"""Making a page fit: first a little smaller, then its lists in leaves, then smaller still, never below a finger."""

from collections.abc import Callable

from PyQt6.QtCore import QSize

from kiosk.screens.glass import BEFORE_TURNING
from kiosk.screens.page import Page

TRIES = 8
"""A page is built at most so often; as a rule once."""


def within(needed: QSize, room: QSize) -> bool:
    """Say whether what is needed is there."""
    return needed.width() <= room.width() and needed.height() <= room.height()


def fitting(room: QSize, fit: float, smallest: float, make: Callable[[float, bool], Page]) -> Page:
    """Return the page that fits into the room, made as (share of the panel's sizes, lists folded).

    `fit` is the panel's own share, `smallest` the least of the wanted sizes. Where not even the smallest one fits, that
    one is returned: the tests know no such page.
    """
    share, folded = 1.0, False
    page = make(share, folded)
    for _ in range(TRIES):
        needed = page.needs(room.width())
        if within(needed, room):
            return page
        least = min(1.0, smallest / fit)
        if page.has_lists and not folded:
            least = max(BEFORE_TURNING, least)
        if share <= least and (folded or not page.has_lists):
            return page
        if share <= least:
            folded = True
        else:
            share = _next(share, needed, room, least)
        page.deleteLater()
        page = make(share, folded)
    return page


def _next(share: float, needed: QSize, room: QSize, least: float) -> float:
    """Return a smaller share, as much smaller as the page is too big, in steps that end."""
    missing = min(room.width() / max(1, needed.width()), room.height() / max(1, needed.height()))
    return max(least, min(share - 0.02, round(share * missing, 2)))
