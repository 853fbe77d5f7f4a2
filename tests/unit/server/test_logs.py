"""Log lines: JSON, one each, and nothing that a person typed."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from server.logs import set_up

NUMBER = "11010519491231002X"


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = list(root.handlers), root.level, structlog.get_config()
    path = tmp_path / "log"
    out = set_up(path)
    yield path
    out.close()
    root.handlers[:], root.level = before[0], before[1]
    logging.captureWarnings(False)
    structlog.configure(**before[2])


def written(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_exception_is_a_type_and_places_never_its_words(lines: Path) -> None:
    try:
        raise ValueError(f"{NUMBER} is no number")
    except ValueError as problem:
        structlog.get_logger("x").error("rule_failed", exc_info=problem)
        logging.getLogger("library").exception("it broke: %s", NUMBER)
    first, second = written(lines)
    assert first["error"] == second["error"] == "ValueError"
    assert any("test_logs.py" in place for place in first["trace"])  # type: ignore[union-attr] # a list of places
    assert NUMBER not in lines.read_text(encoding="utf-8")


def test_words_stay_readable_and_lines_whole(lines: Path) -> None:
    structlog.get_logger("x").info("说明", reason="第一行\n第二行")
    (line,) = written(lines)
    assert (line["event"], line["level"]) == ("说明", "info")
    assert "说明" in lines.read_text(encoding="utf-8")
