"""A stand-alone pad's line by profile: bytes to keys, acknowledgements, retries folded. Pure, and its far end.

Both families of pads (rating_pad, caller_pad) are this line with their own meaning of a key.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import structlog

from drivers.far_end import UnknownControl
from drivers.framing import Decoded, Decoder, Undecoded, encode
from drivers.profile import ECHO, Profile
from drivers.supervise import Life
from drivers.transport import LineSettings, Transport
from hall.ports.status import Status, StatusWord

WRITE_S = 2.0
LOOK_S = 0.5
RETRY_S = 0.3
ATTEMPTS = 5
FRAME = "key"
"""Name of a pad profile's only frame."""
SILENT = Status(StatusWord.UNKNOWN, "line open; the pad speaks only when a key is pressed")

log = structlog.get_logger("drivers.key_line")


class Heard(NamedTuple):
    """What some bytes meant: keys (as in the profile's words), the answer to send, remarks for the technician."""

    keys: list[str]
    answer: bytes
    remarks: list[str]


class KeyLine:
    """The host's side. `address` 0 takes every pad that answers."""

    def __init__(self, profile: Profile, address: int) -> None:
        self._profile, self._address = profile, address
        self._decoder = Decoder(profile)
        self._last: tuple[bytes, float] = (b"", float("-inf"))
        self._last_byte = 0.0

    def receive(self, data: bytes, now: float) -> Heard:
        """Take bytes; no bytes means that time has passed."""
        ended = not data and now >= self._last_byte + self._profile.idle_gap_ms / 1000
        self._last_byte = now if data else self._last_byte
        heard = Heard([], b"", [])
        for event in self._decoder.feed(data, ended):
            heard = self._joined(heard, event, now)
        return heard

    def _joined(self, heard: Heard, event: Decoded | Undecoded, now: float) -> Heard:
        if isinstance(event, Undecoded):
            remark = f"bytes that fit no frame ({event.error}); check baud rate, then model"
            return heard._replace(remarks=[*heard.remarks, remark])
        if event.shape == self._profile.acknowledge or "key" not in event.fields:
            return heard  # our own answer that comes back, or something that is no key
        address = event.fields.get("addr", 0)
        if self._address and address and address != self._address:
            return heard._replace(remarks=[*heard.remarks, self._other_address(address)])
        answer = heard.answer + acknowledgement(self._profile, event)
        raw, at = self._last
        self._last = (event.raw, now)
        if raw == event.raw and now - at <= self._profile.duplicate_ms / 1000:
            return heard._replace(answer=answer)
        return heard._replace(answer=answer, keys=[*heard.keys, str(event.fields["key"])])

    def _other_address(self, address: int) -> str:
        says = f"address {address} answers instead of {self._address}"
        return f"{says}; write options.address = {address}, or set the pad's switches to {self._address}"


def line_of(profile: Profile, baud: int = 0) -> LineSettings:
    """Return the settings of a profile's line; a speed of 0 takes the profile's."""
    return LineSettings(baud or profile.baud, profile.parity, profile.stop_bits, data_bits=profile.data_bits)


def acknowledgement(profile: Profile, said: Decoded) -> bytes:
    """Return what a pad that said this wants back: nothing, the same, fixed bytes, or a frame made of its fields."""
    if profile.acknowledge == ECHO:
        return said.raw
    if shape := profile.frames.get(profile.acknowledge):
        return encode(shape, said.fields)
    return bytes.fromhex(profile.acknowledge)


def serve_keys(line: KeyLine, port: Transport, life: Life, pressed: Callable[[list[str]], str], clock: Any) -> None:
    """Run a pad until stopped: answer first, then tell. `pressed` returns a remark, or an empty word."""
    life.report(SILENT)
    while not life.stopping.is_set():
        heard = line.receive(port.read(256, LOOK_S), clock())
        if heard.answer:
            port.write(heard.answer, WRITE_S)
        remark = pressed(heard.keys) or next(iter(heard.remarks), "")
        if remark and remark != life.status.reason:
            log.warning("pad remark", device=life.name, remark=remark)
        if heard.keys or remark:
            word = StatusWord.READY if heard.keys else life.status.word
            life.report(Status(word, remark))


class SimulatedPad:
    """The far end: one pad, repeating a key that is not acknowledged if its profile wants that."""

    def __init__(self, profile: Profile, address: int) -> None:
        self._profile, self._address = profile, address or 1
        self._due: deque[tuple[float, bytes]] = deque()
        self._unanswered = b""
        """The acknowledgement that it waits for."""
        self._heard = bytearray()
        self._pressed = self._acknowledged = 0

    def receive(self, data: bytes, now: float) -> None:  # noqa: ARG002 - the contract of every far end
        """Take an acknowledgement."""
        self._heard = (self._heard + data)[-256:]
        if self._unanswered and self._unanswered in self._heard:
            self._unanswered, self._acknowledged = b"", self._acknowledged + 1
            self._heard.clear()
            self._due.clear()

    def outgoing(self, now: float) -> bytes:
        """Return a key or its repetition."""
        said = b""
        while self._due and self._due[0][0] <= now:
            said += self._due.popleft()[1]
        return said

    def next_due(self) -> float | None:
        """When a key is sent or repeated."""
        return self._due[0][0] if self._due else None

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return {"press": "Press a key: key= as the profile names it.", "noise": "Bytes on the line: hex=."}

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control == "noise":
            self._due.append((now, bytes.fromhex(arguments["hex"])))
            return {}
        if control != "press":
            raise UnknownControl(control, self.controls())
        fields = {"addr": self._address, "key": arguments["key"]}
        raw = encode(self._profile.frames[FRAME], fields)
        self._pressed += 1
        self._unanswered = acknowledgement(self._profile, Decoded(FRAME, fields, raw))
        times = ATTEMPTS if self._unanswered else 1
        self._due.extend((now + attempt * RETRY_S, raw) for attempt in range(times))
        return {"sent": raw.hex().upper()}

    def state(self) -> dict[str, Any]:
        """Return what was pressed and answered."""
        return {
            "address": self._address,
            "pressed": self._pressed,
            "acknowledged": self._acknowledged,
            "waiting_for_answer": bool(self._unanswered),
        }
