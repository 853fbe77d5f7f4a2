"""One finding of the doctor: how bad, what about, what is so, what to do."""

from enum import StrEnum

import msgspec


class Colour(StrEnum):
    """Green: as it should be. Amber: works, look after it. Red: does not work."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Finding(msgspec.Struct, frozen=True):
    """`about` names the thing (a file, a device, ``hub``); `do` is empty where nothing needs to be done."""

    colour: Colour
    about: str
    says: str
    do: str = ""


def green(about: str, says: str) -> Finding:
    """As it should be."""
    return Finding(Colour.GREEN, about, says)


def amber(about: str, says: str, do: str) -> Finding:
    """Works, but somebody should look after it."""
    return Finding(Colour.AMBER, about, says, do)


def red(about: str, says: str, do: str) -> Finding:
    """Does not work."""
    return Finding(Colour.RED, about, says, do)


def worst(findings: list[Finding]) -> Colour:
    """Return the colour of the whole."""
    order = list(Colour)
    return max((finding.colour for finding in findings), key=order.index, default=Colour.GREEN)
