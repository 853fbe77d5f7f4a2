"""A hall per test, over a log in a file of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.log import HubLog
from tests.support.halls import Hall


@pytest.fixture
def log(tmp_path: Path) -> Iterator[HubLog]:
    log = HubLog(tmp_path / "hub.db")
    yield log
    log.close()


@pytest.fixture
def hall(log: HubLog) -> Hall:
    """An open day with clerks at counters 1 (social), 2 (social, tax) and 3 (everything)."""
    return Hall(log).open("1", "2", "3")
