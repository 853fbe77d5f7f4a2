"""Every model of every family passes the same gauntlet against its own simulator.

Rows of the catalogue are the parameters: a new model is tested by being there. What kind of wire a row has decides
how it is reached (pty, FIFO, camera's FIFO, sound's folder); none is left out.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
import pytest

from config.devices import DeviceConfig
from drivers import catalog, supervise
from drivers.catalog import Opening
from drivers.play import line_baud
from drivers.stage import Player, Stage
from drivers.transport import LineSettings, open_stream
from field.examine.exercise import EXERCISES
from hall.domain.ids import DeviceName
from hall.ports.status import Device, Status, StatusChanged, StatusWord
from tests.support.wires import left_open, open_files, staged, until


class Case(NamedTuple):
    """One model on one kind of wire."""

    kind: str
    model: str
    wire: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.model}-{self.wire}"


def _wires(row: dict[str, Any]) -> list[str]:
    fixed = {"hid": ["fifo"], "hid-report": ["hid-sim"], "camera": ["camera"], "sound": ["sound-file"]}
    fixed |= {"pcsc": ["pcsc-sim"], "tcp": ["tcp"], "gpio": ["gpio-sim"], "http": ["http"]}
    carried = [wire for key, wire in (("usb", "usb-sim"), ("hid", "hid-sim")) if row.get(key)]
    return fixed.get(row.get("transport", ""), ["serial", *carried])


CASES = [
    Case(kind, model, wire)
    for kind in catalog.FAMILIES
    for model, row in catalog.models(kind).items()
    for wire in _wires(row)
]
CABLED = [case for case in CASES if case.wire != "sound-file"]
"""Everything but the sound card, which has no cable that a simulator could stand behind."""
TALKING = [
    case for case in CABLED if case.wire in ("serial", "usb-sim", "hid-sim", "tcp", "gpio-sim", "http", "pcsc-sim")
]
STREAMS = ("serial", "usb-sim", "tcp", "gpio-sim")
"""Wires on which nothing says where an answer ends."""
BROKEN = (StatusWord.OFFLINE, StatusWord.FAULT, StatusWord.UNKNOWN)
WORKING = ("ticket_printer", "counter_screen", "voice", "ff68", "document_camera", "page_printer", "page_scanner")
"""Families that are given work which takes its time."""
LATE_S = 4.0
"""Two seconds are promised until a loss is told; as many again for a machine that runs other tests."""


def _answers(case: Case) -> bool:
    """Whether the model answers without anybody pressing or holding up anything, so that silence can be noticed."""
    row = catalog.model(case.kind, case.model)
    if case.wire == "http":
        return True
    if case.kind in ("inputs", "ups"):
        return row.get("protocol") not in ("ch340", "gpio")
    carried = case.wire in ("serial", "usb-sim", "hid-sim")
    if not carried or case.kind not in ("ticket_printer", "id_card", "counter_screen", "voice"):
        return False
    return row.get("status") != "none" and (case.kind != "counter_screen" or case.model.startswith("onbon"))


ANSWERING = [case for case in CASES if _answers(case)]
LOCKABLE = [case for case in CASES if case.wire == "serial"]


class Bench(NamedTuple):
    """A model opened against its simulator."""

    device: Device
    stage: Stage
    player: Player
    events: list[Any]

    def words(self) -> list[StatusWord]:
        return [event.status.word for event in self.events if isinstance(event, StatusChanged)]

    def spoil(self, noise: bytes) -> None:
        """Put bytes on the line that no device would send."""

        def send() -> dict[str, Any]:
            self.player.line.send(noise)
            return {}

        self.stage._called(send)

    def told_usable(self) -> bool:
        """Whether the last status told is one in which work may be given (or the device is merely asleep)."""
        return bool(self.words()) and self.device.status().word not in (StatusWord.OFFLINE, StatusWord.FAULT)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.02)
    monkeypatch.setattr(supervise, "LAST_BACKOFF_S", 0.05)


def _options(kind: str) -> Any:
    """Return the family's defaults, looking after the device more often than a hall needs."""
    declared = catalog.family(kind).options
    return msgspec.convert({"poll_s": 0.1} if "poll_s" in declared.__struct_fields__ else {}, declared)


def _addresses(case: Case, folder: Path) -> tuple[str, str]:
    """Return where the simulator stands and what the host opens."""
    if case.wire == "camera":
        return f"fifo:{folder}/wire", f"camera:{folder}/wire"
    if case.wire == "tcp":
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"tcp:127.0.0.1:{taken.getsockname()[1]}"  # the same again after a replug
        return address, address
    if case.wire == "http":
        with socket.create_server(("127.0.0.1", 0)) as taken:
            there = f"127.0.0.1:{taken.getsockname()[1]}"
        return f"http:{there}", HTTP[case.kind, case.model].format(there)
    return f"{case.wire}:{folder}/wire", f"{case.wire}:{folder}/wire"


