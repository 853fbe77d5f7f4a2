"""The command line that all units share: run, `check-config`, `enrol URL TOKEN`.

`hall-lobby --config FILE [--remote-control SOCKET]` runs the face; with `check-config` behind it the file is checked
and nothing is opened; with `enrol URL TOKEN` the unit becomes known to its hub. Messages go to standard error, one
line each, for a technician.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from config.devices import DeviceConfig, Known, check_ports, devices
from config.ending import AGAIN, FAILED
from config.load import ConfigError, MayPass, load
from config.panel import contradiction, plugged
from config.unit import Face, UnitConfig


class Given(NamedTuple):
    """What was asked for. `command` is ``run``, ``check-config`` or ``enrol``."""

    config: Path
    command: str
    remote_control: Path | None = None
    headless: bool = False
    url: str = ""
    token: str = ""


def parse(program: str, arguments: Sequence[str] | None = None) -> Given:
    """Read the command line; ends the program with its usage if it is wrong."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--config", type=Path, metavar="FILE")
    parser.add_argument("--remote-control", type=Path, metavar="SOCKET", help="demo units only")
    parser.add_argument("--headless", action="store_true", help="no window (a process that only owns a bus)")
    commands = parser.add_subparsers(dest="command")
    check = commands.add_parser("check-config", help="check the file and end")
    enrol = commands.add_parser("enrol", help="make this unit known to its hub")
    enrol.add_argument("url", metavar="URL")
    enrol.add_argument("token", metavar="TOKEN")
    for command in (check, enrol):
        # Said before or after the word, as people do.
        command.add_argument("--config", type=Path, metavar="FILE", default=argparse.SUPPRESS)
    got = parser.parse_args(arguments)
    if got.config is None:
        parser.error("--config FILE is needed")
    return Given(
        got.config,
        got.command or "run",
        got.remote_control,
        got.headless,
        getattr(got, "url", ""),
        getattr(got, "token", ""),
    )


def load_unit(given: Given, kind: str) -> UnitConfig:
    """Return the unit's configuration.

    Raises:
        ConfigError: the file is wrong, or belongs to another kind of unit.

    """
    config = load(given.config, UnitConfig)
    if config.unit.kind != kind:
        raise ConfigError(f"{given.config}: unit.kind is {config.unit.kind!r}; this program is for {kind!r}")
    return config


def finish(given: Given, kind: str, known: Callable[[], Known]) -> int | UnitConfig:
    """Carry out `check-config` and `enrol` and return the exit status, or return the configuration to run with.

    `known` is only called by `check-config`, since it imports every driver family that the file names.
    """
    try:
        config = load_unit(given, kind)
        if given.command == "check-config":
            return _checked(given, config.face, devices(config, known(), str(given.config)))
    except ConfigError as problem:
        return end_with(problem)
    if given.command == "enrol":
        return _enrol(given, config)
    return config


def _checked(given: Given, face: Face, found: tuple[DeviceConfig, ...]) -> int:
    check_ports(found, str(given.config))
    sys.stdout.write(f"{given.config}: good, {len(found)} devices\n")
    says = contradiction(face, plugged())
    if says:
        sys.stderr.write(f"warning: {given.config}: {says}; measure the panel and correct [face]\n")
    return 0


def _enrol(given: Given, config: UnitConfig) -> int:
    from hall.sync.enrol import NotEnrolled, enrol

    state_dir = Path(config.unit.state_dir)
    state_dir.mkdir(parents=True, exist_ok=True)
    outcome = enrol(given.url, given.token, state_dir, config.unit.name)
    if isinstance(outcome, NotEnrolled):
        return _say(f"not enrolled: {outcome.reason}")
    if outcome.unit != config.unit.name:
        sys.stderr.write(f"warning: enrolled as {outcome.unit!r}, but unit.name is {config.unit.name!r}\n")
    sys.stdout.write(f"enrolled as {outcome.unit} in {outcome.hall}\n")
    return 0


def _say(problem: str) -> int:
    sys.stderr.write(problem + "\n")
    return FAILED


def end_with(problem: ConfigError) -> int:
    """Say the one line on standard error and return the exit status that belongs to it."""
    status = _say(str(problem))
    return AGAIN if isinstance(problem, MayPass) else status
