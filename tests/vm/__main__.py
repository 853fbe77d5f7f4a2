"""`./run vm [--anew] [--only hub,plugged,screen,guard,others,cut]`: build, install, restart, look; write docs/vm.md."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial

from tests.vm import cut, guard, hub, others, plugged, session
from tests.vm.image import PLACE, PRODUCT, Image, build, run, say
from tests.vm.install import install
from tests.vm.machine import Machine, Trouble, overlay
from tests.vm.report import Report

PARTS: dict[str, Callable[[Machine, Report], None]] = {
    "hub": hub.look,
    "plugged": plugged.look,
    "screen": session.look,
    "guard": guard.look,
    "others": others.look,
}
CUT = "cut"
"""Has a machine of its own."""
NAMES = [*PARTS, CUT]
PROGRAMS = ("qemu-system-x86_64", "qemu-img", "mmdebstrap", "mke2fs", "modprobe", "depmod")


def main(arguments: list[str] | None = None) -> int:
    """Run the parts that were asked for; 1 when something did not hold."""
    parser = argparse.ArgumentParser(
        prog="./run vm", description="The units of systemd/ in a machine with a real kernel."
    )
    parser.add_argument("--anew", action="store_true", help="make everything again, kept parts too")
    parser.add_argument(
        "--only", default=",".join(NAMES), help="parts, separated by commas; the page is then not written"
    )
    asked = parser.parse_args(arguments)
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        print(f"this needs root{' and ' + ', '.join(missing) if missing else ''}", file=sys.stderr)
        return 3
    report = Report()
    image = build(asked.anew)
    names = asked.only.split(",")
    if set(names) & set(PARTS):
        _at_one_machine(image, names, report)
    if CUT in names:
        _part(CUT, partial(cut.look, image, report), report)
    if names == NAMES:
        report.write()
    for line in report.failed():
        say(f"did not hold: {line}")
    return 1 if report.failed() else 0


def _at_one_machine(image: Image, names: list[str], report: Report) -> None:
    """Install everything on one machine and look at the parts of it that were asked for."""
    say("starting the machine")
    machine = Machine(image, "hall", f"file={overlay(image.disk, 'hall')},format=qcow2,cache=unsafe")
    try:
        report.typed = install(machine)
        report.machine = _said_of(machine)
        for name in [name for name in names if name in PARTS]:
            _part(name, partial(PARTS[name], machine, report), report)
            if names == NAMES:
                report.write()
    finally:
        machine.cut()


def _part(name: str, look: Callable[[], None], report: Report) -> None:
    """Look at one part; trouble ends this part alone."""
    say(f"{name}:")
    try:
        look()
    except Trouble as trouble:
        report.saw("the part was gone through to its end", held=False, seen=str(trouble)[:400])


def _said_of(machine: Machine) -> str:
    kernel = machine.shell(
        "uname -r; . /etc/os-release; echo $PRETTY_NAME; systemctl --version | head -1; python3 --version"
    )
    qemu = run(["qemu-system-x86_64", "--version"]).decode().splitlines()[0]
    commit = machine.shell(f"git -c safe.directory='*' -C /{PRODUCT} rev-parse --short HEAD")
    return f"Machine: {', '.join(kernel.splitlines())}; {qemu}; product at {commit}. Pictures: {PLACE.name}/pictures."


if __name__ == "__main__":
    sys.exit(main())
