"""The handbook says what the catalogue, the words and the declarations say, in both languages."""

import argparse
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.devices import Known, devices
from config.hall import HubSettings
from config.load import check
from config.unit import UnitConfig
from drivers import catalog
from drivers.framing import Decoded, Decoder
from drivers.profile import load
from field.commands import COMMANDS
from hall.ports.status import StatusWord
from hall.words.catalogue import Words
from tests.unit.docs.reading import HANDBOOK, PAGES, ROOT, blocks, command_lines, links, name

LANGUAGES = ("zh", "en")
GENERAL = {"index", "install", "checklist"}
FAMILY_PAGES = sorted(catalog.FAMILIES)
SECTIONS = {
    "zh": [r"接线", r"配置", r"看到什么，做什么", r"型号"],
    "en": [r"Wiring", r"Configuration", r"What is seen, what to do", r"Models"],
}
"""How the sections of a family's page begin, in this order; others may stand between."""
SWITCHES = {"zh": "拨码|管脚", "en": "DIP|switches|pins"}
LAMPS = {"zh": "灯", "en": "lamp|Lamp"}
UNIT = {"name": "kiosk-c", "kind": "kiosk", "hub_url": "https://192.168.8.10:8443", "state_dir": "/var/lib/x"}
KNOWN = Known(catalog.FAMILIES, catalog.models, lambda kind: catalog.family(kind).options)


def _page(language: str, page: str) -> str:
    return (HANDBOOK / language / f"{page}.md").read_text(encoding="utf-8")


def _models(language: str, kind: str) -> dict[str, str]:
    """Return what the page's table of models says of each."""
    table = re.search(r"^\| model .*\n\|[-|]+\n((?:\|.*\n?)+)", _page(language, kind), re.MULTILINE)
    assert table, "no table of models"
    return dict(re.findall(r"^\| `([a-z0-9-]+)` \|(.*)", table.group(1), re.MULTILINE))


def _examples() -> list[tuple[str, dict[str, Any]]]:
    """Return every piece of configuration in the handbook with the page where it stands."""
    found = []
    for language in LANGUAGES:
        for path in sorted((HANDBOOK / language).glob("*.md")):
            found += [(f"{language}/{path.name}", tomllib.loads(text)) for text in blocks(path) if text.startswith("[")]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FAMILY_PAGES)
def test_each_family_has_a_page_with_wiring_stanza_and_models_that_exist(language: str, kind: str) -> None:
    text = _page(language, kind)
    assert f"](../wiring/{kind}.svg)" in text
    assert f'kind = "{kind}"' in text
    named = set(_models(language, kind))
    assert named
    assert named <= set(catalog.models(kind))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FAMILY_PAGES)
def test_each_family_has_the_same_sections_its_switches_and_its_lamps(language: str, kind: str) -> None:
    text = _page(language, kind)
    heads = re.findall(r"^## (.*)", text, re.MULTILINE)
    places = [next((at for at, head in enumerate(heads) if head.startswith(word)), -1) for word in SECTIONS[language]]
    assert -1 not in places
    assert places == sorted(places)
    assert re.search(SWITCHES[language], text), "which switches, or that there are none"
    assert re.search(LAMPS[language], text), "what its lamps mean, or who says it"
    seen = text.partition(f"## {SECTIONS[language][2]}")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| ", seen, re.MULTILINE)) > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_leads_to_every_page(language: str) -> None:
    assert set(re.findall(r"\]\((\w+)\.md\)", _page(language, "index"))) >= {*FAMILY_PAGES, *GENERAL} - {"index"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_of_the_technician_is_explained(language: str) -> None:
    told = {words[1] for page in (HANDBOOK / language).glob("*.md") for words in command_lines(page) if len(words) > 1}
    parser = argparse.ArgumentParser()
    acts = parser.add_subparsers()
    for command in COMMANDS:
        command.add(acts)
    assert set(acts.choices) - told <= {"encode", "dock", "demo", "reference", "guard", "check-config"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_profile_that_is_shown_is_one(language: str, tmp_path: Path) -> None:
    (shown,) = [text for text in blocks(HANDBOOK / language / "install.md") if text.startswith("# mine.toml")]
    (tmp_path / "mine.toml").write_text(shown, encoding="utf-8")
    (profile,) = load(tmp_path / "mine.toml").values()
    (quoted,) = [words for words in command_lines(HANDBOOK / language / "install.md") if words[1] == "decode"]
    (found,) = Decoder(profile).feed(bytes.fromhex(quoted[-1]), ended=True)
    assert isinstance(found, Decoded)
    assert found.fields["text"] == "A1"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FAMILY_PAGES)
def test_the_speed_of_each_model_is_the_catalogues(language: str, kind: str) -> None:
    for model, said in _models(language, kind).items():
        row = catalog.model(kind, model)
        speeds = set(re.findall(r"\b(4800|9600|19200|38400|57600|115200)\b", said))
        assert speeds <= {str(row["baud"])} if "baud" in row else speeds <= {"115200"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_word_is_explained_as_the_screen_says_it(language: str) -> None:
    words = Words(language, "common")
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \|", _page(language, "index"), re.MULTILINE))
    assert rows == {word.value: words(f"status.{word.value}") for word in StatusWord}


@pytest.mark.parametrize(("page", "values"), _examples(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_piece_of_configuration_is_accepted(page: str, values: dict[str, Any]) -> None:
    if "hub" in values:
        assert check(values["hub"], HubSettings, source=page).demo is False
        return
    unit = check({"unit": UNIT, **values}, UnitConfig, source=page)
    assert len(devices(unit, KNOWN, page)) == len(values["devices"])


def test_both_languages_have_the_same_pages_sections_and_examples() -> None:
    pages = {path.name for path in (HANDBOOK / "zh").glob("*.md")}
    assert pages == {path.name for path in (HANDBOOK / "en").glob("*.md")}
    assert {page.removesuffix(".md") for page in pages} == {*catalog.FAMILIES, *GENERAL}
    for page in pages:
        texts = [_page(language, page.removesuffix(".md")) for language in LANGUAGES]
        shapes = [
            [len(re.findall(rf"^{mark}", text, re.MULTILINE)) for mark in ("#+ ", r"\|", "    ")] for text in texts
        ]
        assert shapes[0] == shapes[1], page


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        assert (page.parent / target).exists(), target


def test_files_that_are_installed_exist() -> None:
    for language in LANGUAGES:
        text = _page(language, "install")
        for path in re.findall(r"systemd/[\w./@-]+\.(?:conf|rules|service)", text):
            if not path.startswith("systemd/system/"):
                assert (ROOT / path).exists(), path
        for unit in re.findall(r"systemctl (?:--user )?enable (?:--now )?([\w@ -]+)", text):
            for one in unit.split():
                file = f"{one.partition('@')[0]}{'@' if '@' in one else ''}.service"
                assert (ROOT / "systemd" / file).exists(), one
