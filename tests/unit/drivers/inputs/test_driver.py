"""Boards against their simulators: presses, lamps, power cuts, refusals, foreign addresses, options that do not fit."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from drivers import catalog, supervise
from drivers.catalog import Opening
from drivers.inputs import talk
from drivers.inputs.driver import HallInputs, Options
from drivers.inputs.model import misfit, model_of
from drivers.stage import Player, Stage
from hall.domain.ids import DeviceName
from hall.ports.inputs import ContactChanged, Measured
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

CONTACTS = {
    "door": {"channel": 1, "normally": "closed"},
    "panic": {"channel": 2, "alarm": True},
    "window": {"channel": 3, "active_low": True},
}
WIRES = {"modbus-relay-8": "serial:{}/wire", "modbus-tcp-8": "tcp:127.0.0.1:0", "gpio": "gpio-sim:{}/wire"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.02)
    monkeypatch.setattr(supervise, "LAST_BACKOFF_S", 0.05)
    monkeypatch.setattr(talk, "LOOK_EVERY_S", 0.1)


class Bench(NamedTuple):
    board: HallInputs
    stage: Stage
    player: Player
    events: list[Any]

    def do(self, control: str, **arguments: Any) -> None:
        self.stage.do(self.player, control, **arguments)

    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = self.stage.state(self.player)["device"]
        return found

    def contacts(self, name: str) -> list[bool]:
        return [one.closed for one in self.events if isinstance(one, ContactChanged) and one.contact == name]

    def values(self, name: str) -> list[float]:
        return [one.value for one in self.events if isinstance(one, Measured) and one.quantity == name]


def options(**given: Any) -> Options:
    return msgspec.convert(given, Options)


@contextmanager
def bench(model: str, folder: Path, wanted: Options, far: Options | None = None) -> Iterator[Bench]:
    far_end = catalog.make_far_end("inputs", model, far or wanted)
    with staged(far_end, WIRES.get(model, "serial:{}/wire").format(folder)) as (stage, player):
        events: list[Any] = []
        opening = Opening(DeviceName("board"), player.address, events.append)
        board = catalog.open_device("inputs", model, opening, wanted)
        assert isinstance(board, HallInputs)
        try:
            yield Bench(board, stage, player, events)
        finally:
            board.close()


@pytest.mark.parametrize("model", WIRES)
def test_first_states_presses_and_lamps(model: str, tmp_path: Path) -> None:
    with bench(model, tmp_path, options(contacts=CONTACTS, lamps={"A": 5})) as at:
        until(lambda: at.contacts("door") == [True] and at.contacts("panic") == [False])
        until(lambda: at.contacts("window") == [False])
        at.do("press", name="panic", ms=150)
        until(lambda: at.contacts("panic") == [False, True, False])
        at.do("contact", name="door", closed=False)
        until(lambda: at.contacts("door") == [True, False])
        at.board.switch("A", on=True)
        until(lambda: at.seen()["lamps"] == {"A": True})
        at.board.switch("A", on=False)
        until(lambda: at.seen()["lamps"] == {"A": False})


@pytest.mark.parametrize("model", [*WIRES, "ch340-relay"])
def test_lamps_are_set_again_after_a_return(model: str, tmp_path: Path) -> None:
    with bench(model, tmp_path, options(lamps={"A": 5})) as at:
        at.board.switch("A", on=True)
        until(lambda: at.seen()["lamps"] == {"A": True})
        at.do("unplug")
        until_word(at.board, StatusWord.OFFLINE)
        at.do("power", on=False)
        at.do("power", on=True)
        at.do("plug")
        until(lambda: at.seen()["lamps"] == {"A": True})


@pytest.mark.parametrize("model", ["modbus-relay-8", "ch340-relay"])
def test_a_board_that_lost_only_its_own_power_gets_its_lamps_back(model: str, tmp_path: Path) -> None:
    with bench(model, tmp_path, options(lamps={"A": 1})) as at:
        at.board.switch("A", on=True)
        until(lambda: at.seen()["lamps"] == {"A": True})
        at.do("power", on=False)
        at.do("power", on=True)
        until(lambda: at.seen()["lamps"] == {"A": True})


def test_temperature_is_told_by_its_step_also_below_zero(tmp_path: Path) -> None:
    with bench("modbus-sht20", tmp_path, options()) as at:
        until(lambda: at.values("temperature") == [20.0])
        at.do("value", name="temperature", value=20.3)
        at.do("value", name="humidity", value=55)
        until(lambda: at.values("humidity") == [20.0, 55.0])
        at.do("value", name="temperature", value=-3.5)
        until(lambda: at.values("temperature") == [20.0, -3.5])


def test_a_transmitter_may_share_the_boards_line_and_its_silence_delays_no_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk, "DEAF_S", 0.3)
    quantities = {"temperature": {"register": 1, "unit": 2}, "own": {"register": 1}}
    with bench("modbus-relay-8", tmp_path, options(contacts=CONTACTS, quantities=quantities)) as at:
        until(lambda: at.values("temperature") == [20.0] and at.values("own") == [20.0])
        at.do("value", name="temperature", value=25)
        until(lambda: at.values("temperature") == [20.0, 25.0])
        assert at.values("own") == [20.0]
        at.do("silence", unit=2)
        until_word(at.board, StatusWord.FAULT)
        assert at.board.status().reason.startswith("temperature: address 2 does not answer")
        at.do("contact", name="door", closed=False)
        until(lambda: at.contacts("door")[-1] is False)
        at.do("silence", unit=2, on=False)
        until_word(at.board, StatusWord.READY)


def test_a_refusal_is_a_fault_in_words_and_heals(tmp_path: Path) -> None:
    with bench("modbus-relay-4", tmp_path, options(contacts=CONTACTS)) as at:
        at.do("refuse", code=2)
        until_word(at.board, StatusWord.FAULT)
        assert "no such channel or register (2)" in at.board.status().reason
        at.do("refuse", code=0)
        until_word(at.board, StatusWord.READY)


def test_a_board_at_another_address_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "SEARCH_EVERY_S", 0.05)
    monkeypatch.setattr(talk, "ANSWER_S", 0.1)
    with bench("modbus-relay-4", tmp_path, options(unit=3), far=options(unit=2)) as at:
        until_word(at.board, StatusWord.FAULT)
        assert at.board.status().reason.startswith("address 2 answers, 3 does not")
        at.do("unit", unit=3)
        until_word(at.board, StatusWord.READY)


@pytest.mark.parametrize(
    ("model", "given", "says"),
    [
        ("modbus-relay-4", {"contacts": {"door": {"channel": 5}}}, "contacts.door: channel 5, but this model has"),
        ("modbus-relay-4", {"lamps": {"A": 0}}, "lamps.A: channel 0"),
        ("modbus-relay-4", {"lamps": {"A": "J1"}}, "lamps.A: channel 'J1'"),
        ("ch340-relay", {"contacts": {"door": {"channel": 1}}}, "this model has none"),
        ("ch340-relay", {"quantities": {"t": {"register": 1}}}, "measures nothing"),
        ("gpio", {"quantities": {"t": {"register": 1}}}, "measures nothing"),
        ("gpio", {"contacts": {"door": {"channel": 4}}, "lamps": {"A": 4}}, "line 4 is the contact 'door'"),
    ],
)
def test_channels_that_the_model_lacks_are_a_fault_that_says_so(
    model: str, given: dict[str, Any], says: str, tmp_path: Path
) -> None:
    assert says in misfit(model_of(catalog.model("inputs", model)), options(**given))
    with bench(model, tmp_path, options(**given), far=options()) as at:
        until_word(at.board, StatusWord.FAULT)
        assert says in at.board.status().reason


@pytest.mark.parametrize(
    "given",
    [
        {"contacts": {"door": {"channel": 1}, "gate": {"channel": 1}}},
        {"lamps": {"A": 2, "B": 2}},
        {"quantities": {"a": {"register": 1, "unit": 2}, "b": {"register": 1, "unit": 2}}},
    ],
)
def test_two_names_for_one_place_are_refused_when_the_file_is_read(given: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match="give each its own"):
        options(**given)


def test_a_contacts_name_is_one_word() -> None:
    assert options(contacts={"紧急按钮-1": {"channel": 1}})
    with pytest.raises(msgspec.ValidationError, match="regex"):
        options(contacts={"panic button": {"channel": 1}})


def test_a_lamp_that_nobody_configured_is_a_bug(tmp_path: Path) -> None:
    with bench("modbus-relay-4", tmp_path, options()) as at, pytest.raises(KeyError):
        at.board.switch("Z", on=True)


def test_a_line_that_the_chip_has_not_is_a_fault(tmp_path: Path) -> None:
    with bench("gpio", tmp_path, options(contacts={"door": {"channel": "J7"}}), far=options()) as at:
        until_word(at.board, StatusWord.FAULT)
        assert "no line J7" in at.board.status().reason
