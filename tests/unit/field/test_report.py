"""The readiness report: its words, its colour, its pictures, and the PDF itself."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from field.app import main
from field.commands import report
from field.examine.files import devices_of, load_any
from field.examine.finding import Colour, amber, green, red
from field.examine.readiness import Readiness, Slip, Trial, html
from tests.unit.field.doctored import lab

WHEN = datetime(2026, 11, 21, 9, 30)
GOOD = green("kiosk-c.printer", "ready")


def test_the_worst_finding_or_a_failed_test_is_the_verdict() -> None:
    failed = Trial("printer", "external", False, "no slip")
    assert Readiness("k", WHEN, [GOOD], [], []).colour is Colour.GREEN
    assert Readiness("k", WHEN, [GOOD, amber("a", "b", "c")], [], []).colour is Colour.AMBER
    assert Readiness("k", WHEN, [GOOD], [failed], []).colour is Colour.RED


def test_its_words() -> None:
    bad = red("kiosk-c.reader", "no answer <here>", "check the cable")
    text = html(Readiness("kiosk-c", WHEN, [GOOD, bad], [Trial("strip", "external", True, "sent")], []))
    for word in ("kiosk-c", "2026-11-21 09:30", "不可启用", "no answer &lt;here&gt;", "→ check the cable", "strip"):
        assert word in text
    assert "测试凭条" not in text
    assert "slip-printer" in html(Readiness("k", WHEN, [], [], [Slip("printer", "m", "slip-printer")]))


def test_the_pdf_of_a_unit_with_its_slip_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.pdf"
    with lab(tmp_path, "kiosk-c") as found:
        given = ["report", "--config", str(found.config("kiosk-c")), "--out", str(out), "--print", "--json"]
        assert main(given) == 0
        slips = found.stage.do(found.players["kiosk-c.printer"], "slips", last=5)["slips"]
        pictures = report.slip_pictures(devices_of(out, load_any(found.config("kiosk-c"))))  # type: ignore[arg-type]  # a unit's file
    assert json.loads(capsys.readouterr().out) == {"report": str(out), "colour": "green"}
    assert out.read_bytes().startswith(b"%PDF-")
    assert b"/Image" in out.read_bytes()
    assert len(slips) == 1
    model, picture = pictures["printer"]
    assert model == "xprinter-xp-80"
    assert picture.convert("L").getextrema()[0] < 100, "something is printed on it"


def test_a_full_or_missing_stick_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with lab(tmp_path, "kiosk-c") as found:
        given = ["report", "--config", str(found.config("kiosk-c")), "--out", str(tmp_path / "none" / "r.pdf")]
        assert main(given) == 2
        assert main([*given[:2], str(found.config("hall")), *given[3:]]) == 2
    assert "is the stick in" in capsys.readouterr().err
