"""The host's side of the bus as a pure step: bytes and wishes in, frames and events out, the clock passed in.

Acknowledge first, act later: the answer to a key stands at the head of the queue before the event is even told,
because pads repeat a key that nobody answered within about 100 ms. Identical frames within the fold window are
such repeats: acknowledged again, told once. Our own frames coming back from a two-wire adapter are removed by
comparing whole frames, since the answer to a caller is byte-identical to its key. Nothing is sent while a frame
is coming in, nor within 3.5 characters of the last byte.
"""

from collections import deque
from collections.abc import Mapping
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from drivers.ff68.protocol import (
    FROM_PADS,
    KEY_RESULT,
    BadFrame,
    Decoder,
    Frame,
    acknowledgement,
    beep,
    key_of,
    open_evaluation,
    set_stars,
    show,
)
from drivers.invitation import Grade, Invitations
from hall.domain.ids import CounterId, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.caller_pad import CallerIntent

ECHO_S = 0.15
"""An adapter's echo is back within its latency timer (16 ms is usual) and the frame's own time."""
GIVE_UP_S = 0.05
"""A frame that stands still this long was cut."""
NOISE_LIMIT = 64
"""So many bytes without one good frame mean wrong speed or crossed wires."""


Address = Annotated[int, Meta(ge=0, le=255)]


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One counter and the addresses of its pads; 0 for none."""

    counter: str
    caller: Address = 0
    evaluator: Address = 0
    stars: Annotated[int, Meta(ge=0, le=5)] = 0
    """Service stars that the evaluator shows; 0 leaves them alone."""


class Key(NamedTuple):
    """A clerk's key."""

    counter: CounterId
    intent: CallerIntent


class Remark(NamedTuple):
    """Something for the technician; each said once."""

    text: str


class BusRules(NamedTuple):
    """What the configuration decides."""

    windows: tuple[Window, ...]
    keys: Mapping[str, CallerIntent]
    levels: Mapping[int, RatingLevel]
    last_press_counts: bool = False
    fold_s: float = 0.5
    settle_s: float = 2.0
    byte_s: float = 10 / 9600
    gap_s: float = 3.5 * 10 / 9600


