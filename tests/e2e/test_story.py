"""The scripted day on the real apps: every step as expected, with what it leaves behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LIMIT_S = 420


@pytest.mark.story
@pytest.mark.timeout(LIMIT_S + 30)
def test_every_step_of_the_day_is_as_expected(tmp_path: Path) -> None:
    folder = tmp_path / "story"
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "field.app", "demo", "--story", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, env=environment, check=False)
    story = json.loads((folder / "story.json").read_text(encoding="utf-8"))
    bad = [step for step in story["steps"] if not step["ok"]]
    assert not bad, told.stdout[-4000:]
    assert told.returncode == 0
    assert len(story["steps"]) >= 25
    assert len(list(folder.glob("*.png"))) >= 30
    assert list(folder.glob("*.wav"))
    assert list(folder.glob("slip-*.png"))
    assert (folder / "hub.log").stat().st_size > 0
