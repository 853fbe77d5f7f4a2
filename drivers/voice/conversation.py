"""What is said to a speech module, step by step: a pure machine, the clock passed in.

One `Conversation` says a row of texts. It sends one frame, waits for 41 and then for 4F, and goes on. The module
cuts a text off when a new frame comes, so nothing is sent before 4F. What goes wrong and what is done:

* 45: the frame once more (a disturbed byte), then a shorter text, then it is given up;
* no answer in `ACCEPT_S`: wake (where the chip knows it) and once more, then it is silent;
* 4A in the middle: it has started anew, its text is lost: said again, `MOST_RESTARTS` times;
* 4F too early for the text (a late end of an older one), or none at all: the state is asked for.
"""

from dataclasses import dataclass
from enum import Enum

from drivers.voice.protocol import (
    REJECTIONS,
    Control,
    Dialect,
    Reply,
    Speak,
    preamble,
    sanitised,
    split_text,
    to_bytes,
)

ACCEPT_S = 0.4
"""The chips answer in 200 ms; the rest is the USB converter's."""
LONGEST_S_A_CHARACTER = 0.4
SPARE_S = 5.0
USUAL_S_A_CHARACTER = 0.28
UNHEARD_S = 0.5
GAP_S = 0.02
"""Between frames; the chips ask for 8 to 17 ms."""
SHORTEST_S_A_CHARACTER = 0.08
"""An end earlier than this belongs to something else, and is asked about."""
MOST_RESTARTS = 2
MOST_ASKED = 3


class End(Enum):
    """How a conversation ended."""

    SAID = "said"
    REJECTED = "rejected"
    SILENT = "silent"
    STUCK = "stuck"


class _Wait(Enum):
    NOTHING = 0
    ACCEPT = 1
    SPEECH = 2
    STATE = 3
    WAKE = 4


@dataclass(frozen=True)
class Manner:
    """How to speak, both 0 to 100."""

    volume: int = 60
    speed: int = 60


class Pace:
    """The silence between frames, the clock passed in: without it a chip takes two for one."""

    def __init__(self, baud: int) -> None:
        self._byte_s = 10 / baud
        self._free_at = float("-inf")

    def wait_s(self, now: float) -> float:
        """Return how long to wait before the next frame may begin."""
        return max(0.0, self._free_at - now)

    def sent(self, size: int, now: float) -> None:
        """Note a frame that was just handed to the line; its bytes are still going out."""
        self._free_at = now + size * self._byte_s + GAP_S


def pieces_of(texts: tuple[str, ...], dialect: Dialect, manner: Manner) -> list[str]:
    """Return what each frame says, without markers: sanitised, within the chip's limit."""
    encoding = dialect.pages[dialect.page]
    room = dialect.limit - len(preamble(dialect, manner.volume, manner.speed).encode(encoding))
    return [piece for text in texts for piece in split_text(sanitised(text, encoding), encoding, room)]


def unheard(texts: tuple[str, ...], dialect: Dialect, manner: Manner) -> list[tuple[bytes, float]]:
    """Return frames for a module that is never heard, each with the seconds to leave it before the next."""
    encoding = dialect.pages[dialect.page]
    markers = preamble(dialect, manner.volume, manner.speed)
    return [
        (to_bytes(Speak(markers + piece, encoding), dialect), UNHEARD_S + len(piece) * USUAL_S_A_CHARACTER)
        for piece in pieces_of(texts, dialect, manner)
    ]


