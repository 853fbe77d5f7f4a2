"""`hall-field check-config FILE...`: is the file right, in one line each.

Units' and hubs' files are told apart by their tables. 0: all good. 1: something is wrong.
"""

import argparse
from pathlib import Path
from typing import Any

from config.hall import HallConfig
from config.load import ConfigError
from field.commands.doctor import SAYING
from field.commands.say import say_line, say_struct
from field.examine.files import examine_file, load_any
from field.examine.finding import Colour, Finding
from field.examine.panel import examine_panel


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("check-config", help="check configuration files")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object per file")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Check each file, and the screen of its unit against the panel that is plugged in here."""
    findings = [finding for path in given.files for finding in _looked_at(path)]
    for finding in findings:
        if given.json:
            say_struct(finding, *SAYING)
        else:
            say_line(f"{finding.about}: {finding.says}" + (f"; {finding.do}" if finding.do else ""))
    return int(any(finding.colour is Colour.RED for finding in findings))


def _looked_at(path: Path) -> list[Finding]:
    first = examine_file(path)
    try:
        config = load_any(path)
    except ConfigError:
        return [first]
    return [first, *([] if isinstance(config, HallConfig) else examine_panel(config))]
