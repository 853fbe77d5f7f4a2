"""What a face writes to the journal of a bug: type and place, never what a card or a person said."""

import json
import sys
from collections.abc import Iterator

import pytest
import structlog

from hall.qt.logs import to_journal

NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def fail() -> None:
    raise ValueError(f"{NUMBER} is no number")


@pytest.mark.parametrize("form", ["exception", "tuple", "current"])
def test_a_bug_is_told_without_its_words(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    to_journal()
    log = structlog.get_logger("device")
    try:
        fail()
    except ValueError as problem:
        given = {"exception": problem, "tuple": sys.exc_info(), "current": True}[form]
        log.error("driver failed", exc_info=given)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert NUMBER not in line
    assert told["error"] == "ValueError"
    assert told["trace"][-1].endswith(" fail")
