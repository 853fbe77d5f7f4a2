"""Simulators behind real lines: pty, TCP, USB socket, FIFO, memory; wire controls; state file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.control import ask
from drivers.far_end import UnknownControl
from drivers.far_lines.make import make_far_line
from drivers.stage import Paced, Stage
from drivers.transport import LineSettings, Transport, TransportLost, open_stream
from tests.support.wires import Echo, left_open, open_files, staged, until

LINE = LineSettings(baud=115200)


def read_exactly(stream: Transport, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = stream.read(count - len(found), 5)
        assert more, f"only {found!r} came"
        found += more
    return found


def address_of(kind: str, folder: Path) -> str:
    return {
        "serial": f"serial:{folder}/line",
        "tcp": "tcp:127.0.0.1:0",
        "usb-sim": f"usb-sim:{folder}/usb.sock",
        "memory": f"memory:{folder.name}",
    }[kind]


@pytest.fixture(params=["serial", "tcp", "usb-sim", "memory"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    before = open_files()
    yield request.param
    assert not left_open(before), "a descriptor was left behind"


def test_bytes_go_both_ways(kind: str, tmp_path: Path) -> None:
    with staged(Echo(), address_of(kind, tmp_path)) as (_stage, player):
        stream = open_stream(player.address, LINE)
        stream.write(b"hello", 5)
        assert read_exactly(stream, 5) == b"HELLO"
        stream.close()


def test_unplug_ends_a_read_and_replug_serves_the_same_address(kind: str, tmp_path: Path) -> None:
    with staged(Echo(), address_of(kind, tmp_path)) as (stage, player):
        stream = open_stream(player.address, LINE)
        stream.write(b"a", 5)
        read_exactly(stream, 1)
        stage.do(player, "unplug")
        with pytest.raises(TransportLost, match=r"plug|check"):
            stream.read(1, 5)
        stream.close()
        with pytest.raises(TransportLost):
            open_stream(player.address, LINE)
        stage.do(player, "plug")
        again = open_stream(player.address, LINE)
        again.write(b"b", 5)
        assert read_exactly(again, 1) == b"B"
        again.close()


def test_a_fifo_carries_records_and_its_unplug(tmp_path: Path) -> None:
    with staged(Echo(), f"fifo:{tmp_path}/hid") as (stage, player):
        stage.do(player, "say", text="nobody listens yet")
        stage.state(player)  # one turn later: what was said is gone
        stream = open_stream(player.address, LINE)
        stage.do(player, "say", text="key")
        assert read_exactly(stream, 3) == b"key"
        stage.do(player, "unplug")
        with pytest.raises(TransportLost):
            stream.read(1, 5)
        stream.close()


def test_a_second_host_finds_the_port_busy(tmp_path: Path) -> None:
    for address in (f"serial:{tmp_path}/line", f"memory:{tmp_path.name}", f"usb-sim:{tmp_path}/usb"):
        with staged(Echo(), address) as (_stage, player):
            stream = open_stream(player.address, LINE)
            stream.write(b"x", 5)
            read_exactly(stream, 1)
            with pytest.raises(TransportLost, match="busy; another program"):
                open_stream(player.address, LINE)
            stream.close()


def test_a_wrong_baud_garbles(tmp_path: Path) -> None:
    echo = Echo()
    with staged(echo, f"serial:{tmp_path}/line", baud=57600) as (stage, player):
        wrong = open_stream(player.address, LineSettings(baud=115200))
        assert stage.state(player)["wire"]["wrong_baud"] is True
        wrong.write(b"hello", 5)
        until(lambda: echo.heard)
        assert b"hel" not in echo.heard
        wrong.close()
        right = open_stream(player.address, LineSettings(baud=57600))
        right.write(b"hello", 5)
        until(lambda: echo.heard.endswith(b"hello"))
        right.close()


def test_noise_silence_and_delay_are_controls_of_the_wire(tmp_path: Path) -> None:
    echo = Echo()
    with staged(echo, f"memory:{tmp_path.name}") as (stage, player):
        stream = open_stream(player.address, LINE)
        stage.do(player, "garble", share=1.0)
        stream.write(b"hello", 5)
        until(lambda: len(echo.heard) == 5)
        assert all(seen != sent for seen, sent in zip(echo.heard, b"hello", strict=True))
        read_exactly(stream, 5)
        stage.do(player, "garble", on=False)
        stage.do(player, "mute")
        stream.write(b"x", 5)
        until(lambda: echo.heard.endswith(b"x"))
        assert stream.read(1, 0.03) == b""
        stage.do(player, "mute", on=False)
        stage.do(player, "slow", s=0.05)
        stream.write(b"y", 5)
        assert read_exactly(stream, 1) == b"Y"
        stream.close()


def test_one_socket_steers_it_and_one_file_tells_its_state(tmp_path: Path) -> None:
    control, state = tmp_path / "c.sock", tmp_path / "state.json"
    with staged(Echo(), f"memory:{tmp_path.name}", control_path=control, state_path=state) as (_stage, player):
        assert "say" in ask(control, {"do": "controls"})["controls"]
        stream = open_stream(player.address, LINE)
        assert ask(control, {"do": "say", "text": "hi"}) == {"ok": True, "said": 2}
        assert read_exactly(stream, 2) == b"hi"
        stream.write(b"ho", 5)
        until(lambda: state.exists() and told(state)["device"]["heard"] == "ho")
        assert ask(control, {"do": "unplug"}) == {"ok": True}
        until(lambda: told(state)["wire"]["plugged"] is False)
        stream.close()
    assert not control.exists()


def told(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.mark.parametrize(
    ("request_", "part"),
    [({"do": "fly"}, "there are plug, unplug"), ({}, "no control"), ({"do": "slow"}, "wrong arguments")],
)
def test_a_bad_request_is_answered(request_: dict[str, Any], part: str, tmp_path: Path) -> None:
    control = tmp_path / "c.sock"
    with staged(Echo(), f"memory:{tmp_path.name}", control_path=control):
        reply = ask(control, request_)
        assert not reply["ok"]
        assert part in reply["error"]


def test_a_bug_in_one_simulator_leaves_the_others_playing(tmp_path: Path) -> None:
    with staged(Echo(), f"memory:{tmp_path.name}") as (stage, good):
        bad = stage._called(lambda: {"it": stage.add(Echo(), f"memory:{tmp_path.name}-bad")})["it"]
        stage.do(bad, "fail")
        until(lambda: bad.failed)
        assert stage.state(bad)["wire"]["plugged"] is False
        stream = open_stream(good.address, LINE)
        stream.write(b"a", 5)
        assert read_exactly(stream, 1) == b"A"
        stream.close()


def test_a_control_from_another_thread_raises_there(tmp_path: Path) -> None:
    with staged(Echo(), f"memory:{tmp_path.name}") as (stage, player), pytest.raises(UnknownControl, match="fly"):
        stage.do(player, "fly")


def test_no_simulator_behind_a_real_usb_device() -> None:
    with pytest.raises(ValueError, match="serial, tcp"):
        make_far_line("usb:0416:5011", None, lambda _data: None)  # type: ignore[arg-type]  # never reached


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=10), st.sampled_from([1200, 9600, 115200]))
def test_a_paced_line_keeps_order_and_speed(portions: list[bytes], baud: int) -> None:
    line, now, arrived = Paced(baud), 100.0, b""
    for portion in portions:
        line.push(portion, now)
    total = sum(map(len, portions))
    while (due := line.due()) is not None:
        assert due > now
        now = due
        arrived += line.pop(now)
        assert len(arrived) <= (now - 100.0) * baud / 10 + 1e-3
    assert arrived == b"".join(portions)
    assert now == pytest.approx(100.0 + total * 10 / baud)


@pytest.mark.parametrize("scheme", ["usb-sim", "hid-sim"])
def test_a_socket_path_that_is_too_long_is_named_and_leaves_nothing_open(scheme: str, tmp_path: Path) -> None:
    files = open_files()
    stage = Stage()
    with pytest.raises(OSError, match=r"x{100}.*too long"):
        stage.add(Echo(), f"{scheme}:{tmp_path}/{'x' * 100}")
    stage.close()
    assert not left_open(files)