class Conversation:
    """Says texts to one module. Drive it with `step`, and send what it returns as one write each time."""

    def __init__(self, texts: tuple[str, ...], dialect: Dialect, manner: Manner, baud: int = 9600) -> None:
        self._dialect = dialect
        self._byte_s = 10 / baud
        self._markers = preamble(dialect, manner.volume, manner.speed)
        self._left = pieces_of(texts, dialect, manner)
        self._wait = _Wait.NOTHING
        self._deadline = self._not_before = 0.0
        self._accepted_at = 0.0
        self._tries = self._restarts = self._asked = 0
        self.end: End | None = None if self._left else End.SAID
        """Set when it is over."""

    def step(self, heard: list[Reply], now: float) -> bytes:
        """Take what the module said, return what to send now (often nothing)."""
        out = b""
        for reply in heard:
            out += self._hear(reply, now)
        if self.end is None and self._wait is _Wait.NOTHING:
            out += self._say(now) if now >= self._not_before else b""
        elif self.end is None and now >= self._deadline:
            out += self._overdue(now)
        return out

    def _say(self, now: float) -> bytes:
        encoding = self._dialect.pages[self._dialect.page]
        frame = to_bytes(Speak(self._markers + self._left[0], encoding), self._dialect)
        self._await(_Wait.ACCEPT, now + len(frame) * self._byte_s + ACCEPT_S)
        return frame

    def _await(self, wait: _Wait, deadline: float) -> None:
        self._wait, self._deadline = wait, deadline

    def _hear(self, reply: Reply, now: float) -> bytes:
        if reply is Reply.INITIALISED:
            return self._started_anew(now)
        if self._wait is _Wait.WAKE:
            self._pause(now)
        elif self._wait is _Wait.ACCEPT:
            self._answered(reply, now)
        elif self._wait is _Wait.STATE:
            self._state_heard(reply, now)
        elif self._wait is _Wait.SPEECH and reply is Reply.IDLE:
            return self._idle_heard(now)
        return b""

    def _pause(self, now: float) -> None:
        self._wait, self._not_before = _Wait.NOTHING, now + GAP_S

    def _answered(self, reply: Reply, now: float) -> None:
        if reply is Reply.ACCEPTED:
            self._accepted_at, self._tries = now, 0
            self._await(_Wait.SPEECH, now + len(self._left[0]) * LONGEST_S_A_CHARACTER + SPARE_S)
        elif reply in REJECTIONS:
            self._again_or_shorter(now)

    def _again_or_shorter(self, now: float) -> None:
        self._tries += 1
        self._pause(now)
        if self._tries == 1:
            return
        shorter = self._left[0][: len(self._left[0]) // 2].rstrip()
        if self._tries > 2 or not shorter:
            self.end = End.REJECTED
        self._left[0] = shorter

    def _started_anew(self, now: float) -> bytes:
        if self._wait not in (_Wait.NOTHING, _Wait.WAKE):
            self._restarts += 1
        self._pause(now)
        if self._restarts > MOST_RESTARTS:
            self.end = End.STUCK
        return b""

    def _idle_heard(self, now: float) -> bytes:
        shortest = len(self._left[0]) * SHORTEST_S_A_CHARACTER
        if now - self._accepted_at < shortest and self._asked < MOST_ASKED:
            return self._ask(now)
        self._piece_done(now)
        return b""

    def _ask(self, now: float) -> bytes:
        self._asked += 1
        self._await(_Wait.STATE, now + ACCEPT_S)
        return to_bytes(Control("status"), self._dialect)

    def _state_heard(self, reply: Reply, now: float) -> None:
        if reply is Reply.IDLE or reply in REJECTIONS:
            # Rejected: a chip that cannot be asked, so the end that it told stands.
            self._piece_done(now)
        elif reply is Reply.SPEAKING:
            self._await(_Wait.SPEECH, now + len(self._left[0]) * LONGEST_S_A_CHARACTER + SPARE_S)

    def _piece_done(self, now: float) -> None:
        del self._left[0]
        self._pause(now)
        self._asked = self._restarts = 0
        if not self._left:
            self.end = End.SAID

    def _overdue(self, now: float) -> bytes:
        if self._wait is _Wait.WAKE:
            self._pause(now)
        elif self._wait is _Wait.SPEECH and self._asked < MOST_ASKED:
            return self._ask(now)
        elif self._wait is _Wait.SPEECH:
            self.end = End.STUCK
        elif self._wait is _Wait.STATE or self._tries:
            self.end = End.SILENT
        else:
            return self._wake(now)
        return b""

    def _wake(self, now: float) -> bytes:
        """No answer at all: perhaps asleep, perhaps the frame was lost. Try once more."""
        self._tries = 1
        if not self._dialect.wakes:
            self._pause(now)
            return b""
        self._await(_Wait.WAKE, now + ACCEPT_S)
        return to_bytes(Control("wake"), self._dialect)
