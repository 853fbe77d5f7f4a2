"""The thread that speaks: order, several voices, a voice that is away."""

import threading
from collections.abc import Callable

from counter.lobby.flow.calls import Caller
from counter.lobby.flow.voice_queue import VoiceQueue
from counter.lobby.speaking import Speaking
from hall.domain.ids import DeviceName
from hall.ports.status import Status, StatusWord
from hall.ports.voice import Announcement, NotSpoken, Spoken
from tests.support.lobby import called, happened, view

GONE = NotSpoken(Status(StatusWord.OFFLINE, "unplugged"))
PATIENCE_S = 10.0


class Voice:
    """Says at once; counts how many say at the same time."""

    name = DeviceName("voice")

    def __init__(self, answer: Callable[[int], Spoken | NotSpoken] = lambda _n: Spoken(0.0)) -> None:
        self.said: list[str] = []
        self.most_at_once = self._now = 0
        self._answer = answer
        self._enough = threading.Condition()
        self.gate = threading.Event()
        self.gate.set()

    def say(self, announcement: Announcement) -> Spoken | NotSpoken:
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        self.gate.wait(PATIENCE_S)
        self._now -= 1
        with self._enough:
            self.said.append(announcement.texts[0][1])
            self._enough.notify_all()
        return self._answer(len(self.said))

    def await_said(self, count: int) -> bool:
        with self._enough:
            return self._enough.wait_for(lambda: len(self.said) >= count, PATIENCE_S)

    def status(self) -> Status:
        return Status(StatusWord.READY)

    def stop(self) -> None:
        self.gate.set()

    def close(self) -> None:
        self.gate.set()


def speaking(*voices: Voice) -> Speaking:
    return Speaking(Caller(VoiceQueue()), voices, lambda: 0.0)


def test_calls_are_said_one_after_another_in_order() -> None:
    voice = Voice()
    lobby = speaking(voice)
    lobby.hear(view())
    voice.gate.clear()
    for number in ("A1", "A2", "A3"):
        lobby.hear(happened(called(number)))
    voice.gate.set()
    assert voice.await_said(3)
    lobby.close()
    assert [text[1:3] for text in voice.said] == ["A一", "A二", "A三"]
    assert voice.most_at_once == 1


def test_all_voices_say_the_same() -> None:
    module, speaker = Voice(), Voice()
    lobby = speaking(module, speaker)
    lobby.hear(happened(called("A1")))
    assert module.await_said(1)
    assert speaker.await_said(1)
    lobby.close()
    assert module.said == speaker.said


def test_what_nobody_could_say_is_said_when_the_voice_is_back() -> None:
    voice = Voice(lambda n: GONE if n == 1 else Spoken(1.0))
    lobby = speaking(voice)
    lobby.hear(happened(called("A1")))
    assert voice.await_said(2)
    lobby.close()
    assert voice.said[0] == voice.said[1]


def test_a_lobby_without_a_voice_keeps_no_queue() -> None:
    lobby = speaking()
    lobby.hear(happened(called("A1")))
    lobby.close()
    assert lobby.caller.queue.waiting == ()


def test_close_cuts_what_is_being_said() -> None:
    voice = Voice()
    voice.gate.clear()
    lobby = speaking(voice)
    lobby.hear(happened(called("A1")))
    lobby.close()
    lobby.close()
    assert len(voice.said) <= 1
