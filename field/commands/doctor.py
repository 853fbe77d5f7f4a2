"""`hall-field doctor --config FILE...`: everything at once, in red, amber and green, with what to do.

0: all green. 1: something is amber or red.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.hall import HallConfig
from config.load import ConfigError
from field.commands.say import column, said, say, say_line, say_struct
from field.examine.devices import examine_devices
from field.examine.files import devices_of, examine_file, load_any
from field.examine.finding import Colour, Finding, worst
from field.examine.panel import examine_panel
from field.examine.surroundings import examine_unit

SAYING = ("about", "says", "do")
"""What of a finding is a line."""
SHADES = {Colour.GREEN: "32", Colour.AMBER: "33", Colour.RED: "31"}


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("doctor", help="look everything over and say what to do")
    parser.add_argument("--config", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object per finding")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Look, and print each finding as it is made."""
    findings = []
    for path in given.config:
        for finding in examined(path):
            findings.append(finding)
            tell(finding, as_json=given.json)
    if not given.json:
        red, amber = (sum(finding.colour is colour for finding in findings) for colour in (Colour.RED, Colour.AMBER))
        counted = f"{len(findings)} looked at, {red} red, {amber} amber"
        say_line(counted if red or amber else f"{len(findings)} looked at")
    return int(worst(findings) is not Colour.GREEN)


def examined(path: Path) -> Iterator[Finding]:
    """Yield the findings about one file and all that it names."""
    first = examine_file(path)
    yield first
    if first.colour is Colour.RED:
        return
    try:
        config = load_any(path)
    except ConfigError:
        return  # altered between two looks; the next run tells
    if isinstance(config, HallConfig):
        return
    yield from examine_unit(config)
    yield from examine_panel(config)
    yield from examine_devices(config.unit.name, Path(config.unit.state_dir), devices_of(path, config))


def tell(finding: Finding, *, as_json: bool) -> None:
    """Print one finding; coloured only for a terminal."""
    if as_json:
        say_struct(finding, *SAYING)
        return
    word = column(finding.colour.value.upper(), 5)
    if sys.stdout.isatty():
        word = f"\033[{SHADES[finding.colour]}m{word}\033[0m"
    says = said(f"{finding.about}: {finding.says}")
    say(f"{word} {says}" + (f"\n      {said(f'do: {finding.do}')}" if finding.do else ""))
