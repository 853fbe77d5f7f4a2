"""The hall's voice: a speech module on a serial line, or the sound card."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from drivers.catalog import Opening
from drivers.supervise import Life, Supervised
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from drivers.voice.announcement import Speaker
from drivers.voice.conversation import Conversation, End, Manner, Pace, unheard
from drivers.voice.options import Options
from drivers.voice.protocol import BAUDS, REJECTIONS, Baud, Control, Reply, dialect_of, replies, to_bytes
from drivers.voice.sound import CannotSay, wav_bytes
from drivers.voice.sound_port import SoundPort, open_sound
from drivers.voice.turn import Outcome, Turn, Turns
from hall.domain.ids import DeviceName
from hall.ports.status import Status, StatusWord
from hall.ports.voice import Announcement, NotSpoken, Spoken, VoiceCaller

__all__ = ["Options", "SerialVoice", "SoundCardVoice", "open_device"]

TICK_S = 0.02
WATCH_S = 0.6
"""How often an idle module or sound card is looked at."""
WRITE_LIMIT_S = 6.0
"""The longest frame, 4101 bytes, takes 4.3 s at 9600 baud."""
ANSWER_S = 0.3
TAKE_S = 0.2
BAUD_CHANGE_S = 0.13
"""After the command that changes a SYN6288's speed: it needs 16 ms, the line may change 100 ms later."""
SILENCES = 2
"""Unanswered questions in a row that mean nobody is there."""

READY = Status(StatusWord.READY)
CLOSED = Status(StatusWord.OFFLINE, "closed")
UNHEARD = Status(StatusWord.UNKNOWN, "one-way cable: the module is never heard, only a lost port is noticed")
STOPPED = Status(StatusWord.READY, "stopped")
_ENDS = {
    End.REJECTED: Status(StatusWord.FAULT, "the module rejects the text (45); check the model in the configuration"),
    End.SILENT: Status(StatusWord.OFFLINE, "the module does not answer; check its power, RX/TX and the baud rate"),
    End.STUCK: Status(StatusWord.FAULT, "the module does not come to an end; it was given up"),
}


class _Voice(ABC):
    """What both have in common: one thread, one announcement at a time."""

    def __init__(self, opening: Opening, open_port: Callable[[], Transport]) -> None:
        self._turns = Turns()
        self._supervised = Supervised(opening.name, open_port, self._serve, opening.emit)

    @property
    def name(self) -> DeviceName:
        """As configured."""
        return self._supervised.life.name

    def status(self) -> Status:
        """Last known status."""
        return self._supervised.life.status

    def say(self, announcement: Announcement) -> Outcome:
        """Say it to the end; blocks."""
        status = self.status()
        return self._turns.say(announcement) if status.usable else NotSpoken(status)

    def stop(self) -> None:
        """Cut it."""
        self._turns.stop()

    def close(self) -> None:
        """Cut what is said, end the thread, give the port back."""
        self._turns.stop()
        self._supervised.close()
        self._turns.abandon(CLOSED)

    def _serve(self, port: Transport, life: Life) -> None:
        status = CLOSED
        try:
            while not life.stopping.is_set():
                self._watch(port, life)
                self._take_turns(port, life, until=time.monotonic() + WATCH_S)
        except TransportLost as problem:
            status = Status(StatusWord.OFFLINE, str(problem))
            raise
        finally:
            self._turns.abandon(status)

    def _take_turns(self, port: Transport, life: Life, until: float) -> None:
        while (left := until - time.monotonic()) > 0 and not life.stopping.is_set():
            turn = self._turns.take(min(left, TAKE_S))
            if turn is not None:
                self._say(turn, port, life)

    @abstractmethod
    def _watch(self, port: Transport, life: Life) -> None:
        """Look whether the device is there, and report."""

    @abstractmethod
    def _say(self, turn: Turn, port: Transport, life: Life) -> None:
        """Say one announcement and give its outcome."""


