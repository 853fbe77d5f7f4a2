"""The technician's program against a real hub: enrolled by its code, a report left, refusals in words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import tomli_w

from config.unit import UnitConfig
from field.app import main
from field.commands.report import Refusal, left
from field.examine.files import load_any
from server.reports import LARGEST
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server
from tests.unit.field.conftest import logs_as_before
from tests.unit.field.test_report import WHEN

pytestmark = pytest.mark.timeout(120)
__all__ = ["logs_as_before"]
REPORT = b"%PDF-1.7 a report"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(hall_file(tmp_path_factory.mktemp("field")))
    yield running
    running.stop()


def kiosk_file(folder: Path, server: ServerProcess) -> Path:
    unit = {
        "name": "kiosk-c",
        "kind": "kiosk",
        "hub_url": server.url,
        "state_dir": str(folder / "state"),
        "series": "C",
    }
    path = folder / "kiosk.toml"
    path.write_text(tomli_w.dumps({"unit": unit}), encoding="utf-8")
    return path


def unit_of(path: Path) -> UnitConfig:
    config = load_any(path)
    assert isinstance(config, UnitConfig)
    return config


def leave_raw(unit: Unit, name: str, content: bytes) -> httpx.Response:
    headers = {**unit.headers(), "Content-Type": "application/pdf"}
    return unit.http.put(f"/v1/reports/{name}", content=content, headers=headers)


def test_a_kiosk_is_enrolled_by_the_hubs_picture_and_leaves_its_report(
    server: ServerProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, picture = kiosk_file(tmp_path, server), tmp_path / "code.png"
    before = left(unit_of(config), REPORT, "hub", WHEN)
    assert isinstance(before, Refusal)
    assert "not enrolled; run" in before.why

    port = server.url.rpartition(":")[2]
    token: list[str | Path] = [
        "token",
        "--config",
        server.config,
        "--kind",
        "kiosk",
        "--name",
        "kiosk-c",
        "--series",
        "C",
    ]
    made = run_server(*token, "--address", f"127.0.0.1:{port}", "--qr", picture)
    assert made.returncode == 0, made.stderr
    call = ["enrol", "--config", str(config), "--picture", str(picture)]
    assert main(call) == 0
    assert "enrolled as kiosk-c in binjiang" in capsys.readouterr().out
    assert main(call) == 1
    assert "this token was used already" in capsys.readouterr().out

    assert left(unit_of(config), REPORT, "hub", WHEN) == f"the hub, {server.url}"
    listed = run_server("reports", "--config", server.config, "--unit", "kiosk-c")
    (path,) = re.findall(r"/\S+\.pdf", listed.stdout)
    assert Path(path).read_bytes() == REPORT
    assert "no reports" in run_server("reports", "--config", server.config, "--unit", "lobby").stdout
    too_large = left(unit_of(config), b"%PDF-" + bytes(LARGEST), "hub", WHEN)
    assert isinstance(too_large, Refusal)
    assert "not left at the hub" in too_large.why


def test_a_report_is_a_pdf_of_the_unit_that_leaves_it(server: ServerProcess) -> None:
    lobby, laptop = Unit(server, "lobby", "lobby-1"), Unit(server, "technician", "laptop")
    assert leave_raw(lobby, "laptop", REPORT).status_code == 403
    assert leave_raw(lobby, "lobby-1", b"PK").status_code == 400
    assert leave_raw(laptop, "nobody", REPORT).status_code == 404
    assert leave_raw(laptop, "lobby-1", REPORT).status_code == 201
    assert lobby.get("/v1/reports").status_code == 403
    assert [line["unit"] for line in laptop.get("/v1/reports").json() if line["unit"] != "kiosk-c"] == ["lobby-1"]
    lobby.close()
    laptop.close()


@pytest.mark.parametrize("token", ["f" * 40, "f" * 40 + "." + "0" * 64])
def test_a_wrong_token_and_a_wrong_hub_are_told_apart(
    token: str, server: ServerProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = kiosk_file(tmp_path, server)
    assert main(["enrol", "--config", str(config), "--qr", f"{server.url} {token}", "--json"]) == 1
    reason = json.loads(capsys.readouterr().out)["reason"]
    assert ("is it the right hub?" if "." in token else "unknown token") in reason
    assert not (tmp_path / "state" / "unit.key").exists()


def test_a_hub_that_does_not_answer_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kiosk.toml"
    unit = {"name": "k", "kind": "kiosk", "hub_url": "https://127.0.0.1:9", "state_dir": str(tmp_path)}
    path.write_text(tomli_w.dumps({"unit": unit}), encoding="utf-8")
    assert main(["enrol", "--config", str(path), "https://127.0.0.1:9", "T"]) == 1
    assert "is the hub running" in capsys.readouterr().out


def test_the_terminal_shows_the_code_and_an_address_that_is_none_is_refused(
    server: ServerProcess, tmp_path: Path
) -> None:
    Unit(server, "lobby", "lobby-9").close()
    shown = run_server("replace", "--config", server.config, "lobby-9", "--qr", "terminal")
    assert shown.returncode == 0, shown.stderr
    assert "█" in shown.stdout
    everywhere = hall_file(tmp_path, "everywhere", listen="0.0.0.0:8443")
    call: list[str | Path] = [
        "token",
        "--config",
        everywhere,
        "--kind",
        "lobby",
        "--name",
        "lobby-2",
        "--qr",
        "terminal",
    ]
    refused = run_server(*call)
    assert refused.returncode == 2
    assert "add --address HOST" in refused.stderr
    named = run_server(*call, "--address", "hub.example")
    assert json.loads(named.stdout.splitlines()[-1])["url"] == "https://hub.example:8443"
