"""A kiosk for each test. Signatures and sheets are drawn by Qt, which needs no display here."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.support.kiosk import Rig
from tests.support.views import waiting


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A kiosk at rest, one person waiting."""
    return Rig(tmp_path / "memory").begin(waiting("A001"))
