"""The far end of a strip: decodes what it is sent and holds the shown text in its state."""

from typing import Any

from drivers import framing
from drivers.counter_screen import protocol, second
from drivers.counter_screen.options import Options
from drivers.counter_screen.protocol import BadPacket, Packet
from drivers.far_end import FarEnd, UnknownControl
from drivers.framing import Undecoded
from drivers.profile import Profile, profile_of

HISTORY = 50
KNOWN_GROUPS = {group for group, _command in protocol.COMMANDS} | {second.SHOW_AREAS[0]}
THINKING_S = 0.01
"""A controller answers some milliseconds after the frame's end."""


class _Panel:
    """What both kinds of strip have: a text, its history, and power."""

    def __init__(self) -> None:
        self.text = ""
        self.history: list[str] = []
        self.bad_frames = 0
        self.powered = True

    def show(self, text: str) -> None:
        self.text = text
        self.history = [*self.history, text][-HISTORY:]

    def state(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "history": self.history,
            "bad_frames": self.bad_frames,
            "powered": self.powered,
        }


class SimulatedOnbon:
    """A BX-5K controller with one panel."""

    def __init__(self, options: Options) -> None:
        self._address = options.address
        self._panel = _Panel()
        self._decoder = protocol.Decoder()
        self._answer_to, self._area_text, self._show_areas = protocol.answer_to, protocol.area_text, protocol.SHOW_AREAS
        self._answers: list[tuple[float, bytes]] = []
        self._refusals: list[int] = []
        self._lit, self._brightness, self._clock = True, 15, ""
        self._commands = 0

    def receive(self, data: bytes, now: float) -> None:
        """Take what the host wrote."""
        if not self._panel.powered:
            return
        for event in self._decoder.feed(data):
            if isinstance(event, BadPacket):
                self._panel.bad_frames += 1
            elif event.destination in (self._address, protocol.ANY_ONE, protocol.EVERY_ONE):
                self._obey(event, now)

    def outgoing(self, now: float) -> bytes:
        """Return the answers that are due."""
        due = b"".join(raw for at, raw in self._answers if at <= now)
        self._answers = [(at, raw) for at, raw in self._answers if at > now]
        return due

    def next_due(self) -> float | None:
        """When an answer goes out."""
        return min((at for at, _raw in self._answers), default=None)

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return {
            "power": "Panel and controller power: on=true or false; dynamic areas are lost.",
            "refuse": "Answer the next count=1 requests with NACK error= (3 busy, 5 checksum, 12 font).",
        }

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:  # noqa: ARG002 - contract
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control == "power":
            self._panel.powered = bool(arguments.get("on", True))
            self._panel.text = ""
        elif control == "refuse":
            self._refusals = [int(arguments["error"])] * int(arguments.get("count", 1))
        else:
            raise UnknownControl(control, self.controls())
        return {}

    def state(self) -> dict[str, Any]:
        """Return what a passer-by sees, and the settings."""
        return {
            **self._panel.state(),
            "lit": self._lit,
            "brightness": self._brightness,
            "clock": self._clock,
            "commands": self._commands,
        }

    def _obey(self, packet: Packet, now: float) -> None:
        self._commands += 1
        error = self._refusals.pop(0) if self._refusals else self._carried_out(packet)
        if packet.destination != protocol.EVERY_ONE and packet.data[:1] != b"\x02":
            raw = self._answer_to(packet, self._address, error).to_bytes()
            self._answers.append((now + THINKING_S, b"\xa5" + raw))  # real controllers send nine A5

    def _carried_out(self, packet: Packet) -> int:
        own = packet.data[3:]
        if packet.command == self._show_areas:
            text = self._area_text(packet.data)
            if text is None:
                return 2
            self._panel.show(_plain(text))
        elif packet.command == protocol.POWER:
            self._lit = own[:1] != b"\x00"
        elif packet.command == protocol.BRIGHTNESS:
            self._brightness = own[0] if own else 0
        elif packet.command == protocol.SET_CLOCK:
            self._clock = own.hex()
        elif packet.command == protocol.CLEAR:
            self._panel.show("")
        elif packet.command not in protocol.COMMANDS and packet.command[0] != protocol.SPECIAL:
            return 2 if packet.command[0] in KNOWN_GROUPS else 1
        return 0


class SimulatedSecond(SimulatedOnbon):
    """A BX-6 controller of the second generation, as far as it is known."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._decoder = second.decoder()
        self._answer_to, self._area_text, self._show_areas = second.answer_to, second.area_text, second.SHOW_AREAS


class SimulatedProfileStrip:
    """A strip that obeys a profile and never answers."""

    def __init__(self, profile: Profile, options: Options) -> None:
        self._decoder = framing.Decoder(profile, "host->display")
        self._address = options.address
        self._panel = _Panel()

    def receive(self, data: bytes, now: float) -> None:  # noqa: ARG002 - the contract of every far end
        """Take what the host wrote."""
        for event in self._decoder.feed(data) if self._panel.powered else ():
            if isinstance(event, Undecoded):
                self._panel.bad_frames += 1
            else:
                self._obey(event.fields)

    def outgoing(self, now: float) -> bytes:  # noqa: ARG002 - the contract of every far end
        """Say nothing, ever."""
        return b""

    def next_due(self) -> float | None:
        """Nothing is ever due."""
        return None

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return {"power": "Panel power: on=true or false; the text is lost."}

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:  # noqa: ARG002 - contract
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control != "power":
            raise UnknownControl(control, ["power"])
        self._panel.powered = bool(arguments.get("on", True))
        self._panel.text = ""
        return {}

    def state(self) -> dict[str, Any]:
        """Return what a passer-by sees."""
        return self._panel.state()

    def _obey(self, fields: dict[str, Any]) -> None:
        address = fields.get("addr", fields.get("unit", fields.get("id", self._address)))
        if address in (self._address, f"{self._address:02X}", "00"):
            self._panel.show(str(fields.get("text", fields.get("value", ""))))


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the strip of a model."""
    if row["protocol"] == "onbon":
        return SimulatedSecond(options) if row.get("generation") == 2 else SimulatedOnbon(options)
    return SimulatedProfileStrip(profile_of(row), options)


def _plain(text: bytes) -> str:
    """Return the text without colour and font commands."""
    import re

    words = text.decode("gbk", "replace")
    return re.sub(r"\\(\\|C[1-7]|FO\d{3}|n)", lambda found: "\\" if found[1] == "\\" else "", words)
