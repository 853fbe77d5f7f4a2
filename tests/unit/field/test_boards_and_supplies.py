"""The technician and boards, GPIO chips, supplies: suggested, asked, exercised."""

import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.devices import DeviceConfig
from drivers import catalog
from drivers.probe import ask_all, questions
from field.examine import exercise
from field.examine.exercise import EXERCISES, WAITS, Exercised
from field.examine.opened import answers, opened
from field.plugged.found import Roots
from field.plugged.listers import everything
from hall.ports.inputs import ContactChanged
from hall.ports.ups import PowerChanged
from tests.support.wires import staged

CONTACTS = {"contacts": {"door": {"channel": 1}}, "lamps": {"A": 1, "B": 2}}


def config_of(kind: str, model: str, address: str, **given: Any) -> DeviceConfig:
    return DeviceConfig("it", kind, model, address, msgspec.convert(given, catalog.family(kind).options))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercise, "BLINK_S", 0.3)


def test_gpio_chips_and_nut_supplies_are_suggested(tmp_path: Path) -> None:
    roots = Roots(sys=tmp_path / "sys", dev=tmp_path / "dev", proc=tmp_path / "proc")
    chip = roots.sys / "bus/gpio/devices/gpiochip0"
    chip.mkdir(parents=True)
    (chip / "label").write_text("INT33FF\n")
    (roots.sys / "bus/gpio/devices/unrelated").mkdir()
    gpio, supply = everything(roots, lambda command: "rack\n" if command[0] == "upsc" else "")
    assert (gpio.address, gpio.says) == (f"gpio:{roots.dev}/gpiochip0", "INT33FF")
    assert [(one.kind, one.model) for one in gpio.guesses] == [("inputs", "gpio")]
    assert (supply.sort, supply.node, supply.address) == ("ups", "rack", "tcp:127.0.0.1:3493")
    assert [(one.kind, one.model) for one in supply.guesses] == [("ups", "nut")]


def test_a_board_is_found_on_an_unknown_line(tmp_path: Path) -> None:
    address = f"serial:{tmp_path}/wire"
    config = config_of("inputs", "modbus-relay-8", address)
    with staged(catalog.make_far_end("inputs", "modbus-relay-8", config.options), address, baud=9600):
        heard = list(ask_all(address, questions("inputs")))
    assert [one.says for one in heard] == ["Modbus board, address 1"]


def test_a_nut_server_is_asked_by_name_and_never_a_line_that_might_print(tmp_path: Path) -> None:
    assert "ups" not in {question.kind for question in questions()}
    config = config_of("ups", "nut", "tcp:127.0.0.1:0", ups="rack")
    with staged(catalog.make_far_end("ups", "nut", config.options), config.address) as (_stage, player):
        (heard,) = ask_all(player.address, questions("ups"))
    assert heard.says == "NUT server with rack"


def test_every_lamp_is_switched_on_and_off(tmp_path: Path) -> None:
    address = f"serial:{tmp_path}/wire"
    config = config_of("inputs", "modbus-relay-8", address, **CONTACTS)
    far_end = catalog.make_far_end("inputs", "modbus-relay-8", config.options)
    lit: list[dict[str, bool]] = []
    with staged(far_end, address) as (stage, player), opened((config,)) as (item,):
        done: list[Exercised] = []
        at_work = threading.Thread(target=lambda: done.append(EXERCISES["inputs"](item)))
        at_work.start()
        while at_work.is_alive():
            lit.append(dict(stage.state(player)["device"]["lamps"]))
            at_work.join(0.02)
        assert not any(stage.state(player)["device"]["lamps"].values())
    assert {"A": True, "B": True} in lit
    assert done[0].ok
    assert "each lamp" in done[0].look


@pytest.mark.parametrize(
    ("kind", "model", "given", "controls", "said"),
    [
        ("inputs", "modbus-relay-8", CONTACTS, [("contact", {"name": "door", "closed": True})], "door moved"),
        ("ups", "nut", {"poll_s": 0.1}, [("mains_lost", {})], "on battery was seen"),
    ],
)
def test_a_persons_act_is_noticed(
    kind: str, model: str, given: dict[str, Any], controls: list[tuple[str, dict[str, Any]]], said: str
) -> None:
    far, model_row = "tcp:127.0.0.1:0", {"inputs": "modbus-tcp-8"}.get(kind, model)
    config = config_of(kind, model_row, far, **given)
    far_end = catalog.make_far_end(kind, model_row, config.options)
    with staged(far_end, far) as (stage, player), opened((config._replace(address=player.address),)) as (item,):
        assert item.wait_for((ContactChanged, PowerChanged), time.monotonic() + 20) is not None, "the first state"
        found: list[Exercised] = []
        waiting = threading.Thread(target=lambda: found.append(WAITS[kind].act(item)))
        waiting.start()
        for control, arguments in controls:
            stage.do(player, control, **arguments)
        waiting.join(30)
    assert found[0] == Exercised(True, said)


def test_a_supply_says_where_its_current_comes_from() -> None:
    config = config_of("ups", "nut", "tcp:127.0.0.1:0", poll_s=0.1)
    far_end = catalog.make_far_end("ups", "nut", config.options)
    with (
        staged(far_end, config.address) as (_stage, player),
        opened((config._replace(address=player.address),)) as (item,),
    ):
        assert EXERCISES["ups"](item) == Exercised(True, "on mains, battery 100 %, 30 min")


@pytest.mark.parametrize(
    ("kind", "model", "answer"),
    [
        ("ups", "nut", True),
        ("inputs", "modbus-sht20", True),
        ("inputs", "ch340-relay", False),
        ("inputs", "gpio", False),
    ],
)
def test_who_answers_by_himself_is_known(kind: str, model: str, answer: bool) -> None:
    assert answers(config_of(kind, model, "x:y")) is answer
