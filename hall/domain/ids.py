"""Names of things, as types, so that a counter can never be passed where a ticket is meant."""

from typing import NewType

HallId = NewType("HallId", str)
UnitId = NewType("UnitId", str)
"""An enrolled kiosk, counter PC or lobby PC, e.g. ``kiosk-c``."""
CounterId = NewType("CounterId", str)
"""A counter (窗口) as signed in the hall, e.g. ``3``."""
ClerkId = NewType("ClerkId", str)
ItemCode = NewType("ItemCode", str)
"""A service item (事项) of the hall's catalogue, e.g. ``social-card``."""
TicketUid = NewType("TicketUid", str)
"""A ticket for ever; equal to the key of the command that made it (UUIDv7, text form)."""
TicketNumber = NewType("TicketNumber", str)
"""What is printed and called, e.g. ``A023``, or ``A-C07`` from a kiosk's own series."""
CommandKey = NewType("CommandKey", str)
"""Idempotency key: a UUIDv7 made and stored by the sender before the first send."""
PersonRef = NewType("PersonRef", str)
"""Opaque reference to a sealed person record; says nothing about the person."""
CaseNumber = NewType("CaseNumber", str)
RatingUid = NewType("RatingUid", str)
DeviceName = NewType("DeviceName", str)
"""A device of one unit as the configuration names it, e.g. ``ticket_printer``."""
