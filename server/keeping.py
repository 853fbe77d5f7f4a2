"""``hall-server verify``, ``copy`` and ``restore``: what a technician does about the hub's log and documents."""

import argparse
import threading
import time
from pathlib import Path

from config.hall import HallConfig
from server.compose import copy_dir, locked, open_documents, state_dir
from server.store.copying import CopyFailed, make_copy
from server.store.log import StoreFailed
from server.store.restoring import Checked, checked
from server.store.restoring import restore as put_back
from server.trouble import MayPass, StartTrouble

_SAID = {
    "missing": "is not here; its kiosk may still hold it, or the hub's copy (restore)",
    "altered": "is not what it was; the hub's copy may hold it (restore)",
}


def verify(config: HallConfig, asked: argparse.Namespace) -> int:
    """Say whether every row, and every document that a case names, is as it was written."""
    folder = Path(config.hub.state_dir)
    where = copy_dir(config.hub, folder) if asked.copy else folder
    found = _checked(where)
    if found.broken is not None:
        print(f"row {found.broken.seq}: {found.broken.why}")
        return 1
    print(f"{found.rows} rows, all as they were written")
    if found.wrong:
        first, more = found.wrong[0], f" ({len(found.wrong) - 1} more)" if len(found.wrong) > 1 else ""
        print(f"case {first.case}: document {first.sha256} {_SAID[first.trouble]}{more}")
        return 1
    print(f"{found.documents} documents named by cases, all here and as they came")
    return 0


def copy(config: HallConfig, _asked: argparse.Namespace) -> int:
    """Bring the copy up to date now."""
    folder = Path(config.hub.state_dir)
    target = copy_dir(config.hub, folder)
    try:
        done = make_copy(folder / "hub.db", open_documents(folder, look=True), target, threading.Event().wait)
    except CopyFailed as problem:
        raise MayPass(f"no new copy was made; the last one stays: {problem}") from problem
    print(f"{target}: {done.rows} rows; {done.documents} documents were new, {done.deleted} went")
    for sha256 in done.altered:
        print(f"document {sha256} is not what it was and was not copied")
    return 1 if done.altered else 0


def restore(config: HallConfig, asked: argparse.Namespace) -> int:
    """Put the copy in place of a lost or damaged log."""
    folder = state_dir(config.hub)
    copied = Path(asked.source) if asked.source else copy_dir(config.hub, folder)
    with locked(folder):
        found = _checked(copied)
        if found.broken is not None:
            raise StartTrouble(f"{copied}: row {found.broken.seq}: {found.broken.why}; nothing was changed")
        try:
            done = put_back(folder, copied, time.strftime("before-%Y%m%d-%H%M%S"))
        except (StoreFailed, OSError) as problem:
            raise StartTrouble(f"not restored: {problem}") from problem
    print(f"{done.rows} rows are back, and {done.documents} documents; the hub goes on in epoch {done.epoch}")
    for path in done.aside:
        print(f"what was there lies at {path}")
    print("what happened after the copy was made is not in it: erase again who was erased since")
    return 0


def _checked(folder: Path) -> Checked:
    try:
        return checked(folder)
    except (StoreFailed, OSError) as problem:
        raise StartTrouble(f"the log cannot be read: {problem}") from problem
