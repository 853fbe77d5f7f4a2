"""A day with models that the demo hall does not have by itself, chosen by one line each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT_S = 240
CHOSEN = (
    "counter-1.strip=led485-ascii",
    "counter-2.strip=sunpn",
    "counter-1.rating=pad-addr-key-sum",
    "counter-1.caller=caller-ascii-line",
    "kiosk-c.printer=xprinter-xp-58@usb",
    "lobby-1.module=xfs5152ce",
)


@pytest.mark.story
@pytest.mark.timeout(LIMIT_S + 30)
def test_the_day_is_as_expected_with_other_models(tmp_path: Path) -> None:
    folder = tmp_path / "story"
    chosen = [part for line in CHOSEN for part in ("--with", line)]
    command = [
        sys.executable,
        "-m",
        "field.app",
        "demo",
        "--story",
        str(folder),
        "--only",
        "calls,ratings,paper",
        *chosen,
    ]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, env=environment, check=False)
    steps = json.loads((folder / "story.json").read_text(encoding="utf-8"))["steps"]
    assert [step["step"] for step in steps if not step["ok"]] == [], told.stdout[-4000:]
    assert told.returncode == 0
    shown = json.loads((folder / "strips.json").read_text(encoding="utf-8"))
    assert any(text.startswith("A00") for text in shown["counter-1.strip"]["history"])
    assert all(text.isdigit() for text in shown["counter-2.strip"]["history"])


def test_a_wrong_choice_is_told_before_anything_starts() -> None:
    command = [sys.executable, "-m", "field.app", "demo", "--story", "unused", "--with", "counter-1.strip=strip-some"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 2
    assert "nearest: 'strip-sum'" in told.stderr
    assert not Path("unused").exists()
