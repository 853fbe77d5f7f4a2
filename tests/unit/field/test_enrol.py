"""Enrolment from the technician's program: the answers of a hub are stood in for, the files are real."""

from pathlib import Path

import pytest

from field.app import main
from field.commands import enrol
from hall.sync.enrol import NotEnrolled
from hall.wire.enrolment import Enrolled
from tests.unit.field.doctored import lab


class Hub:
    """Takes every unit under one name, or none."""

    def __init__(self, name: str = "kiosk-c") -> None:
        self.name = name
        self.asked: list[tuple[str, str, Path]] = []

    def enrol(self, url: str, token: str, state: Path) -> Enrolled | NotEnrolled:
        self.asked.append((url, token, state))
        if not self.name:
            return NotEnrolled("the token was used already")
        return Enrolled(unit=self.name, kind="kiosk", hall="binjiang", hub_key=bytes(32))


@pytest.mark.parametrize("said", [["https://hub:8443", "T.1"], ["--qr", "https://hub:8443 T.1"]])
def test_url_and_token_come_as_words_or_as_one_text(
    said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = Hub()
    monkeypatch.setattr(enrol, "enrol", hub.enrol)
    with lab(tmp_path) as found:
        assert main(["enrol", "--config", str(found.config("kiosk-c")), *said]) == 0
    assert hub.asked == [("https://hub:8443", "T.1", found.demo.state("kiosk-c"))]
    assert "enrolled as kiosk-c in binjiang" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "says"), [("", "used already"), ("kiosk-d", "unit.name is kiosk-c")])
def test_a_refusal_and_another_name_are_told(
    name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(enrol, "enrol", Hub(name).enrol)
    with lab(tmp_path) as found:
        assert main(["enrol", "--config", str(found.config("kiosk-c")), "https://hub", "T", "--json"]) == 1
    assert says in capsys.readouterr().out


def test_what_is_missing_is_a_wrong_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with lab(tmp_path) as found:
        assert main(["enrol", "--config", str(found.config("kiosk-c")), "https://hub"]) == 2
        assert main(["enrol", "--config", str(found.config("hall")), "https://hub", "T"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
