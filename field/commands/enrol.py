"""`hall-field enrol --config FILE URL TOKEN`: make a unit known to its hub; the same act as the unit's own program.

Both come from `hall-server token`, which also shows them as a code: `--qr` waits for it at the unit's own scanner or
camera, `--qr 'URL TOKEN'` takes it pasted (`--qr -` from standard input), `--picture FILE` finds it in a picture.
0: the hub has taken the unit. 1: it has not, and nothing was changed. 2: a wrong command line or code.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from config.load import ConfigError
from config.unit import UnitConfig
from field.commands.say import complain, said, say_json, say_line
from field.examine.files import devices_of, load_unit
from field.examine.invited import Invited, from_picture, from_scanner, from_text
from hall.sync.enrol import NotEnrolled, enrol

SCAN = "scan"
WAIT_S = 60.0


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("enrol", help="make a unit known to its hub")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--qr",
        nargs="?",
        default="",
        const=SCAN,
        metavar="TEXT",
        help="scan the hub's code; or its text; or - for stdin",
    )
    parser.add_argument("--picture", type=Path, default=None, metavar="FILE", help="find the code in a picture")
    parser.add_argument("--seconds", type=float, default=WAIT_S, help="how long to wait for the code")
    parser.add_argument("url", nargs="?", default="", metavar="URL")
    parser.add_argument("token", nargs="?", default="", metavar="TOKEN")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Enrol; 0 when the hub has taken the unit, 1 when not, and then nothing was changed."""
    try:
        config = load_unit(given.config, "a hub is not enrolled")
        invited = _invited(given, config)
    except ConfigError as problem:
        return complain(str(problem))
    if not isinstance(invited, Invited):
        return complain(invited)
    state = Path(config.unit.state_dir)
    state.mkdir(parents=True, exist_ok=True)
    outcome = enrol(invited.url, invited.token, state, config.unit.name)
    if isinstance(outcome, NotEnrolled):
        _tell(given, {"enrolled": False, "reason": outcome.reason}, f"not enrolled: {outcome.reason}")
        return 1
    if outcome.unit != config.unit.name:
        warning = f"enrolled as {outcome.unit}, but unit.name is {config.unit.name}: correct the file"
        _tell(given, {"enrolled": True, "unit": outcome.unit, "reason": warning}, warning)
        return 1
    _tell(given, {"enrolled": True, "unit": outcome.unit}, f"enrolled as {outcome.unit} in {outcome.hall}")
    return 0


def _invited(given: argparse.Namespace, config: UnitConfig) -> Invited | str:
    if given.picture:
        return from_picture(given.picture)
    if given.qr == SCAN:
        quiet = given.json
        return from_scanner(devices_of(given.config, config), given.seconds, _hush if quiet else say_line)
    if given.qr:
        return from_text(sys.stdin.readline() if given.qr == "-" else given.qr)
    if not given.url or not given.token:
        return "enrol takes URL and TOKEN, --qr to scan them, --qr 'URL TOKEN', or --picture FILE"
    return Invited(given.url, given.token)


def _hush(text: str) -> None:
    """For programs that read JSON: what a person is asked goes to the other stream."""
    sys.stderr.write(f"{said(text)}\n")


def _tell(given: argparse.Namespace, told: dict[str, Any], text: str) -> None:
    if given.json:
        say_json(told)
    else:
        say_line(text)