HTTP = {
    ("page_scanner", "escl"): "escl:http://{}/eSCL",
    ("page_scanner", "escl-glass"): "escl:http://{}/eSCL",
    ("page_scanner", "sane"): "sane:airscan:escl:it:http://{}/eSCL/",
    ("page_printer", "ipp-everywhere"): "ipp://{}/ipp/print",
    ("page_printer", "cups-queue"): "cups:a4@{}",
}
"""How a host writes the address of a device that speaks HTTP."""


@contextmanager
def _bench(case: Case, folder: Path, muted: bool = False, **chosen: Any) -> Iterator[Bench]:
    """Open a model against its simulator; `chosen` are options of the host alone."""
    options = _options(case.kind)
    row = catalog.model(case.kind, case.model)
    far, near = _addresses(case, folder)
    baud = line_baud(row, options) if case.wire == "serial" else None
    with staged(catalog.make_far_end(case.kind, case.model, options), far, baud=baud) as (stage, player):
        stage.do(player, "mute", on=muted)
        events: list[Any] = []
        ours = msgspec.structs.replace(options, **chosen)
        device = catalog.open_device(case.kind, case.model, Opening(DeviceName("it"), near, events.append), ours)
        try:
            yield Bench(device, stage, player, events)
        finally:
            device.close()
            device.close()


def _named(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=str)


@_named(CABLED)
def test_it_opens_survives_a_pulled_cable_and_leaves_nothing_behind(case: Case, tmp_path: Path) -> None:
    catalog.family(case.kind)
    files, threads = open_files(), threading.active_count()
    with _bench(case, tmp_path) as bench:
        until(bench.told_usable)
        assert bench.device.name == "it"
        bench.stage.do(bench.player, "unplug")
        until(lambda: bench.device.status().word is StatusWord.OFFLINE)
        assert bench.device.status().reason, "a loss without a reason helps nobody"
        bench.stage.do(bench.player, "plug")
        until(bench.told_usable)
    assert StatusWord.FAULT not in bench.words(), "a pulled cable is no bug"
    until(lambda: threading.active_count() == threads)
    until(lambda: not left_open(files))


@_named(TALKING)
def test_garbage_in_both_directions_is_survived(case: Case, tmp_path: Path) -> None:
    with _bench(case, tmp_path) as bench:
        until(bench.told_usable)
        noise = Random(7).randbytes(700)
        bench.spoil(noise)
        bench.stage.do(bench.player, "garble", share=0.5)
        bench.spoil(noise[::-1])
        bench.stage.do(bench.player, "garble", on=False)
        until(bench.told_usable)
    assert StatusWord.FAULT not in bench.words(), "garbage is no bug"


@_named(TALKING)
def test_a_silent_device_is_not_called_ready(case: Case, tmp_path: Path) -> None:
    with _bench(case, tmp_path, muted=True) as bench:
        bench.stage._called(dict)
        threading.Event().wait(0.1)
        assert StatusWord.READY not in bench.words()


@pytest.mark.parametrize("fault", [{"do": "mute", "on": True}, {"do": "slow", "s": 1.5}], ids=["mute", "too-late"])
@pytest.mark.parametrize("kind", sorted({case.kind for case in ANSWERING}))
def test_silence_is_told_and_ends_by_itself(kind: str, fault: dict[str, Any], tmp_path: Path) -> None:
    """All models of a family at once, since silence takes its time. Late answers must not pass for those to come."""
    with ExitStack() as opened:
        benches = {}
        for number, case in enumerate(case for case in ANSWERING if case.kind == kind):
            folder = tmp_path / str(number)  # a socket's path has room for 107 bytes
            folder.mkdir()
            benches[str(case)] = opened.enter_context(_bench(case, folder))
        until(lambda: _not_ready(benches) == [])
        told = {name: len(bench.events) for name, bench in benches.items()}
        for bench in benches.values():
            bench.stage.do(bench.player, fault["do"], **{name: value for name, value in fault.items() if name != "do"})
        until(lambda: all(_trouble_after(bench, told[name]) for name, bench in benches.items()), within_s=LATE_S)
        troubles = [_trouble_after(bench, told[name])[0] for name, bench in benches.items()]
        assert all(status.reason for status in troubles), "no reason helps nobody"
        for bench in benches.values():
            bench.stage.do(bench.player, "mute", on=False)
            bench.stage.do(bench.player, "slow", s=0)
        until(lambda: _not_ready(benches) == [])


@_named([case for case in ANSWERING if case.wire in STREAMS])
def test_answers_in_single_bytes_and_many_at_once_are_the_same_answers(case: Case, tmp_path: Path) -> None:
    with _bench(case, tmp_path, muted=True) as bench:
        bench.stage.do(bench.player, "portions", how="single")
        bench.stage.do(bench.player, "mute", on=False)
        until(lambda: bench.words()[-1:] == [StatusWord.READY])
        bench.stage.do(bench.player, "portions", how="merged")
        told = len(bench.events)
        threading.Event().wait(0.6)
        assert {word for word in bench.words() if word in BROKEN} <= {StatusWord.OFFLINE}, (
            "only before the first answer"
        )
        assert [event for event in bench.events[told:] if isinstance(event, StatusChanged)] == []


