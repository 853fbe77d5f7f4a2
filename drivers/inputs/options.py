"""Settings of a board: its inputs, values and outputs by the names that the hall uses."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Channel = Annotated[int, Meta(ge=0, le=4095)] | str
"""Number on the board as printed there, from 1; of a GPIO chip the line's offset, from 0, or its name."""
Name = Annotated[str, Meta(pattern=r"^[\w-]{1,40}$")]
"""One word: an alarm goes to the hall by it."""
Table = Literal["registers", "input_registers"]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An input."""

    channel: Channel
    """Which input."""
    normally: Literal["open", "closed"] = "open"
    """How the contact is at rest; the other state is the one that means something."""
    debounce_ms: Annotated[int, Meta(ge=0, le=60000)] = 50
    """A state counts when it has lasted this long."""
    active_low: bool = False
    """The input reads 1 while the contact is open (a GPIO line with a pull-up and a contact to ground)."""
    alarm: bool = False
    """An emergency button: leaving rest is told by the first reading that shows it, and raises an alarm in the hall."""


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measured value: register times scale."""

    register: Annotated[int, Meta(ge=0, le=0xFFFF)]
    """Number of the register as it goes over the wire, from 0."""
    table: Table = "input_registers"
    """Function 04 or 03."""
    scale: float = 0.1
    """What one step of the register is worth."""
    signed: bool = True
    """Two's complement, as below zero."""
    step: Annotated[float, Meta(ge=0)] = 0.5
    """Smaller changes are not told."""
    unit: Annotated[int, Meta(ge=0, le=247)] = 0
    """Address of the transmitter where it is another one on the board's line; 0 is the board itself."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one board."""

    unit: Annotated[int, Meta(ge=1, le=247)] = 1
    """Modbus address of the board."""
    baud: int = 0
    """Speed; 0 takes the model's."""
    poll_ms: Annotated[int, Meta(ge=20, le=1000)] = 100
    """How often inputs are read."""
    contacts: dict[Name, Contact] = {}
    """Inputs by name, e.g. ``door``, ``panic``."""
    lamps: dict[str, Channel] = {}
    """Outputs by name; one named like a zone or a counter is lit while that zone or counter calls."""
    quantities: dict[Name, Quantity] = {}
    """Values by name, e.g. ``temperature``; empty takes the model's."""
    bias: Literal["as_is", "pull_up", "pull_down", "disabled"] = "as_is"
    """Resistor of the inputs (GPIO)."""

    def __post_init__(self) -> None:
        """Refuse two names for one thing.

        Raises:
            ValueError: the text names both.

        """
        _one_each("contacts", ((name, contact.channel) for name, contact in self.contacts.items()))
        _one_each("lamps", self.lamps.items())
        _one_each("quantities", ((name, (one.unit, one.table, one.register)) for name, one in self.quantities.items()))


def _one_each(what: str, named: Iterable[tuple[str, object]]) -> None:
    seen: dict[object, str] = {}
    for name, place in named:
        if place in seen:
            raise ValueError(f"{what}: {seen[place]!r} and {name!r} have the same place {place!r}; give each its own")
        seen[place] = name
