"""What `hall-field replace` looks at before it spends a token or touches a file."""

import subprocess
from pathlib import Path

import pytest
import tomli_w

from field.app import main
from tests.unit.field.conftest import logs_as_before
from tests.unit.field.rescue.stores import dead_disk

__all__ = ["logs_as_before"]


@pytest.fixture
def spare(tmp_path: Path) -> Path:
    unit = {
        "name": "kiosk-spare",
        "kind": "kiosk",
        "hub_url": "https://127.0.0.1:9",
        "state_dir": str(tmp_path / "own"),
    }
    path = tmp_path / "kiosk.toml"
    path.write_text(tomli_w.dumps({"unit": unit}), encoding="utf-8")
    return path


def refusal(spare: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Try; nothing may change."""
    before = spare.read_bytes()
    assert main(["replace", "--config", str(spare), "--as", "kiosk-c", *more]) == 2
    assert spare.read_bytes() == before
    return capsys.readouterr().err


TOKEN = ("--hub", "https://127.0.0.1:9", "--token", "T")


def test_a_spare_with_work_of_its_own_sends_that_first(
    spare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead_disk(tmp_path / "own", 2)
    assert "2 messages of its own" in refusal(spare, capsys, *TOKEN)


def test_a_spare_whose_program_runs_is_not_renamed_under_it(
    spare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead_disk(tmp_path / "own", 1)
    with (
        (tmp_path / "own" / "unit.db").open("rb") as file,
        subprocess.Popen(["sleep", "60"], stdin=file) as program,
    ):
        said = refusal(spare, capsys, *TOKEN)
        program.kill()
    assert f"in use by sleep 60 (pid {program.pid})" in said


def test_a_spare_with_a_store_that_cannot_be_read_says_so(
    spare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "unit.db").write_bytes(b"no database" * 1000)
    assert "move this file away" in refusal(spare, capsys, *TOKEN)


def test_its_own_folder_is_no_dead_units(spare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dead_disk(tmp_path / "own", 1)
    assert "own state folder" in refusal(spare, capsys, "--disk", str(tmp_path / "own"))


def test_a_hub_that_does_not_answer_leaves_the_token_unspent(
    spare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead_disk(tmp_path / "dead", 1)
    said = refusal(spare, capsys, *TOKEN, "--disk", str(tmp_path / "dead"))
    assert "nothing was changed" in said
    assert "is the hub running" in said
    assert "a hub is not replaced" in refusal(Path("config/examples/demo/hall.toml"), capsys)
