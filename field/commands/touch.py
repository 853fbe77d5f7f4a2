"""`hall-field touch --config FILE`: the technician's touch screen: devices, tests, findings, plugged in, report.

The kiosk opens it behind its hidden gesture and PIN, having given its devices back; it may be started by hand as well.
"""

import argparse
from pathlib import Path
from typing import Any

from config.load import ConfigError
from field.commands.report import leave_report
from field.commands.say import complain
from field.examine.files import devices_of, load_unit


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("touch", help="the technician's touch screen")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument("--remote-control", type=Path, metavar="SOCKET", help="demo units only")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Show the screen until the technician leaves."""
    try:
        config = load_unit(given.config, "a hub has no devices")
        devices = devices_of(given.config, config)
    except ConfigError as problem:
        return complain(str(problem))
    if given.remote_control and not config.unit.demo:
        return complain(f"{given.config}: --remote-control needs unit.demo = true; production takes no taps")
    from field.touch.app import run_touch

    return run_touch(
        given.config, config, devices, lambda to: leave_report(given.config, config, to), given.remote_control
    )
