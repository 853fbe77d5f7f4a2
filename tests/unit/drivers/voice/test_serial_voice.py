"""The driver against the simulated module over memory and a pseudo terminal."""

import threading
from contextlib import contextmanager

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.voice.driver import SerialVoice, open_device
from drivers.voice.options import Options
from hall.domain.ids import DeviceName
from hall.ports.status import StatusChanged, StatusWord
from hall.ports.voice import Announcement, NotSpoken, Spoken
from tests.support.wires import staged, until, until_word

TEXT = "请A零二三号，到三号窗口。"
FAST = Options(simulated_speed_up=100)
CALL = Announcement((("zh", TEXT), ("en", "Ticket A")), repeats=2)


@contextmanager
def opened(address, options=FAST, model="syn6288"):
    row, events = catalog.model("voice", model), []
    voice = open_device(Opening(DeviceName("voice"), address, events.append), row, options)
    assert isinstance(voice, SerialVoice)
    try:
        yield voice, events
    finally:
        voice.close()


@contextmanager
def playing(address, options=FAST, model="syn6288"):
    with (
        staged(catalog.make_far_end("voice", model, options), address) as (stage, player),
        opened(address, options, model) as (voice, events),
    ):
        until_word(voice, StatusWord.READY)
        yield voice, events, stage, player


def spoken(stage, player):
    return [entry["text"].rpartition("]")[2] for entry in stage.state(player)["device"]["spoken"]]


@pytest.mark.parametrize("model", ["syn6288", "syn6658"])
@pytest.mark.parametrize("scheme", ["memory", "serial"])
def test_a_call_is_said_twice_and_only_in_the_languages_of_the_module(scheme, model, tmp_path):
    address = f"memory:voice-{model}" if scheme == "memory" else f"serial:{tmp_path / 'tty'}"
    with playing(address, model=model) as (voice, _events, stage, player):
        assert isinstance(voice.say(CALL), Spoken)
        assert spoken(stage, player) == [TEXT, TEXT]


def test_an_announcement_in_unknown_languages_is_spelled_rather_than_dropped():
    with playing("memory:voice-en") as (voice, _events, stage, player):
        assert isinstance(voice.say(Announcement((("en", "Ticket A"),), repeats=1)), Spoken)
        assert spoken(stage, player) == ["Ticket A"]


def test_stop_cuts_the_speech():
    slow = Options(simulated_speed_up=0.1)
    with playing("memory:voice-stop", slow) as (voice, _events, stage, player):
        outcomes = []
        caller = threading.Thread(target=lambda: outcomes.append(voice.say(CALL)))
        caller.start()
        until(lambda: stage.state(player)["device"]["speaking"])
        voice.stop()
        caller.join(10)
        until(lambda: not stage.state(player)["device"]["speaking"])
        assert isinstance(outcomes[0], NotSpoken)
        assert [entry["cut"] for entry in stage.state(player)["device"]["spoken"]] == [True]


def test_a_pulled_cable_is_told_to_the_caller_and_heals():
    slow = Options(simulated_speed_up=0.1)
    with playing("memory:voice-pulled", slow) as (voice, events, stage, player):
        outcomes = []
        caller = threading.Thread(target=lambda: outcomes.append(voice.say(CALL)))
        caller.start()
        until(lambda: stage.state(player)["device"]["speaking"])
        stage.do(player, "unplug")
        caller.join(10)
        assert outcomes[0].status.word is StatusWord.OFFLINE
        until_word(voice, StatusWord.OFFLINE)
        assert isinstance(voice.say(CALL), NotSpoken)
        stage.do(player, "plug")
        until_word(voice, StatusWord.READY)
        words = [event.status.word for event in events if isinstance(event, StatusChanged)]
        assert words[-3:] == [StatusWord.READY, StatusWord.OFFLINE, StatusWord.READY]


def test_a_silent_module_is_offline_and_returns():
    with playing("memory:voice-mute") as (voice, _events, stage, player):
        stage.do(player, "mute")
        until_word(voice, StatusWord.OFFLINE)
        assert "does not answer" in voice.status().reason
        stage.do(player, "mute", on=False)
        until_word(voice, StatusWord.READY)
        assert isinstance(voice.say(CALL), Spoken)


def test_a_module_that_rejects_everything_is_a_value_not_an_exception():
    with playing("memory:voice-reject") as (voice, _events, stage, player):
        stage.do(player, "reject", times=3)
        outcome = voice.say(Announcement((("zh", TEXT),), repeats=1))
        assert outcome.status.word is StatusWord.FAULT
        until_word(voice, StatusWord.READY)


def test_a_syn6288_is_told_another_speed_at_its_own():
    fast = Options(baud=19200, simulated_speed_up=100)
    with (
        staged(catalog.make_far_end("voice", "syn6288", fast), "memory:voice-baud", baud=9600) as (stage, player),
        opened("memory:voice-baud", fast),
    ):
        until(lambda: stage.state(player)["device"]["baud"] == 19200)
        until(lambda: stage.state(player)["wire"]["wrong_baud"])


def test_at_the_other_speed_it_speaks_and_after_a_silence_it_is_told_again():
    fast = Options(baud=19200, simulated_speed_up=100)
    with (
        staged(catalog.make_far_end("voice", "syn6288", fast), "memory:voice-baud-on", baud=19200) as (stage, player),
        opened("memory:voice-baud-on", fast) as (voice, _events),
    ):
        until_word(voice, StatusWord.READY)
        assert isinstance(voice.say(CALL), Spoken)
        stage.do(player, "mute")
        until(lambda: "told its speed again" in voice.status().reason)
        stage.do(player, "mute", on=False)
        until_word(voice, StatusWord.READY)


@pytest.mark.parametrize(("model", "baud"), [("syn6658", 115200), ("syn6288", 57600)])
def test_no_other_speed_is_told(model, baud):
    other = Options(baud=baud, simulated_speed_up=100)
    with (
        staged(catalog.make_far_end("voice", model, other), f"memory:voice-{model}-{baud}", baud=baud) as (
            stage,
            player,
        ),
        opened(f"memory:voice-{model}-{baud}", other, model) as (voice, _events),
    ):
        until_word(voice, StatusWord.READY)
        assert stage.state(player)["device"]["baud"] == 9600


def test_without_a_port_the_answer_comes_at_once():
    with opened("serial:/nowhere/tty") as (voice, _events):
        until_word(voice, StatusWord.OFFLINE)
        assert "/nowhere/tty" in voice.say(CALL).status.reason


def test_closing_tells_the_one_who_waits():
    slow = Options(simulated_speed_up=0.1)
    with playing("memory:voice-close", slow) as (voice, _events, stage, player):
        outcomes = []
        caller = threading.Thread(target=lambda: outcomes.append(voice.say(CALL)))
        caller.start()
        until(lambda: stage.state(player)["device"]["speaking"])
        voice.close()
        caller.join(10)
        assert isinstance(outcomes[0], NotSpoken)


def test_a_one_way_cable_is_spoken_to_and_never_reported_ready():
    options = Options(answers=False, simulated_speed_up=100)
    with (
        staged(catalog.make_far_end("voice", "syn6288", options), "memory:voice-oneway") as (stage, player),
        opened("memory:voice-oneway", options) as (voice, _events),
    ):
        until(lambda: "one-way" in voice.status().reason)
        assert voice.status().word is StatusWord.UNKNOWN
        assert isinstance(voice.say(Announcement((("zh", "请"),), repeats=2)), Spoken)
        until(lambda: spoken(stage, player) == ["请", "请"])
