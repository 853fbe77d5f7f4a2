"""Many pads on one RS-485 line: keys, grades, retries when nobody answers, collisions, an echoing adapter."""

from collections import deque
from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.ff68.bus import Window
from drivers.ff68.driver import Options
from drivers.ff68.protocol import (
    BEEP,
    HOST_ACK_OR_OPEN,
    KEY_RESULT,
    OPEN_EVALUATION,
    SHOW,
    UNCHANGED,
    BadFrame,
    Decoder,
    Frame,
    acknowledgement,
)

RETRY_S = 0.3
ATTEMPTS = 5
KEY_COMMAND = 0x01


class _Pad:
    """One pad: what it shows, and the frame it wants acknowledged."""

    def __init__(self, address: int, counter: str) -> None:
        self.address, self.counter = address, counter
        self.unanswered: Frame | None = None
        self.attempts_left = 0
        self.retry_at = 0.0
        self.acknowledged = self.given_up = 0

    def wants(self, frame: Frame, now: float) -> None:
        self.unanswered, self.attempts_left, self.retry_at = frame, ATTEMPTS, now

    def due(self, now: float) -> bytes:
        """Return the frame to send now, or nothing."""
        if self.unanswered is None or now < self.retry_at:
            return b""
        if self.attempts_left == 0:
            self.unanswered = None
            self.given_up += 1
            return b""
        self.attempts_left -= 1
        self.retry_at = now + RETRY_S
        return self.unanswered.to_bytes()

    def hears(self, frame: Frame) -> bool:
        """Take an acknowledgement, if it is one."""
        if self.unanswered is None or frame != acknowledgement(self.unanswered):
            return False
        self.unanswered = None
        self.acknowledged += 1
        return True

    def state(self) -> dict[str, Any]:
        return {
            "address": self.address,
            "counter": self.counter,
            "waiting_for_answer": self.unanswered is not None,
            "acknowledged": self.acknowledged,
            "given_up": self.given_up,
        }


class _Caller(_Pad):
    def __init__(self, address: int, counter: str) -> None:
        super().__init__(address, counter)
        self.waiting, self.ticket, self.beeps = "---", "---", 0

    def takes(self, frame: Frame) -> None:
        """Carry out a host's command."""
        if self.hears(frame):
            return
        if frame.command == SHOW and len(frame.data) == 6:
            self.waiting = _half(frame.data[:3], self.waiting)
            self.ticket = _half(frame.data[3:], self.ticket)
        elif frame.command == BEEP:
            self.beeps += 1

    def state(self) -> dict[str, Any]:
        return {**super().state(), "waiting": self.waiting, "ticket": self.ticket, "beeps": self.beeps}


class _Evaluator(_Pad):
    def __init__(self, address: int, counter: str) -> None:
        super().__init__(address, counter)
        self.openings = self.stars = 0

    def takes(self, frame: Frame) -> None:
        """Carry out a host's command."""
        if self.hears(frame):
            return
        if frame == Frame(self.address, HOST_ACK_OR_OPEN, bytes((OPEN_EVALUATION,))):
            self.openings += 1
        elif frame.command == SHOW and len(frame.data) == 1:
            self.stars = frame.data[0]

    def state(self) -> dict[str, Any]:
        return {**super().state(), "openings": self.openings, "stars": self.stars}


