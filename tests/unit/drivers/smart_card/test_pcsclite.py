"""The daemon's protocol: requests in any split, answers, events, and clients that talk nonsense."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.smart_card.cards import CARDS
from drivers.smart_card.pcscd import E_INVALID_HANDLE, E_NO_CARD, W_REMOVED, Daemon, SimulatedReader
from drivers.smart_card.pcsclite import BODIES, CHANGED, READER_STATE, Command, RequestDecoder, request
from drivers.smart_card.protocol import GET_UID, SELECT_APPLICATION
from tests.support.mutate import mutated

NAME = "Simulated Reader 00 00"
VERSION = request(Command.VERSION, 4, 4, 0)
CONNECT = request(Command.CONNECT, 1, NAME.encode(), 2, 3, 0, 0, 0)


def transmit(handle: int, command: bytes) -> bytes:
    return request(Command.TRANSMIT, handle, 1, 16, len(command), 3, 16, 264, 0, data=command)


def daemon() -> tuple[Daemon, SimulatedReader]:
    reader = SimulatedReader(NAME)
    return Daemon([reader]), reader


def result(said: list[tuple[int, bytes]], command: Command) -> tuple[int | bytes, ...]:
    return BODIES[command].unpack(said[0][1][: BODIES[command].size])


def test_bodies_have_the_sizes_of_a_real_daemon() -> None:
    sizes = {command.name: BODIES[command].size for command in BODIES}
    assert (sizes["VERSION"], sizes["ESTABLISH"], sizes["CONNECT"], sizes["TRANSMIT"]) == (12, 12, 152, 32)
    assert READER_STATE.size * 16 == 2944


@given(st.integers(1, 60))
def test_requests_are_whole_in_any_split(size: int) -> None:
    raw, decoder = VERSION + CONNECT + transmit(7, SELECT_APPLICATION) + request(Command.WAIT), RequestDecoder()
    found = [item for start in range(0, len(raw), size) for item in decoder.feed(raw[start : start + size])]
    wanted = [Command.VERSION, Command.CONNECT, Command.TRANSMIT, Command.WAIT]
    assert [item.command for item in found] == wanted
    assert found[2].data == SELECT_APPLICATION


def test_nonsense_is_hung_up_on_and_bounded() -> None:
    there, _ = daemon()
    for number, piece in enumerate(mutated([VERSION, CONNECT, transmit(1, GET_UID)], 200_000, seed=3)):
        for _client, said in there.heard(number % 5 + 1, piece or b"\0"):
            assert len(said) < 70_000
    assert there.heard(99, b"\xff" * 64)[-1] == (99, b"")
    assert there.heard(99, VERSION)[0][1][:4] == b"\x04\0\0\0"


def test_a_waiting_client_is_told_once_of_a_change() -> None:
    there, reader = daemon()
    assert len(there.heard(1, request(Command.WAIT))[0][1]) == 2944
    reader.insert(CARDS["bank"])
    assert there.changed() == [(1, CHANGED)]
    assert there.changed() == []
    assert there.heard(1, request(Command.STOP_WAITING)) == []
    there.heard(1, request(Command.WAIT))
    assert there.heard(1, request(Command.STOP_WAITING)) == [(1, CHANGED)]


def test_a_card_is_talked_to_until_it_is_pulled() -> None:
    there, reader = daemon()
    assert result(there.heard(1, CONNECT), Command.CONNECT)[-1] == E_NO_CARD
    assert result(there.heard(1, transmit(1, GET_UID)), Command.TRANSMIT)[-1] == E_INVALID_HANDLE
    reader.insert(CARDS["contactless"])
    *_, handle, _protocol, code = result(there.heard(1, CONNECT), Command.CONNECT)
    assert isinstance(handle, int)
    assert code == 0
    said = there.heard(1, transmit(handle, GET_UID))
    assert said[0][1][32:] == bytes.fromhex("DEADBEEF9000")
    reader.pull()
    reader.insert(CARDS["bank"])
    assert result(there.heard(1, transmit(handle, GET_UID)), Command.TRANSMIT)[-1] == W_REMOVED
