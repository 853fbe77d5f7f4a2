"""Which program holds a port, from /proc. Only processes that we may look into are seen."""

import os
from pathlib import Path
from typing import NamedTuple

from field.plugged.found import Roots, text_of, usb_facts

_MODULES = ("kiosk.app", "counter.app", "counter.lobby.app", "field.app")
_BY_PATH = ("serial", "evdev", "fifo", "camera", "hidraw")


class Holder(NamedTuple):
    """A process that has the node open."""

    pid: int
    command: str

    @property
    def ours(self) -> bool:
        """Whether it is a program of the hall: a script of that name, or its module behind ``python -m``."""
        return any(Path(word).name.startswith("hall-") or word in _MODULES for word in self.command.split()[:3])


def node_of(address: str, roots: Roots) -> Path | None:
    """Return the node of this machine that an address stands for, or None where it is none (TCP, a queue, sound)."""
    scheme, _, rest = address.partition(":")
    if scheme in _BY_PATH:
        return Path(rest) if rest.startswith("/") else None
    return _usb_node(rest, roots) if scheme == "usb" else None


def _usb_node(numbers: str, roots: Roots) -> Path | None:
    listed = roots.sys / "bus" / "usb" / "devices"
    for folder in sorted(listed.iterdir()) if listed.is_dir() else ():
        usb = usb_facts(folder)
        if numbers.upper() in (usb.numbers, f"{usb.numbers}:{usb.serial}".upper()):
            bus, device = text_of(folder / "busnum"), text_of(folder / "devnum")
            if bus.isdigit() and device.isdigit():
                return roots.dev / "bus" / "usb" / f"{int(bus):03}" / f"{int(device):03}"
    return None


def holder_of(node: Path, own_pid: int, proc: Path = Path("/proc")) -> Holder | None:
    """Return the first other process that has a node open; a camera's worker stands for the program that started it."""
    target = str(node.resolve())
    for folder in sorted(proc.glob("[0-9]*"), key=lambda path: int(path.name)):
        if int(folder.name) != own_pid and _holds(folder, target):
            return _program(int(folder.name), proc)
    return None


def _program(pid: int, proc: Path) -> Holder:
    """Return the process, or the program of the hall that it is a child of."""
    found = Holder(pid, _command(proc / str(pid)))
    parent = Holder(_parent(proc / str(pid)), _command(proc / str(_parent(proc / str(pid)))))
    return parent if parent.ours and not found.ours else found


def _command(folder: Path) -> str:
    return text_of(folder / "cmdline").replace("\0", " ").strip()


def _parent(folder: Path) -> int:
    return int(_told(folder / "status", "PPid:") or 0)


def _holds(folder: Path, target: str) -> bool:
    """Whether the process uses the node; its far end, a pty's master or the writer of a FIFO, keeps it open too."""
    try:
        links = {link.name: str(link.readlink()) for link in (folder / "fd").iterdir()}
    except OSError:
        return False  # ended meanwhile, or another user's
    if "/pts/" in target and any(link.endswith("/ptmx") for link in links.values()):
        return False
    fds = [fd for fd, link in links.items() if link == target]
    return bool(fds) and not (Path(target).is_fifo() and all(_only_writes(folder, fd) for fd in fds))


def _only_writes(folder: Path, fd: str) -> bool:
    return int(_told(folder / "fdinfo" / fd, "flags:") or "0", 8) & os.O_ACCMODE == os.O_WRONLY


def _told(path: Path, name: str) -> str:
    """Return what a file of /proc says behind a name, or nothing."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.split()[1] for line in lines if line.startswith(name)), "")
