"""Enrolment from the technician's program: the answers of a hub are stood in for, the files are real."""

import io
from pathlib import Path

import pytest
import qrcode
from PIL import Image

from field.app import main
from field.commands import enrol
from field.examine.invited import Invited
from hall.sync.enrol import NotEnrolled
from hall.wire.enrolment import Enrolled
from server.invite import picture
from tests.unit.field.doctored import lab

URL, TOKEN = "https://192.168.8.10:8443", "ab" * 20 + "." + "cd" * 32


class Hub:
    """Takes every unit under one name, or none."""

    def __init__(self, name: str = "kiosk-c") -> None:
        self.name = name
        self.asked: list[tuple[str, str, Path]] = []

    def enrol(self, url: str, token: str, state: Path, unit: str = "") -> Enrolled | NotEnrolled:
        self.asked.append((url, token, state))
        assert unit == "kiosk-c", "the hub is told whom the machine takes itself for"
        if not self.name:
            return NotEnrolled("the token was used already")
        return Enrolled(unit=self.name, kind="kiosk", hall="binjiang", hub_key=bytes(32))


@pytest.mark.parametrize(
    "said", [["https://hub:8443", "T.1"], ["--qr", "https://hub:8443 T.1"], ["--qr", " https://hub:8443/\tT.1\n"]]
)
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


def test_the_code_is_found_in_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = Hub()
    monkeypatch.setattr(enrol, "enrol", hub.enrol)
    (tmp_path / "photo.png").write_bytes(picture(URL, TOKEN, ".png"))
    with lab(tmp_path) as found:
        call = ["enrol", "--config", str(found.config("kiosk-c")), "--picture"]
        assert main([*call, str(tmp_path / "photo.png")]) == 0
        assert hub.asked[0][:2] == (URL, TOKEN)
        slip = qrcode.make("HT1:A012:secret-of-a-slip")
        slip.save(str(tmp_path / "slip.png"))
        Image.new("L", (200, 200), 255).save(tmp_path / "white.png")
        (tmp_path / "text.png").write_text("no picture")
        for name, why in (
            ("slip.png", "no invitation"),
            ("white.png", "no code in it"),
            ("text.png", "no picture that can be read"),
            ("none.png", "No such file"),
        ):
            assert main([*call, str(tmp_path / name)]) == 2
            said = capsys.readouterr().err
            assert why in said
            assert "secret-of-a-slip" not in said
    assert len(hub.asked) == 1


def test_the_code_is_scanned_at_the_units_own_scanner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip held up by mistake is told, and waiting goes on."""
    hub = Hub()
    monkeypatch.setattr(enrol, "enrol", hub.enrol)
    with lab(tmp_path, "kiosk-c") as found:
        said: list[str] = []

        def tell(text: str) -> None:
            said.append(text)
            held_up = "HT1:A012:abc" if len(said) == 1 else f"{URL} {TOKEN}"
            found.stage.do(found.players["kiosk-c.scanner"], "scan", text=held_up)

        monkeypatch.setattr(enrol, "say_line", tell)
        assert main(["enrol", "--config", str(found.config("kiosk-c")), "--qr"]) == 0
    assert hub.asked[0][:2] == (URL, TOKEN)
    assert "hold the code up to scanner" in said[0]
    assert "no invitation" in said[1]
    assert not any("A012" in line for line in said)


def test_where_nothing_can_be_scanned_the_other_ways_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with lab(tmp_path, "kiosk-c") as found:
        path = str(found.config("kiosk-c"))
        assert main(["enrol", "--config", path, "--qr", "--seconds", "0.1"]) == 2
        assert "no invitation was held up" in capsys.readouterr().err
        assert main(["enrol", "--config", path, "--qr", "HT1:A012:abc"]) == 2
        assert "12 characters are no invitation" in capsys.readouterr().err
        found.change("kiosk-c", devices={})
        assert main(["enrol", "--config", path, "--qr"]) == 2
        assert "--picture FILE" in capsys.readouterr().err


def test_pasted_text_may_come_by_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    monkeypatch.setattr(enrol, "enrol", hub.enrol)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{URL} {TOKEN}\n"))
    with lab(tmp_path) as found:
        assert main(["enrol", "--config", str(found.config("kiosk-c")), "--qr", "-"]) == 0
    assert hub.asked[0][:2] == (URL, TOKEN)


def test_an_invitation_never_shows_its_token() -> None:
    assert "secret" not in repr(Invited(URL, "secret"))
