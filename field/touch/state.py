"""What stands on the technician's screen, as data; what comes in, and what is wanted done. No Qt, no device."""

from enum import StrEnum

import msgspec

from field.examine.finding import Colour
from hall.ports.status import Status


class Place(StrEnum):
    """The screens."""

    DEVICES = "devices"
    TEST = "test"
    FINDINGS = "findings"
    PLUGGED = "plugged"
    REPORT = "report"


class Touch(StrEnum):
    """What can be touched; the value goes with it."""

    DEVICE = "device"
    """Value: the device's name."""
    TEST = "test"
    """Value: the level."""
    LOOK = "look"
    PLUGGED = "plugged"
    REPORT = "report"
    SEND = "send"
    """Value: ``usb`` or ``hub``."""
    YES = "yes"
    NO = "no"
    BACK = "back"
    LEAVE = "leave"


class DeviceRow(msgspec.Struct, frozen=True):
    """One configured device as it is now."""

    name: str
    kind: str
    model: str
    address: str
    status: Status


class Line(msgspec.Struct, frozen=True):
    """One result or finding: what it is about, what is so, what to do."""

    colour: Colour
    about: str
    says: str
    do: str = ""
    stanza: str = ""
    """What to write into the configuration, as it is."""


class State(msgspec.Struct, frozen=True):
    """Everything on the screen."""

    place: Place = Place.DEVICES
    devices: tuple[DeviceRow, ...] = ()
    device: str = ""
    lines: tuple[Line, ...] = ()
    question: str = ""
    """What a person is asked to judge now, e.g. whether the slip is whole."""
    please: str = ""
    """What a person is asked to do now, e.g. to lay a card on the reader."""
    busy: bool = False
    """Whether work runs; its screen cannot be left, but what it found so far is shown."""
    looking: bool = False
    """Whether it is being looked what is plugged in; this takes a moment and may be left."""


class Touched(msgspec.Struct, frozen=True):
    """A finger."""

    what: Touch
    value: str = ""


class Seen(msgspec.Struct, frozen=True):
    """The devices as they are now."""

    devices: tuple[DeviceRow, ...]


class LineCame(msgspec.Struct, frozen=True):
    """Running work found something."""

    line: Line


class Asked(msgspec.Struct, frozen=True):
    """Running work wants a judgement."""

    question: str


class Pleased(msgspec.Struct, frozen=True):
    """Running work wants something done."""

    text: str


class Ended(msgspec.Struct, frozen=True):
    """Running work is over."""


class PluggedSeen(msgspec.Struct, frozen=True):
    """What is plugged in now."""

    lines: tuple[Line, ...]


class Tick(msgspec.Struct, frozen=True):
    """A second went by."""


Cause = Touched | Seen | LineCame | Asked | Pleased | Ended | PluggedSeen | Tick


class Try(msgspec.Struct, frozen=True):
    """Test one device up to a level."""

    device: str
    level: str


class Look(msgspec.Struct, frozen=True):
    """Let the doctor look at everything."""


class Plug(msgspec.Struct, frozen=True):
    """Look what is plugged in."""


class Send(msgspec.Struct, frozen=True):
    """Make the readiness report and leave it there."""

    to: str


class Answer(msgspec.Struct, frozen=True):
    """Tell the running work what the person judged."""

    yes: bool


class Leave(msgspec.Struct, frozen=True):
    """End the program."""


Effect = Try | Look | Plug | Send | Answer | Leave
