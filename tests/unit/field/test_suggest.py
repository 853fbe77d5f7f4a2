"""What is plugged in, read from a made-up /dev, /sys and /proc."""

import argparse
import json
import tomllib
from pathlib import Path

import msgspec
import pytest

from drivers import catalog
from drivers import probe as drivers_probe
from field.commands import suggest
from field.commands.suggest import Change, changes, watch
from field.plugged.found import Found, Roots
from field.plugged.listers import everything, run_quietly
from field.plugged.table import catalogued, makers
from tests.support.wires import staged


class Machine:
    """A made-up machine below one folder."""

    def __init__(self, root: Path) -> None:
        self.roots = Roots(root / "dev", root / "sys", root / "proc")
        self.at = 0

    def usb(self, numbers: str, product: str = "", serial: str = "", interface_class: str = "ff") -> Path:
        self.at += 1
        real = self.roots.sys / "devices" / "pci0" / f"1-{self.at}"
        interface = real / f"1-{self.at}:1.0"
        interface.mkdir(parents=True)
        vendor, _, product_id = numbers.lower().partition(":")
        for name, text in (("idVendor", vendor), ("idProduct", product_id), ("product", product), ("serial", serial)):
            (real / name).write_text(text + "\n")
        (interface / "bInterfaceClass").write_text(interface_class + "\n")
        listed = self.roots.sys / "bus" / "usb" / "devices"
        listed.mkdir(parents=True, exist_ok=True)
        (listed / real.name).symlink_to(real)
        return interface

    def node(self, path: str, *links: str) -> None:
        node = self.roots.dev / path
        node.parent.mkdir(parents=True, exist_ok=True)
        node.touch()
        for link in links:
            place = self.roots.dev / link
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(node)

    def of_class(self, place: str, device: Path, **texts: str) -> Path:
        entry = self.roots.sys / "class" / place
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(device)
        for key, text in texts.items():
            (entry / key).write_text(text + "\n")
        return entry

    def tty(self, name: str, interface: Path, *links: str) -> None:
        (interface / name).mkdir()
        self.of_class(f"tty/{name}", interface / name)
        self.node(name, *links)

    def keyboard(self, event: str, interface: Path, name: str, keys: str, axes: str = "0") -> None:
        device = interface / "input" / f"input{event}"
        (device / "capabilities").mkdir(parents=True)
        (device / "name").write_text(name + "\n")
        (device / "capabilities" / "key").write_text(keys + "\n")
        (device / "capabilities" / "abs").write_text(axes + "\n")
        self.of_class(f"input/event{event}", device)
        self.node(f"input/event{event}", f"input/by-id/usb-{event}-event-kbd")

    def found(self) -> list[Found]:
        return everything(self.roots, lambda _command: "")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


ALL_KEYS = "10000 7 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
MEDIA_KEYS = "1f00000000 0 0 0 0"