class Bus:
    """One line. `receive` and the wishes take the time; `outgoing` gives bytes that may go now."""

    def __init__(self, rules: BusRules) -> None:
        self._rules = rules
        self._callers = {window.caller: CounterId(window.counter) for window in rules.windows if window.caller}
        self._evaluators = {window.evaluator: CounterId(window.counter) for window in rules.windows if window.evaluator}
        self._caller_of = {counter: address for address, counter in self._callers.items()}
        self._evaluator_of = {counter: address for address, counter in self._evaluators.items()}
        self._invitations = Invitations(rules.last_press_counts, rules.settle_s)
        self._wishes: dict[tuple[str, int], Frame] = {}
        self._remarks: set[str] = set()
        self.heard = False
        """Whether any pad has spoken since the line was opened."""
        self.reopened()

    def reopened(self) -> None:
        """Forget what was on the line. Wishes stay; stars and open evaluations are told to the pads again."""
        self._decoder = Decoder()
        self._answers: deque[Frame] = deque()
        self._sent: deque[tuple[Frame, float]] = deque(maxlen=8)
        self._seen: dict[Frame, float] = {}
        self._last_byte = self._free_at = float("-inf")
        self.heard = False
        for window in self._rules.windows:
            if window.evaluator and window.stars:
                self._wishes["stars", window.evaluator] = set_stars(window.evaluator, window.stars)
        for counter in self._invitations.counters():
            self._wish_open(counter)

    @property
    def answering(self) -> bool:
        """Whether an acknowledgement still waits for the line; events are told after it has gone out."""
        return bool(self._answers)

    def receive(self, data: bytes, now: float) -> list[Key | Grade | Remark]:
        """Take bytes from the line; answers are queued before any event is returned."""
        self._last_byte = now
        self._free_at = max(self._free_at, now + self._rules.gap_s)
        return self._acted(self._decoder.feed(data), now)

    def tick(self, now: float) -> list[Key | Grade | Remark]:
        """Do what is due by time alone: settle last presses, give up cut frames."""
        told: list[Key | Grade | Remark] = []
        if self._decoder.pending and now >= self._last_byte + GIVE_UP_S:
            told += self._acted(self._decoder.flush(), now)
        return told + self._invitations.tick(now)

    def outgoing(self, now: float) -> bytes:
        """Return the next frame if the line is free, else nothing."""
        if now < self._free_at or (self._decoder.pending and now < self._last_byte + GIVE_UP_S):
            return b""
        frame = self._next_frame()
        if frame is None:
            return b""
        raw = frame.to_bytes()
        done = now + len(raw) * self._rules.byte_s
        self._free_at = done + self._rules.gap_s
        self._sent.append((frame, done + ECHO_S))
        return raw

    def next_due(self) -> float | None:
        """When `outgoing` or `tick` may have something, or None while only a pad or a wish can bring it."""
        settles = self._invitations.next_due()
        times = [] if settles is None else [settles]
        if self._decoder.pending:
            times.append(self._last_byte + GIVE_UP_S)
        elif self._answers or self._wishes:
            times.append(self._free_at)
        return min(times) if times else None

    def invite(self, counter: CounterId, rating: RatingUid) -> None:
        """Open an evaluation; one that is still open at this counter ends unanswered."""
        self._invitations.invite(counter, rating)
        self._wish_open(counter)

    def end_invitation(self, counter: CounterId) -> list[Grade]:
        """Close it; under the last-press rule a press made until now counts."""
        return self._invitations.end(counter)

    def show(self, counter: CounterId, waiting: int | None, ticket: int | None) -> None:
        """Show numbers on the caller pad; halves wait separately, so a newer one never drops the other half."""
        address = self._caller_of.get(counter)
        if address is None:
            return
        if waiting is not None:
            self._wishes["waiting", address] = show(address, waiting, None)
        if ticket is not None:
            self._wishes["ticket", address] = show(address, None, ticket)

    def beep(self, counter: CounterId) -> None:
        """Let the caller pad beep once."""
        if address := self._caller_of.get(counter):
            self._wishes["beep", address] = beep(address)

    def _wish_open(self, counter: CounterId) -> None:
        if address := self._evaluator_of.get(counter):
            self._wishes["open", address] = open_evaluation(address)

    def _next_frame(self) -> Frame | None:
        if self._answers:
            return self._answers.popleft()
        if self._wishes:
            return self._wishes.pop(next(iter(self._wishes)))
        return None

    def _acted(self, events: list[Frame | BadFrame], now: float) -> list[Key | Grade | Remark]:
        told: list[Key | Grade | Remark] = []
        for event in events:
            # A frame that no pad sends is an echo that came too late, or another host's: it is not answered.
            if isinstance(event, Frame) and not self._is_echo(event, now) and len(event.data) + 2 in FROM_PADS:
                told += self._frame(event, now)
        if not self.heard and self._decoder.noise >= NOISE_LIMIT:
            told += self._remark("only noise on the line; check baud rate and swap A and B")
        return told

    def _is_echo(self, frame: Frame, now: float) -> bool:
        for index, (sent, until) in enumerate(self._sent):
            if sent == frame and now <= until:
                del self._sent[index]
                return True
        return False

    def _frame(self, frame: Frame, now: float) -> list[Key | Grade | Remark]:
        owners = self._evaluators if frame.command == KEY_RESULT else self._callers
        counter = owners.get(frame.address)
        if counter is None:
            kind = "evaluator" if frame.command == KEY_RESULT else "caller"
            return self._remark(
                f"{kind} address {frame.address} answers but stands in no window; add it to options.windows"
            )
        self.heard = True
        self._answers.append(acknowledgement(frame))
        if self._is_repeat(frame, now):
            return []
        return self._graded(counter, frame, now) if frame.command == KEY_RESULT else self._keyed(counter, frame)

    def _is_repeat(self, frame: Frame, now: float) -> bool:
        self._seen = {seen: at for seen, at in self._seen.items() if now - at <= self._rules.fold_s}
        repeated = frame in self._seen
        self._seen[frame] = now
        return repeated

    def _keyed(self, counter: CounterId, frame: Frame) -> list[Key | Grade | Remark]:
        key = key_of(frame)
        intent = self._rules.keys.get(key)
        if intent is None:
            return self._remark(
                f"caller {frame.address}: key {key or '(none)'} is not in the key map; add it to options.keys"
            )
        return [Key(counter, intent)]

    def _graded(self, counter: CounterId, frame: Frame, now: float) -> list[Key | Grade | Remark]:
        raw = frame.data[0] if frame.data else -1
        level = self._rules.levels.get(raw)
        if level is None:
            return self._remark(
                f"evaluator {frame.address}: key {raw} is not in the level map; add it to options.levels"
            )
        return [*self._invitations.press(counter, level, now)]

    def _remark(self, text: str) -> list[Key | Grade | Remark]:
        if text in self._remarks or len(self._remarks) >= NOISE_LIMIT:
            return []
        self._remarks.add(text)
        return [Remark(text)]