class SerialVoice(_Voice):
    """A SYN6288 or one of its kin: each text to its 4F, or to its time limit."""

    def __init__(self, opening: Opening, row: dict[str, Any], options: Options) -> None:
        self._dialect = dialect_of(row)
        self._languages: list[str] = row["languages"]
        self._options, self._now = options, opening.now
        self._baud: int = options.baud or row["baud"]
        self._answers = options.answers
        self._silences = 0
        self._pace = Pace(self._baud)
        self._raised = self._dialect.sets_baud and self._baud != row["baud"] and self._baud in BAUDS
        super().__init__(opening, lambda: self._open_port(opening.address, row["baud"]))

    def _open_port(self, address: str, own_baud: int) -> Transport:
        """Open the line; a module that forgets its speed at power-off is told it each time, at its own speed."""
        if self._raised:
            port = open_stream(address, LineSettings(baud=own_baud))
            try:
                port.write(to_bytes(Baud(self._baud), self._dialect), WRITE_LIMIT_S)
                time.sleep(BAUD_CHANGE_S)
            finally:
                port.close()
        return open_stream(address, LineSettings(baud=self._baud))

    def _watch(self, port: Transport, life: Life) -> None:
        if not self._answers:
            port.read(64, 0)
            life.report(UNHEARD)
            return
        self._send(port, to_bytes(Control("status"), self._dialect))
        deadline = time.monotonic() + ANSWER_S
        heard: list[Reply] = []
        while not {Reply.IDLE, Reply.SPEAKING, *REJECTIONS}.intersection(heard) and time.monotonic() < deadline:
            heard += self._heard(port)
        self._silences = 0 if heard else self._silences + 1
        if heard:
            life.report(READY)
        elif self._silences >= SILENCES:
            if self._raised:
                raise TransportLost(f"no answer at {self._baud} baud; the module is told its speed again")
            life.report(_ENDS[End.SILENT])

    def _send(self, port: Transport, frame: bytes) -> None:
        """Write a frame in one piece, after the silence that the chips want behind the one before."""
        time.sleep(self._pace.wait_s(time.monotonic()))
        port.write(frame, WRITE_LIMIT_S)
        self._pace.sent(len(frame), time.monotonic())

    def _heard(self, port: Transport) -> list[Reply]:
        return replies(port.read(64, TICK_S), says_why=self._dialect.says_why)

    def _say(self, turn: Turn, port: Transport, life: Life) -> None:
        if not self._answers:
            self._say_unheard(turn, port)
            return
        talk = Conversation(self._texts(turn.announcement), self._dialect, self._manner(), self._baud)
        while talk.end is None:
            if turn.cut.is_set():
                self._stop(turn, port)
                return
            if out := talk.step(self._heard(port), time.monotonic()):
                self._send(port, out)
        if talk.end is End.SAID:
            turn.said()
            return
        if talk.end is not End.REJECTED:  # one bad text does not make a bad module
            life.report(_ENDS[talk.end])
        turn.ended(NotSpoken(_ENDS[talk.end]))

    def _say_unheard(self, turn: Turn, port: Transport) -> None:
        for frame, seconds in unheard(self._texts(turn.announcement), self._dialect, self._manner()):
            self._send(port, frame)
            if turn.cut.wait(seconds):
                self._stop(turn, port)
                return
        turn.said()

    def _stop(self, turn: Turn, port: Transport) -> None:
        self._send(port, to_bytes(Control("stop"), self._dialect))
        turn.ended(NotSpoken(STOPPED))

    def _manner(self) -> Manner:
        return Manner(self._options.volume_at(self._now()), self._options.speed)

    def _texts(self, announcement: Announcement) -> tuple[str, ...]:
        """Return what the module can say; a hall that only speaks other languages is spelled rather than silent."""
        known = tuple(text for lang, text in announcement.texts if lang in self._languages)
        return (known or tuple(text for _, text in announcement.texts)) * max(1, announcement.repeats)


class SoundCardVoice(_Voice):
    """The sound card: the whole announcement is one WAV, played by one process."""

    def __init__(self, opening: Opening, options: Options) -> None:
        self._speaker = Speaker(options, opening.now)
        super().__init__(opening, lambda: open_sound(opening.address, realtime=options.realtime))

    def prepare(self, announcement: Announcement) -> None:
        """Render ahead what will be said soon; it then starts within milliseconds."""
        with suppress(CannotSay):
            self._speaker.prepare(announcement)

    def _watch(self, port: Transport, life: Life) -> None:
        port.read(1, 0)
        life.report(READY)

    def _say(self, turn: Turn, port: Transport, life: Life) -> None:
        del life
        try:
            sound = self._speaker.sound(turn.announcement)
        except CannotSay as problem:
            turn.ended(NotSpoken(Status(StatusWord.FAULT, str(problem))))
            return
        whole = cast("SoundPort", port).play(wav_bytes(sound), sound.seconds, turn.cut)
        turn.ended(Spoken(sound.seconds) if whole else NotSpoken(STOPPED))


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> VoiceCaller:
    """Open the voice that the row describes."""
    return SerialVoice(opening, row, options) if "dialect" in row else SoundCardVoice(opening, options)
