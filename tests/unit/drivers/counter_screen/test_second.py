"""ONBON's second generation: header, order of the data, the area, and a strip that speaks it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import catalog, vocabulary
from drivers.catalog import Opening
from drivers.checks import crc16_arc
from drivers.counter_screen import protocol, second
from drivers.counter_screen.driver import CounterStrip
from drivers.counter_screen.options import Options
from drivers.counter_screen.protocol import Area, BadPacket
from drivers.vocabulary import Ask
from hall.domain.ids import DeviceName
from hall.ports.counter_screen import ScreenContent, ScreenState, Shown
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

TEXT = "请A023号到3号窗口".encode("gbk")


def test_the_header_as_listed() -> None:
    checked = bytes.fromhex("0100 0080 F000 FE00 00000000 03000000 02A200")
    raw = second.request(1, protocol.PING, answer=False).to_bytes()
    assert raw == b"\xa5" * 8 + checked + crc16_arc(checked).to_bytes(2, "little") + b"\x5a"


@pytest.mark.parametrize("answer", [True, False])
def test_the_answer_flag_comes_first(answer: bool) -> None:
    raw = second.request(1, (0xA7, 0x06), b"own", answer).to_bytes()
    assert raw[8 + second.HEADER_LENGTH : -3] == bytes((1 if answer else 2, 0xA7, 0x06)) + b"own"
    assert raw[8 + 12 : 8 + 16] == (6).to_bytes(4, "little")


def test_an_area_has_its_fields_at_the_listed_places() -> None:
    raw = second.area_bytes(Area(TEXT, 128, 32, x=8, y=2, number=3, effect=3, single_line=False, automatic_wrap=True))
    assert raw[0] == 3
    assert [int.from_bytes(raw[at : at + 2], "little") for at in (13, 15, 17, 19)] == [8, 2, 128, 32]
    assert (raw[40], raw[41], raw[42], raw[46]) == (2, 2, 3, 0)
    assert int.from_bytes(raw[47:51], "little") == len(TEXT)
    assert raw[second.TEXT_AT :] == TEXT


@pytest.mark.parametrize(
    ("at", "byte", "error"),
    [(4, 0xF1, "version"), (12, 0xF7, "length"), (20, 0x77, "checksum"), (None, 0, "too short")],
)
def test_what_is_no_frame_is_named(at: int | None, byte: int, error: str) -> None:
    raw = bytearray(second.request(1, protocol.CLEAR, b"0123456789").to_bytes()[8:-1])
    if at is None:
        del raw[10:]
    else:
        raw[at] = byte
    assert second.parse(bytes(raw)) == BadPacket(error, bytes(raw))


@given(st.integers(0, 0xFFFF), st.binary(max_size=200), st.booleans())
def test_what_was_sent_is_read(destination: int, own: bytes, answer: bool) -> None:
    packet = second.request(destination, (0xA7, 0x06), own, answer)
    assert second.decoder().feed(packet.to_bytes()) == [packet]
    (answer_to,) = second.decoder().feed(second.answer_to(packet, 1, 3).to_bytes())
    assert isinstance(answer_to, protocol.Packet)
    assert (answer_to.command, answer_to.error, answer_to.source) == (protocol.NACK, 3, 1)


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_noise_is_survived_and_the_next_frame_read(noise: list[bytes]) -> None:
    decoder = second.decoder()
    for piece in noise:
        decoder.feed(piece)
        assert decoder.size <= protocol.LARGEST_BODY
    packet = second.show_area(1, Area(TEXT, 128, 32))
    assert decoder.feed(packet.to_bytes())[-1] == packet
    assert second.area_text(packet.data) == TEXT


def test_a_text_is_found_behind_programmes_and_what_is_said_aloud() -> None:
    plain = second.area_bytes(Area(TEXT, 128, 32))
    said = "到".encode("gbk")
    voice = bytes((1, 2, 5, 5, 1)) + bytes(8) + b"\x02ab" + len(said).to_bytes(4, "little") + said
    several = plain[:5] + b"\x02\x00" + bytes(4) + plain[7:46] + voice + plain[47:]
    for area in (plain, several):
        data = b"\x01\x00\x00" + b"\x00\x01\x04\x01" + len(area).to_bytes(4, "little") + area
        assert second.area_text(data) == TEXT
        assert second.area_text(data[:-1]) is None


@given(st.binary(max_size=80))
def test_no_area_makes_the_reader_stumble(data: bytes) -> None:
    assert second.area_text(data) is None or isinstance(second.area_text(data), bytes)


@pytest.mark.parametrize("ping_error", [0, 1, 2])
def test_a_strip_of_the_second_generation_shows_and_says_so(ping_error: int) -> None:
    options = Options(address=3, brightness=9)
    events: list[Any] = []
    address = f"memory:second-{ping_error}"
    with staged(catalog.make_far_end("counter_screen", "onbon-bx6e", options), address) as (stage, player):
        if ping_error:
            stage.do(player, "refuse", error=ping_error)
        opening = Opening(DeviceName("strip"), address, events.append)
        device = catalog.open_device("counter_screen", "onbon-bx6e", opening, options)
        until_word(device, StatusWord.READY)
        assert isinstance(device, CounterStrip)
        device.show(ScreenContent(ScreenState.CALLING, TEXT.decode("gbk")))
        until(lambda: Shown(acknowledged=True) in events)
        state = stage.state(player)["device"]
        device.close()
    assert (state["text"], state["brightness"], state["bad_frames"]) == (TEXT.decode("gbk"), 9, 0)


def test_its_frames_in_words() -> None:
    raw = vocabulary.encode("counter_screen", {"dst": "0001", "text": "A023"}, Ask("onbon-bx6e"))
    (found,) = vocabulary.decode("counter_screen", raw, Ask("onbon-bx6e"))
    assert (found["group"], found["cmd"], found["text"]) == ("A7", "06", "A023")
    data = found["data"]
    again = vocabulary.encode("counter_screen", {"group": "A7", "cmd": "06", "data": data}, Ask("onbon-bx6e"))
    assert again == raw
