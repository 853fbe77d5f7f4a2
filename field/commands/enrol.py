"""`hall-field enrol --config FILE URL TOKEN`: make a unit known to its hub; the same act as the unit's own program.

The token comes from `hall-server token`. `--qr TEXT` takes both from one text, ``URL TOKEN``, as a scanner types it.
"""

import argparse
from pathlib import Path
from typing import Any

from config.load import ConfigError
from config.unit import UnitConfig
from field.commands.say import complain, say, say_json
from field.examine.files import load_any
from hall.sync.enrol import NotEnrolled, enrol


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("enrol", help="make a unit known to its hub")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument("--qr", default="", metavar="TEXT", help="URL and TOKEN in one text")
    parser.add_argument("url", nargs="?", default="", metavar="URL")
    parser.add_argument("token", nargs="?", default="", metavar="TOKEN")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Enrol; 0 when the hub has taken the unit, 1 when not, and then nothing was changed."""
    url, token = (*given.qr.split(), "", "")[:2] if given.qr else (given.url, given.token)
    if not url or not token:
        return complain("enrol takes URL and TOKEN, or --qr 'URL TOKEN'")
    try:
        config = load_any(given.config)
    except ConfigError as problem:
        return complain(str(problem))
    if not isinstance(config, UnitConfig):
        return complain(f"{given.config}: a hub is not enrolled")
    state = Path(config.unit.state_dir)
    state.mkdir(parents=True, exist_ok=True)
    outcome = enrol(url, token, state)
    if isinstance(outcome, NotEnrolled):
        _tell(given, {"enrolled": False, "reason": outcome.reason}, f"not enrolled: {outcome.reason}")
        return 1
    if outcome.unit != config.unit.name:
        warning = f"enrolled as {outcome.unit}, but unit.name is {config.unit.name}: correct the file"
        _tell(given, {"enrolled": True, "unit": outcome.unit, "reason": warning}, warning)
        return 1
    _tell(given, {"enrolled": True, "unit": outcome.unit}, f"enrolled as {outcome.unit} in {outcome.hall}")
    return 0


def _tell(given: argparse.Namespace, told: dict[str, Any], text: str) -> None:
    if given.json:
        say_json(told)
    else:
        say(text)
