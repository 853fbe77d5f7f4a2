"""The dialogue against a scripted line: what else may come with an answer."""

from collections import deque

from drivers.id_card.dialogue import Dialogue, Sight
from drivers.id_card.layouts import write_text
from drivers.id_card.people import PEOPLE, placeholder_photo
from drivers.id_card.protocol import Blocks, Command, Reply, Request, reply
from hall.ports.id_card import IdCard
from hall.ports.status import StatusWord

FILLER = bytes.fromhex("AAAAAA96690005050505")
NO_CARD, FOUND, DONE = reply(0x80).to_bytes(), reply(0x9F, bytes(4)).to_bytes(), reply(0x90).to_bytes()


class Line:
    """A Transport that answers each write with the next entry of its script."""

    address = "script"

    def __init__(self, *answers: bytes) -> None:
        self.answers = deque(answers)
        self.written: list[bytes] = []
        self._unread = b""

    def read(self, size: int, timeout_s: float) -> bytes:
        del timeout_s
        taken, self._unread = self._unread[:size], self._unread[size:]
        return taken

    def write(self, data: bytes, timeout_s: float) -> None:
        del timeout_s
        self.written.append(data)
        self._unread += self.answers.popleft()

    def close(self) -> None:
        """Nothing is open."""


def sent(*commands: Command) -> list[bytes]:
    return [Request(command.value).to_bytes() for command in commands]


def damaged(frame: bytes) -> bytes:
    return frame[:-1] + bytes((frame[-1] ^ 1,))


def test_a_reply_behind_a_filler_or_damage_needs_no_second_question() -> None:
    for before in (FILLER, damaged(NO_CARD), b"\x00\xaa\xaa"):
        line = Line(before + FOUND)
        assert Dialogue(line, 0.0).look() is Sight.CARD
        assert line.written == sent(Command.FIND)


def test_a_late_reply_in_the_same_read_is_not_taken_for_the_answer() -> None:
    line = Line(NO_CARD + FOUND)
    assert Dialogue(line, 0.0).look() is Sight.CARD


def test_only_damage_is_asked_again_three_times_at_most() -> None:
    line = Line(*[damaged(NO_CARD)] * 4)
    assert Dialogue(line, 0.0).look() is Sight.SILENCE
    assert line.written == sent(*[Command.FIND] * 4)


def test_the_parts_of_a_reading_are_taken_by_their_own_lengths() -> None:
    text = write_text(PEOPLE["zhang"].kind, PEOPLE["zhang"].fields)
    for finger in (False, True):
        whole = reply(0x90, Blocks(text, placeholder_photo()).to_bytes(fingerprint=finger)).to_bytes()
        line = Line(DONE, whole)
        card = Dialogue(line, 0.0).read(fingerprint=True, new_address=False)
        assert isinstance(card, IdCard)
        assert card.name == "张测试"
        assert line.written == sent(Command.SELECT, Command.READ_FINGERPRINT)


def test_a_check_that_stumbles_twice_is_a_fault_after_one_reset() -> None:
    line = Line(reply(0x24).to_bytes(), DONE, reply(0x24).to_bytes())
    status = Dialogue(line, 0.0).check()
    assert (status.word, status.reason) == (StatusWord.FAULT, "status word 24: unknown error")
    assert line.written == sent(Command.STATUS, Command.RESET, Command.STATUS)


def test_what_the_first_two_words_say_does_not_matter() -> None:
    assert Dialogue(Line(Reply(0x12, 0x34, 0x80).to_bytes()), 0.0).look() is Sight.NO_CARD