def test_an_empty_machine_is_no_error(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert suggest.run(argparse.Namespace(json=False, watch=False, probe=False), machine.roots) == 0
    assert "Nothing is plugged in" in capsys.readouterr().out


def test_an_adapter_is_named_by_the_socket_it_sits_in(machine: Machine) -> None:
    machine.tty("ttyUSB0", machine.usb("1A86:7523"), "serial/by-id/usb-1a86", "serial/by-path/pci-0:1.2")
    (found,) = machine.found()
    assert found.address == f"serial:{machine.roots.dev}/serial/by-path/pci-0:1.2"
    assert found.also == (f"{machine.roots.dev}/serial/by-id/usb-1a86",)
    assert found.usb == "1A86:7523"
    assert "CH340" in found.says
    assert not found.guesses


def test_the_name_that_our_own_rules_give_is_preferred(machine: Machine) -> None:
    machine.tty("ttyUSB0", machine.usb("1A86:7523"), "serial/by-path/pci-0:1.2", "hall/serial-1-1.2-00")
    (found,) = machine.found()
    assert found.address == f"serial:{machine.roots.dev}/hall/serial-1-1.2-00"


def test_a_port_without_a_stable_name_says_so(machine: Machine) -> None:
    machine.tty("ttyACM0", machine.usb("1EAB:1A06", "Scanner"))
    (found,) = machine.found()
    assert found.address.endswith("/ttyACM0")
    assert "no stable name" in found.note
    assert [(guess.kind, guess.model) for guess in found.guesses] == [("code_scanner", "newland")]


def test_built_in_ports_without_a_chip_are_left_out(machine: Machine) -> None:
    place = machine.roots.sys / "devices" / "platform" / "serial8250"
    (machine.roots.sys / "bus" / "platform").mkdir(parents=True)
    place.mkdir(parents=True)
    (place / "subsystem").symlink_to(machine.roots.sys / "bus" / "platform")
    machine.of_class("tty/ttyS1", place, type="0")
    assert machine.found() == []


def test_readers_and_printers_on_usb_are_known_by_their_numbers(machine: Machine) -> None:
    machine.usb("0400:C35A", "IDR")
    machine.usb("154F:0517", "BK-T080", serial="S1", interface_class="07")
    machine.usb("4444:0001", "Some printer", interface_class="07")
    machine.usb("4444:0002", "Some mouse")
    reader, snbc, unknown = machine.found()
    assert [guess.kind for guess in reader.guesses] == ["id_card", "id_card"]
    assert (snbc.address, snbc.guesses[0].model) == ("usb:154F:0517:S1", "snbc-bt-t080")
    assert unknown.guesses[0].kind == "ticket_printer"
    assert "no row names" in unknown.guesses[0].why


def test_a_reader_that_speaks_in_hid_reports_has_an_address_of_its_own(machine: Machine) -> None:
    machine.usb("2B8B:2721", "Reader", interface_class="03")
    (found,) = machine.found()
    assert found.address == "hid:2B8B:2721"
    assert [(guess.kind, guess.model) for guess in found.guesses] == [("id_card", "sdt-usb-hid")]


def test_what_types_may_be_a_scanner_and_what_only_has_media_keys_is_not(machine: Machine) -> None:
    machine.keyboard("3", machine.usb("0C2E:0B61"), "Honeywell", ALL_KEYS)
    machine.keyboard("4", machine.usb("4444:0003"), "Keyboard", ALL_KEYS)
    machine.keyboard("5", machine.usb("4444:0004"), "Remote", MEDIA_KEYS)
    honeywell, keyboard = machine.found()
    assert honeywell.address == f"evdev:{machine.roots.dev}/input/by-id/usb-3-event-kbd"
    assert "Honeywell" in honeywell.guesses[0].why
    assert "person's keyboard" in keyboard.guesses[0].why
    assert "must not be grabbed" in keyboard.note


def test_cameras_sound_and_cups(machine: Machine) -> None:
    interface = machine.usb("046D:0825")
    machine.of_class("video4linux/video0", interface, name="UVC Camera", index="0")
    machine.of_class("video4linux/video1", interface, name="UVC Camera", index="1")
    machine.node("video0", "v4l/by-path/pci-video-index0")
    card = machine.roots.proc / "asound" / "card0"
    (card / "pcm0p").mkdir(parents=True)
    (card / "id").write_text("PCH\n")
    (machine.roots.proc / "asound" / "card1" / "pcm0c").mkdir(parents=True)
    camera, sound, cups = everything(machine.roots, lambda command: "A4-hall\n" if command[0] == "lpstat" else "")
    assert camera.address == f"camera:{machine.roots.dev}/v4l/by-path/pci-video-index0"
    assert [guess.kind for guess in camera.guesses] == ["code_scanner", "document_camera"]
    assert sound.address == "sound:plughw:CARD=PCH"
    assert (cups.sort, cups.address) == ("cups", "cups:A4-hall")


def test_what_may_be_of_two_kinds_has_a_stanza_of_each(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.of_class("video4linux/video0", machine.usb("046D:0825"), name="UVC Camera", index="0")
    suggest.run(argparse.Namespace(json=False, watch=False, probe=False), machine.roots)
    lines = capsys.readouterr().out.splitlines()
    devices = tomllib.loads("\n".join(line for line in lines if line.startswith("[") or " = " in line))["devices"]
    assert {name: stanza["kind"] for name, stanza in devices.items()} == {
        "scanner": "code_scanner",
        "document-camera": "document_camera",
    }
    assert len({stanza["address"] for stanza in devices.values()}) == 1


def test_the_stanzas_can_be_pasted_together(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        machine.usb("0483:5743", interface_class="07")
    suggest.run(argparse.Namespace(json=False, watch=False, probe=False), machine.roots)
    lines = capsys.readouterr().out.splitlines()
    pasted = "\n".join(line for line in lines if line.startswith("[") or " = " in line)
    devices = tomllib.loads(pasted)["devices"]
    assert set(devices) == {"printer", "printer-2"}
    assert devices["printer"] == {
        "kind": "ticket_printer", "model": "xprinter-xp-80", "address": "usb:0483:5743",
    }  # fmt: skip


def test_programs_get_one_object_per_device(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.usb("0400:C35A", "IDR")
    suggest.run(argparse.Namespace(json=True, watch=False, probe=False), machine.roots)
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["sort"], told["address"], told["guesses"][0]["kind"]) == ("usb", "usb:0400:C35A", "id_card")


def test_watching_tells_each_plugging_and_pulling_once() -> None:
    one, two = Found("serial", "/dev/a", "serial:/dev/a"), Found("serial", "/dev/b", "serial:/dev/b")
    looks = iter([[one, two], [one, two], [two]])
    told: list[Change] = []
    with pytest.raises(StopIteration):
        watch([one], lambda: next(looks), told.append, lambda _s: None)
    assert told == [Change(True, two), Change(False, one)]
    assert changes([one], [one]) == []


def test_a_smart_card_reader_is_reached_through_pcsc(machine: Machine) -> None:
    machine.usb("072F:90CC", "ACR38", interface_class="0b")
    (found,) = machine.found()
    assert (found.sort, found.address) == ("pcsc", "pcsc:ACR38")
    assert "pcscd" in found.note
    assert [(guess.kind, guess.model) for guess in found.guesses] == [("smart_card", "pcsc-contact")]


def test_readers_are_listed_by_the_names_that_pcscd_gives_them(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.usb("096E:060D", "R502", interface_class="0b")
    (by_number,) = machine.found()
    assert by_number.guesses[0].model == "pcsc-dual"
    names = "Feitian R502 [R502 SAM Reader] 00 00\nFeitian R502 [R502 Contactless Reader] 01 00\n"
    sam, reader = everything(machine.roots, lambda command: names if "drivers.smart_card.worker" in command else "")
    assert (sam.guesses, "security module" in sam.note) == ((), True)
    assert (reader.address, reader.guesses[0].model) == (f"pcsc:{reader.node}", "pcsc-contactless")
    suggest.tell([sam, reader], as_json=False)
    assert 'address = "pcsc:Feitian R502 [R502 Contactless Reader] 01 00"' in capsys.readouterr().out


def test_what_is_drawn_on_is_a_pad_and_a_mouse_is_not(machine: Machine) -> None:
    touch, pen = f"{1 << (0x14A - 320):x} 0 0 0 0 0", f"{1 << (0x140 - 320):x} 0 0 0 0 0"
    machine.keyboard("3", machine.usb("4444:0003"), "Pen", pen, axes="1000003")
    machine.keyboard("4", machine.usb("4444:0004"), "Glass", touch, axes="660800000000003")
    machine.keyboard("5", machine.usb("4444:0005"), "Pad", touch, axes="3")
    machine.keyboard("6", machine.usb("4444:0006"), "Mouse", "70000 0 0 0 0", axes="0")
    found = machine.found()
    assert [(item.guesses[0].kind, item.guesses[0].model) for item in found] == [
        ("signature_pad", "hid-digitizer"),
        ("signature_pad", "multi-touch"),
        ("signature_pad", "single-touch"),
    ]
    assert all(item.address.startswith("evdev:") for item in found)


def test_a_port_that_no_number_explains_may_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers_probe, "LISTEN_S", 0.3)
    end = catalog.make_far_end("voice", "syn6288", msgspec.convert({}, catalog.family("voice").options))
    address = f"serial:{tmp_path}/wire"
    plain = Found("serial", f"{tmp_path}/wire", address)
    with staged(end, address, baud=9600):
        found = suggest.probed(plain)
    assert [(guess.kind, guess.model) for guess in found.guesses] == [("voice", "syn6288")]
    assert "no such port" in suggest.probed(plain).note
    known = msgspec.structs.replace(plain, guesses=found.guesses)
    assert suggest.probed(known) is known


def test_a_change_is_told_for_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    found = Found("serial", "/dev/a", "serial:/dev/a")
    for came in (True, False):
        suggest.tell_change(Change(came, found), suggest._as_found, as_json=False)
        suggest.tell_change(Change(came, found), suggest._as_found, as_json=True)
    said = capsys.readouterr().out
    assert said.index("plugged in:") < said.index("pulled out:")
    assert '{"came":false' in said


def test_a_missing_program_is_an_empty_list() -> None:
    assert run_quietly(["no-such-program-anywhere"]) == ""
    assert run_quietly(["false"]) == ""


def test_the_table_names_only_what_the_catalogue_has() -> None:
    for numbers, row in makers().items():
        assert row.says
        for model in filter(None, (row.model, row.hid_model)):
            assert model in catalog.models(row.kind), numbers
        assert not catalogued(numbers), "numbers stand in one table only"
