"""The readiness report as HTML: what the doctor found, what the self-test did, pictures of the test slips."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from html import escape
from typing import NamedTuple

from field.examine.finding import Colour, Finding, worst
from hall.words.lines import line_in

SHADES = {Colour.GREEN: "#1a7f37", Colour.AMBER: "#b35900", Colour.RED: "#c62828"}
VERDICTS = {
    Colour.GREEN: "可以启用 · ready for the public",
    Colour.AMBER: "可以启用，有事项待处理 · ready, with things to look after",
    Colour.RED: "不可启用 · not ready",
}
Said = Callable[[str], str]
"""Puts an English line into the language of the report."""
SLIP_WIDTH = 260
"""Pixels of a slip's picture on the page."""


class Trial(NamedTuple):
    """One result of the self-test."""

    device: str
    level: str
    ok: bool
    says: str


class Slip(NamedTuple):
    """The picture of what a printer was told to print; `name` is the resource's name in the document."""

    device: str
    model: str
    name: str


class Readiness(NamedTuple):
    """Everything that the report says."""

    unit: str
    at: datetime
    findings: list[Finding]
    tests: list[Trial]
    slips: list[Slip]

    @property
    def colour(self) -> Colour:
        """The colour of the whole: a test that failed is red."""
        return Colour.RED if any(not test.ok for test in self.tests) else worst(self.findings)


def html(readiness: Readiness, language: str) -> str:
    """Return the whole document; its heads are in both languages, what was found in the one that is wanted."""
    return "".join(_parts(readiness, partial(line_in, language)))


def _parts(readiness: Readiness, said: Said) -> Iterator[str]:
    colour = readiness.colour
    yield f"<h1>就绪报告 · Readiness report</h1><p>{escape(readiness.unit)} · {readiness.at:%Y-%m-%d %H:%M}</p>"
    yield f'<h2 style="color:{SHADES[colour]}">{VERDICTS[colour]}</h2>'
    yield "<h3>检查 · Findings</h3>" + _table(_finding_row(finding, said) for finding in readiness.findings)
    if readiness.tests:
        yield "<h3>自检 · Self-test</h3>" + _table(_test_row(test, said) for test in readiness.tests)
    for slip in readiness.slips:
        yield f"<h3>测试凭条 · Test slip: {escape(slip.device)} ({escape(slip.model)})</h3>"
        yield f'<p><img src="{escape(slip.name)}" width="{SLIP_WIDTH}"></p>'
    yield "<p>签字 · Signed: ______________________　　日期 · Date: ______________</p>"


def _table(rows: Iterator[str]) -> str:
    return '<table cellspacing="0" cellpadding="4" width="100%">' + "".join(rows) + "</table>"


def _finding_row(finding: Finding, said: Said) -> str:
    do = f"<br><b>→ {escape(said(finding.do))}</b>" if finding.do else ""
    word = said(finding.colour.value.upper())
    return _row(SHADES[finding.colour], word, said(finding.about), escape(said(finding.says)) + do)


def _test_row(test: Trial, said: Said) -> str:
    colour = Colour.GREEN if test.ok else Colour.RED
    about = f"{test.device} {said(test.level)}"
    return _row(SHADES[colour], said("OK" if test.ok else "FAIL"), about, escape(said(test.says)))


def _row(shade: str, word: str, about: str, says: str) -> str:
    first = f'<td width="12%" style="color:{shade}"><b>{word}</b></td>'
    return f'<tr>{first}<td width="28%">{escape(about)}</td><td>{says}</td></tr>'
