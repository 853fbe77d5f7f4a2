"""The far end of the voice: a speech module that decodes frames and takes its time, and a loudspeaker.

The module answers as the datasheets say: 41 or 45 to each frame, 4E or 4F to a question, 4F unasked at the end of a
text. A new frame cuts off the text being said. Everything said stays in `state()["spoken"]` with its times.
"""

from collections import deque
from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.voice.options import Options
from drivers.voice.protocol import (
    Baud,
    Broken,
    Command,
    Control,
    FrameDecoder,
    PlayStored,
    Reply,
    Speak,
    Store,
    dialect_of,
)

SECONDS_A_CHARACTER = 0.2
BROKEN_OFF_S = 0.2
"""A frame without its rest is dropped after this long. The chips wait 8 to 15 ms; a busy machine's pty does not."""
MOST_KEPT = 200
ANSWER_S = 0.005


class SimulatedSpeechModule:
    """SYN6288 or one of its kin; options say how fast it speaks."""

    def __init__(self, row: dict[str, Any], options: Options) -> None:
        self._dialect = dialect_of(row)
        self._decoder = FrameDecoder(self._dialect)
        self._second_a_character = SECONDS_A_CHARACTER / options.simulated_speed_up
        self._due: deque[tuple[float, Reply]] = deque()
        self._spoken: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)
        self._baud = self._own_baud = int(row["baud"])
        self._cache: dict[int, bytes] = {}
        self._text = ""
        self._began = self._ends = 0.0
        self._last_byte = 0.0
        self._mute = self._busy = self._asleep = False
        self._reject = 0
        self._rejected = 0

    def receive(self, data: bytes, now: float) -> None:
        """Take what the host wrote."""
        self._finish_speech(now)
        if self._decoder.partial and now - self._last_byte > BROKEN_OFF_S:
            self._decoder.drop()
        self._last_byte = now
        for command in self._decoder.feed(data):
            self._obey(command, now)

    def outgoing(self, now: float) -> bytes:
        """Return the replies that are due."""
        self._finish_speech(now)
        out = bytearray()
        while self._due and self._due[0][0] <= now:
            out.append(self._due.popleft()[1])
        return b"" if self._mute else bytes(out)

    def next_due(self) -> float | None:
        """Return when the next reply or the end of the text is due."""
        times = [self._due[0][0]] if self._due else []
        if self._text and not self._busy:
            times.append(self._ends)
        return min(times, default=None)

    def controls(self) -> dict[str, str]:
        """What a person can do to it."""
        return {
            "mute": "answers nothing any more (on=false: answers again)",
            "reboot": "loses its text, its speed of the line, and says 4A",
            "busy": "keeps on speaking for ever (on=false: ends)",
            "reject": "answers 45 to the next frames (times, default 1)",
        }

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control."""
        on = bool(arguments.get("on", True))
        if control == "mute":
            self._mute = on
        elif control == "reboot":
            self._reboot(now)
        elif control == "busy":
            self._busy = on
        elif control == "reject":
            self._reject = int(arguments.get("times", 1))
        else:
            raise UnknownControl(control, self.controls())
        return self.state()

    def state(self) -> dict[str, Any]:
        """What it says and has said."""
        return {
            "speaking": self._text,
            "spoken": list(self._spoken),
            "rejected": self._rejected,
            "asleep": self._asleep,
            "baud": self._baud,
            "mute": self._mute,
            "busy": self._busy,
        }

    def _obey(self, command: Command | Broken, now: float) -> None:
        if isinstance(command, Broken) or self._reject:
            self._reject = max(0, self._reject - 1)
            self._rejected += 1
            self._answer(now, Reply.REJECTED)
        elif isinstance(command, Control):
            self._control(command.name, now)
        elif not self._asleep:
            self._answer(now, Reply.ACCEPTED)
            if isinstance(command, Baud):
                self._baud = command.value
            elif isinstance(command, Speak):
                self._speak(command.text, now)
            elif isinstance(command, Store):
                self._cache[command.segment] = command.text
            elif isinstance(command, PlayStored):
                stored = b"".join(self._cache[segment] for segment in sorted(self._cache))
                self._speak(stored.decode(command.encoding, "replace") * command.repeats, now)

    def _control(self, name: str, now: float) -> None:
        if name == "wake":
            was_asleep, self._asleep = self._asleep, False
            self._answer(now, *([Reply.INITIALISED] if was_asleep else [Reply.ACCEPTED]))
        elif self._asleep:
            return
        elif name == "status":
            self._answer(now, Reply.ACCEPTED, Reply.SPEAKING if self._text else Reply.IDLE)
        elif name in ("sleep", "power down"):
            self._cut(now)
            self._asleep = self._dialect.wakes
            self._answer(now, Reply.ACCEPTED)
        else:
            self._answer(now, Reply.ACCEPTED)
            if name == "stop" and self._text:
                self._cut(now)
                self._answer(now, Reply.IDLE)

    def _answer(self, now: float, *replies: Reply) -> None:
        self._due.extend((now + ANSWER_S, reply) for reply in replies)

    def _speak(self, text: str, now: float) -> None:
        self._cut(now)
        self._text, self._began = text, now
        said = text.rpartition("]")[2]
        self._ends = now + ANSWER_S + len(said) * self._second_a_character

    def _cut(self, now: float) -> None:
        if self._text:
            self._keep(now, cut=True)

    def _finish_speech(self, now: float) -> None:
        if self._text and not self._busy and now >= self._ends:
            self._keep(self._ends, cut=False)
            self._due.append((self._ends, Reply.IDLE))

    def _keep(self, ended: float, *, cut: bool) -> None:
        self._spoken.append({"text": self._text, "began": self._began, "ended": ended, "cut": cut})
        self._text = ""

    def _reboot(self, now: float) -> None:
        self._cut(now)
        self._decoder.drop()
        self._due.clear()
        self._asleep = self._busy = False
        self._baud = self._own_baud
        self._answer(now, Reply.INITIALISED)


class SimulatedLoudspeaker:
    """What `sound:` plays to when there is nothing to hear with: it counts. Real demos use `sound-file:`."""

    def __init__(self) -> None:
        self._bytes = 0

    def receive(self, data: bytes, now: float) -> None:
        """Count the sound."""
        del now
        self._bytes += len(data)

    def outgoing(self, now: float) -> bytes:
        """A loudspeaker says nothing to its computer."""
        del now
        return b""

    def next_due(self) -> float | None:
        """Never."""
        return None

    def controls(self) -> dict[str, str]:
        """None."""
        return {}

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Refuse: it has no controls."""
        del arguments, now
        raise UnknownControl(control, ())

    def state(self) -> dict[str, Any]:
        """How much came."""
        return {"bytes": self._bytes}


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the simulator of a row."""
    return SimulatedSpeechModule(row, options) if "dialect" in row else SimulatedLoudspeaker()
