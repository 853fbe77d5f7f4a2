"""What a person does at pads and card readers is noticed by the self-test, and nothing personal is said of it."""

import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.devices import DeviceConfig
from drivers import catalog
from field.examine import exercise
from field.examine.exercise import WAITS, Exercised
from field.examine.opened import answers, opened
from tests.support.wires import staged

CASES = [
    ("rating_pad", "hid-digits", "fifo", "press", {"key": "2"}, "level 2 was pressed"),
    ("rating_pad", "pad-fixed-byte", "serial", "press", {"key": "4"}, "level 4 was pressed"),
    ("signature_pad", "hid-digitizer", "fifo", "sign", {"strokes": 1, "quick": True}, "strokes or a key came"),
    ("smart_card", "pcsc-contact", "pcsc-sim", "insert", {"card": "social"}, "a card was read: social-security"),
    ("smart_card", "pcsc-contact", "pcsc-sim", "insert", {"card": "mute"}, "card not readable: mute"),
]


@pytest.mark.parametrize(("kind", "model", "wire", "control", "arguments", "said"), CASES)
def test_a_persons_act_is_noticed(
    kind: str, model: str, wire: str, control: str, arguments: dict[str, Any], said: str, tmp_path: Path
) -> None:
    options = msgspec.convert({}, catalog.family(kind).options)
    address = f"{wire}:{tmp_path}/wire"
    config = DeviceConfig("it", kind, model, address, options)
    with staged(catalog.make_far_end(kind, model, options), address) as (stage, player), opened((config,)) as (item,):
        found: list[Exercised] = []
        waiting = threading.Thread(target=lambda: found.append(WAITS[kind].act(item)))
        waiting.start()
        while waiting.is_alive():
            stage.do(player, control, **arguments)
            waiting.join(0.2)
    assert said in found[0].says
    assert found[0].ok == ("not readable" not in said)
    assert "张三丰" not in found[0].says


def test_nobody_coming_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercise, "PERSON_S", 0.05)
    for kind, model, wire in (("rating_pad", "hid-digits", "fifo"), ("signature_pad", "single-touch", "fifo")):
        options = msgspec.convert({}, catalog.family(kind).options)
        address = f"{wire}:{tmp_path}/{kind}"
        config = DeviceConfig("it", kind, model, address, options)
        with staged(catalog.make_far_end(kind, model, options), address), opened((config,)) as (item,):
            assert not WAITS[kind].act(item).ok
        assert answers(config) is False


def test_a_card_reader_without_its_daemon_is_a_fault() -> None:
    options = msgspec.convert({}, catalog.family("smart_card").options)
    assert answers(DeviceConfig("it", "smart_card", "pcsc-contact", "pcsc:", options)) is True
