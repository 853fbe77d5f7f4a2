"""From readings to what is told: contacts after their debounce time, values by their step. Pure."""

from drivers.inputs.options import Contact, Quantity
from drivers.inputs.protocol import as_signed

TINY = 1e-9
"""A whole step is a step, whatever binary fractions make of it."""


class ContactSense:
    """One contact. A state is told once, when it has lasted long enough; the first one included.

    An alarm button leaves rest at once: the first reading that shows it is told, and only its return to rest has to
    last. So a press is told once, however the contact bounces and however short the next readings make it.
    """

    def __init__(self, declared: Contact) -> None:
        self._declared = declared
        self._rest = declared.normally == "closed"
        self._told: bool | None = None
        self._candidate: bool | None = None
        self._since = 0.0

    def take(self, level: bool, now: float) -> bool | None:
        """Take one reading; return the state that must be told now (True: closed), or None."""
        closed = level is not self._declared.active_low
        if closed is self._told:
            self._candidate = None
            return None
        if closed is not self._candidate:
            self._candidate, self._since = closed, now
        if now - self._since < self._wait_s(closed):
            return None
        self._told, self._candidate = closed, None
        return closed

    def forget(self) -> None:
        """The line was lost: a state must last anew. What was told stays told."""
        self._candidate = None

    def _wait_s(self, closed: bool) -> float:
        at_once = self._declared.alarm and closed is not self._rest
        return 0.0 if at_once else self._declared.debounce_ms / 1000


class ValueSense:
    """One measured value, told first and then when it differs by its step from what was told."""

    def __init__(self, declared: Quantity) -> None:
        self._declared = declared
        self._told: float | None = None

    def take(self, register: int) -> float | None:
        """Take one reading of the register; return the value that must be told now, or None."""
        number = as_signed(register) if self._declared.signed else register
        value = round(number * self._declared.scale, 6)
        if self._told is not None and (abs(value - self._told) < self._declared.step - TINY or value == self._told):
            return None
        self._told = value
        return value
