"""Datagrams to a simulated controller and back."""

import pytest

from drivers.stage import Stage
from drivers.transport import LineSettings, TransportLost, open_stream
from tests.support.wires import staged


class Echo:
    """Answers each piece with its length and itself."""

    def __init__(self) -> None:
        self._due: list[bytes] = []

    def receive(self, data: bytes, now: float) -> None:
        self._due.append(bytes((len(data),)) + data)

    def outgoing(self, now: float) -> bytes:
        return self._due.pop(0) if self._due else b""

    def next_due(self) -> float | None:
        return 0.0 if self._due else None

    def controls(self) -> dict[str, str]:
        return {}

    def do(self, control: str, arguments: dict[str, object], now: float) -> dict[str, object]:
        return {}

    def state(self) -> dict[str, object]:
        return {}


def test_a_datagram_goes_and_its_answer_comes_in_any_portions() -> None:
    with staged(Echo(), "udp:127.0.0.1:0") as (_stage, player):
        port = open_stream(player.address, LineSettings())
        port.write(b"hello", 1)
        assert port.read(2, 2) == b"\x05h"
        assert port.read(256, 2) == b"ello", "the rest of a datagram is not lost"
        assert port.read(256, 0.01) == b""
        port.close()


def test_nobody_there_is_a_loss_that_names_the_address() -> None:
    with staged(Echo(), "udp:127.0.0.1:0") as (stage, player):
        port = open_stream(player.address, LineSettings())
        stage.do(player, "unplug")
        with pytest.raises(TransportLost, match=r"udp:127.0.0.1:\d+: .*refused.*check power"):  # noqa: PT012 - ICMP comes with the second call
            port.write(b"hello", 1)
            port.read(1, 1)
        port.close()


@pytest.mark.parametrize("address", ["udp:127.0.0.1", "udp:127.0.0.1:many", "udp::5007"])
def test_a_wrong_address_says_how_it_is_written(address: str) -> None:
    with pytest.raises(TransportLost, match="write it as udp:"):
        open_stream(address, LineSettings())


def test_a_stage_takes_a_wrong_scheme_for_wrong() -> None:
    stage = Stage()
    with pytest.raises(ValueError, match="sits behind one of"):
        stage.add(Echo(), "pigeon:7")
    stage.close()
