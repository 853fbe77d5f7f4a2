"""Strips over a memory line: newest wins, answers, refusals, power loss, refresh, both speeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.counter_screen import driver, protocol, talk
from drivers.counter_screen.driver import CounterStrip
from drivers.counter_screen.options import Options
from drivers.counter_screen.simulator import SimulatedOnbon
from drivers.profile import profile_of
from drivers.stage import Player, Stage
from drivers.transport import LineSettings
from hall.domain.ids import DeviceName
from hall.ports.counter_screen import NotShown, ScreenContent, ScreenState, Shown
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

CLOCK = "26201121175958" + "06"
"""Saturday, 21 November 2026, 17:59:58, as the controller is told."""
CALL = ScreenContent(ScreenState.CALLING, "请A023号到3号窗口")


class Strip:
    def __init__(self, stage: Stage, player: Player, device: CounterStrip, events: list[Any]) -> None:
        self.stage, self.player, self.device, self.events = stage, player, device, events

    def panel(self) -> dict[str, Any]:
        state: dict[str, Any] = self.stage.state(self.player)["device"]
        return state

    def results(self) -> list[Any]:
        return [event for event in self.events if isinstance(event, Shown | NotShown)]


@contextmanager
def strip(model: str, options: Options = Options(), baud: int | None = None) -> Iterator[Strip]:  # noqa: B008 - frozen
    far_end = catalog.make_far_end("counter_screen", model, options)
    with staged(far_end, "memory:strip", baud=baud) as (stage, player):
        events: list[Any] = []
        opening = Opening(DeviceName("strip"), "memory:strip", events.append)
        device = catalog.open_device("counter_screen", model, opening, options)
        assert isinstance(device, CounterStrip)
        try:
            yield Strip(stage, player, device, events)
        finally:
            device.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "ANSWER_S", 0.2)
    monkeypatch.setattr(talk, "BUSY_PAUSE_S", 0.01)
    monkeypatch.setattr(talk.OnbonTalk, "look_every_s", 0.1)


def test_an_onbon_strip_shows_and_says_so() -> None:
    with strip("onbon-bx5k", Options(address=3, brightness=9, set_clock=True)) as it:
        until_word(it.device, StatusWord.READY)
        it.device.show(CALL)
        until(it.results)
        assert it.results() == [Shown(acknowledged=True)]
        panel = it.panel()
        assert panel["text"] == CALL.text
        assert panel["brightness"] == 9
        assert panel["clock"].startswith("2")


def test_only_the_newest_content_is_shown() -> None:
    with strip("onbon-bx5k") as it:
        until_word(it.device, StatusWord.READY)
        for number in range(50):
            it.device.show(ScreenContent(ScreenState.CALLING, f"A{number:03d}"))
        until(lambda: it.panel()["text"] == "A049")
        assert len(it.panel()["history"]) < 50


@pytest.mark.parametrize("error", [3, 5, 12])
def test_busy_checksum_and_font_are_tried_again(error: int) -> None:
    with strip("onbon-bx5k", Options(colours={ScreenState.CALLING: 1})) as it:
        until_word(it.device, StatusWord.READY)
        it.stage.do(it.player, "refuse", error=error)
        it.device.show(CALL)
        until(it.results)
        until(lambda: it.panel()["text"] == CALL.text)
        assert it.results()[-1] == Shown(acknowledged=True)


def test_a_refusal_is_told_with_its_reason() -> None:
    with strip("onbon-bx5k") as it:
        until_word(it.device, StatusWord.READY)
        it.stage.do(it.player, "refuse", error=4, count=9)
        it.device.show(CALL)
        until(it.results)
        (result,) = it.results()
        assert "error 4 (memory)" in result.status.reason


def test_power_lost_and_back_shows_the_content_again() -> None:
    with strip("onbon-bx5k") as it:
        until_word(it.device, StatusWord.READY)
        it.device.show(CALL)
        until(it.results)
        it.stage.do(it.player, "power", on=False)
        until_word(it.device, StatusWord.OFFLINE)
        assert "check its power" in it.device.status().reason
        it.stage.do(it.player, "power", on=True)
        until_word(it.device, StatusWord.READY)
        until(lambda: it.panel()["text"] == CALL.text)


def test_a_controller_at_its_other_speed_is_found() -> None:
    with strip("onbon-bx5k", baud=57600) as it:
        until_word(it.device, StatusWord.READY)
        it.device.show(CALL)
        until(lambda: it.panel()["text"] == CALL.text)


def test_dark_states_switch_the_panel_off_and_on() -> None:
    with strip("onbon-bx5k", Options(dark_states=(ScreenState.CLOSED,))) as it:
        until_word(it.device, StatusWord.READY)
        it.device.show(ScreenContent(ScreenState.CLOSED, ""))
        until(lambda: it.panel()["lit"] is False)
        it.device.show(CALL)
        until(lambda: it.panel()["lit"] is True)


@pytest.mark.parametrize("model", ["strip-sum", "strip-nibble", "strip-xor", "strip-crc", "strip-length"])
def test_a_profile_strip_shows_and_is_never_called_ready(model: str) -> None:
    with strip(model, Options(address=3)) as it:
        it.device.show(CALL)
        until(it.results)
        assert it.results() == [Shown(acknowledged=False)]
        until(lambda: it.panel()["text"] == CALL.text)
        assert it.device.status().word is StatusWord.UNKNOWN


@pytest.mark.parametrize(("model", "shown"), [("sunpn", "23"), ("kanban4", "23"), ("led485-modbus", "A023 ")])
def test_a_number_display_shows_the_number(model: str, shown: str) -> None:
    with strip(model) as it:
        it.device.show(ScreenContent(ScreenState.CALLING, "A023" if model == "led485-modbus" else "A023号"))
        until(lambda: it.panel()["text"] == shown.strip())


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        ("sunpn", "23"),
        ("kanban4", "23"),
        ("led485-modbus", "A023 3"),
        ("led485-ascii", "A023 3"),
        ("alphasign", "A023 3"),
    ],
)
def test_a_display_without_chinese_shows_the_ticket_of_a_whole_call(model: str, shown: str) -> None:
    with strip(model) as it:
        it.device.show(ScreenContent(ScreenState.CALLING, "请A023号到3号窗口"))
        until(lambda: it.panel()["text"] == shown)


def test_a_strip_that_never_answers_is_told_again() -> None:
    with strip("strip-sum", Options(refresh_s=1)) as it:
        it.device.show(CALL)
        until(lambda: it.panel()["history"] == [CALL.text] * 2)


def test_content_given_while_the_port_is_away_is_shown_on_return() -> None:
    with strip("strip-sum") as it:
        until_word(it.device, StatusWord.UNKNOWN)
        it.stage.do(it.player, "unplug")
        until_word(it.device, StatusWord.OFFLINE)
        it.device.show(CALL)
        it.stage.do(it.player, "plug")
        until(lambda: it.panel()["text"] == CALL.text)


def test_a_strip_that_answers_with_another_address_is_named_with_the_next_step() -> None:
    far_end = catalog.make_far_end("counter_screen", "onbon-bx5k", Options(address=2))
    with staged(far_end, "memory:strip") as (_stage, _player):
        opening = Opening(DeviceName("strip"), "memory:strip", lambda _event: None)
        device = catalog.open_device("counter_screen", "onbon-bx5k", opening, Options(address=1, baud=57600))
        until_word(device, StatusWord.FAULT)
        assert device.status().reason == (
            "the strip answers with address 2, and 1 is configured; write options.address = 2, or set its address to 1"
        )
        device.close()


def test_brightness_follows_the_hour_and_the_clock_is_the_halls() -> None:
    options = Options(brightness_by_hour=((7, 12), (18, 5)), set_clock=True)
    far_end = catalog.make_far_end("counter_screen", "onbon-bx5k", options)
    hall = [datetime(2026, 11, 21, 17, 59, 58)]
    with staged(far_end, "memory:strip") as (stage, player):
        opening = Opening(DeviceName("strip"), "memory:strip", lambda _event: None, now=lambda: hall[0])
        device = catalog.open_device("counter_screen", "onbon-bx5k", opening, options)
        until(lambda: stage.state(player)["device"]["brightness"] == 12)
        until(lambda: stage.state(player)["device"]["clock"] == CLOCK)
        commands = stage.state(player)["device"]["commands"]
        hall[0] = datetime(2026, 11, 21, 18, 0, 0)
        until(lambda: stage.state(player)["device"]["brightness"] == 5)
        assert stage.state(player)["device"]["commands"] > commands
        device.close()


def test_a_wrong_table_of_hours_is_refused() -> None:
    with pytest.raises(ValueError, match=r"brightness_by_hour: 16 is not within 0\.\.15"):
        Options(brightness_by_hour=((7, 16),))


def test_an_onbon_strip_over_datagrams() -> None:
    options = Options(address=3)
    with staged(catalog.make_far_end("counter_screen", "onbon-bx5k", options), "udp:127.0.0.1:0") as (stage, player):
        events: list[Any] = []
        opening = Opening(DeviceName("strip"), player.address, events.append)
        device = catalog.open_device("counter_screen", "onbon-bx5k", opening, options)
        assert isinstance(device, CounterStrip)
        until_word(device, StatusWord.READY)
        device.show(CALL)
        until(lambda: stage.state(player)["device"]["text"] == CALL.text)
        stage.do(player, "unplug")
        until_word(device, StatusWord.OFFLINE)
        stage.do(player, "plug")
        until_word(device, StatusWord.READY)
        device.close()


class _Line:
    """A port that remembers what was written, and has something to say before."""

    def __init__(self, said: bytes = b"") -> None:
        self.said, self.written = said, b""

    def read(self, size: int, timeout_s: float) -> bytes:
        del timeout_s
        told, self.said = self.said[:size], self.said[size:]
        return told

    def write(self, data: bytes, timeout_s: float) -> None:
        del timeout_s
        self.written += data

    def close(self) -> None:
        """Nothing is held."""


def test_a_late_answer_to_an_earlier_frame_is_none_to_the_next() -> None:
    late = protocol.answer_to(protocol.request(1, protocol.PING), 1, error=4).to_bytes()
    line = _Line(late)
    status = talk.OnbonTalk(Options()).look(line)
    assert status.word is StatusWord.OFFLINE  # silence; the late NACK would have been a fault
    assert line.written.startswith(protocol.request(1, protocol.PING).to_bytes())


def test_a_profile_that_wants_it_is_told_several_times() -> None:
    profile = profile_of(catalog.model("counter_screen", "kanban4"))
    line = _Line()
    repeating = msgspec.structs.replace(profile, retries=2, gap_ms=1)
    talk.ProfileTalk(repeating, Options(address=5)).show(line, ScreenContent(ScreenState.CALLING, "999"))
    assert line.written == bytes.fromhex("0503E7EF") * 3


def test_bits_and_parity_of_the_line_are_the_technicians(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def opened(_address: str, line: LineSettings) -> _Line:
        asked.append(line)
        return _Line()

    monkeypatch.setattr(driver, "open_stream", opened)
    opening = Opening(DeviceName("strip"), "serial:/dev/none", lambda _event: None)
    device = catalog.open_device("counter_screen", "alphasign", opening, Options(line="7E2", baud=4800))
    until(lambda: asked)
    device.close()
    assert asked[0] == LineSettings(baud=4800, parity="E", stop_bits=2, data_bits=7)


@pytest.mark.parametrize(
    ("command", "error"), [((0xA9, 0x00), 1), ((0xA3, 0x77), 2), ((0xA4, 0x04), 0), ((0xA1, 2), 0)]
)
def test_a_controller_refuses_what_it_does_not_know(command: tuple[int, int], error: int) -> None:
    controller = SimulatedOnbon(Options())
    controller.receive(protocol.request(1, command).to_bytes(), 0.0)
    (answer,) = protocol.Decoder().feed(controller.outgoing(1.0))
    assert isinstance(answer, protocol.Packet)
    assert (answer.command, answer.error) == (protocol.NACK if error else protocol.ACK, error)


@pytest.mark.parametrize(("model", "most"), [("strip-crc", 243), ("strip-length", 250)])
def test_the_longest_text_that_its_length_byte_counts_is_shown_whole(model: str, most: int) -> None:
    text = "A" * (most + 20)
    with strip(model) as it:
        it.device.show(ScreenContent(ScreenState.CALLING, text))
        until(lambda: it.panel()["text"])
        assert it.panel()["text"] == "A" * most
