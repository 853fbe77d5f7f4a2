"""Probing, capturing and playing lines, against simulators."""

import json
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from drivers import catalog
from drivers import probe as drivers_probe
from drivers.play import line_baud
from drivers.stage import Stage
from drivers.transport import LineSettings, open_stream
from field.app import main
from field.commands import capture
from field.commands.capture import Piece, read_pieces
from tests.support.wires import staged, until

ASK_STATUS = "AAAAAA9669000311FFED"
STATUS_OK = "AAAAAA9669000400009094"


def far_end(kind: str, model: str) -> Any:
    return catalog.make_far_end(kind, model, msgspec.convert({}, catalog.family(kind).options))


def baud_of(kind: str, model: str) -> int | None:
    return line_baud(catalog.model(kind, model), None)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers_probe, "LISTEN_S", 0.3)
    monkeypatch.setattr(drivers_probe, "SETTLE_S", 0.01)
    monkeypatch.setattr(capture, "LISTEN_AFTER_S", 0.2)


@pytest.mark.parametrize(
    ("kind", "model", "baud", "says"),
    [
        ("id_card", "sdt-serial", 115200, "status word 90"),
        ("ticket_printer", "xprinter-xp-80", 9600, "receipt printer: ready"),
        ("ticket_printer", "epson-tm-t88", 38400, "receipt printer: ready"),
        ("counter_screen", "onbon-bx5k", 9600, "ONBON controller"),
        ("voice", "syn6288", 9600, "speech module: idle"),
        ("voice", "syn6658", 9600, "speech module: idle"),
    ],
)
def test_what_answers_is_found_on_an_unknown_line(
    kind: str, model: str, baud: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"serial:{tmp_path}/wire"
    with staged(far_end(kind, model), address, baud=baud):
        assert main(["probe", "--address", address, "--json"]) == 0
    found = [item for item in lines(capsys) if item.get("says")]
    assert [(item["kind"], item["baud"]) for item in found] == [(kind, baud)]
    assert says in found[0]["says"]


def test_a_strip_that_never_answers_is_told_as_that(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = f"serial:{tmp_path}/wire"
    with staged(far_end("counter_screen", "strip-sum"), address) as (stage, player):
        assert main(["probe", "--address", address, "--family", "led"]) == 1
        assert not stage.state(player)["device"].get("text")
    assert "Nothing answered" in capsys.readouterr().out


def test_a_family_that_answers_nothing_is_not_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "--address", f"serial:{tmp_path}/none", "--family", "caller"]) == 1
    assert "answer no question" in capsys.readouterr().out


def test_a_missing_port_is_named_with_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "--address", f"serial:{tmp_path}/none", "--json"]) == 1
    assert "no such port" in lines(capsys)[-1]["error"]
    assert main(["probe", "--address", "serial:x", "--family", "toaster"]) == 2


def test_probing_prints_shows_and_says_nothing(tmp_path: Path) -> None:
    address = f"serial:{tmp_path}/wire"
    with staged(far_end("ticket_printer", "xprinter-xp-80"), address, baud=9600) as (stage, player):
        before = stage.state(player)["device"]
        main(["probe", "--address", address])
        after = stage.state(player)["device"]
    assert after.get("slips", after.get("printed")) == before.get("slips", before.get("printed"))


def test_a_capture_hears_the_device_and_is_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address, out = f"serial:{tmp_path}/wire", tmp_path / "caught.jsonl"
    with staged(far_end("code_scanner", "usb-com"), address) as (stage, player):
        given = ["capture", "--address", address, "--out", str(out), "--seconds", "0.6", "--json"]
        thread = threading.Thread(target=main, args=(given,))
        thread.start()
        until(out.exists)
        stage.do(player, "scan", text="A023")
        thread.join()
    assert "".join(piece.hex for piece in read_pieces(out)) == b"A023\r".hex().upper()
    assert {piece.sender for piece in read_pieces(out)} == {"device"}
    assert out.stat().st_mode & 0o777 == 0o600
    assert lines(capsys)[0]["from"] == "device"


def test_between_program_and_device_both_directions_are_written(tmp_path: Path) -> None:
    address, through, out = f"serial:{tmp_path}/wire", f"serial:{tmp_path}/tap", tmp_path / "caught.jsonl"
    with staged(far_end("id_card", "sdt-serial"), address):
        given = ["capture", "--address", address, "--through", through, "--out", str(out), "--seconds", "1", "--json"]
        thread = threading.Thread(target=main, args=(given,))
        thread.start()
        until((tmp_path / "tap").exists)
        port = open_stream(through, LineSettings())
        port.write(bytes.fromhex(ASK_STATUS), 1)
        answer = b""
        while len(answer) < len(STATUS_OK) // 2:
            answer += port.read(100, 1)
        port.close()
        thread.join()
    pieces = read_pieces(out)
    assert answer.hex().upper() == STATUS_OK
    assert "".join(piece.hex for piece in pieces if piece.sender == "host") == ASK_STATUS
    assert "".join(piece.hex for piece in pieces if piece.sender == "device") == STATUS_OK
    assert pieces[0].sender == "host"


def written(path: Path, *pieces: Piece) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(piece) + b"\n" for piece in pieces))
    return path


def test_a_capture_is_played_to_a_device_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "c.jsonl", Piece(0.0, "host", ASK_STATUS), Piece(0.1, "device", "00"))
    address = f"serial:{tmp_path}/wire"
    with staged(far_end("id_card", "sdt-serial"), address):
        assert main(["replay", str(file), "--address", address, "--json"]) == 0
    assert "".join(item["hex"] for item in lines(capsys)) == STATUS_OK


def test_a_capture_is_played_as_the_device(tmp_path: Path) -> None:
    file = written(tmp_path / "c.jsonl", Piece(0.0, "host", ASK_STATUS), Piece(0.1, "device", STATUS_OK))
    address = f"serial:{tmp_path}/made"
    thread = threading.Thread(target=main, args=(["replay", str(file), "--address", address, "--as", "device"],))
    thread.start()
    until((tmp_path / "made").exists)
    (heard,) = list(drivers_probe.ask_all(address, drivers_probe.questions("id_card")))
    thread.join()
    assert "90" in heard.says


def test_wrong_files_and_addresses_are_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real, bad = tmp_path / "ttyUSB0", tmp_path / "bad.jsonl"
    real.touch()
    bad.write_text("nonsense\n")
    file = written(tmp_path / "c.jsonl", Piece(0.0, "device", "41"))
    assert main(["replay", str(bad), "--address", "memory:x"]) == 2
    assert main(["replay", str(file), "--address", "memory:x"]) == 2
    assert main(["replay", str(file), "--address", f"serial:{real}", "--as", "device"]) == 2
    assert real.is_file()
    assert main(["capture", "--address", f"serial:{tmp_path}/none", "--out", str(tmp_path / "o")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_reader_at_another_speed_stays_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage = Stage()
    stage.add(far_end("id_card", "sdt-serial"), f"serial:{tmp_path}/wire", baud=19200)
    stage.start()
    try:
        assert main(["probe", "--address", f"serial:{tmp_path}/wire", "--family", "id_card"]) == 1
    finally:
        stage.stop()
    assert "Nothing answered" in capsys.readouterr().out