@_named([case for case in ANSWERING if case.wire == "serial"])
def test_a_wrong_speed_is_never_ready(case: Case, tmp_path: Path) -> None:
    """The line compares the host's termios with the device's own speed and hands over what a UART would hear."""
    own = line_baud(catalog.model(case.kind, case.model), _options(case.kind)) or 9600
    with _bench(case, tmp_path, baud=4800 if own != 4800 else 9600) as bench:
        until(lambda: bool(bench.words()) and bench.device.status().word in BROKEN, within_s=LATE_S * 2)
        assert bench.device.status().reason, "no reason helps nobody"
        assert StatusWord.READY not in bench.words()
        assert not any("driver error" in event.status.reason for event in bench.events if _is_change(event))


def _is_change(event: Any) -> bool:
    return isinstance(event, StatusChanged)


@_named([case for case in CABLED if case.kind in WORKING])
def test_a_cable_pulled_in_mid_operation_is_an_outcome_and_heals(case: Case, tmp_path: Path) -> None:
    limits = {"job_limit_s": 3.0} if case.kind == "page_printer" else {}
    with _bench(case, tmp_path, **limits) as bench:
        until(bench.told_usable, within_s=LATE_S * 3)
        item = Exercisable(case, bench)
        begun, outcomes = bench.stage.state(bench.player), []
        worker = threading.Thread(target=lambda: outcomes.append(EXERCISES[case.kind](item)), daemon=True)
        worker.start()
        until(lambda: bench.player.busy or bench.stage.state(bench.player) != begun or bool(outcomes))
        bench.stage.do(bench.player, "unplug")
        worker.join(20)
        assert len(outcomes) == 1, "the operation ends, whatever becomes of the cable"
        until(lambda: bench.device.status().word is StatusWord.OFFLINE)
        bench.stage.do(bench.player, "plug")
        until(bench.told_usable, within_s=LATE_S * 3)
        assert not any("driver error" in event.status.reason for event in bench.events if _is_change(event))
        if case.kind == "ticket_printer":
            until(lambda: EXERCISES[case.kind](item).ok)


class Exercisable:
    """What the technician's self-test needs of an opened device."""

    def __init__(self, case: Case, bench: Bench) -> None:
        self.device, self._bench = bench.device, bench
        self.config = DeviceConfig("it", case.kind, case.model, "", _options(case.kind))

    def wait_for(self, kind: Any, deadline: float, fits: Any = lambda _event: True) -> Any:
        """Return the first event that came after the call and fits, or None when the time is over."""
        known = len(self._bench.events)
        while time.monotonic() < deadline:
            for event in self._bench.events[known:]:
                if isinstance(event, kind) and fits(event):
                    return event
            threading.Event().wait(0.01)
        return None


def _trouble_after(bench: Bench, told: int) -> list[Status]:
    """What it said since that was not ready; an answer that comes late may make it ready again in between."""
    said = [event.status for event in bench.events[told:] if isinstance(event, StatusChanged)]
    return [status for status in said if status.word is not StatusWord.READY]


def _not_ready(benches: dict[str, Bench]) -> list[str]:
    return [model for model, bench in benches.items() if bench.device.status().word is not StatusWord.READY]


def test_silence_is_noticed_on_every_wire() -> None:
    assert {case.wire for case in ANSWERING} >= {"serial", "usb-sim", "hid-sim"}


def test_every_family_that_can_notice_silence_is_tested_for_it() -> None:
    assert {case.kind for case in ANSWERING} == {
        "ticket_printer",
        "id_card",
        "counter_screen",
        "voice",
        "inputs",
        "ups",
        "page_scanner",
        "page_printer",
    }


@_named(LOCKABLE)
def test_a_busy_port_is_named(case: Case, tmp_path: Path) -> None:
    far, near = _addresses(case, tmp_path)
    options = _options(case.kind)
    with staged(catalog.make_far_end(case.kind, case.model, options), far):
        other = open_stream(near, LineSettings())
        device = catalog.open_device(
            case.kind, case.model, Opening(DeviceName("it"), near, lambda _event: None), options
        )
        until(lambda: "busy" in device.status().reason)
        assert device.status().word is StatusWord.OFFLINE
        other.close()
        until(lambda: device.status().word is not StatusWord.OFFLINE)
        device.close()


@_named([case for case in CASES if case.wire == "sound-file"])
def test_the_sound_card_opens_loses_its_folder_and_leaves_nothing_behind(case: Case, tmp_path: Path) -> None:
    files = open_files()
    options = _options(case.kind)
    folder = tmp_path / "sound"
    folder.mkdir()
    opening = Opening(DeviceName("it"), f"sound-file:{folder}", lambda _event: None)
    device = catalog.open_device(case.kind, case.model, opening, options)
    until(lambda: device.status().word is StatusWord.READY)
    device.close()
    assert not left_open(files)


def test_no_family_is_without_a_model() -> None:
    assert {case.kind for case in CASES} == set(catalog.FAMILIES)
