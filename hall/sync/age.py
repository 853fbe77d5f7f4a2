"""How old a stored moment is, without ever asking a wall clock.

A moment is stamped with the boot it happened in and that boot's monotonic clock (which runs on during suspend).
Three rules, the first that applies:

1. Same boot: the difference of the boot clock.
2. Another boot, but both boots heard the hub: the difference of hub times (each boot keeps hub time minus its own
   clock). Right to the latency of a reply, whatever the unit's clock says after the power cut.
3. That boot never heard the hub: the time that is known to have passed: to the last sign of life of that boot, plus
   the uptimes of the boots since. The time switched off is not counted, so such a ticket may enter younger than it
   is, by at most the time the unit was off; the order among the unit's own tickets is kept.

Rule 3 is also the floor of rule 2, so a hub whose clock went backwards cannot make an age shrink below it.
"""

from collections.abc import Mapping

from hall.store.record import Boot, Stamp


def age_ms(stamp: Stamp, now: Stamp, boots: Mapping[str, Boot]) -> int:
    """Return milliseconds since `stamp`, at least 0."""
    if stamp.boot == now.boot:
        return max(0, now.ms - stamp.ms)
    floor = _known_to_have_passed(stamp, now, boots)
    then, here = boots.get(stamp.boot), boots.get(now.boot)
    if then is None or here is None or then.hub_offset_ms is None or here.hub_offset_ms is None:
        return floor
    return max(floor, (now.ms + here.hub_offset_ms) - (stamp.ms + then.hub_offset_ms))


def _known_to_have_passed(stamp: Stamp, now: Stamp, boots: Mapping[str, Boot]) -> int:
    then = boots.get(stamp.boot)
    if then is None:
        return max(0, now.ms)
    between = sum(boot.last_ms for boot in boots.values() if boot.order > then.order and boot.boot != now.boot)
    return max(0, then.last_ms - stamp.ms) + between + max(0, now.ms)
