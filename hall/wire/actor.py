"""Who does a thing: the unit that sent it and the clerk signed in there."""

from enum import StrEnum

import msgspec

from hall.domain.ids import ClerkId, CounterId, UnitId


class Role(StrEnum):
    """Roles on every route. A unit without a clerk has the role of its kind."""

    KIOSK = "kiosk"
    COUNTER = "counter"
    LOBBY = "lobby"
    HUB = "hub"
    CLERK = "clerk"
    ATTENDANT = "attendant"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    AUDITOR = "auditor"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"


class Actor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Stands in every event (T12: no event without an actor)."""

    unit: UnitId
    role: Role
    clerk: ClerkId | None = None
    counter: CounterId | None = None
