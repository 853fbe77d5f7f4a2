"""`hall-field replace --config FILE --as UNIT --hub URL --token TOKEN [--disk DIR]`: take a dead machine's place.

The token comes from `hall-server replace UNIT`. With it the spare gets the unit's name, counters and series letter,
and the dead machine's key is shut out at once. Then what the dead one had not sent is sent from its disk, or listed by
name. A disk that turns up later: the same command without `--hub` and `--token`.

0: everything is settled. 1: something is lost, refused or still to be sent; each is named. 2: nothing was changed.
"""

import argparse
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from config.linking import STORE_FILE
from config.load import ConfigError
from config.unit import UnitConfig
from field.commands.say import column, complain, said, say, say_json, say_line
from field.examine.files import load_unit
from field.examine.holders import holder_of
from field.rescue.account import MISSING, REFUSED, UNKNOWN, WAITING, Line
from field.rescue.act import UNSETTLED, WORK, Rescued, rescue, without_disk
from field.rescue.config_file import rewrite
from field.rescue.disk import DiskCopy, copy_disk, owner, state_folder
from field.rescue.upload import Target
from hall.store.trouble import StoreTrouble
from hall.store.unit_store import open_store
from hall.sync.credential import Credential, load_credential, pinned_ca
from hall.sync.enrol import NotEnrolled, enrol
from hall.wire.enrolment import Enrolled, series_mark


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("replace", help="let this machine take the place of a dead one")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="this machine's file")
    parser.add_argument("--as", dest="unit", required=True, metavar="UNIT", help="the dead unit's name, e.g. kiosk-c")
    parser.add_argument("--hub", default="", metavar="URL", help="as hall-server replace printed it")
    parser.add_argument("--token", default="", help="from hall-server replace; works once")
    parser.add_argument(
        "--disk", type=Path, default=None, metavar="DIR", help="the dead unit's state folder, or its disk"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


class _Plan(NamedTuple):
    """What was found sound before anything is changed."""

    given: argparse.Namespace
    config: UnitConfig
    state: Path
    copy: DiskCopy | None


def run(given: argparse.Namespace) -> int:
    """Take the place, send what was left, say what became of it."""
    plan = _prepared(given)
    if isinstance(plan, str):
        return complain(plan)
    hints: list[str] = []
    if given.token:
        taken = _taken(plan)
        if isinstance(taken, str):
            return complain(taken)
        hints = taken
    credential = load_credential(plan.state)
    if not isinstance(credential, Credential) or credential.unit != given.unit:
        return complain(f"this machine is not enrolled as {given.unit}; give --hub and --token of hall-server replace")
    url = given.hub or plan.config.unit.hub_url
    target = Target(url, pinned_ca(plan.state), credential)
    found = without_disk(target) if plan.copy is None else rescue(target, plan.copy, plan.state / WORK)
    _give_back(plan.state)
    _tell(given, credential.enrolled, hints, found)
    return int(not found.settled or bool(hints))


def _prepared(given: argparse.Namespace) -> _Plan | str:
    """Look at everything that could be in the way, before the token is spent."""
    if bool(given.hub) != bool(given.token):
        return "--hub and --token go together; both are in what hall-server replace printed"
    try:
        config = load_unit(given.config, "a hub is not replaced like this")
    except ConfigError as problem:
        return str(problem)
    state = Path(config.unit.state_dir)
    own = _own_work(state) if given.token else ""
    if own:
        return own
    copy = None if given.disk is None else _copied(given, state)
    return copy if isinstance(copy, str) else _Plan(given, config, state, copy)


def _copied(given: argparse.Namespace, state: Path) -> DiskCopy | str:
    """Copy the dead unit's files, if they are that unit's."""
    folder = state_folder(given.disk)
    if isinstance(folder, str):
        return folder
    if folder.resolve() == state.resolve():
        return f"{folder} is this machine's own state folder; name the dead unit's"
    whose = owner(folder)
    if whose is not None and whose.unit != given.unit:
        return f"{folder} is the disk of {whose.unit}, not of {given.unit}"
    return copy_disk(folder, state / WORK)


def _own_work(state: Path) -> str:
    """Say what this machine itself is at, or has still to send: it would go astray under another name."""
    if not (state / STORE_FILE).exists():
        return ""
    holder = holder_of(state / STORE_FILE, os.getpid())
    if holder is not None:
        return f"{state / STORE_FILE}: in use by {holder.command} (pid {holder.pid}); stop this machine's program first"
    store = open_store(state / STORE_FILE)
    if isinstance(store, StoreTrouble):
        return f"{store}; move this file away, then run this again"
    record = store.load()
    store.close()
    if isinstance(record, StoreTrouble):
        return f"{record}; move this file away, then run this again"
    if record.outbox:
        return (
            f"{state / STORE_FILE}: this machine has {len(record.outbox)} messages of its own for the hub; "
            "start it and let it send them first"
        )
    return ""


def _taken(plan: _Plan) -> list[str] | str:
    """Become the unit at the hub and in the files; return what a person has to write down, or why it failed."""
    given = plan.given
    enrolled = enrol(given.hub, given.token, plan.state, given.unit)
    if isinstance(enrolled, NotEnrolled):
        return f"nothing was changed: {enrolled.reason}"
    _set_aside(plan.state)
    values = {"name": enrolled.unit, "hub_url": given.hub}
    values |= {"series": enrolled.series} if enrolled.series else {}
    values |= {"counter": enrolled.counters[0]} if len(enrolled.counters) == 1 else {}
    todo = rewrite(given.config, values)
    hints = [todo] if todo else []
    if plan.config.unit.hub_ca:
        hints.append(f"{given.config} names a hub_ca: take it out, the hub's own was pinned just now")
    if plan.config.unit.kind != enrolled.kind:
        hints.append(
            f"{enrolled.unit} is a {enrolled.kind}, and {given.config} is the file of a {plan.config.unit.kind}"
        )
    return hints


def _set_aside(state: Path) -> None:
    """What this machine remembered under its former name is not the unit's; it stays beside, for who wants to look."""
    for suffix in ("", "-wal", "-shm"):
        path = state / f"{STORE_FILE}{suffix}"
        if path.exists():
            path.replace(state / f"before-replacing-{STORE_FILE}{suffix}")


def _give_back(state: Path) -> None:
    """Run with sudo, new files belong to root; the unit's own user has to read them."""
    if os.geteuid() != 0:
        return
    whose = state.stat()
    for path in (state, *state.rglob("*")):
        shutil.chown(path, whose.st_uid, whose.st_gid)


def _tell(given: argparse.Namespace, enrolled: Enrolled, hints: list[str], found: Rescued) -> None:
    series = enrolled.series + series_mark(enrolled.generation) if enrolled.series else ""
    if given.json:
        told = {"unit": enrolled.unit, "generation": enrolled.generation, "series": series, "settled": found.settled}
        say_json({**told, "todo": hints, "trouble": found.trouble, "lines": found.lines})
        return
    prints = f"; numbers of its own are ...-{series}01, so none repeats" if series else ""
    say_line(f"this machine is {enrolled.unit} now, machine {enrolled.generation} of that name{prints}")
    for hint in hints:
        say(f"{column('TO DO', 8)} {said(hint)}")
    for line in found.lines:
        say(_words(line))
    if found.trouble:
        say(f"{column('STOPPED', 8)} {said(f'{found.trouble}; run the same command again without --hub and --token')}")
    say_line(_verdict(found))


def _words(line: Line) -> str:
    shown = line.state if line.state not in UNSETTLED else line.state.upper()
    return f"{column(shown, 8)} {said(f'{line.what}: {line.why}' if line.why else line.what)}"


def _verdict(found: Rescued) -> str:
    if found.settled:
        return "settled: nothing is lost, nothing is left to send"
    counts = {state: sum(line.state == state for line in found.lines) for state in (MISSING, UNKNOWN, WAITING, REFUSED)}
    said = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    return f"not settled: {said or 'see above'}; take this list to the person in charge of the hall"
