"""docs/faults.md stays true: the words it quotes stand in the catalogues, the tests it names exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from hall.wire.replies import RefusalCode
from hall.words.assets import ROOT as ASSETS
from hall.words.catalogue import texts

HERE = Path(__file__).resolve().parents[2]
PAGE = (HERE / "docs" / "faults.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
QUOTED = {
    "zh": sorted(set(re.findall(r"「([^」]+)」", PAGE))),
    "en": sorted(set(re.findall(r'/ "([^"]+)"', PAGE.replace("\n", " ")))),
}


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def catalogue(language: str) -> frozenset[str]:
    domains = [path.stem for path in (ASSETS / "words" / language).glob("*.po")]
    return frozenset(text for domain in domains for text in texts(language, domain).values())


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_named_test_exists(file: str, name: str) -> None:
    assert name in functions(file)


@pytest.mark.parametrize("language", QUOTED)
def test_quoted_words_are_those_on_the_screen(language: str) -> None:
    assert len(QUOTED[language]) > 10
    assert [words for words in QUOTED[language] if words not in catalogue(language)] == []


def test_codes_are_codes() -> None:
    program = PAGE.partition("## A calling program")[2]
    named = set(re.findall(r"`([a-z]+_[a-z]+)`", program))
    assert named - {code.value for code in RefusalCode} <= {"bad_pin", "unknown_path"}
