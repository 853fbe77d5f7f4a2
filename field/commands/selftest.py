"""`hall-field selftest --config FILE [--level L] [--device NAME]`: the three levels of UnifiedPOS.

internal: each device is opened and asked. external: it prints, shows or says a test as well. interactive: a person
is asked whether it looked right, lays a card on, holds a code up. 0: all well. 1: something is not.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from config.load import ConfigError
from field.commands.say import column, complain, said, say, say_line, say_struct
from field.examine.devices import examine_opened
from field.examine.exercise import EXERCISES, WAITS
from field.examine.files import devices_of, load_unit
from field.examine.finding import Colour
from field.examine.opened import SETTLE_S, Opened, opened

LEVELS = ("internal", "external", "interactive")
Asked = Callable[[str], bool]


class Result(msgspec.Struct, frozen=True):
    """How one device did at one level."""

    device: str
    kind: str
    model: str
    level: str
    ok: bool
    says: str


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("selftest", help="test a unit's devices")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE")
    parser.add_argument("--level", choices=LEVELS, default=LEVELS[0])
    parser.add_argument("--device", default="", help="only this one, by its name in the file")
    parser.add_argument("--json", action="store_true", help="one JSON object per result")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace, asked: Asked | None = None) -> int:
    """Test each device and print each result."""
    try:
        config = load_unit(given.config, "a hub has no devices")
        devices = devices_of(given.config, config)
    except ConfigError as problem:
        return complain(str(problem))
    wanted = tuple(device for device in devices if given.device in ("", device.name))
    if not wanted:
        return complain(f"{given.config}: no device {given.device!r}; there are {[item.name for item in devices]}")
    results = []
    with opened(wanted) as there:
        deadline = time.monotonic() + SETTLE_S
        for item in there:
            for result in tested(config.unit.name, item, given.level, deadline, asked or ask_person):
                results.append(result)
                _tell(result, as_json=given.json)
    return int(not all(result.ok for result in results))


def tested(
    unit: str,
    item: Opened,
    level: str,
    deadline: float,
    asked: Asked,
    please: Callable[[str], None] = say_line,  # noqa: PT028 - no test function, whatever its name
) -> Iterator[Result]:
    """Test one device up to a level, result by result; what fails inside is not tried outside.

    `asked` puts a question to the person and waits for yes or no; `please` tells what to do now.
    """
    finding = examine_opened(unit, item, deadline)
    says = f"{finding.says}; {finding.do}" if finding.do else finding.says
    yield (inside := _result(item, "internal", finding.colour is not Colour.RED, says))
    if level == "internal" or not inside.ok:
        return
    if item.config.kind in EXERCISES:
        done = EXERCISES[item.config.kind](item)
        yield _result(item, "external", done.ok, done.says)
        if level == "interactive" and done.ok and done.look:
            yield _result(item, "interactive", asked(done.look), done.look)
    if level == "interactive" and item.config.kind in WAITS:
        wait = WAITS[item.config.kind]
        please(f"{item.config.name}: {wait.please}")
        waited = wait.act(item)
        yield _result(item, "interactive", waited.ok, waited.says)


def _result(item: Opened, level: str, ok: bool, says: str) -> Result:
    return Result(item.config.name, item.config.kind, item.config.model, level, ok, says)


def _tell(result: Result, *, as_json: bool) -> None:
    if as_json:
        say_struct(result, "level", "says")
    else:
        say(f"{column('ok' if result.ok else 'FAIL', 4)} {result.device} {said(f'{result.level}: {result.says}')}")


def ask_person(question: str) -> bool:
    """Ask at the terminal; no answer at all is a no."""
    try:
        return input(f"{said(question)} [y/n] ").strip().lower() in ("y", "yes", "j", "ja", "是", "好")
    except EOFError:
        return False
