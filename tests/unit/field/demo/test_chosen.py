"""Other models in the demo hall: one line each, the right wire for each, refusals in words."""

from pathlib import Path
from typing import Any

import pytest

from config.load import ConfigError
from drivers import catalog
from field.demo.chosen import choices, with_models
from field.demo.plan import Demo, demo_plan
from field.story.models import PLACES


def plan(*lines: str) -> Demo:
    return with_models(demo_plan(Path("/hall"), 8443, sheets_port=8631), choices(list(lines)))


def windows(demo: Demo) -> Any:
    return demo.device("bus-1.bus").options["windows"]


def test_without_a_choice_the_plan_stays() -> None:
    assert plan() == demo_plan(Path("/hall"), 8443, sheets_port=8631)


@pytest.mark.parametrize(
    ("line", "model", "address"),
    [
        ("counter-1.strip=strip-crc", "strip-crc", "serial:/hall/wires/counter-1.strip"),
        ("kiosk-c.printer=epson-tm-t88@usb", "epson-tm-t88", "usb-sim:/hall/wires/kiosk-c.printer.usb"),
        ("lobby-1.module=sound-card", "sound-card", "sound-file:/hall/sound/lobby-1.module"),
        ("counter-2.rating=hid-digits", "hid-digits", "fifo:/hall/wires/counter-2.rating.fifo"),
        ("counter-2.rating=hid-reports", "hid-reports", "hid-sim:/hall/wires/counter-2.rating.hid"),
        ("kiosk-c.camera=uvc", "uvc", "camera:/hall/wires/kiosk-c.camera.camera"),
        ("kiosk-c.pad=multi-touch", "multi-touch", "fifo:/hall/wires/kiosk-c.pad.fifo"),
        ("kiosk-c.ic=pcsc-dual", "pcsc-dual", "pcsc-sim:/hall/wires/kiosk-c.ic.sock"),
        ("bus-1.board=modbus-relay-4", "modbus-relay-4", "serial:/hall/wires/bus-1.board"),
        ("bus-1.board=gpio", "gpio", "gpio-sim:/hall/wires/bus-1.board.gpio"),
    ],
)
def test_one_line_puts_a_model_on_its_wire(line: str, model: str, address: str) -> None:
    device = plan(line).device(line.partition("=")[0])
    assert (device.model, device.address) == (model, address)
    assert device.simulated == (model != "sound-card")


@pytest.mark.parametrize(
    ("place", "model", "before", "behind"),
    [
        ("kiosk-c.printer", "my-628@tcp", "tcp:127.0.0.1:", ""),
        ("kiosk-c.sheets", "ipp-everywhere", "ipp://127.0.0.1:", "/ipp/print"),
    ],
)
def test_a_printer_on_the_network_has_a_port_of_its_own(place: str, model: str, before: str, behind: str) -> None:
    address = plan(f"{place}={model}").device(place).address
    assert address.startswith(before)
    assert address.endswith(behind)
    assert int(address[len(before) : len(address) - len(behind)]) not in (0, 8443, 8631)


def test_a_board_keeps_what_is_wired_to_it() -> None:
    assert plan("bus-1.board=modbus-relay-4").device("bus-1.board").options == plan().device("bus-1.board").options


def test_a_pad_with_its_own_cable_leaves_the_bus() -> None:
    assert windows(plan("counter-1.rating=pad-ascii-line")) == [
        {"counter": "1", "caller": 1},
        {"counter": "2", "caller": 2, "evaluator": 2},
    ]
    own = plan("counter-1.rating=pad-ascii-line", "counter-1.caller=caller-ascii-line")
    assert windows(own) == [{"counter": "2", "caller": 2, "evaluator": 2}]
    assert [device.name for device in own.of("counter-1")] == ["strip", "rating", "caller"]


def test_a_bus_without_pads_is_left_out_and_the_board_beside_it_stays() -> None:
    pads = [
        f"counter-{number}.{pad}" for number in "12" for pad in ("rating=pad-ascii-line", "caller=caller-ascii-line")
    ]
    empty = plan(*pads)
    assert [device.name for device in empty.of("bus-1")] == ["board"]
    assert "bus-1" in [unit.name for unit in empty.units]


def test_the_bus_itself_may_be_named() -> None:
    assert plan("counter-1.rating=ff68-bus") == plan()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("counter-1.strip", "write UNIT.DEVICE=MODEL"),
        ("counter-1.strip=", "write UNIT.DEVICE=MODEL"),
        ("counter-1.stripe=strip-crc", "no place 'counter-1.stripe' in the demo hall; nearest: 'counter-1.strip'"),
        ("counter-1.strip=strip-crs", "no counter_screen model 'strip-crs'; nearest: 'strip-crc'"),
        ("counter-1.strip=strip-crc@usb", "strip-crc is not reached by 'usb'; by serial, tcp"),
        ("kiosk-c.rating=pad-ascii-line", "no place 'kiosk-c.rating'"),
    ],
)
def test_a_wrong_line_is_refused_in_words(line: str, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        plan(line)
    assert says in str(refused.value)


def test_a_file_holds_the_same_and_a_line_goes_before_it(tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    file.write_text('[with]\n"counter-1.strip" = "sunpn"\n"counter-2.strip" = "kanban4"\n', encoding="utf-8")
    assert choices(["counter-1.strip=alphasign"], file) == {
        "counter-1.strip": "alphasign",
        "counter-2.strip": "kanban4",
    }


@pytest.mark.parametrize("text", ["[whit]\n", "[with]\na = 1\n", "with = [\n"])
def test_a_wrong_file_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"demo\.toml"):
        choices([], file)


def test_every_model_of_the_story_can_take_its_places() -> None:
    for family, places in PLACES.items():
        for model in catalog.models(family):
            for place in places:
                assert plan(f"{place}={model}").device(place).kind == family
