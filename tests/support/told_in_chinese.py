"""What devices really said in a test, looked at in Chinese: no reason and no remark may be left in English."""

from collections.abc import Iterator

import pytest

from drivers.supervise import Life
from hall.ports.status import Status
from hall.words.lines import in_chinese
from tests.support.technician_lines import sentence_in


@pytest.fixture(autouse=True)
def told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Gather all that any device says meanwhile; at the end no English sentence is left in its Chinese."""
    told: set[str] = set()
    report, remark = Life.report, Life.remark

    def reported(life: Life, status: Status) -> None:
        told.add(status.reason)
        report(life, status)

    def remarked(life: Life, text: str) -> None:
        told.add(text)
        remark(life, text)

    monkeypatch.setattr(Life, "report", reported)
    monkeypatch.setattr(Life, "remark", remarked)
    yield told
    english = {line: left for line in told if (left := sentence_in(in_chinese(line)))}
    assert not english, f"no Chinese in assets/lines/zh.po for {english}"
