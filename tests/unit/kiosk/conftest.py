"""A kiosk for each test."""

from pathlib import Path

import pytest

from tests.support.kiosk import Rig
from tests.support.views import waiting


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A kiosk at rest, one person waiting."""
    return Rig(tmp_path / "memory").begin(waiting("A001"))
