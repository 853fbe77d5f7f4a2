"""Finished lines for technicians, put into Chinese when they are shown.

Drivers, the configuration's checks and the doctor write one English line each (`Status.reason`, a remark, a finding);
journals, `--json` and boards keep it as it is. Here such a line is read again: `assets/lines/zh.po` maps templates of
its parts (``no answer in {limit} s``) to Chinese ones with the same placeholders.

A line is cut where its parts are joined, at ``; `` and ``: ``, and the longest run of parts that a template knows is
put into Chinese; what fills a placeholder is read in the same way. Of several templates that fit, the one with the
most fixed text wins. A part that no template knows stays as it is, and a line of which nothing is known comes out
unchanged. No clock, no state but the catalogue.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from babel.messages.pofile import read_po

from hall.words.assets import asset

CHINESE = "zh"
JOINTS = {"; ": "；", ": ": "："}
LIST_JOINT = ", "
KEPT = 4096
"""Lines remembered: a touch screen shows the same ones twice a second."""
DEEPEST = 6
"""Placeholders within placeholders; a line of a program is never deeper, one from outside could be."""
LONGEST = 9
"""Pieces of a run, joints counted: no template spans more than four joints."""
_CUT = re.compile(r"(; |: )")
_PLACEHOLDER = re.compile(r"(\(?)\{(\w+)\}")
_SENTENCE = re.compile(r"(?:[A-Za-z][A-Za-z']*,? ){3,}[A-Za-z]|\b[a-z']+ [a-z']{2,}\b|[a-z], ")
"""What a value is not: a piece of somebody's sentence, or of a list."""
_WEAK = 6
"""A template with fewer fixed letters could stand in any sentence."""


class Template(NamedTuple):
    """One template, ready to be compared; `fixed` is how much of it is its own text."""

    pattern: re.Pattern[str]
    chinese: str
    fixed: int
    loose: bool
    """Whether it could fit a foreign sentence: then its values must not look like one."""


class Lines:
    """Puts lines into Chinese by a catalogue of templates."""

    def __init__(self, catalogue: Mapping[str, str]) -> None:
        self._whole = {english: chinese for english, chinese in catalogue.items() if "{" not in english}
        made = [_template(english, chinese) for english, chinese in catalogue.items() if "{" in english]
        self._templates = sorted(made, key=lambda template: -template.fixed)

    def __call__(self, line: str) -> str:
        """Return the line in Chinese, as far as it is known."""
        return self._line(line, DEEPEST)

    def _line(self, line: str, depth: int) -> str:
        cut = _CUT.split(line)
        out, known, at = "", False, 0
        while at < len(cut):
            end, chinese = self._longest(cut, at, depth)
            known = known or chinese != "".join(cut[at:end])
            out += chinese + (JOINTS[cut[end]] if end < len(cut) else "")
            at = end + 1
        return out if known else line

    def _longest(self, cut: list[str], at: int, depth: int) -> tuple[int, str]:
        """Return where the longest known run of parts from `at` ends, and what it is in Chinese."""
        for end in range(min(len(cut), at + LONGEST), at, -2):
            chinese = self._part("".join(cut[at:end]), depth)
            if chinese is not None:
                return end, chinese
        return at + 1, self._listed(cut[at], depth)

    def _part(self, part: str, depth: int) -> str | None:
        if (whole := self._whole.get(part)) is not None:
            return whole
        return next(self._fitting(part, depth), None) if depth else None

    def _fitting(self, part: str, depth: int) -> Iterator[str]:
        for template in self._templates:
            found = template.pattern.fullmatch(part)
            if found is None:
                continue
            values = {name: self._line(value, depth - 1) for name, value in found.groupdict().items()}
            foreign = (values[name] == value and _SENTENCE.search(value) for name, value in found.groupdict().items())
            if not (template.loose and any(foreign)):
                yield template.chinese.format_map(values)

    def _listed(self, part: str, depth: int) -> str:
        """Return a list of which every member is known in Chinese; anything else as it is."""
        members = [self._part(member, depth) for member in part.split(LIST_JOINT)]
        return "，".join(member or "" for member in members) if all(members) else part


def _template(english: str, chinese: str) -> Template:
    """A value ends where parts are joined, but for one in parentheses, which may hold a whole line."""
    pattern, fixed, last = "", "", 0
    for found in _PLACEHOLDER.finditer(english):
        own = english[last : found.start()] + found[1]
        pattern += re.escape(own) + f"(?P<{found[2]}>{'.*?' if found[1] else '(?:(?!; |: ).)*?'})"
        fixed, last = fixed + own, found.end()
    rest = english[last:]
    loose = english.startswith("{") or len(re.findall(r"[A-Za-z]", fixed + rest)) < _WEAK
    return Template(re.compile(pattern + re.escape(rest)), chinese, len(fixed + rest), loose)


@cache
def catalogue() -> Mapping[str, str]:
    """Return the Chinese of every template.

    Raises:
        MissingAsset: the installation is not complete.

    """
    with asset("lines/zh.po").open("rb") as file:
        read = read_po(file, locale=CHINESE, abort_invalid=True)
    return {str(message.id): str(message.string) for message in read if message.id}


@cache
def _lines() -> Lines:
    return Lines(catalogue())


@lru_cache(maxsize=KEPT)
def in_chinese(line: str) -> str:
    """Return a finished line in Chinese; what is not known stays English."""
    return _lines()(line)


def line_in(language: str, line: str) -> str:
    """Return a finished English line in a language; only Chinese has another wording."""
    return in_chinese(line) if language == CHINESE else line
