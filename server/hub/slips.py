"""What the hub knows of the numbers that units made by themselves: asked for when a unit is replaced."""

from hall.domain.ids import UnitId
from hall.wire.enrolment import KnownSlip
from server.hub.state import HubState


def own_slips(state: HubState, unit: UnitId) -> tuple[KnownSlip, ...]:
    """Return the slips of this unit's own series that entered the open day, in the order of their arrival."""
    slips = [
        KnownSlip(ticket.number, ticket.item, ticket.arrived_at, ticket.state)
        for ticket in state.tickets.values()
        if ticket.offline and ticket.unit == unit
    ]
    return tuple(sorted(slips, key=lambda slip: (slip.at, slip.number)))


def served_unknown(state: HubState) -> tuple[str, ...]:
    """Return the numbers that counters served and no kiosk has uploaded."""
    return tuple(sorted({report.number for report in state.carry.reported.values()}))