class SimulatedFf68Line:
    """The far end of the whole pair."""

    def __init__(self, options: Options) -> None:
        self._keys = {intent.value: key for key, intent in options.keys.items()}
        self._levels = {int(level): int(raw) for raw, level in options.levels.items()}
        self._callers = {w.caller: _Caller(w.caller, w.counter) for w in options.windows if w.caller}
        self._evaluators = {w.evaluator: _Evaluator(w.evaluator, w.counter) for w in options.windows if w.evaluator}
        self._windows: dict[str, Window] = {w.counter: w for w in options.windows}
        self._decoder = Decoder()
        self._outgoing: deque[bytes] = deque()
        self._echo, self._collisions, self._bad = False, 0, 0

    def receive(self, data: bytes, now: float) -> None:  # noqa: ARG002 - the contract of every far end
        """Take what the host wrote; an echoing adapter gives it back first."""
        if self._echo:
            self._outgoing.append(data)
        for event in self._decoder.feed(data):
            if isinstance(event, BadFrame):
                self._bad += 1
                continue
            for pad in (self._callers.get(event.address), self._evaluators.get(event.address)):
                if pad is not None:
                    pad.takes(event)

    def outgoing(self, now: float) -> bytes:
        """Return what the pads send now; with a collision pending, two frames cut into each other."""
        frames = [raw for pad in self._pads() if (raw := pad.due(now))]
        if frames and self._collisions:
            self._collisions -= 1
            frames = [frames[0][: len(frames[0]) // 2] + frames[-1][len(frames[-1]) // 2 :]]
        said = b"".join((*self._outgoing, *frames))
        self._outgoing.clear()
        return said

    def next_due(self) -> float | None:
        """When a pad sends or repeats."""
        times = [pad.retry_at for pad in self._pads() if pad.unanswered is not None]
        return 0.0 if self._outgoing else min(times, default=None)

    def controls(self) -> dict[str, str]:
        """What a person can do to the pads."""
        return {
            "press": "A clerk's key: counter= or address=, key=call_next (or hex, 0C; 060F for digit and confirm).",
            "rate": "A citizen's answer: counter= or address=, level=1..5 (or raw=0..255).",
            "echo": "The two-wire adapter echoes what the host sends: on=true or false.",
            "collide": "The next count=1 frames are cut by another one.",
            "noise": "Bytes on the line: hex=.",
        }

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.
            KeyError: no such counter, address or key.

        """
        if control not in self.controls():
            raise UnknownControl(control, self.controls())
        found: dict[str, Any] = getattr(self, f"_do_{control}")(arguments, now)
        return found

    def state(self) -> dict[str, Any]:
        """Return what every pad shows and has been answered."""
        return {
            "callers": {pad.counter: pad.state() for pad in self._callers.values()},
            "evaluators": {pad.counter: pad.state() for pad in self._evaluators.values()},
            "echo": self._echo,
            "bad_frames": self._bad,
        }

    def _pads(self) -> tuple[_Pad, ...]:
        return (*self._callers.values(), *self._evaluators.values())

    def _do_press(self, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        address = self._address(arguments, "caller")
        key = bytes.fromhex(self._keys.get(arguments["key"], arguments["key"]))
        self._callers[address].wants(Frame(address, KEY_COMMAND, key), now)
        return {"address": address, "key": key.hex().upper()}

    def _do_rate(self, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        address = self._address(arguments, "evaluator")
        raw = int(arguments["raw"]) if "raw" in arguments else self._levels[int(arguments["level"])]
        self._evaluators[address].wants(Frame(address, KEY_RESULT, bytes((raw,))), now)
        return {"address": address, "raw": raw}

    def _do_echo(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._echo = bool(arguments.get("on", True))
        return {}

    def _do_collide(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._collisions = int(arguments.get("count", 1))
        return {}

    def _do_noise(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._outgoing.append(bytes.fromhex(arguments["hex"]))
        return {}

    def _address(self, arguments: dict[str, Any], kind: str) -> int:
        if "address" in arguments:
            return int(arguments["address"])
        window = self._windows[str(arguments["counter"])]
        return window.caller if kind == "caller" else window.evaluator


def far_end(_row: dict[str, Any], options: Options) -> FarEnd:
    """Make the pads of the configured windows; without any, one pad of each kind at address 1."""
    if not options.windows:
        options = Options(windows=(Window("1", 1, 1),), keys=options.keys, levels=options.levels)
    return SimulatedFf68Line(options)


def _half(digits: bytes, before: str) -> str:
    return before if digits == bytes((UNCHANGED,)) * 3 else "".join(str(digit) for digit in digits)
