"""`hall-field`: the technician's program: the demo hall, its dock, the scripted day, and the commands of `commands`.

hall-field demo [--story DIR] [--two] [--only NAMES] [--with PLACE=MODEL ...] [--models FILE]
hall-field dock FOLDER
hall-field suggest|probe|selftest|decode|encode|capture|replay|profile|check-config|doctor|enrol|record|report|...

`--lang zh|en` says in which language; without it the locale does.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from config.load import ConfigError
from field.commands import declare
from field.commands.say import complain, language_of, speak
from field.demo.chosen import choices
from field.demo.dock import run_dock
from field.demo.run import run_windows
from field.story.play import play_story
from hall.qt.logs import to_journal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="hall-field", description="The technician's program.")
    acts = parser.add_subparsers(dest="act", required=True)
    demo = acts.add_parser("demo", help="run a whole hall on this machine")
    demo.add_argument("--story", type=Path, metavar="DIR", help="play a scripted day and leave its pictures in DIR")
    demo.add_argument("--two", action="store_true", help="hub and centre as two processes")
    demo.add_argument("--only", default="", metavar="NAMES", help="play only these chapters, e.g. numbers,paper")
    demo.add_argument(
        "--with", action="append", default=[], metavar="PLACE=MODEL", dest="chosen", help="e.g. counter-1.strip=sunpn"
    )
    demo.add_argument("--models", type=Path, metavar="FILE", help="TOML file with PLACE = MODEL below [with]")
    dock = acts.add_parser("dock", help="steer the simulators of a running demo")
    dock.add_argument("folder", type=Path, help="folder with the simulators' control sockets")
    for place in ("left", "top"):
        dock.add_argument(place, type=int, nargs="?", default=0, help="where its window begins, in pixels")
    declare(parser, acts)
    given = parser.parse_args(arguments)
    speak(given.language or language_of(os.environ))
    if "run" in given:
        to_journal(logging.ERROR)  # what drivers warn of, the command says itself
        status: int = given.run(given)
        return status
    to_journal()
    if given.act == "dock":
        return run_dock(given.folder, given.left, given.top)
    return _demo(given)


def _demo(given: argparse.Namespace) -> int:
    try:
        chosen = choices(given.chosen, given.models)
        if given.story is not None or not _has_screen():
            return play_story(given.story or Path("story"), two=given.two, only=given.only, chosen=chosen)
        return run_windows(Path(".demo"), two=given.two, chosen=chosen)
    except ConfigError as problem:
        return complain(str(problem))


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
