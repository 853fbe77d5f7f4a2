"""Which voice says which zone's calls: a call for zone B is silent in zone A.

A voice that the file gives no zones speaks for the whole lobby. Voices of the same zones speak together, from one
queue; others have a queue of their own. A call of a zone that no voice was given is said by every voice: rather in the
wrong place too than nowhere.
"""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple


class Range(NamedTuple):
    """The calls that some voices say. Empty `lobby` and `own` mean every zone."""

    lobby: frozenset[str] = frozenset()
    """Zones of this lobby; calls of others are none of its business."""
    own: frozenset[str] = frozenset()
    served: frozenset[str] | None = None
    """Zones that some voice of this lobby was given; None if one of them speaks for all."""

    def covers(self, zone: str) -> bool:
        """Whether these voices say a call of `zone`."""
        if self.lobby and zone not in self.lobby:
            return False
        return not self.own or zone in self.own or (self.served is not None and zone not in self.served)


EVERYTHING = Range()


class Group(NamedTuple):
    """Voices that speak together."""

    range: Range
    names: tuple[str, ...]


def groups(
    names: Sequence[str], zones_of: Mapping[str, Collection[str]], lobby: Collection[str] = ()
) -> tuple[Group, ...]:
    """Return the voices `names` by what they say, in the order in which they were given."""
    own = {name: frozenset(zones_of.get(name, ())) for name in names}
    everywhere = not all(own.values())
    served = None if everywhere else frozenset[str]().union(*own.values())
    together = {zones: tuple(name for name in names if own[name] == zones) for zones in own.values()}
    return tuple(Group(Range(frozenset(lobby), zones, served), members) for zones, members in together.items())


def strange_zones(wanted: Collection[str], hall: Collection[str]) -> dict[str, str]:
    """Return the zones that the hall does not have, each with the nearest that it has (empty if it has none)."""
    nearest = {zone: get_close_matches(zone, list(hall), n=1, cutoff=0.0) for zone in wanted if zone not in hall}
    return {zone: near[0] if near else "" for zone, near in nearest.items()}
