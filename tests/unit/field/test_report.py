"""The readiness report: its words, its colour, its pictures, and the PDF itself."""

import json
import time
from datetime import datetime
from pathlib import Path

import pytest

from config.unit import Identity, UnitConfig
from drivers import catalog
from drivers.ticket_printer.layout import job_bytes
from drivers.ticket_printer.model import model_of
from field.app import main
from field.commands import report
from field.examine.exercise import EXERCISES, SLIP
from field.examine.files import devices_of, load_any
from field.examine.finding import Colour, amber, green, red
from field.examine.opened import SETTLE_S, opened
from field.examine.readiness import Readiness, Slip, Trial, html
from field.examine.stick import NO_STICK
from tests.unit.field.doctored import lab

WHEN = datetime(2026, 11, 21, 9, 30)
CONFIG = UnitConfig(Identity("kiosk-c", "kiosk", "https://127.0.0.1:9", "/no/state"))
GOOD = green("kiosk-c.printer", "ready")


def test_the_worst_finding_or_a_failed_test_is_the_verdict() -> None:
    failed = Trial("printer", "external", False, "no slip")
    assert Readiness("k", WHEN, [GOOD], [], []).colour is Colour.GREEN
    assert Readiness("k", WHEN, [GOOD, amber("a", "b", "c")], [], []).colour is Colour.AMBER
    assert Readiness("k", WHEN, [GOOD], [failed], []).colour is Colour.RED


def test_its_words() -> None:
    bad = red("kiosk-c.reader", "no answer <here>", "check the cable")
    text = html(Readiness("kiosk-c", WHEN, [GOOD, bad], [Trial("strip", "external", True, "sent")], []), "en")
    for word in ("kiosk-c", "2026-11-21 09:30", "不可启用", "no answer &lt;here&gt;", "→ check the cable", "strip"):
        assert word in text
    assert "测试凭条" not in text
    assert "slip-printer" in html(Readiness("k", WHEN, [], [], [Slip("printer", "m", "slip-printer")]), "en")


def test_a_chinese_report_says_what_was_found_in_chinese() -> None:
    bad = red("kiosk-c folder", "/x is missing", "check the cable and the name under /dev")
    text = html(Readiness("kiosk-c", WHEN, [bad], [Trial("strip", "external", False, "not shown: x")], []), "zh")
    for word in ("故障", "kiosk-c 数据文件夹", "/x 不存在", "→ 请检查线和 /dev 下的名字", "失败", "strip 外部自检"):
        assert word in text
    assert "没有显示：x" in text
    assert "missing" not in text


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
    assert min(picture.convert("L").tobytes()) < 100, "something is printed on it"


def test_a_full_or_missing_stick_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with lab(tmp_path, "kiosk-c") as found:
        given = ["report", "--config", str(found.config("kiosk-c")), "--out", str(tmp_path / "none" / "r.pdf")]
        assert main(given) == 2
        assert main([*given[:2], str(found.config("hall")), *given[3:]]) == 2
    assert "is the stick in" in capsys.readouterr().err


def test_the_picture_is_of_the_bytes_that_the_printer_gets(tmp_path: Path) -> None:
    with lab(tmp_path, "kiosk-c") as found:
        devices = tuple(
            device
            for device in devices_of(tmp_path, load_any(found.config("kiosk-c")))  # type: ignore[arg-type]  # a unit's
            if device.kind == "ticket_printer"
        )
        with opened(devices) as there:
            there[0].settled(time.monotonic() + SETTLE_S)
            outcome = EXERCISES["ticket_printer"](there[0])
        model = model_of(catalog.model("ticket_printer", devices[0].model))
    asked_behind_it = len(b"\x1dr\x01")  # GS r: whether the slip is out
    assert f"{len(job_bytes(SLIP, model)) + asked_behind_it} bytes" in outcome.says


def test_it_lands_on_the_one_stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "the_stick", lambda: tmp_path)
    place = report.left(CONFIG, b"%PDF-1", "usb", WHEN)
    assert place == str(tmp_path / "readiness-kiosk-c-20261121-0930.pdf")
    assert (tmp_path / "readiness-kiosk-c-20261121-0930.pdf").read_bytes() == b"%PDF-1"
    assert [path.suffix for path in tmp_path.iterdir()] == [".pdf"]


@pytest.mark.parametrize(
    ("to", "why"),
    [("usb", "no USB stick"), ("hub", "not enrolled"), ("/no/folder", "--to takes usb, hub or a folder")],
)
def test_where_it_cannot_be_left_is_said_with_what_to_do(to: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "the_stick", lambda: NO_STICK)
    place = report.left(CONFIG, b"%PDF-1", to, WHEN)
    assert isinstance(place, report.Refusal)
    assert why in place.why


def test_the_touch_screen_gets_one_line(tmp_path: Path) -> None:
    with lab(tmp_path, "kiosk-c") as found:
        path = found.config("kiosk-c")
        config = load_any(path)
        assert isinstance(config, UnitConfig)
        good = report.leave_report(path, config, str(tmp_path))
        bad = report.leave_report(path, config, str(tmp_path / "none"))
    assert (good.colour, good.about) == (Colour.GREEN, "report")
    assert Path(good.says).read_bytes().startswith(b"%PDF-")
    assert bad.colour is Colour.RED
    assert "--to takes" in bad.do


def test_without_a_place_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--config", str(tmp_path / "none.toml")]) == 2
    assert "--to usb" in capsys.readouterr().err
