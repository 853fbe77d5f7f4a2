"""The configuration of one unit: kiosk, counter or lobby."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Positive = Annotated[int, Meta(ge=1)]


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[unit] Who this unit is and where its hub is."""

    name: str
    """Unit id as enrolled, e.g. ``kiosk-c``."""
    kind: str
    """``kiosk``, ``counter`` or ``lobby``."""
    hub_url: str
    """``https://HOST:PORT``."""
    state_dir: str
    """Folder of the unit's own store, key and credential."""
    hub_ca: str = ""
    """Hub CA certificate (PEM file); empty means the one pinned at enrolment, in `state_dir`."""
    counter: str = ""
    """The counter this unit stands at (counter units)."""
    series: str = ""
    """The kiosk's own letter for numbers given out without the hub, e.g. ``C``."""
    demo: bool = False
    """Allows `--remote-control`; a production unit refuses it."""


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[times] How long things take."""

    hub_away_s: float = 3.0
    """Without the hub this long, the unit goes on alone."""
    hub_away_cold_s: float = 90.0
    """The same after a cold start of the unit."""
    idle_s: Positive = 60
    """A kiosk that nobody touches for this long asks whether somebody is there ..."""
    countdown_s: Positive = 20
    """... and ends the session this much later."""
    rating_s: Positive = 60
    """An invitation to rate ends as not rated after this much silence."""
    resume_after_crash_s: Positive = 120
    """A session that the program's crash broke off goes on with the same card within this time."""
    qr_on_screen_s: Positive = 20
    """How long the number with its code stays on the screen where no slip can be printed."""


class Face(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[face] The screen. Sizes follow from the real diagonal, since EDID sizes are often wrong."""

    diagonal_in: float = 27.0
    """Measured, or from the data sheet, in inches."""
    width_px: Positive = 1080
    height_px: Positive = 1920
    language: str = "zh"
    """Language at start: ``zh`` or ``en``; people change it on the screen."""
    theme: str = "normal"
    """``normal``, ``contrast`` or ``red``."""
    full_screen: bool = False
    """Cover the whole panel; otherwise a window of the size above."""
    left_px: int = 0
    """Where the window begins on the desktop: a second panel, or beside other windows."""
    top_px: int = 0


class KioskOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[kiosk] What this kiosk offers."""

    flows: tuple[str, ...] = ("take-number", "case-query", "residence-proof", "reprint")
    """Names of the flow files, in the order of the tiles."""
    flows_dir: str = ""
    """Folder of flow files; empty means the shipped ones (config/examples/flows)."""
    items: tuple[str, ...] = ()
    """Items offered here; empty means all of the hall that allow it."""
    document_bytes: Positive = 16_000_000
    """Largest document taken here (all pages of a paper, as a PDF); not above the hub's own limit."""


class LobbyOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[lobby] The big screen and its voice."""

    zones: tuple[str, ...] = ()
    """Zones shown and spoken here; empty means all."""
    voices: dict[str, tuple[str, ...]] = {}
    """Zones by voice device, e.g. ``{ module = ["B"], speaker = ["A", "C"] }``; one not named speaks for all zones."""
    lines: Positive = 6
    """Calls on the board, the newest included."""
    languages: tuple[str, ...] = ("zh",)
    """Languages of the announcement, in order."""
    stale_s: Positive = 90
    """A call older than this is shown but not spoken, unless it is a first call never spoken."""


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[guard] What `hall-field guard` does when the mains fail. It watches a device of the kind ``ups``."""

    ups: str = ""
    """Its name in [devices]; empty takes the only one of that kind."""
    battery_s: Annotated[int, Meta(ge=0)] = 300
    """So long the hall goes on by battery; a battery that is nearly empty ends it earlier."""
    mains_s: Annotated[int, Meta(ge=0)] = 30
    """The mains must be back for so long before what was stopped is started again."""
    stop: tuple[str, ...] = ("systemctl", "stop", "hall-server")
    """Program and arguments that close the hub cleanly."""
    start: tuple[str, ...] = ("systemctl", "start", "hall-server")
    """Program and arguments that start it again; empty leaves that to a person."""
    command_s: Positive = 90
    """A command that takes longer is ended, and tried again."""
    power_off: bool = False
    """Switch the machine off once the hub is closed."""


class DeviceStanza(msgspec.Struct, frozen=True):
    """[devices.NAME] One device. Keys beyond these three are the model's own Options, checked against its type."""

    kind: str
    """Device family, e.g. ``ticket_printer``."""
    model: str
    """Row of the family's `models.toml`."""
    address: str
    """Where it is: ``serial:/dev/...``, ``usb:...``, ``tcp:HOST:PORT`` and the like; see the family's README."""
    options: dict[str, Any] = {}
    """The family's own settings, see its section."""


class UnitConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    unit: Identity
    times: Times = Times()
    face: Face = Face()
    kiosk: KioskOptions = KioskOptions()
    lobby: LobbyOptions = LobbyOptions()
    guard: Guard = Guard()
    devices: dict[str, DeviceStanza] = {}
