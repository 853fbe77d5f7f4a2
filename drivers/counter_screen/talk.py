"""What is said to a strip: to an ONBON controller with its answers, to a profile's strip into the dark.

A talk has a port for the length of a call and keeps what belongs to the line. It returns a status; only
`TransportLost` is raised.
"""

import time
from datetime import datetime
from itertools import count
from typing import Any, Protocol

from drivers import framing
from drivers.counter_screen import protocol
from drivers.counter_screen.options import Options
from drivers.counter_screen.protocol import Area, Packet
from drivers.profile import Profile
from drivers.transport import Transport
from hall.ports.counter_screen import ScreenContent
from hall.ports.status import Status, StatusWord

WRITE_S = 3.0
ANSWER_S = 1.0
"""Vendor's rule: one request at a time, wait for ACK or one second."""
BUSY_PAUSE_S = 0.2
ATTEMPTS = 3
READY = Status(StatusWord.READY)


class Talk(Protocol):
    """A way to speak to a strip."""

    look_every_s: float
    """How often `look` is wanted while nothing is to be shown."""
    refresh_s: float
    """Content is shown again after this long; 0 never."""

    def greet(self, port: Transport) -> Status:
        """Say hello on a port that has just been opened."""

    def show(self, port: Transport, content: ScreenContent) -> Status:
        """Show it; READY when the strip has said so, UNKNOWN when it never says anything."""

    def look(self, port: Transport) -> Status | None:
        """Find out how the strip is; None when nothing can be learnt."""


class OnbonTalk:
    """Requests to a BX-5K/6K controller."""

    look_every_s = 1.0
    refresh_s = 0.0

    def __init__(self, options: Options) -> None:
        self._options = options
        self._decoder = protocol.Decoder()
        self._dark = False
        self.answered = False
        """Whether the controller has answered on this port."""

    def greet(self, port: Transport) -> Status:
        """Ping, then set what the configuration wants set."""
        self._decoder, self.answered, self._dark = protocol.Decoder(), False, False
        status = self.look(port)
        for packet in self._wanted_settings() if status == READY else ():
            self._ask(port, packet)
        return status

    def show(self, port: Transport, content: ScreenContent) -> Status:
        """Write the dynamic area; a strip that lacks the font or is busy is asked again."""
        self._power(port, content.state not in self._options.dark_states)
        coloured = content.state in self._options.colours
        for attempt in range(ATTEMPTS):
            error = self._ask(port, self._content(content, coloured))
            if error == 0:
                return READY
            if error is None and attempt:
                return _silent()
            if error == protocol.FONT_MISSING:
                coloured = False
            elif error not in (None, protocol.BUSY, protocol.CHECKSUM):
                return _refused(error)
            if error == protocol.BUSY and attempt + 1 < ATTEMPTS:
                _listen(port, self._decoder, BUSY_PAUSE_S, None)
        return _silent() if error is None else _refused(error)

    def look(self, port: Transport) -> Status:
        """Ping."""
        error = self._ask(port, protocol.request(self._options.address, protocol.PING))
        if error is None:
            return _silent()
        return READY if error == 0 else _refused(error)

    def _ask(self, port: Transport, packet: Packet) -> int | None:
        """Return the answer's error number, or None without an answer (a broadcast has none and counts as 0)."""
        port.write(packet.to_bytes(), WRITE_S)
        if self._options.address == protocol.EVERY_ONE:
            return 0
        answer = _listen(port, self._decoder, ANSWER_S, self._options.address)
        self.answered = self.answered or answer is not None
        return answer

    def _content(self, content: ScreenContent, coloured: bool) -> Packet:
        options, text = self._options, protocol.text_bytes(content.text)
        fits = len(text) * 8 <= options.width  # a half-width character is 8 dots of a 16-dot font
        prefix = f"\\C{options.colours[content.state]}".encode() if coloured else b""
        effect = protocol.STATIC if fits or options.height >= 32 else protocol.SCROLL_LEFT
        area = Area(prefix + text, options.width, options.height, number=options.area, effect=effect)
        return protocol.show_area(options.address, area)

    def _power(self, port: Transport, on: bool) -> None:
        if self._dark == on:
            self._dark = not on
            self._ask(port, protocol.request(self._options.address, protocol.POWER, bytes((on,))))

    def _wanted_settings(self) -> list[Packet]:
        options, packets = self._options, []
        if options.brightness >= 0:
            packets.append(protocol.request(options.address, protocol.BRIGHTNESS, bytes((options.brightness,))))
        if options.set_clock:
            packets.append(protocol.set_clock(options.address, datetime.now()))  # a panel shows local time
        return packets


class ProfileTalk:
    """One frame per content; these strips never answer, so the text is repeated now and then."""

    look_every_s = 1.0

    def __init__(self, profile: Profile, options: Options) -> None:
        self._profile, self._options = profile, options
        self._sequence = count(1)
        self._next_at = 0.0
        self.refresh_s = float(profile.refresh_s)
        composite = "show_composite" if options.composite and "show_composite" in profile.frames else "show"
        self._shape = profile.frames[composite]

    def greet(self, _port: Transport) -> Status:
        """Nothing can be asked."""
        return Status(StatusWord.UNKNOWN, "line open; this strip never answers")

    def show(self, port: Transport, content: ScreenContent) -> Status:
        """Write the frame, at least the profile's gap after the one before."""
        try:
            raw = framing.encode(self._shape, self.fields(content), self._profile.text_limit)
        except (KeyError, ValueError) as problem:
            return Status(StatusWord.FAULT, f"the profile's frame cannot be made ({problem}); complete `fields`")
        while (pause_s := self._next_at - time.monotonic()) > 0:
            port.read(64, pause_s)
        port.write(raw, WRITE_S)
        self._next_at = time.monotonic() + len(raw) * 10 / self._profile.baud + self._profile.gap_ms / 1000
        return Status(StatusWord.UNKNOWN, "shown; this strip never answers")

    def look(self, port: Transport) -> Status | None:
        """Read what may be there, only to notice a lost port."""
        port.read(64, 0.0)
        return None

    def fields(self, content: ScreenContent) -> dict[str, Any]:
        """Return everything that shipped frames may ask for; a number display gets the digits of the text."""
        digits = "".join(character for character in content.text if character.isdecimal() and character.isascii())
        known: dict[str, Any] = {
            "text": content.text, "addr": self._options.address, "unit": self._options.address,
            "id": self._options.address, "seq": next(self._sequence) & 0xFF, "value": int(digits[:4] or 0),
            "register": 0x70, "colour": 0, "info": 1, "mode": 98, "type": "Z", "cmd": "A", "file": "A",
            "position": "0", "count": 1,
        }  # fmt: skip
        return known | self._options.fields


def _listen(port: Transport, decoder: protocol.Decoder, limit_s: float, address: int | None) -> int | None:
    """Wait for an ACK or NACK to us; ACKs of other controllers are none."""
    deadline = time.monotonic() + limit_s
    while (left_s := deadline - time.monotonic()) > 0:
        for event in decoder.feed(port.read(256, left_s)):
            if not isinstance(event, Packet) or event.command not in (protocol.ACK, protocol.NACK):
                continue
            if (address is not None and event.source in (address, protocol.ANY_ONE)) or address == protocol.ANY_ONE:
                return event.error
    return None


def _silent() -> Status:
    return Status(StatusWord.OFFLINE, "the controller does not answer; check its power, address and baud rate")


def _refused(error: int) -> Status:
    word = protocol.ERRORS[error] if error < len(protocol.ERRORS) else "unknown"
    return Status(StatusWord.FAULT, f"the controller refuses: error {error} ({word})")
