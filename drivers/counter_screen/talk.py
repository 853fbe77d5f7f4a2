"""What is said to a strip: to an ONBON controller with its answers, to a profile's strip into the dark.

A talk has a port for the length of a call and keeps what belongs to the line. It returns a status; only
`TransportLost` is raised.
"""

import re
import time
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple, Protocol

from drivers import framing
from drivers.by_hour import value_at
from drivers.counter_screen import protocol, second
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


class Generation(NamedTuple):
    """What differs between the generations of ONBON's controllers."""

    decoder: Callable[[], protocol.Decoder]
    request: Callable[..., Packet]
    set_clock: Callable[[int, datetime], Packet]
    show_area: Callable[[int, Area], Packet]
    there: tuple[int, ...] = (0,)
    """Errors to a ping that still mean that the controller is there and well."""


FIRST = Generation(protocol.Decoder, protocol.request, protocol.set_clock, protocol.show_area)
SECOND = Generation(second.decoder, second.request, second.set_clock, second.show_area, (0, 1, 2))
"""Its ping is inferred: an unknown group or command is an answer too."""


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
    """Requests to a BX-5K/6K controller, or to a BX-6 of the second generation."""

    look_every_s = 1.0
    refresh_s = 0.0

    def __init__(
        self, options: Options, now: Callable[[], datetime] = datetime.now, generation: Generation = FIRST
    ) -> None:
        self._options, self._now, self._generation = options, now, generation
        self._decoder = generation.decoder()
        self._dark = False
        self._bright: int | None = None
        self.answered = False
        """Whether the controller has answered on this port."""

    def greet(self, port: Transport) -> Status:
        """Ping, then set what the configuration wants set."""
        self._decoder, self.answered, self._dark, self._bright = self._generation.decoder(), False, False, None
        status = self.look(port)
        if status == READY and self._options.set_clock:
            self._ask(port, self._generation.set_clock(self._options.address, self._now()))
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
        """Ping, and set the brightness if the hour brought another one."""
        error = self._ask(port, self._generation.request(self._options.address, protocol.PING))
        if error is None:
            return _silent() if self.answered else self._somebody_else(port)
        if error not in self._generation.there:
            return _refused(error)
        self._brighten(port)
        return READY

    def _somebody_else(self, port: Transport) -> Status:
        """Ask whoever is on the line: a controller set to another address hears nothing of what is said to ours."""
        port.write(self._generation.request(protocol.ANY_ONE, protocol.PING).to_bytes(), WRITE_S)
        other = _answer(port, self._decoder, ANSWER_S)
        ours = self._options.address
        if other is None or other.source in (ours, protocol.ANY_ONE):
            return _silent()
        does = f"the strip answers with address {other.source}, and {ours} is configured"
        return Status(StatusWord.FAULT, f"{does}; write options.address = {other.source}, or set its address to {ours}")

    def _brighten(self, port: Transport) -> None:
        options = self._options
        wanted = options.brightness if options.brightness >= 0 else value_at(options.brightness_by_hour, self._now())
        if wanted is not None and wanted != self._bright:
            self._bright = wanted
            self._ask(port, self._generation.request(options.address, protocol.BRIGHTNESS, bytes((wanted,))))

    def _ask(self, port: Transport, packet: Packet) -> int | None:
        """Return the answer's error number, or None without an answer (a broadcast has none and counts as 0)."""
        self._decoder.feed(port.read(256, 0.0))  # a late answer to an earlier frame is none to this one
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
        return self._generation.show_area(options.address, area)

    def _power(self, port: Transport, on: bool) -> None:
        if self._dark == on:
            self._dark = not on
            self._ask(port, self._generation.request(self._options.address, protocol.POWER, bytes((on,))))


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
        self._address_in_text = any(part.text == "addr" for part in self._shape.parts)
        self._latin = any(part.text == "text" and part.encoding == "ascii" for part in self._shape.parts)

    def greet(self, _port: Transport) -> Status:
        """Nothing can be asked."""
        return Status(StatusWord.UNKNOWN, "line open; this strip never answers")

    def show(self, port: Transport, content: ScreenContent) -> Status:
        """Write the frame, at least the profile's gap after the one before."""
        try:
            raw = framing.encode(self._shape, self.fields(content), self._profile.text_limit)
        except (KeyError, ValueError) as problem:
            return Status(StatusWord.FAULT, f"the profile's frame cannot be made ({problem}); complete `fields`")
        for _time in range(1 + self._profile.retries):
            self._say(port, raw)
        return Status(StatusWord.UNKNOWN, "shown; this strip never answers")

    def _say(self, port: Transport, raw: bytes) -> None:
        while (pause_s := self._next_at - time.monotonic()) > 0:
            port.read(64, pause_s)
        port.write(raw, WRITE_S)
        self._next_at = time.monotonic() + len(raw) * 10 / self._profile.baud + self._profile.gap_ms / 1000

    def look(self, port: Transport) -> Status | None:
        """Read what may be there, only to notice a lost port."""
        port.read(64, 0.0)
        return None

    def fields(self, content: ScreenContent) -> dict[str, Any]:
        """Return everything that shipped frames may ask for.

        A number display gets the text's first number (the ticket's, not the counter's behind it); a display without
        Chinese gets the words it has letters for (``请A023号到3号窗口`` is ``A023 3``), not a row of question marks.
        """
        number = re.search(r"[0-9]+", content.text)
        digits = number[0] if number else ""
        known: dict[str, Any] = {
            "text": " ".join(re.findall(r"[!-~]+", content.text)) if self._latin else content.text,
            "addr": f"{self._options.address:02X}" if self._address_in_text else self._options.address,
            "unit": self._options.address,
            "id": self._options.address, "seq": next(self._sequence) & 0xFF, "value": int(digits[:4] or 0),
            "register": 0x70, "colour": 0, "info": 1, "mode": "b", "type": "Z", "cmd": "A", "file": "A",
            "position": "0", "count": 1,
        }  # fmt: skip
        return known | self._options.fields


def _listen(port: Transport, decoder: protocol.Decoder, limit_s: float, address: int | None) -> int | None:
    """Wait for an ACK or NACK to us; ACKs of other controllers are none."""
    ours = (address, protocol.ANY_ONE)
    answer = _answer(port, decoder, limit_s, lambda source: address == protocol.ANY_ONE or source in ours)
    return None if answer is None or address is None else answer.error


def _answer(
    port: Transport, decoder: protocol.Decoder, limit_s: float, fits: Callable[[int], bool] = lambda _source: True
) -> Packet | None:
    deadline = time.monotonic() + limit_s
    while (left_s := deadline - time.monotonic()) > 0:
        for event in decoder.feed(port.read(256, left_s)):
            if isinstance(event, Packet) and event.command in (protocol.ACK, protocol.NACK) and fits(event.source):
                return event
    return None


def _silent() -> Status:
    return Status(StatusWord.OFFLINE, "the controller does not answer; check its power, address and baud rate")


def _refused(error: int) -> Status:
    word = protocol.ERRORS[error] if error < len(protocol.ERRORS) else "unknown"
    return Status(StatusWord.FAULT, f"the controller refuses: error {error} ({word})")
