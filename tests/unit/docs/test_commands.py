"""Every command line that a page quotes is one that the program takes."""

import argparse
import re
from pathlib import Path

import pytest

from config.commandline import parse
from field.commands import declare
from server import app as server
from tests.unit.docs.reading import PAGES, ROOT, command_lines, name, run_lines

UNIT_PROGRAMS = ("hall-kiosk", "hall-counter", "hall-lobby")
CALLS = [(name(page), words) for page in PAGES for words in command_lines(page)]
RUNS = [(name(page), words) for page in PAGES for words in run_lines(page)]


def _label(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def test_the_pages_quote_commands_of_every_program_that_a_technician_types() -> None:
    assert {words[0] for _, words in CALLS} >= {"hall-server", "hall-kiosk", "hall-counter", "hall-field"}
    assert len(CALLS) > 20


@pytest.mark.parametrize(("page", "words"), [call for call in CALLS if call[1][0] in UNIT_PROGRAMS], ids=_label)
def test_units_take_the_command(page: str, words: list[str]) -> None:
    given = parse(words[0], words[1:])
    assert given.command in ("run", "check-config", "enrol")


@pytest.mark.parametrize(("page", "words"), [call for call in CALLS if call[1][0] == "hall-server"], ids=_label)
def test_the_server_takes_the_command(page: str, words: list[str]) -> None:
    # Running text names this act without its arguments.
    told = ["--ref", "p-1", "--config", "hall.toml"] if words[1:] == ["erase-person"] else []
    assert server._parser().parse_args(words[1:] + told).config


@pytest.mark.parametrize(("page", "words"), [call for call in CALLS if call[1][0] == "hall-field"], ids=_label)
def test_the_technicians_program_takes_the_command(page: str, words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="hall-field")
    acts = parser.add_subparsers(dest="act", required=True)
    declare(parser, acts)
    assert parser.parse_args(words[1:]).act == words[1]


@pytest.mark.parametrize("command", [["--config"], ["check-config"], ["enroll", "URL", "TOKEN", "--config", "x"]])
def test_a_wrong_command_is_noticed(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse("hall-kiosk", command)
    assert ended.value.code == 2
    assert "hall-kiosk" in capsys.readouterr().err


@pytest.mark.parametrize(("page", "words"), RUNS, ids=_label)
def test_the_menu_has_the_entry(page: str, words: list[str]) -> None:
    script = (ROOT / "run").read_text(encoding="utf-8")
    entries = set(re.findall(r"^    ([a-z]+)\)", script, re.MULTILINE)) | {"menu", "help"}
    assert not words or words[0] in entries


@pytest.mark.parametrize("language", ["zh", "en"])
def test_packages_that_are_installed_are_those_of_the_menu(language: str) -> None:
    script = (ROOT / "run").read_text(encoding="utf-8")
    listed = re.search(r"DEBIAN_PACKAGES=\(\n(.*?)\n\)", script, re.DOTALL)
    assert listed
    text = (ROOT / f"docs/handbook/{language}/install.md").read_text(encoding="utf-8")
    asked = {name for line in re.findall(r"apt-get install -y (.*)", text) for name in line.split()}
    screen = {"xserver-xorg-core", "xserver-xorg-input-libinput", "xauth", "libpam-systemd"}
    assert asked - screen - {"git"} <= set(listed.group(1).split())
    assert {"libxcb-cursor0", "espeak-ng", "gcc"} <= asked


def test_the_hub_ends_with_status_2_for_a_wrong_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert server.main(["--config", str(tmp_path / "missing.toml")]) == 2
    assert "missing.toml" in capsys.readouterr().err
