"""Play simulated devices: `python -m drivers.play --kind ticket_printer --model X --at serial:/run/p ...`.

One process plays one device, or many of a TOML file (`[[play]]` with the same keys) to save memory. It says
`ready` with the addresses on standard output once all are plugged in, and ends at SIGTERM or SIGINT.
"""

import argparse
import signal
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from drivers import catalog
from drivers.far_end import FarEnd
from drivers.stage import Player, Stage

PACED = ("serial:", "memory:")
"""Wires whose bytes take the time of a baud rate; USB and the network have none."""


class Play(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[play]] One simulated device."""

    kind: str
    model: str
    at: str
    """Address that the host will open."""
    control: str = ""
    """Unix socket for controls; empty for none."""
    state: str = ""
    """JSON file of the state; empty for none."""
    options: dict[str, Any] = {}
    """The same options as the driver's."""
    baud: int = 0
    """The device's own speed; 0 takes the options' or the model's on a serial line, and no pace on any other."""


class Plays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    play: tuple[Play, ...]


def add(stage: Stage, play: Play) -> Player:
    """Make the simulator of a model and put it behind its address.

    Raises:
        UnknownModel: no such family or model.
        msgspec.ValidationError: the options do not fit the family.

    """
    far_end, baud = _made(play)
    return stage.add(
        far_end,
        play.at,
        Path(play.control) if play.control else None,
        Path(play.state) if play.state else None,
        baud,
    )


def _made(play: Play) -> tuple[FarEnd, int | None]:
    options = msgspec.convert(play.options, catalog.family(play.kind).options)
    row = catalog.model(play.kind, play.model)
    far_end = catalog.make_far_end(play.kind, play.model, options)
    return far_end, play.baud or (line_baud(row, options) if play.at.startswith(PACED) else None)


def line_baud(row: dict[str, Any], options: Any) -> int | None:
    """Return the speed of a device's line: of its options if they set one, else of its model (the first of several)."""
    return getattr(options, "baud", None) or row.get("baud") or next(iter(row.get("bauds", ())), None)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="drivers.play", description="Play simulated devices.")
    parser.add_argument("--list", metavar="FILE", help="TOML file with [[play]] tables")
    for name in ("kind", "model", "at", "control", "state"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--options", metavar="JSON", default="{}")
    parser.add_argument("--baud", type=int, default=0)
    given = parser.parse_args(arguments)
    stage = Stage()
    try:
        for play in _wanted(given):
            add(stage, play)
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"{problem}\n")
        stage.close()
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stage.stop())
    sys.stdout.write("ready " + " ".join(player.address for player in stage.players) + "\n")
    sys.stdout.flush()
    stage.run()
    return 0


def _wanted(given: argparse.Namespace) -> tuple[Play, ...]:
    if given.list:
        text = Path(given.list).read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), Plays).play
    options = msgspec.json.decode(given.options, type=dict[str, Any])
    return (Play(given.kind, given.model, given.at, given.control, given.state, options, given.baud),)


if __name__ == "__main__":
    sys.exit(main())
