"""The command line of the kiosk: good files are good, wrong ones end with one line and status 2."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from config.load import check
from config.unit import UnitConfig
from drivers import catalog
from kiosk import app
from kiosk.flow.state import Settings
from tests.support.kiosk import settings

GOOD = """
[unit]
name = "kiosk-c"
kind = "kiosk"
hub_url = "https://127.0.0.1:9"
state_dir = "{state}"
series = "C"
"""


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, *words: str) -> int:
    path = tmp_path / "kiosk.toml"
    path.write_text(text.format(state=tmp_path / "state"), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["hall-kiosk", "--config", str(path), *words])
    return app.main()


def test_good_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, tmp_path, GOOD, "check-config") == 0
    assert "good" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("extra", "words", "said"),
    [
        ('[kiosk]\nflows = ["take-nmber"]', ("check-config",), "did you mean 'take-number'"),
        ('[devices.p]\nkind = "printer"\nmodel = "x"\naddress = "y"', ("check-config",), "devices.p.kind"),
        ("[times]\nidle = 3", ("check-config",), "times.idle"),
        ("", ("--remote-control", "/nowhere"), "demo = true"),
    ],
)
def test_wrong_file_is_one_line_and_status_two(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    extra: str,
    words: tuple[str, ...],
    said: str,
) -> None:
    assert run(monkeypatch, tmp_path, GOOD + extra, *words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert told.out == ""


def test_settings_name_the_devices_that_are_there() -> None:
    stanza = {"kind": "ticket_printer", "model": "m", "address": "a"}
    values = {
        "unit": {"name": "k", "kind": "kiosk", "hub_url": "u", "state_dir": "s"},
        "devices": {"paper": stanza},
    }
    plain = settings()
    made: Settings = app.settings_of(check(values, UnitConfig, "test"), plain.flows, plain.words)
    assert (made.printer, made.present) == ("paper", frozenset({"slip"}))
    assert made.new_key() != made.new_key()


def test_every_family_for_papers_is_a_need_when_it_is_wired(tmp_path: Path) -> None:
    wired = {
        "head": ("document_camera", "uvc"),
        "pen": ("signature_pad", "hid-digitizer"),
        "office": ("page_printer", "ipp-everywhere"),
        "ic": ("smart_card", next(iter(catalog.models("smart_card")))),
    }
    values = {
        "unit": {"name": "kiosk-c", "kind": "kiosk", "hub_url": "https://h:1", "state_dir": str(tmp_path)},
        "devices": {name: {"kind": kind, "model": model, "address": "x:y"} for name, (kind, model) in wired.items()},
    }
    plain = settings()
    made: Settings = app.settings_of(check(values, UnitConfig, "test"), plain.flows, plain.words)
    assert made.present == frozenset({"camera", "pad", "a4", "ic_card"})
    assert (made.page_printer, made.printer) == ("office", "ticket_printer")
    assert {kind for kind, _ in wired.values()} <= set(catalog.FAMILIES)
