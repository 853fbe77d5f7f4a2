"""The recording of a pack, prompt by prompt, with a person at the keyboard: show, count down, record, judge, decide."""

import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy

from drivers.voice.prompts import Prompt
from field.recording import loudness
from field.recording.loudness import Level, Samples, Trouble
from field.recording.session import Session, finished
from field.recording.source import NotRecorded, Source, Take

SECONDS = 1.6
SECONDS_A_SIGN = 0.35
METER_WIDTH = 30
METER_FROM_DB = -60.0
HOPELESS = (Trouble.NOTHING, Trouble.CLIPPED)
"""Takes that cannot be kept, whoever wants it."""
MOST_TRIES = 3
"""Without a person to ask."""


class Room(NamedTuple):
    """What the studio needs of its surroundings."""

    source: Source
    say: Callable[[str], None]
    meter: Callable[[str], None]
    """Shows a line that the next one covers; an empty one clears it."""
    ask: Callable[[str], str]
    """Returns what the person typed; ``q`` when nobody is there any more."""
    play: Callable[[Samples, int], str]
    """Plays a take; returns why not, or nothing."""
    pause: Callable[[float], None]
    countdown: int = 3


class Studio:
    """Walks through the prompts of a session. `run` returns whether the pack is whole."""

    def __init__(self, session: Session, room: Room) -> None:
        self._session, self._room = session, room

    def run(self, wanted: list[int]) -> bool:
        """Record these prompts in order; ``b`` goes back to the one before, ``q`` ends."""
        at = 0
        while 0 <= at < len(wanted):
            step = self._record(wanted[at])
            if step == "quit":
                self._room.say("Kept so far; the same command goes on here.")
                return False
            at = max(0, at - 1) if step == "back" else at + 1
        return not self._session.missing()

    def run_alone(self, wanted: list[int]) -> bool:
        """Keep each good take without asking; a prompt that has none after some tries is left open."""
        for number in wanted:
            prompt = self._session.prompts[number]
            for _ in range(MOST_TRIES if self._room.source.live else 1):
                take = self._take(number)
                if isinstance(take, Take) and self._judged(take) is None:
                    self._keep(prompt, take)
                    break
        return not self._session.missing()

    def _record(self, number: int) -> str:
        """Record one prompt until it is kept, skipped or left; return ``next``, ``back`` or ``quit``."""
        prompt = self._session.prompts[number]
        while True:
            take = self._take(number)
            trouble = None if isinstance(take, NotRecorded) else self._judged(take)
            answer = self._decided(take, trouble)
            if answer == "keep" and isinstance(take, Take):
                self._keep(prompt, take)
                return "next"
            if answer == "skip":
                self._session.skip(prompt)
                return "next"
            if answer in ("back", "quit"):
                return answer

    def _take(self, number: int) -> Take | NotRecorded:
        prompt, room = self._session.prompts[number], self._room
        more = "" if prompt.needed else "  (optional)"
        room.say(f"[{number + 1}/{len(self._session.prompts)}]  {prompt.shown}{more}")
        if room.source.live:
            for left in range(room.countdown, 0, -1):
                room.meter(f"  {left} ...")
                room.pause(1.0)
        take = room.source.take(prompt.file, SECONDS + SECONDS_A_SIGN * len(prompt.shown), self._show_level)
        room.meter("")
        if isinstance(take, NotRecorded):
            room.say(f"  not recorded: {take.reason}")
        return take

    def _show_level(self, block: Samples) -> None:
        self._room.meter(meter(loudness.level(block), clipped=loudness.is_clipped(block)))

    def _judged(self, take: Take) -> Trouble | None:
        trouble = loudness.trouble(take.samples, take.rate)
        heard = loudness.level(take.samples)
        spoken = loudness.speech(take.samples, take.rate)
        level_db = heard.rms_db if spoken is None else spoken.level_db
        verdict = "good" if trouble is None else trouble.value
        self._room.say(f"  peak {heard.peak_db:.1f} dBFS, speech {level_db:.1f} dBFS RMS: {verdict}")
        return trouble

    def _decided(self, take: Take | NotRecorded, trouble: Trouble | None) -> str:
        """Ask until the answer is one of those offered."""
        keepable = isinstance(take, Take) and trouble not in HOPELESS
        good = keepable and trouble is None
        words = {"r": "again", "s": "skip", "b": "back", "q": "quit"}
        words |= {"k": "keep", "p": "play"} if keepable else {}
        offered = "  ".join(f"{key} {word}" for key, word in words.items())
        while True:
            typed = self._room.ask(f"  Enter {'keep' if good else 'again'}  {offered} > ").strip().lower()[:1]
            answer = ("keep" if good else "again") if not typed else words.get(typed, "")
            if answer == "play" and isinstance(take, Take):
                if why := self._room.play(finished(take), take.rate):
                    self._room.say(f"  cannot play: {why}")
            elif answer:
                return answer

    def _keep(self, prompt: Prompt, take: Take) -> None:
        kept = self._session.keep(prompt, take)
        self._room.say(f"  kept {prompt.file}: {kept.seconds:.2f} s at {kept.level_db:.1f} dBFS")


def meter(level: Level, *, clipped: bool) -> str:
    """Return a line such as ``[######|--   ] peak -12.3  rms -24.1 dBFS``."""
    reach = [_columns(level.rms_db), _columns(level.peak_db)]
    bar = "".join("#" if n < reach[0] else "-" if n < reach[1] else " " for n in range(METER_WIDTH))
    return f"  [{bar}] peak {level.peak_db:6.1f}  rms {level.rms_db:6.1f} dBFS{'  CLIPPED' if clipped else ''}"


def _columns(db: float) -> int:
    share = (db - METER_FROM_DB) / -METER_FROM_DB
    return round(float(numpy.clip(share, 0, 1)) * METER_WIDTH)


def line_over(text: str) -> None:
    """Show a meter on the terminal; a file or a pipe is not filled with hundreds of them."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:<80}\r")
        sys.stderr.flush()
