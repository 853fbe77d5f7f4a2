"""The conversation against the simulated module, in virtual time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.catalog import model
from drivers.voice.conversation import GAP_S, Conversation, End, Manner, Pace, pieces_of
from drivers.voice.options import Options
from drivers.voice.protocol import PlayStored, Reply, Store, dialect_of, replies, to_bytes
from drivers.voice.simulator import SimulatedSpeechModule

TEXT = "请A零二三号，到三号窗口。"


class Table:
    """Module and conversation on one table, with one clock."""

    def __init__(self, name="syn6288", speed_up=1.0):
        row = model("voice", name)
        self.dialect = dialect_of(row)
        self.module = SimulatedSpeechModule(row, Options(simulated_speed_up=speed_up))
        self.now = 100.0

    def talk(self, *texts, events=(), limit_s=120.0):
        talk = Conversation(texts, self.dialect, Manner())
        events, deadline = list(events), self.now + limit_s
        began = self.now
        while talk.end is None and self.now < deadline:
            while events and self.now - began >= events[0][0]:
                _, control, arguments = events.pop(0)
                self.module.do(control, arguments, self.now)
            out = talk.step(replies(self.module.outgoing(self.now)), self.now)
            if out:
                self.module.receive(out, self.now)
            self.now += 0.01
        return talk.end

    def said(self, cut=False):
        return [spoken["text"].rpartition("]")[2] for spoken in self.module.state()["spoken"] if spoken["cut"] == cut]


@pytest.mark.parametrize("name", ["syn6288", "syn6658", "xfs5152ce", "vtx316", "csk4002"])
def test_each_text_is_said_to_its_end_in_order(name):
    table = Table(name)
    assert table.talk(TEXT, "请B零零五号，到十二号窗口。") is End.SAID
    assert table.said() == [TEXT, "请B零零五号，到十二号窗口。"]
    assert table.said(cut=True) == []


def test_between_frames_the_line_is_left_silent():
    pace = Pace(9600)
    assert pace.wait_s(5.0) == 0
    pace.sent(96, 5.0)
    assert pace.wait_s(5.0) == pytest.approx(0.1 + GAP_S)
    assert pace.wait_s(5.1) >= 0.017, "the SYN6658 and VTX316 ask for 17 ms"
    assert pace.wait_s(6.0) == 0


@pytest.mark.parametrize("reply", [Reply.REJECTED, Reply.INCOMPLETE, Reply.BAD_MARK])
def test_every_sort_of_refusal_is_answered_by_the_same_frame(reply):
    talk = Conversation((TEXT,), dialect_of(model("voice", "csk4002")), Manner())
    first = talk.step([], 1.0)
    assert talk.step([reply], 1.1) == b""
    assert talk.step([], 1.2) == first


def test_what_is_stored_is_said_when_it_is_played():
    table = Table("syn6658")
    for command in (Store(0, "请到".encode("gbk")), Store(1, "3号窗口".encode("gbk")), PlayStored(2, "gbk")):
        table.module.receive(to_bytes(command, table.dialect), table.now)
        assert replies(table.module.outgoing(table.now + 0.1)) == [Reply.ACCEPTED]
    table.now += 60
    table.module.outgoing(table.now)
    assert table.said() == ["请到3号窗口请到3号窗口"]


def test_a_long_text_is_said_in_pieces_that_fit():
    table = Table()
    long = TEXT * 20
    assert table.talk(long) is End.SAID
    assert "".join(table.said()) == long
    assert len(table.said()) > 1


def test_rejected_once_is_sent_again():
    table = Table()
    assert table.talk(TEXT, events=[(0, "reject", {"times": 1})]) is End.SAID
    assert table.said() == [TEXT]


def test_rejected_twice_is_shortened_and_then_given_up():
    table = Table()
    assert table.talk(TEXT, events=[(0, "reject", {"times": 2})]) is End.SAID
    assert table.said() == [TEXT[: len(TEXT) // 2]]
    assert table.talk(TEXT, events=[(0, "reject", {"times": 9})]) is End.REJECTED


def test_a_reboot_in_the_middle_says_the_text_again():
    table = Table()
    assert table.talk(TEXT, events=[(1.0, "reboot", {})]) is End.SAID
    assert table.said() == [TEXT]
    assert table.said(cut=True) == [TEXT]


def test_a_module_that_reboots_for_ever_is_given_up():
    table = Table()
    reboots = [(float(second), "reboot", {}) for second in range(1, 9)]
    assert table.talk(TEXT, events=reboots) is End.STUCK


def test_silence_ends_within_two_seconds():
    table = Table()
    began = table.now
    assert table.talk(TEXT, events=[(0, "mute", {})]) is End.SILENT
    assert table.now - began < 2


def test_a_sleeping_module_is_woken():
    table = Table("syn6658")
    table.module.receive(bytes.fromhex("FD000188"), table.now)
    table.module.outgoing(table.now + 1)
    assert table.module.state()["asleep"]
    assert table.talk(TEXT) is End.SAID
    assert table.said() == [TEXT]


def test_one_that_never_stops_speaking_is_given_up_after_its_time():
    table = Table()
    assert table.talk(TEXT, events=[(0.1, "busy", {})]) is End.STUCK
    assert table.now - 100 < 4 * (len(TEXT) * 0.4 + 6)


def test_an_end_that_comes_too_early_is_asked_about():
    table = Table()
    talk = Conversation((TEXT,), table.dialect, Manner())
    assert talk.step([], 0.0)
    assert talk.step([Reply.ACCEPTED, Reply.IDLE], 0.1) == bytes.fromhex("FD000221DE")
    talk.step([Reply.ACCEPTED, Reply.SPEAKING], 0.2)
    assert talk.end is None
    talk.step([Reply.IDLE], 3.0)
    assert talk.end is End.SAID


def test_an_end_that_got_lost_is_asked_for():
    table = Table()
    talk = Conversation((TEXT,), table.dialect, Manner())
    talk.step([], 0.0)
    talk.step([Reply.ACCEPTED], 0.1)
    assert talk.step([], 60.0) == bytes.fromhex("FD000221DE")
    talk.step([Reply.ACCEPTED, Reply.IDLE], 60.1)
    assert talk.end is End.SAID


def test_nothing_to_say_is_said():
    assert Conversation(("[]",), Table().dialect, Manner()).end is End.SAID


@given(st.text(max_size=200))
def test_pieces_with_their_markers_always_fit(text):
    dialect = Table().dialect
    talk = Conversation((text,), dialect, Manner(100, 100))
    assert all("[" not in piece for piece in pieces_of((text,), dialect, Manner(100, 100)))
    assert len(talk.step([], 0.0)) <= 206


@given(st.lists(st.tuples(st.sampled_from([[], *([reply] for reply in Reply)]), st.floats(0, 4)), max_size=60))
@settings(max_examples=200)
def test_any_module_however_mad_comes_to_an_end(story):
    talk, now = Conversation((TEXT, TEXT), Table().dialect, Manner()), 0.0
    for heard, pause in story:
        now += pause
        talk.step(heard, now)
    for _ in range(200):
        now += 1
        talk.step([], now)
    assert talk.end is not None
